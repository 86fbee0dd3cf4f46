"""Which words of a hypothesis may be called final. Pure.

LocalAgreement-2: a word is committed when two passes in a row agree on it and on all before it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from interview.nouns import Word

SAME_TIME_S = 0.15


def plain(text: str) -> str:
    """A word without case and punctuation, to compare."""
    return "".join(
        char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum()
    )


class Agreement:
    """Takes one hypothesis of the open segment after the other."""

    def __init__(self) -> None:
        self.committed: list[Word] = []
        self._last: list[Word] = []

    def update(self, words: Sequence[Word]) -> list[Word]:
        """The words that this pass makes final."""
        fresh = self._after_committed(words)
        agreed: list[Word] = []
        for before, now in zip(self._after_committed(self._last), fresh, strict=False):
            if plain(before.text) != plain(now.text):
                break
            agreed.append(now)
        if len(agreed) == len(fresh) and agreed:
            agreed.pop()  # the last word may still be growing
        self.committed += agreed
        self._last = list(words)
        return agreed

    def finish(self, words: Sequence[Word]) -> list[Word]:
        """The segment is over: the rest of the last hypothesis is final."""
        rest = self._after_committed(words)
        self.committed += rest
        self._last = []
        return rest

    def tentative(self, words: Sequence[Word]) -> str:
        """What may still change."""
        return " ".join(word.text for word in self._after_committed(words))

    def _after_committed(self, words: Sequence[Word]) -> list[Word]:
        """The part of a hypothesis that follows what is committed."""
        count = len(self.committed)
        if count == 0:
            return list(words)
        head = [plain(word.text) for word in words[:count]]
        if head == [plain(word.text) for word in self.committed]:
            return list(words[count:])
        end_s = self.committed[-1].end_s - SAME_TIME_S
        return [word for word in words if word.start_s >= end_s]
