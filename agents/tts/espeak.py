"""espeak-ng in a sidecar process: the fallback, and the voice of languages that Piper lacks."""

from __future__ import annotations

from agents.tts.choices import espeak_languages, espeak_voice
from agents.tts.sidecar_voice import speak
from agents.tts.speakable import speakable
from interview.errors import Unavailable
from interview.ports.speech import EngineHealth, SpokenAudio
from sidecars.sidecar import Sidecar


class EspeakSynthesiser:
    """See `interview.ports.Synthesiser`. Needs no model files."""

    name = "espeak"

    def __init__(self) -> None:
        self._sidecar = Sidecar("tts", "agents.tts.espeak_worker")
        self._failure = ""

    async def start(self) -> None:
        """Start the process (the first request does so too). Raises Unavailable."""
        try:
            await self._sidecar.start()
        except Unavailable as error:
            self._failure = f"espeak-ng cannot speak: {error.why}."
            raise
        self._failure = ""

    async def synthesise(
        self, text: str, *, language: str, voice: str | None = None, rate: float = 1.0
    ) -> SpokenAudio:
        """Speak a text in a language; `voice` names an espeak-ng voice. Raises Unavailable."""
        named = espeak_languages().get(voice.lower(), voice) if voice else None
        chosen = named or espeak_voice(language)
        words = speakable(text, language)
        return await speak(self._sidecar, words, engine=self.name, voice=chosen, rate=rate)

    def health(self) -> EngineHealth:
        """Queue and restarts."""
        fault = self._sidecar.fault
        reason = f"espeak-ng cannot speak: {fault}." if fault else self._failure
        return EngineHealth(
            name=self.name,
            available=not reason,
            reason=reason,
            queue=self._sidecar.pending,
            restarts=max(0, self._sidecar.starts - 1),
        )

    async def aclose(self) -> None:
        """End the process."""
        await self._sidecar.aclose()
