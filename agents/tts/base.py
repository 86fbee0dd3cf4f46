"""Voices by the name in the settings, and what happens when the first choice fails."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from agents.tts.espeak import EspeakSynthesiser
from agents.tts.piper import PiperSynthesiser
from interview.errors import InvalidInput, Unavailable
from interview.models import ModelFolders
from interview.ports.speech import EngineHealth, SpokenAudio, Synthesiser

log = structlog.get_logger(__name__)


class NoSynthesiser:
    """Stands for a voice that is switched off, and says so."""

    name = "none"

    def __init__(self, reason: str = "The spoken voice is switched off on this server.") -> None:
        self._reason = reason

    async def start(self) -> None:
        """Nothing to start."""

    async def synthesise(
        self, text: str, *, language: str, voice: str | None = None, rate: float = 1.0
    ) -> SpokenAudio:
        """Raises Unavailable."""
        raise Unavailable("tts", self._reason)

    def health(self) -> EngineHealth:
        """Not available, and why."""
        return EngineHealth(name=self.name, available=False, reason=self._reason)

    async def aclose(self) -> None:
        """Nothing to close."""


class FallbackSynthesiser:
    """Asks one voice after another; the text is shown only when all of them fail."""

    def __init__(self, engines: Sequence[Synthesiser]) -> None:
        self._engines = tuple(engines)
        self.name = self._engines[0].name

    async def start(self) -> None:
        """Start the first voice, or, when it cannot be, the next.

        Raises:
            Unavailable: None can be started; says why the first cannot.
        """
        first: Unavailable | None = None
        for engine in self._engines:
            try:
                await engine.start()
                return
            except Unavailable as error:
                log.warning("voice_not_started", engine=engine.name, why=error.why)
                first = first or error
        if first is not None:
            raise first

    async def synthesise(
        self, text: str, *, language: str, voice: str | None = None, rate: float = 1.0
    ) -> SpokenAudio:
        """Speak with the first voice that can. A named voice is the first engine's alone.

        Raises:
            Unavailable: None can; says why the first cannot.
        """
        first: Unavailable | None = None
        for engine in self._engines:
            named = voice if engine is self._engines[0] else None
            try:
                return await engine.synthesise(text, language=language, voice=named, rate=rate)
            except Unavailable as error:
                log.warning("voice_failed", engine=engine.name, why=error.why)
                first = first or error
        raise first or Unavailable("tts", "there is no voice")

    def health(self) -> EngineHealth:
        """Of the first voice that is available; while that is a fallback, why it is needed."""
        states = [engine.health() for engine in self._engines]
        usable = next((state for state in states if state.available), states[0])
        return EngineHealth(
            name=usable.name,
            available=usable.available,
            reason=states[0].reason,
            queue=sum(state.queue for state in states),
            restarts=sum(state.restarts for state in states),
            details=usable.details,
        )

    async def aclose(self) -> None:
        """End all voices."""
        for engine in self._engines:
            await engine.aclose()


def build_synthesiser(name: str, voice: str, folders: ModelFolders) -> Synthesiser:
    """The voice of that name, not yet started.

    Raises:
        InvalidInput: No engine has that name.
        Unavailable: A plugin is not installed; names the package.
    """
    if name == "none":
        return NoSynthesiser()
    if name == "piper":
        return FallbackSynthesiser([PiperSynthesiser(voice, folders), EspeakSynthesiser()])
    if name == "espeak":
        return EspeakSynthesiser()
    if name.startswith("livekit:"):
        # Imported here: the plugin adapter brings livekit-agents, which nobody else here needs.
        from agents.tts.livekit_plugin import LiveKitSynthesiser

        return LiveKitSynthesiser(name.removeprefix("livekit:"))
    raise InvalidInput(
        "VIVA_TTS", f"no engine is called {name!r} (piper, espeak, livekit:<package>.TTS, none)"
    )
