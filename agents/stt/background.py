"""Whole passes in a process of their own: started when first needed, nicer than those who listen.

A candidate's captions never wait for what somebody said before. The process ends when it has had
nothing to do for a while, so that its memory is free between interviews.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from agents.stt.heard import BYTES_PER_S, HeardWord
from agents.stt.whole import Whole
from interview.errors import Unavailable
from interview.nouns import Word
from interview.ports.speech import Hypothesis
from sidecars.sidecar import Sidecar, SidecarCrashed

NICENESS = 15
TRIES = 3
IDLE_S = 120.0
START_S = 60.0
S_PER_S = 2.0  # a machine twenty times slower than measured still answers in time
MAX_WAITING = 64

log = structlog.get_logger(__name__)


def spoken(words: Sequence[HeardWord]) -> list[Word]:
    """Committed words as everybody else knows them."""
    return [
        Word(
            text=word.text,
            start_s=max(0.0, word.start_s),
            end_s=max(0.0, word.end_s),
            confidence=word.confidence,
        )
        for word in words
    ]


class Background:
    """One clip after the other. What if full: with 64 waiting the next is refused (Unavailable)."""

    def __init__(self, folder: str, *, idle_s: float = IDLE_S) -> None:
        self._sidecar = Sidecar("stt", "agents.stt.whisper_worker", [folder, str(NICENESS)])
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._idle_s = idle_s
        self._rest: asyncio.TimerHandle | None = None

    async def hear(self, pcm: bytes, *, language: str | None) -> Hypothesis:
        """All words of a clip. Raises Unavailable."""
        if self._waiting >= MAX_WAITING:
            raise Unavailable("stt", "too many clips are waiting")
        self._waiting += 1
        try:
            async with self._turn:
                whole = await self._asked(pcm, language)
        finally:
            self._waiting -= 1
            self._rest_soon()
        return Hypothesis(
            tuple(spoken(whole.words)),
            "",
            len(pcm) / BYTES_PER_S,
            final=True,
            language=whole.language,
            sounds_like=whole.sounds_like,
            belief=whole.belief,
            unheard=whole.unheard,
        )

    async def aclose(self) -> None:
        """End the process."""
        if self._rest is not None:
            self._rest.cancel()
        await self._sidecar.aclose()

    async def _asked(self, pcm: bytes, language: str | None) -> Whole:
        timeout_s = START_S + S_PER_S * len(pcm) / BYTES_PER_S
        for attempt in range(TRIES):
            try:
                header = {"whole": True, "language": language}
                answer = await self._sidecar.request(header, pcm, timeout_s=timeout_s)
                return Whole.of(answer.header)
            except SidecarCrashed:
                log.warning("whole_pass_repeated", attempt=attempt)
        raise Unavailable("stt", "the recogniser keeps ending")

    def _rest_soon(self) -> None:
        if self._rest is not None:
            self._rest.cancel()
        loop = asyncio.get_running_loop()
        self._rest = loop.call_later(self._idle_s, self._let_go)

    def _let_go(self) -> None:
        if not self._waiting:
            self._sidecar.dismiss()
