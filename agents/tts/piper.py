"""Piper voices in a sidecar process, with exact mouth shapes from their phoneme alignments."""

from __future__ import annotations

from agents.tts.piper_voices import MODELS, voice_asset
from agents.tts.sidecar_voice import speak
from agents.tts.speakable import speakable
from interview.errors import Unavailable
from interview.models import ModelFolders
from interview.ports.speech import EngineHealth, SpokenAudio
from sidecars.sidecar import Sidecar

__all__ = ["MODELS", "PiperSynthesiser"]


class PiperSynthesiser:
    """See `interview.ports.Synthesiser`. Speaks the language of its voice only.

    Each voice that is asked for has a process of its own; only provisioned voices can be.
    """

    name = "piper"

    def __init__(self, voice: str, folders: ModelFolders) -> None:
        self.voice = voice
        self._folders = folders
        self._sidecars: dict[str, Sidecar] = {}
        self._failure = "The voice has not been started."

    async def start(self) -> None:
        """Load the voice. Raises Unavailable with what is missing."""
        try:
            await self._sidecar(self.voice).start()
        except Unavailable as error:
            self._failure = f"The Piper voice {self.voice} cannot speak: {error.why}."
            raise
        self._failure = ""

    async def synthesise(
        self, text: str, *, language: str, voice: str | None = None, rate: float = 1.0
    ) -> SpokenAudio:
        """Speak a text. Raises Unavailable, also for a language that is not the voice's."""
        chosen = voice or self.voice
        if chosen.split("_")[0] != language.split("-")[0].lower():
            raise Unavailable("tts", f"the voice {chosen} does not speak {language}")
        try:
            words = speakable(text, language)
            spoken = await speak(
                self._sidecar(chosen), words, engine=self.name, voice=chosen, rate=rate
            )
        except Unavailable as error:
            if chosen == self.voice and "nothing to say" not in error.why:
                self._failure = f"The Piper voice {chosen} cannot speak: {error.why}."
            raise
        self._failure = "" if chosen == self.voice else self._failure
        return spoken

    def health(self) -> EngineHealth:
        """Queue and restarts."""
        sidecars = self._sidecars.values()
        own = self._sidecars.get(self.voice)
        reason = self._failure
        if own is not None and own.fault:
            reason = f"The Piper voice {self.voice} cannot speak: {own.fault}."
        return EngineHealth(
            name=self.name,
            available=not reason,
            reason=reason,
            queue=sum(sidecar.pending for sidecar in sidecars),
            restarts=sum(max(0, sidecar.starts - 1) for sidecar in sidecars),
            details={"voice": self.voice},
        )

    async def aclose(self) -> None:
        """End the processes."""
        for sidecar in self._sidecars.values():
            await sidecar.aclose()
        self._sidecars.clear()

    def _sidecar(self, voice: str) -> Sidecar:
        """The process of a voice, not yet started. Raises Unavailable when files are missing."""
        if voice not in self._sidecars:
            folder = self._folders.locate(voice_asset(voice))
            aligned = folder / f"{voice}.aligned.onnx"
            model = aligned if aligned.is_file() else folder / f"{voice}.onnx"
            config = folder / f"{voice}.onnx.json"
            arguments = [str(model), str(config)]
            self._sidecars[voice] = Sidecar("tts", "agents.tts.piper_worker", arguments)
        return self._sidecars[voice]
