"""Any livekit-agents TTS plugin as a voice: exact timing is not known, so lips follow the sound."""

from __future__ import annotations

import asyncio

import numpy as np
from livekit.agents import APIError, tts

from agents.livekit_plugins import Plugin, load_plugin
from agents.tts.loudness import levelled, paced, pcm16, trimmed
from agents.tts.speakable import speakable
from interview.errors import Unavailable
from interview.nouns import Viseme
from interview.ports.speech import EngineHealth, SpokenAudio

MAX_CHARS = 3_000
TIMEOUT_S = 30.0
FRAME_S = 0.04
LOUD_RMS = 0.02


class LiveKitSynthesiser:
    """See `interview.ports.Synthesiser`; `path` is the plugin's class (`openai.TTS`)."""

    def __init__(self, path: str) -> None:
        self.name = f"livekit:{path}"
        self._path = path
        self._plugin: Plugin | None = None
        self._failure = "The voice has not been started."

    async def start(self) -> None:
        """Load the plugin. Raises Unavailable with the package to install."""
        try:
            self._plugin = await load_plugin("tts", self._path, tts.TTS)
        except Unavailable as error:
            self._failure = error.message
            raise
        self._failure = ""

    async def synthesise(
        self, text: str, *, language: str, voice: str | None = None, rate: float = 1.0
    ) -> SpokenAudio:
        """Speak a text with the plugin's configured voice. Raises Unavailable.

        Another `rate` stretches what the plugin says: plugins have no common setting for it.
        """
        if self._plugin is None:
            raise Unavailable("tts", self._failure)
        words = speakable(text[:MAX_CHARS], language)
        try:
            async with asyncio.timeout(TIMEOUT_S):
                frame = await self._plugin.engine.synthesize(words).collect()
        except (APIError, TimeoutError, OSError, ValueError) as error:
            self._failure = f"{self.name} failed ({type(error).__name__})."
            raise Unavailable("tts", self._failure) from error
        samples = np.frombuffer(bytes(frame.data), dtype="<i2").astype(np.float32) / 32768.0
        mono = samples.reshape(-1, frame.num_channels).mean(axis=1).astype(np.float32)
        if len(mono) == 0:
            raise Unavailable("tts", f"{self.name} gave no audio")
        self._failure = ""
        audio, _ = trimmed(paced(mono, frame.sample_rate, rate), frame.sample_rate)
        audio = levelled(audio, frame.sample_rate)
        shapes = lips_of_loudness(audio, frame.sample_rate)
        return SpokenAudio(pcm16(audio), frame.sample_rate, shapes, self.name, self._path)

    def health(self) -> EngineHealth:
        """Whether the plugin is loaded and its last answer was good."""
        return EngineHealth(self.name, available=not self._failure, reason=self._failure)

    async def aclose(self) -> None:
        """Close the plugin."""
        if self._plugin is not None:
            await self._plugin.aclose()
            self._plugin = None


def lips_of_loudness(audio: np.ndarray, rate_hz: int) -> tuple[Viseme, ...]:
    """Open and closed lips in step with the loudness, where no phonemes are known."""
    size = max(1, int(rate_hz * FRAME_S))
    shapes: list[Viseme] = []
    for start in range(0, len(audio), size):
        part = audio[start : start + size]
        level = float(np.sqrt((part**2).mean()))
        shape = "sil" if level < LOUD_RMS else "E" if level < LOUD_RMS * 5 else "aa"
        at_s, duration_s = start / rate_hz, len(part) / rate_hz
        if shapes and shapes[-1].shape == shape:
            before = shapes.pop()
            at_s, duration_s = before.at_s, before.duration_s + duration_s
        shapes.append(Viseme(at_s=round(at_s, 3), duration_s=round(duration_s, 3), shape=shape))
    return tuple(shapes)
