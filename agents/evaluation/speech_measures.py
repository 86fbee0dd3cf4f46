"""How an answer was spoken: pace, pauses, silence, fillers, from the times of its words.

Pure. These measures are shown beside the scores and never enter one: pace, pauses and fillers
differ with accent, language and disability and say nothing about what a person knows
(docs/topics/evaluation.md).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from interview.nouns import Word

PAUSE_S = 0.1
LONG_PAUSE_S = 3.0

# Single words and two-word phrases that carry no meaning, by language. Recognisers tend to leave
# hesitations out, so the counts are lower bounds.
FILLERS: dict[str, frozenset[str]] = {
    "en": frozenset(
        "um uhm umm uh uhh er erm ah eh hmm hm mm mhm basically literally "
        "you_know i_mean sort_of kind_of".replace("_", "\x00").split()
    ),
    "de": frozenset("äh ähm öh öhm hm hmm halt sozusagen quasi".split()),
    "fr": frozenset("euh heu hum bah ben du_coup en_fait".replace("_", "\x00").split()),
    "es": frozenset("eh em este pues o_sea digamos".replace("_", "\x00").split()),
}

_EDGES = re.compile(r"^\W+|\W+$")


@dataclass(frozen=True, slots=True)
class SpeechMeasures:
    """Counts are >= 0, shares 0-100 %. `None` where there is nothing to measure by."""

    words: int
    span_s: float
    speech_s: float
    silence_s: float
    wpm: float | None
    silence_share_percent: float | None
    pauses: int
    pause_mean_s: float | None
    pause_longest_s: float | None
    long_pauses: int
    fillers: int | None
    filler_share_percent: float | None
    continuity: float | None

    def as_measures(self) -> dict[str, float | int | str | None]:
        """The values by name, rounded, for `Evaluation.measures`."""
        return {
            "speech_words": self.words,
            "speech_span_s": round(self.span_s, 2),
            "speech_s": round(self.speech_s, 2),
            "silence_s": round(self.silence_s, 2),
            "pace_wpm": _rounded(self.wpm, 1),
            "silence_share_percent": _rounded(self.silence_share_percent, 1),
            "pauses": self.pauses,
            "pause_mean_s": _rounded(self.pause_mean_s, 2),
            "pause_longest_s": _rounded(self.pause_longest_s, 2),
            "long_pauses": self.long_pauses,
            "fillers": self.fillers,
            "filler_share_percent": _rounded(self.filler_share_percent, 1),
            "continuity": _rounded(self.continuity, 1),
        }


def measure_speech(
    words: Sequence[Word], *, language: str = "en", pause_s: float = PAUSE_S
) -> SpeechMeasures:
    """Measure the spoken words of one answer.

    Words may come unordered, overlap, or end before they start (a recogniser's slips): every
    stretch is counted once and no length is negative. `wpm` counts from the first to the last
    word; `continuity` is 0-10: the share of speech x 10, less 0.5 for each pause over 3 s.
    """
    spans = _merged(words)
    if not spans:
        return SpeechMeasures(0, 0, 0, 0, None, None, 0, None, None, 0, None, None, None)
    span_s = spans[-1][1] - spans[0][0]
    speech_s = min(sum(end - start for start, end in spans), span_s)
    gaps = [later[0] - earlier[1] for earlier, later in zip(spans, spans[1:], strict=False)]
    pauses = [gap for gap in gaps if gap > pause_s]
    long_pauses = sum(gap > LONG_PAUSE_S for gap in gaps)
    fillers = count_fillers([word.text for word in _ordered(words)], language)
    share = speech_s / span_s if span_s > 0 else None
    return SpeechMeasures(
        words=len(words),
        span_s=span_s,
        speech_s=speech_s,
        silence_s=span_s - speech_s,
        wpm=len(words) / span_s * 60 if span_s > 0 else None,
        silence_share_percent=None if share is None else 100 * (1 - share),
        pauses=len(pauses),
        pause_mean_s=sum(pauses) / len(pauses) if pauses else None,
        pause_longest_s=max(pauses) if pauses else None,
        long_pauses=long_pauses,
        fillers=fillers,
        filler_share_percent=None if fillers is None else min(100.0, 100 * fillers / len(words)),
        continuity=None if share is None else max(0.0, share * 10 - 0.5 * long_pauses),
    )


def count_fillers(texts: Sequence[str], language: str) -> int | None:
    """Fillers among the words, a phrase counting once; None for a language without a list."""
    known = FILLERS.get(language.split("-")[0].lower())
    if known is None:
        return None
    plain = [_EDGES.sub("", text).casefold() for text in texts]
    count = index = 0
    while index < len(plain):
        if "\x00".join(plain[index : index + 2]) in known and index + 1 < len(plain):
            count, index = count + 1, index + 2
            continue
        count, index = count + (plain[index] in known), index + 1
    return count


def _ordered(words: Sequence[Word]) -> list[Word]:
    return sorted(words, key=lambda word: (word.start_s, word.end_s))


def _merged(words: Sequence[Word]) -> list[tuple[float, float]]:
    """The union of the words' stretches, in order."""
    merged: list[tuple[float, float]] = []
    for word in _ordered(words):
        start, end = word.start_s, max(word.start_s, word.end_s)
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
