"""A face that hardly moves, as a photograph's: a weak hint, never more."""

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
    Stimulus,
)
from proctoring.observing import Span, engine_of

WINDOW_S = 40.0
MIN_FRAMES = 40
EYES_RANGE = 0.12
MOUTH_SPREAD = 0.004
GAZE_SPREAD = 0.02

KIND = KindSpec(
    "motionless_face",
    meaning="No blink and hardly any movement of eyes and mouth for 40 seconds.",
    advice="",
    duration_s=0,
    counts=False,
    hint=True,
)


class MotionLiveness:
    """Present while eyes, gaze and mouth stood still for the whole window."""

    def __init__(self) -> None:
        self._span = Span(KIND.code)
        self._heads: deque[tuple[float, HeadReading]] = deque(maxlen=256)

    def see(self, stimulus: Stimulus) -> Iterable[Observation]:
        """Answer a frame."""
        if not isinstance(stimulus, Reading):
            return []
        if stimulus.head is None:
            self._heads.clear()
            return [self._span.unknown(stimulus.at_s)]
        self._heads.append((stimulus.at_s, stimulus.head))
        if stimulus.at_s - self._heads[0][0] < WINDOW_S or len(self._heads) < MIN_FRAMES:
            return [self._span.unknown(stimulus.at_s)]
        while self._heads and stimulus.at_s - self._heads[1][0] >= WINDOW_S:
            self._heads.popleft()
        heads = [head for _, head in self._heads]
        eyes = max(head.eyes for head in heads) - min(head.eyes for head in heads)
        mouth = pstdev(head.mouth for head in heads)
        gaze = pstdev(head.gaze_x for head in heads)
        engine = engine_of(stimulus, Input.LANDMARKS)
        if eyes > EYES_RANGE or mouth > MOUTH_SPREAD or gaze > GAZE_SPREAD:
            return [self._span.absent(stimulus.at_s, engine)]
        measured = {
            "eyes_range": round(eyes, 3),
            "mouth_spread": round(mouth, 4),
            "gaze_spread": round(gaze, 4),
        }
        since_s = self._heads[0][0]
        return [
            self._span.present(stimulus.at_s, engine, measured, confidence=0.3, since_s=since_s)
        ]


DETECTOR = DetectorSpec(
    name="motion_liveness",
    kinds=(KIND,),
    inputs=frozenset({Input.LANDMARKS}),
    cost="nothing beyond landmarks",
    factory=MotionLiveness,
    limits="A played video passes. A calm person between two blinks may be reported: that is why "
    "it is a hint and never a violation.",
)
