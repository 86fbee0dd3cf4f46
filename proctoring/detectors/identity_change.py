"""Another person's face than the reference."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from statistics import median

from proctoring.base import DetectorSpec, Input, KindSpec, Observation, Reading, Severity, Stimulus
from proctoring.identity import DIFFERENT_MIN, SAME_MAX
from proctoring.observing import Span, beyond, engine_of

SAMPLES = 3
MIN_SAMPLES = 2
SURE_DISTANCE = 0.7

KIND = KindSpec(
    "identity_change",
    meaning="The face differs from the reference picture.",
    advice="We can't match your face with your picture. Please look into the camera.",
    warning_severity=Severity.HIGH,
    severity=Severity.HIGH,
    duration_s=4.0,
)


class IdentityChange:
    """Judges the median of the last three distances; between same and different says nothing."""

    def __init__(self) -> None:
        self._span = Span(KIND.code)
        self._last: deque[tuple[float, float]] = deque(maxlen=SAMPLES)

    def see(self, stimulus: Stimulus) -> Iterable[Observation]:
        """Answer a frame; frames on which identity was not measured are passed over."""
        if not isinstance(stimulus, Reading):
            return []
        if stimulus.face_count != 1:
            return [self._span.unknown(stimulus.at_s)]
        if stimulus.identity is None:
            return []
        self._last.append((stimulus.at_s, stimulus.identity.distance))
        middle = median(distance for _, distance in self._last)
        engine = engine_of(stimulus, Input.IDENTITY)
        if len(self._last) < MIN_SAMPLES:
            return [self._span.unknown(stimulus.at_s)]
        if middle <= SAME_MAX:
            return [self._span.absent(stimulus.at_s, engine)]
        if middle <= DIFFERENT_MIN:
            return [self._span.unknown(stimulus.at_s)]
        since_s = next(at for at, distance in self._last if distance > DIFFERENT_MIN)
        return [
            self._span.present(
                stimulus.at_s,
                engine,
                {"distance": round(middle, 3), "different_above": DIFFERENT_MIN},
                confidence=beyond(middle, DIFFERENT_MIN, SURE_DISTANCE),
                since_s=since_s,
            )
        ]


DETECTOR = DetectorSpec(
    name="identity_change",
    kinds=(KIND,),
    inputs=frozenset({Input.FACES, Input.IDENTITY}),
    cost="one embedding a second, every frame while in doubt",
    factory=IdentityChange,
    limits="Needs biometric consent and a reference. Siblings and twins may pass. Error rates of "
    "face embeddings differ with age, sex and skin; ours are measured on three people only.",
)
