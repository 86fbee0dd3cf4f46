"""The recogniser alone: audio in, final words and a tentative tail out. Nothing of a server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agents.stt.commit import CommitPolicy
from agents.stt.heard import HeardWord
from agents.stt.incremental import Incremental, Plan
from agents.stt.whisper import Whisper


@dataclass(frozen=True, slots=True)
class Update:
    """`committed`: words that are final since the last update. `tentative` may still change."""

    committed: tuple[HeardWord, ...]
    tentative: str


class Transcriber:
    """One stream. Blocks for the length of a pass: give it a thread or a process of its own.

    Args:
        whisper: A loaded model; shared by streams that take turns.
        language: None detects it.
        hotwords: Names and terms that are likely.
    """

    def __init__(
        self,
        whisper: Whisper,
        *,
        language: str | None = None,
        hotwords: Sequence[str] = (),
        plan: Plan | None = None,
        policy: CommitPolicy | None = None,
    ) -> None:
        self._whisper = whisper
        self._language = language
        self._hotwords = ", ".join(hotwords)
        self._segment = Incremental(0.0, plan, policy)

    def push(self, pcm: bytes) -> Update:
        """Take audio (PCM16 mono 16 kHz) in pieces of any length."""
        self._segment.push(pcm)
        committed = self._pass(final=False)[1] if self._segment.due else ()
        return Update(committed, " ".join(word.text for word in self._segment.tentative))

    def flush(self) -> Update:
        """The end of what was said: all words are final. The next audio follows in time."""
        words: tuple[HeardWord, ...] = ()
        done = False
        while not done:
            done, more = self._pass(final=True)
            words += more
        return Update(words, "")

    def _pass(self, *, final: bool) -> tuple[bool, tuple[HeardWord, ...]]:
        ask = self._segment.ask(final=final)
        heard = self._whisper.hear(ask, language=self._language, hotwords=self._hotwords)
        return ask.final, tuple(self._segment.take(ask, heard))
