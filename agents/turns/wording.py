"""What the last words of an answer say about whether more is to come. Pure; English.

A pause after "and" or "the" is a breath, a pause after a whole sentence may be the end. Other
languages say nothing here (`Ending.OPEN`): the sound alone decides.
"""

from __future__ import annotations

import re
from enum import StrEnum

from interview.abbreviations import goes_on

MIN_SENTENCE_WORDS = 3
LIST_ITEM_WORDS = 3
MAIN_CLAUSE_WORDS = 10

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})  # noqa: RUF001
_FILLERS = frozenset("um umm uhm uh uhh er err erm ah eh hm hmm hmmm mm mmm mhm well".split())
_CONNECTIVES = frozenset(
    "and or but nor because cause 'cause so then thus hence therefore although though unless until "
    "while whereas whether if when whenever where which who whose whom that than as like plus "
    "also however since once before after besides meanwhile otherwise namely".split()
)
_LEADING = frozenset(
    "the a an my your his their our every each some any no these those this to of for with from "
    "into onto at by in on about between through during without within via per against under over "
    "toward towards upon among "
    "i we they he she i'm we're they're you're he's she's it's there's i've we've they've i'll "
    "we'll i'd we'd is are was were be been being am has have had do does did will would can could "
    "should shall may might must not don't doesn't didn't can't couldn't wouldn't isn't wasn't "
    "very really quite more most less such both either neither first firstly second secondly "
    "third thirdly finally lastly maybe perhaps probably basically actually".split()
)
_TAIL_PHRASES = (
    "you know",
    "i mean",
    "kind of",
    "sort of",
    "such as",
    "for example",
    "for instance",
    "as well as",
    "first of all",
    "let me think",
    "let me see",
    "let's see",
    "how do i say",
    "how should i put it",
    "what else",
    "in order to",
    "on the other hand",
    "the thing is",
    "going to",
    "a lot of",
)
# Words that may well end a sentence although they stand in the sets above ("I think so.").
_FINAL_AFTER_STOP = frozenset(
    "so then though that this these those there well before after since once also too however "
    "otherwise first second third finally like in on over under about through by for with to at "
    "of from is are was were be do does did have has had will would can could should not no some "
    "any more most less both either neither maybe perhaps probably actually really cause".split()
)
_BACK_CHANNELS = frozenset(
    "mm mmm mhm mm-hm mm-hmm mhmm hm hmm uh-huh uhhuh aha ah oh yeah yep yup yes okay ok right "
    "sure alright good great nice cool see i got it uh um huh".split()
)
# Sounds of listening and thinking: by themselves they answer nothing that is asked in an interview.
_MURMURS = frozenset(
    "mm mmm mhm mm-hm mm-hmm mhmm hm hmm uh-huh uhhuh aha ah oh okay ok right alright good great "
    "nice cool huh uh um so well".split()
)
_WORD = re.compile(r"[^\W\d_][\w'\-]*|\d[\w.,%]*", re.UNICODE)
_SENTENCE_END = re.compile(r"(?<=[^.][.!?])\s+")
_HESITATION = re.compile(r"\.\.\.|…|\b(?:um+|uh+|er+m?|hmm+)\b", re.IGNORECASE)
_SUBORDINATORS = frozenset(
    "unless if when while because although though since whereas after before until as whenever "
    "once whether".split()
)
_LIST_SPLIT = re.compile(r",\s*")


class Ending(StrEnum):
    """What the text says of its own end."""

    EMPTY = "empty"
    UNFINISHED = "unfinished"
    OPEN = "open"
    COMPLETE = "complete"


def plain_words(text: str) -> list[str]:
    """Lower-case words without punctuation."""
    return _WORD.findall(text.lower().translate(_APOSTROPHES))


def ending_of(text: str, *, language: str = "en") -> Ending:
    """Whether somebody who says this and stops has finished.

    Punctuation of a recogniser is weak evidence (it likes to end what was only cut): a trailing
    connective, filler or repeated word outweighs a full stop, except for words that do end
    sentences ("I think so.").
    """
    words = plain_words(text)
    if not words:
        return Ending.EMPTY
    if not language.lower().startswith("en"):
        return Ending.OPEN
    stripped = text.rstrip(" \"')")
    stopped = ends_with_stop(text)
    if goes_on(stripped, "more"):
        return Ending.UNFINISHED
    if _hangs(words, stopped=stopped) or stripped.endswith(("..", "…", ",", "-", "–", ":", ";")):
        return Ending.UNFINISHED
    if not stopped and _open_list(text):
        return Ending.UNFINISHED
    sentence = _last_sentence(text)
    if _HESITATION.search(sentence) or _waits_for_its_main_clause(sentence):
        return Ending.UNFINISHED
    return Ending.COMPLETE if len(plain_words(sentence)) >= MIN_SENTENCE_WORDS else Ending.OPEN


def ends_with_stop(text: str) -> bool:
    """Whether the words end with the mark of a whole sentence, in any language."""
    stripped = text.rstrip(" \"')")
    return stripped.endswith((".", "!", "?", "。")) and not stripped.endswith("..")


def is_back_channel(text: str) -> bool:
    """Whether this only says "I am listening": it takes no floor."""
    words = plain_words(text)
    return bool(words) and len(words) <= 4 and all(word in _BACK_CHANNELS for word in words)


def is_murmur(text: str, *, language: str = "en") -> bool:
    """Whether all of it is "mm", "okay", "right": the answer itself is yet to come."""
    words = plain_words(text)
    return language.lower().startswith("en") and all(word in _MURMURS for word in words)


def _last_sentence(text: str) -> str:
    start = 0
    for end in _SENTENCE_END.finditer(text):
        before, after = text[start : end.start()], text[end.end() :]
        if plain_words(after) and not goes_on(before, after):
            start = end.end()
    return text[start:]


def _waits_for_its_main_clause(sentence: str) -> bool:
    """ "Unless the cache is full" says nothing yet; with a comma or enough words it may."""
    words = plain_words(sentence)
    short = len(words) < MAIN_CLAUSE_WORDS and "," not in sentence
    return short and bool(words) and words[0] in _SUBORDINATORS


def _hangs(words: list[str], *, stopped: bool) -> bool:
    last = words[-1]
    if last in _FILLERS and not (stopped and last == "well"):
        return True
    if any(_ends_with(words, phrase.split()) for phrase in _TAIL_PHRASES):
        return True
    if last in _CONNECTIVES or last in _LEADING:
        return not (stopped and last in _FINAL_AFTER_STOP)
    return _restarts(words)


def _ends_with(words: list[str], tail: list[str]) -> bool:
    return words[-len(tail) :] == tail


def _restarts(words: list[str]) -> bool:
    """The last words said twice: "we used we used"."""
    for size in (1, 2, 3):
        if len(words) >= 2 * size and words[-size:] == words[-2 * size : -size]:
            return True
    return False


def _open_list(text: str) -> bool:
    """Short items in a row with no "and" before the last: the next one is on its way."""
    items = [plain_words(item) for item in _LIST_SPLIT.split(_last_sentence(text))]
    if len(items) < 3:
        return False
    last = items[-1]
    return 0 < len(last) <= LIST_ITEM_WORDS and last[0] not in ("and", "or")
