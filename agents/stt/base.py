"""Recognisers by the name in the settings."""

from __future__ import annotations

from collections.abc import Sequence

from agents.stt.faster_whisper import WhisperRecogniser
from agents.stt.whisper_models import whisper_asset
from interview.errors import InvalidInput, Unavailable
from interview.models import ModelFolders
from interview.ports.speech import EngineHealth, Hypothesis, Recogniser, RecogniserStream


class NoRecogniser:
    """Stands for a recogniser that is switched off or missing, and says why."""

    name = "none"

    def __init__(self, reason: str) -> None:
        self._reason = reason

    async def start(self) -> None:
        """Nothing to start."""

    def open_stream(
        self, *, language: str | None, hotwords: Sequence[str] = ()
    ) -> RecogniserStream:
        """Raises Unavailable."""
        raise Unavailable("stt", self._reason)

    async def transcribe(self, pcm: bytes, *, language: str | None) -> Hypothesis:
        """Raises Unavailable."""
        raise Unavailable("stt", self._reason)

    def health(self) -> EngineHealth:
        """Not available, and why."""
        return EngineHealth(name=self.name, available=False, reason=self._reason)

    async def aclose(self) -> None:
        """Nothing to close."""


def build_recogniser(name: str, model: str, folders: ModelFolders, workers: int) -> Recogniser:
    """The recogniser of that name; one that says why when its model is missing.

    Raises:
        InvalidInput: No engine has that name.
    """
    if name == "none":
        return NoRecogniser("Speech recognition is switched off on this server.")
    if name.startswith("livekit:"):
        # Imported here: the plugin adapter brings livekit-agents, which nobody else here needs.
        from agents.stt.livekit_plugin import LiveKitRecogniser

        return LiveKitRecogniser(name.removeprefix("livekit:"))
    if name != "faster-whisper":
        raise InvalidInput(
            "VIVA_STT",
            f"no engine is called {name!r} (faster-whisper, livekit:<package>.STT, none)",
        )
    try:
        folder = folders.locate(whisper_asset(model))
    except Unavailable as error:
        return NoRecogniser(f"Speech is not recognised on this server: {error.why}.")
    return WhisperRecogniser(str(folder), workers=workers)
