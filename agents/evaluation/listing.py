"""Words of the expected answer without an answer: lists of terms, shuffled sentences. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from agents.evaluation.encoded import plain_words
from agents.evaluation.passages import STOPWORDS, content_words, stem, tokens

LISTED = 3.0  # of 10: the most that such an answer is worth
MIN_WORDS = 6
MOSTLY = 0.75
NEIGHBOURS = 2
OUT_OF_ORDER = 0.3
SCATTERED = 0.24  # so little of the order is left in no sentence that says the same otherwise
MIN_ITEMS = 5
MIN_KEYWORDS = 2

_BREAKS = re.compile(r"[,;\n•/|]|\band\b")
_ARTICLES = frozenset(("an", "the"))  # "a" may be a letter: "bulb a and bulb b"
_OPENERS = _ARTICLES | frozenset("of in on at to for with from by into than as and or".split())
_CANNOT_FOLLOW = frozenset("of is are was were be and or than".split())
_NOT_AFTER_ARTICLE = _OPENERS | frozenset(
    "it they he she them if then when where can has have".split()
)


def lists_terms(answer: str, points: Sequence[str]) -> bool:
    """Whether the answer only strings together words of the points.

    A list is an answer where the points are a list themselves, and where they are short.
    """
    expected = [stem(word) for point in points for word in tokens(point)]
    stems = [stem(word.text) for word in plain_words(answer)]
    known = [word for word in stems if word in set(expected)]
    meant = {stem(w) for point in points for w in tokens(point) if w not in STOPWORDS}
    if len(known) < MIN_WORDS - 1 or len(known) < MOSTLY * len(stems) or len(meant) < MIN_ITEMS:
        return False
    if _is_list(" . ".join(points)):
        return False
    return _is_list(answer) or (
        len(known) >= MIN_WORDS and _is_shuffled(tokens(answer), stems, expected)
    )


def lists_keywords(answer: str, keywords: Sequence[str]) -> bool:
    """Whether the answer is hardly more than the stored keywords, of which there are several."""
    terms = {word for keyword in keywords for word in content_words(keyword)}
    said = content_words(answer)
    if len(keywords) < MIN_KEYWORDS or len(said) < MIN_KEYWORDS + 1:
        return False
    return sum(word in terms for word in said) > MOSTLY * len(said)


def _is_list(text: str) -> bool:
    """Short items between commas, most of a word."""
    items = [tokens(part) for part in _BREAKS.split(text)]
    items = [item for item in items if item]
    return len(items) >= MIN_ITEMS and sum(len(item) for item in items) <= 1.6 * len(items)


def _is_shuffled(said: Sequence[str], stems: Sequence[str], expected: Sequence[str]) -> bool:
    """Whether neighbours in the answer are hardly ever neighbours in what was expected.

    A sentence may say the same in an order of its own: then its words stand together as in English.
    """
    order = _order(stems, expected)
    broken = sum(_broken(pair) for pair in pairwise(said)) + (said[-1] in _OPENERS)
    bare = not any(word in STOPWORDS for word in said)
    if order < OUT_OF_ORDER:
        return bool(broken) or bare or order < SCATTERED
    return order < 2 * OUT_OF_ORDER and (broken >= 2 or bare)


def _order(stems: Sequence[str], expected: Sequence[str]) -> float:
    places: dict[str, list[int]] = {}
    for index, word in enumerate(expected):
        places.setdefault(word, []).append(index)
    pairs = [(a, b) for a, b in pairwise(stems) if a in places and b in places]
    kept = sum(any(_near(places[a], places[b])) for a, b in pairs)
    return kept / len(pairs) if pairs else 1.0


def _near(firsts: Sequence[int], seconds: Sequence[int]) -> Iterator[bool]:
    return (0 < second - first <= NEIGHBOURS for first in firsts for second in seconds)


def _broken(pair: tuple[str, str]) -> bool:
    """Two words that do not stand together in English."""
    first, second = pair
    return first in _OPENERS and (
        second in _CANNOT_FOLLOW or (first in _ARTICLES and second in _NOT_AFTER_ARTICLE)
    )
