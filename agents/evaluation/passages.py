"""An answer as sentences and words, and where a stretch of it was said.

Pure. Every passage is an exact stretch of the text it was cut from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from interview.abbreviations import goes_on
from interview.nouns import EvidenceQuote, Word

MIN_QUOTE_WORDS = 3
MIN_QUOTE_CHARS = 12
MAX_QUOTE_CHARS = 400
MAX_SENTENCE_WORDS = 45

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SENTENCE_END = re.compile(r"[.!?。！？؟।]+[\"'”’)\]]*(?=\s|$)|[。！？]|\n+")
_SPACES = re.compile(r"\s+")
_WRAPPING = "\"'“”‘’«»„ \t\r\n"

STOPWORDS = frozenset(
    """a about above after again all also am an and any are as at be because been before being both
    but by can could did do does doing down during each even for from further get got had has have
    having he her here hers him his how i if in into is it its just like me more most my no nor not
    now of off on once only or other our out over own same she should so some such than that the
    their them then there these they this those through to too under until up us very was we were
    what when where which while who whom why will with would you your yours i'm i've it's that's
    don't didn't we're they're you're tell describe explain give please time example""".split()
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text` is `source[start:start + len(text)]`."""

    text: str
    start: int

    @property
    def words(self) -> list[str]:
        """Lower-case words, stop words included."""
        return tokens(self.text)


def counted(number: int, noun: str) -> str:
    """The number with its noun, as one says it: `1 test`, `2 tests`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def tokens(text: str) -> list[str]:
    """Lower-case words; numbers count, punctuation does not."""
    return [match.group().casefold() for match in _TOKEN.finditer(text)]


def token_spans(text: str) -> list[tuple[str, int]]:
    """Lower-case words and where each begins."""
    return [(match.group().casefold(), match.start()) for match in _TOKEN.finditer(text)]


def content_words(text: str) -> list[str]:
    """Lower-case words that carry meaning, cut to a rough stem."""
    return [stem(word) for word in tokens(text) if word not in STOPWORDS]


def stem(word: str) -> str:
    """A rough English stem, the same for `index`, `indexes` and `indexing`."""
    for ending in ("ations", "ation", "ings", "ing", "edly", "ies", "es", "ed", "ly", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def sentences(text: str) -> list[Sentence]:
    """The sentences in order; a stretch without full stops is cut every 45 words."""
    found: list[Sentence] = []
    for start, end in _bounds(text):
        found.extend(_cut(text, start, end))
    return found


def _bounds(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if goes_on(text[start : match.end()], text[match.end() :][:40]):
            continue
        yield start, match.end()
        start = match.end()
    yield start, len(text)


def _cut(text: str, start: int, end: int) -> Iterator[Sentence]:
    """Pieces of at most `MAX_SENTENCE_WORDS` words, trimmed of white space."""
    starts = [match.start() for match in _TOKEN.finditer(text, start, end)]
    if not starts:
        return
    edges = [start, *starts[MAX_SENTENCE_WORDS::MAX_SENTENCE_WORDS], end]
    for left, right in zip(edges, edges[1:], strict=False):
        piece = text[left:right]
        trimmed = piece.strip()
        if trimmed:
            yield Sentence(trimmed, left + len(piece) - len(piece.lstrip()))


def exact_stretch(quote: str, source: str) -> str | None:
    """The stretch of `source` that `quote` names, or None.

    Only runs of white space and the quotation marks around may differ: the answer is always an
    exact substring of `source`, at word boundaries, and long enough to mean something.
    """
    wanted = quote.strip(_WRAPPING)
    if not wanted:
        return None
    pattern = r"\s+".join(re.escape(part) for part in _SPACES.split(wanted))
    left = r"(?<!\w)" if wanted[0].isalnum() else ""
    right = r"(?!\w)" if wanted[-1].isalnum() else ""
    match = re.search(left + pattern + right, source)
    if match is None or not _long_enough(match.group(), source):
        return None
    return match.group()


def _long_enough(stretch: str, source: str) -> bool:
    return (
        len(tokens(stretch)) >= MIN_QUOTE_WORDS
        or len(stretch) >= MIN_QUOTE_CHARS
        or stretch == source.strip()
    )


def quote_of(stretch: str, start: int, source: str, words: Sequence[Word]) -> EvidenceQuote:
    """Evidence for `stretch`, which begins at `start` of `source`, with its time if it was spoken.

    A stretch longer than a quote may be is cut at a word's end.
    """
    if len(stretch) > MAX_QUOTE_CHARS:
        cut = stretch[:MAX_QUOTE_CHARS]
        stretch = cut[: cut.rfind(" ")] if " " in cut else cut
    place = spoken_at(stretch, start, source, words)
    return EvidenceQuote(
        quote=stretch, start_s=place[0] if place else None, end_s=place[1] if place else None
    )


def spoken_at(
    stretch: str, start: int, source: str, words: Sequence[Word]
) -> tuple[float, float] | None:
    """When the stretch was said: from its first word's start to its last word's end.

    None when the very sequence of words is not among the recognised ones (typed text). A sequence
    said more than once is told apart by how often it occurs before `start`.
    """
    heard = _Heard(words)
    places = heard.places(_letters(stretch))
    if not places:
        return None
    earlier = len(_Heard.of_text(source[:start]).places(_letters(stretch)))
    first, last = places[min(earlier, len(places) - 1)]
    run = words[first : last + 1]
    return run[0].start_s, max(run[0].start_s, max(word.end_s for word in run))


class _Heard:
    """Recognised words as one run of letters, so that spacing and punctuation do not matter."""

    def __init__(self, words: Sequence[Word]) -> None:
        self._build([word.text for word in words])

    @classmethod
    def of_text(cls, text: str) -> _Heard:
        heard = cls(())
        heard._build([text])
        return heard

    def _build(self, texts: Sequence[str]) -> None:
        self.edges = {0}
        self.owner: list[int] = []
        letters: list[str] = []
        for index, text in enumerate(texts):
            for token in tokens(text):
                plain = _letters(token)
                letters.append(plain)
                self.owner.extend([index] * len(plain))
                self.edges.add(len(self.owner))
        self.letters = "".join(letters)

    def places(self, wanted: str) -> list[tuple[int, int]]:
        """First and last word of each place where the letters stand as whole words."""
        found: list[tuple[int, int]] = []
        at = self.letters.find(wanted) if wanted else -1
        while at >= 0:
            end = at + len(wanted)
            if self._boundary(at) and self._boundary(end):
                found.append((self.owner[at], self.owner[end - 1]))
            at = self.letters.find(wanted, at + 1)
        return found

    def _boundary(self, at: int) -> bool:
        return at in self.edges or _unspaced(self.letters[at])


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def _unspaced(character: str) -> bool:
    """Scripts written without spaces between words (Thai, Lao, Burmese, Khmer, Chinese, Kana)."""
    return (
        "\u0e00" <= character <= "\u0eff"
        or "\u1000" <= character <= "\u109f"
        or ("\u1780" <= character <= "\u17ff" or "\u3040" <= character <= "\u9fff")
    )
