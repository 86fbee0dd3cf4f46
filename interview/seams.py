"""Words that were heard twice over a seam: before the connection broke, and from the page after it.

Pure. The page sends its sound from a moment before the last stored word, so that none is cut in
two; what is stored already must not be stored again.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from interview.nouns import Utterance, Word

CLOCKS_APART_S = 0.35  # the page's sound and ours lie so far apart at most
MOST_WORDS = 12


def without_overlap(utterance: Utterance, before: Sequence[Utterance]) -> Utterance | None:
    """The utterance without the words that are stored already; None when no word is left.

    They are those said while the stored ones were said, and those that say the last stored words
    again where these ended. What somebody says once more later has its own time, and stays.
    """
    stored = sorted((word for one in before for word in one.words), key=lambda word: word.start_s)
    if not stored or not utterance.words:
        return utterance
    end_s = max(word.end_s for word in stored)
    known = max(_said_meanwhile(utterance.words, end_s), _again(utterance.words, stored, end_s))
    if not known:
        return utterance
    left = utterance.words[known:]
    if not left:
        return None
    return _of_words(utterance, left)


def of_its_own(heard: Utterance, others: Sequence[Utterance]) -> Utterance:
    """The utterance without words that were said in the time of others, which have them.

    As it is when nothing would be left. Sound is kept beyond an utterance's end: what follows there
    is stored by itself once it is recognised, and would stand there twice.
    """
    times = [(other.start_s, other.end_s) for other in others]
    left = tuple(
        word
        for word in heard.words
        if not any(start <= (word.start_s + word.end_s) / 2 <= end for start, end in times)
    )
    if not left or len(left) == len(heard.words):
        return heard
    return _of_words(heard, left).model_copy(update={"end_s": left[-1].end_s})


def _of_words(utterance: Utterance, left: Sequence[Word]) -> Utterance:
    """What is left of an utterance; it begins with the first of its words."""
    text = " ".join(word.text for word in left)
    return utterance.model_copy(
        update={"words": tuple(left), "text": text, "start_s": left[0].start_s}
    )


def _said_meanwhile(words: Sequence[Word], end_s: float) -> int:
    count = 0
    for word in words:
        if (word.start_s + word.end_s) / 2 >= end_s:
            break
        count += 1
    return count


def _again(words: Sequence[Word], stored: Sequence[Word], end_s: float) -> int:
    """How many words say the last stored ones once more, too soon to be said anew."""
    for count in range(min(len(words), len(stored), MOST_WORDS), 0, -1):
        same = _plain(words[:count]) == _plain(stored[-count:])
        if same and words[0].start_s <= stored[-count].start_s + CLOCKS_APART_S:
            return count
        if same and count == 1 and words[0].start_s <= end_s:
            return count
    return 0


def _plain(words: Sequence[Word]) -> list[str]:
    return [
        "".join(
            char for char in unicodedata.normalize("NFKC", word.text).casefold() if char.isalnum()
        )
        for word in words
    ]
