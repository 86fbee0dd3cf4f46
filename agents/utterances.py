"""What becomes of recognised words: captions, an utterance, a command, or noise."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from interview.conversation import Caption, VoiceSays, WordsHeard
from interview.nouns import Utterance, Word
from interview.ports.speech import Hypothesis


@dataclass(frozen=True, slots=True)
class OpenUtterance:
    """The open utterance as it is known now. `counts` is False when its turn is over already."""

    words: tuple[Word, ...]
    tentative: str
    until_s: float
    final: bool
    counts: bool


class Audience(Protocol):
    """Who decides about turns."""

    async def heard(self, utterance: OpenUtterance) -> None:
        """Awaited before words are told, so that a barge-in is told first."""

    def command_in(self, words: Sequence[Word]) -> int | None:
        """Where in a closed utterance the command begins that ends it."""

    def is_noise(self, words: Sequence[Word]) -> bool:
        """Whether a closed utterance is no answer: an "mm-hm" to what the avatar says."""


class Utterances:
    """One after the other.

    The words of a command are kept back (`take_command`); they are told only when they turn out to
    be part of an answer.
    """

    def __init__(
        self, say: Callable[[VoiceSays], None], audience: Audience, *, language: str
    ) -> None:
        self._say = say
        self._audience = audience
        self._language = language
        self._words: list[Word] = []
        self._kept_back: tuple[Word, ...] = ()

    async def hear(self, known: Hypothesis, *, counts: bool) -> None:
        """The recogniser knows more of the open utterance; a final one is closed."""
        self._words.extend(known.committed)
        words, tentative = tuple(self._words), known.tentative
        await self._audience.heard(
            OpenUtterance(words, tentative, known.audio_end_s, final=known.final, counts=counts)
        )
        if words or tentative:
            text = " ".join(word.text for word in words)
            self._say(Caption(text=text, tentative=tentative, words=words))
        if known.final:
            self.close()

    def close(self) -> None:
        """Tell the utterance, but for a command at its end."""
        words, self._words = (*self._kept_back, *self._words), []
        self._kept_back = ()
        if words and not self._audience.is_noise(words):
            start = self._audience.command_in(words)
            if start is not None:
                words, self._kept_back = words[:start], words[start:]
            self._tell(words)

    def take_command(self) -> str:
        """The words of the command that ended the last utterance."""
        kept, self._kept_back = self._kept_back, ()
        return " ".join(word.text for word in kept)

    def release(self) -> None:
        """It was no command: its words are part of the answer."""
        kept, self._kept_back = self._kept_back, ()
        self._tell(kept)

    def _tell(self, words: tuple[Word, ...]) -> None:
        if not words:
            return
        utterance = Utterance(
            utterance_id=uuid.uuid4().hex,
            text=" ".join(word.text for word in words),
            words=words,
            start_s=words[0].start_s,
            end_s=words[-1].end_s,
            language=self._language,
        )
        self._say(WordsHeard(utterance=utterance))
