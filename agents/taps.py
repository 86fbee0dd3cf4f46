"""LiveKit's voice activity and end-of-turn models, overheard while an AgentSession runs them.

The models may be used only inside livekit-agents (see NOTICE): the session owns them, and these
wrappers tell us what they say. The session itself decides nothing (`agents/turns/policy.py` does).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, cast

import numpy as np
from livekit import rtc
from livekit.agents import LanguageCode, vad
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, APIConnectOptions
from livekit.agents.voice.turn import TurnDetectionEvent

NEVER = 2.0  # a probability that no prediction reaches: the session keeps waiting for us

OnWindow = Callable[[float, "np.ndarray[Any, np.dtype[np.int16]]"], None]
OnPrediction = Callable[[float], None]


class OverheardVad(vad.VAD):
    """A VAD that tells each window's probability and samples (16 kHz, 32 ms) to `on_window`."""

    def __init__(self, inner: vad.VAD, on_window: OnWindow) -> None:
        super().__init__(capabilities=inner.capabilities)
        self._inner = inner
        self._on_window = on_window

    @property
    def model(self) -> str:
        return self._inner.model

    @property
    def provider(self) -> str:
        return self._inner.provider

    @property
    def min_silence_duration(self) -> float | None:
        return getattr(self._inner, "min_silence_duration", None)

    def stream(self) -> vad.VADStream:
        """A stream of the wrapped VAD, overheard."""
        return cast(vad.VADStream, _OverheardVadStream(self._inner.stream(), self._on_window))


class _OverheardVadStream:
    def __init__(self, inner: vad.VADStream, on_window: OnWindow) -> None:
        self._inner = inner
        self._on_window = on_window

    def push_frame(self, frame: rtc.AudioFrame) -> None:
        self._inner.push_frame(frame)

    def flush(self) -> None:
        self._inner.flush()

    def end_input(self) -> None:
        self._inner.end_input()

    async def aclose(self) -> None:
        await self._inner.aclose()

    def __aiter__(self) -> AsyncIterator[vad.VADEvent]:
        return self

    async def __anext__(self) -> vad.VADEvent:
        event = await self._inner.__anext__()
        if event.type is vad.VADEventType.INFERENCE_DONE:
            samples = np.concatenate(
                [np.frombuffer(bytes(frame.data), dtype=np.int16) for frame in event.frames]
            )
            self._on_window(event.probability, samples)
        return event


class OverheardDetector:
    """An end-of-turn detector whose predictions reach `on_prediction`, and never the session."""

    def __init__(self, inner: Any, on_prediction: OnPrediction) -> None:
        self._inner = inner
        self._on_prediction = on_prediction

    @property
    def model(self) -> str:
        return str(self._inner.model)

    @property
    def provider(self) -> str:
        return str(self._inner.provider)

    def stream(
        self, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS
    ) -> _OverheardDetectorStream:
        """A stream of the wrapped detector, overheard."""
        inner = self._inner.stream(conn_options=conn_options)
        return _OverheardDetectorStream(inner, self._on_prediction)


class _OverheardDetectorStream:
    def __init__(self, inner: Any, on_prediction: OnPrediction) -> None:
        self._inner = inner
        self._on_prediction = on_prediction
        self._latest: asyncio.Future[TurnDetectionEvent] | None = None

    @property
    def model(self) -> str:
        return str(self._inner.model)

    @property
    def provider(self) -> str:
        return str(self._inner.provider)

    @property
    def is_fallback(self) -> bool:
        return bool(self._inner.is_fallback)

    @property
    def prediction_timeout(self) -> float:
        return float(self._inner.prediction_timeout)

    async def unlikely_threshold(self, language: LanguageCode | None) -> float | None:
        del language
        return NEVER

    async def backchannel_threshold(self, language: LanguageCode | None) -> float | None:
        return cast("float | None", await self._inner.backchannel_threshold(language))

    async def supports_language(self, language: LanguageCode | None) -> bool:
        return bool(await self._inner.supports_language(language))

    def predict(self) -> asyncio.Future[TurnDetectionEvent]:
        """Ask the model; a prediction that was superseded is not told."""
        found: asyncio.Future[TurnDetectionEvent] = self._inner.predict()
        self._latest = found
        found.add_done_callback(self._tell)
        return found

    def _tell(self, found: asyncio.Future[TurnDetectionEvent]) -> None:
        if found is self._latest and not found.cancelled() and found.exception() is None:
            self._on_prediction(found.result().end_of_turn_probability)

    def cancel_inference(self, *, timed_out: bool = False) -> None:
        self._latest = None
        self._inner.cancel_inference(timed_out=timed_out)

    def flush(self, reason: str | None = None) -> None:
        self._latest = None
        self._inner.flush(reason)

    def push_audio(self, frame: rtc.AudioFrame) -> None:
        self._inner.push_audio(frame)

    def end_input(self) -> None:
        self._inner.end_input()

    async def aclose(self) -> None:
        await self._inner.aclose()
