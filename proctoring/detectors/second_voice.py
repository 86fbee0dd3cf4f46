"""Speech while the candidate's mouth stays closed."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from statistics import pstdev

from proctoring.base import (
    DetectorSpec,
    HeadReading,
    Input,
    KindSpec,
    Observation,
    Reading,
    Severity,
    Speech,
    Stimulus,
)
from proctoring.observing import Span, beyond, engine_of

WINDOW_S = 2.0
MIN_FRAMES = 4
STILL_MOUTH = 0.02
FACING_DEG = 30.0

KIND = KindSpec(
    "second_voice",
    meaning="Speech was heard while the candidate's mouth did not move.",
    advice="We hear someone speaking. Please make sure that you are alone.",
    warning_severity=Severity.LOW,
    severity=Severity.MEDIUM,
    warn_after_s=2.0,
)


class SecondVoice:
    """Present while speech goes on for two seconds and the lips stand still."""

    def __init__(self) -> None:
        self._span = Span(KIND.code)
        self._speaking_since: float | None = None
        self._mouth: deque[tuple[float, float]] = deque(maxlen=32)

    def see(self, stimulus: Stimulus) -> Iterable[Observation]:
        """Answer a frame; speech only sets the stage."""
        if isinstance(stimulus, Speech):
            if not stimulus.speaking:
                self._speaking_since = None
                return [self._span.absent(stimulus.at_s)]
            if self._speaking_since is None:
                self._speaking_since = stimulus.at_s
            return []
        if not isinstance(stimulus, Reading):
            return []
        return [self._judge(stimulus, stimulus.head)]

    def _judge(self, reading: Reading, head: HeadReading | None) -> Observation:
        if head is None or abs(head.yaw) > FACING_DEG or abs(head.pitch) > FACING_DEG:
            self._mouth.clear()
            return self._span.unknown(reading.at_s)
        self._mouth.append((reading.at_s, head.mouth))
        engine = engine_of(reading, Input.LANDMARKS)
        begin_s = reading.at_s - WINDOW_S
        since = self._speaking_since
        if since is None:
            return self._span.absent(reading.at_s, engine)
        recent = [mouth for at, mouth in self._mouth if at >= max(begin_s, since) - 1e-6]
        if since > begin_s or len(recent) < MIN_FRAMES:
            return self._span.unknown(reading.at_s)
        spread = pstdev(recent)
        if spread >= STILL_MOUTH:
            return self._span.absent(reading.at_s, engine)
        measured = {"mouth_spread": round(spread, 4), "speech_s": round(reading.at_s - since, 1)}
        confidence = beyond(spread, STILL_MOUTH, STILL_MOUTH / 4)
        return self._span.present(
            reading.at_s, engine, measured, confidence=confidence, since_s=begin_s
        )


DETECTOR = DetectorSpec(
    name="second_voice",
    kinds=(KIND,),
    inputs=frozenset({Input.LANDMARKS, Input.SPEECH}),
    cost="nothing beyond landmarks and the interview's own voice detection",
    factory=SecondVoice,
    limits="A television or a voice in the next room sounds the same. Someone who speaks at the "
    "same time as the candidate is not noticed, nor is a hand before the mouth understood.",
)
