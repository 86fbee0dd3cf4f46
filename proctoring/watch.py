"""One session's detectors and policy: stimuli in, signals out. Pure, no clock, no I/O."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from proctoring.base import (
    Detector,
    DetectorSpec,
    Input,
    Observation,
    PageEvent,
    Reading,
    Speech,
    State,
    Stimulus,
    Tick,
    is_frame_input,
)
from proctoring.identity import SAME_MAX
from proctoring.policy import Decision, Hinted, Policy, ProctoringSettings, Profile, Violation
from proctoring.signals import Decided, DetectorLost, FrameSeen, Gaze, Signal

GAZE_KIND = "looking_away"
# A little less than a second: frames come in steps of their own.
COSTLY_EVERY_S = 0.95

log = structlog.get_logger(__name__)


class Watch:
    """What is known of one session under watch.

    Args:
        specs: The detectors that run; their inputs can all be measured.
    """

    def __init__(
        self,
        session_id: str,
        specs: Sequence[DetectorSpec],
        settings: ProctoringSettings,
        *,
        violations: int = 0,
        counted: int = 0,
    ) -> None:
        self.session_id = session_id
        self.settings = settings
        kinds = [kind for spec in specs for kind in spec.kinds]
        self.policy = Policy(kinds, settings, violations=violations, counted=counted)
        self._specs = tuple(specs)
        self._detectors: dict[str, Detector] = {spec.name: spec.factory() for spec in specs}
        self._due_s: dict[Input, float] = {}
        self.still: bytes | None = None
        self.still_at_s: float | None = None

    @property
    def active(self) -> bool:
        """Whether anything may still follow."""
        return self.settings.profile is not Profile.OFF and not self.policy.stopped

    @property
    def detectors(self) -> tuple[str, ...]:
        """Names of those that watch."""
        return tuple(self._detectors)

    def wants(self, available: frozenset[Input], at_s: float) -> frozenset[Input]:
        """Frame inputs that somebody here uses, that can be measured, and that are due."""
        used = {
            value for spec in self._specs if spec.name in self._detectors for value in spec.inputs
        }
        return frozenset(
            value
            for value in used & available
            if is_frame_input(value) and at_s >= self._due_s.get(value, at_s)
        )

    def frame(self, reading: Reading, still: bytes | None) -> list[Signal]:
        """One measured frame."""
        if still is not None:
            self.still, self.still_at_s = still, reading.at_s
        self._plan_next(reading)
        seen, lost = self._show(reading)
        decisions = [decision for one in seen for decision in self.policy.apply(one)]
        body = FrameSeen(
            at_s=reading.at_s,
            reading=reading,
            observations=tuple(seen),
            decisions=tuple(decisions),
            gaze=gaze(reading, seen),
            violation_count=self.policy.violations,
            max_violations=self.settings.max_violations,
            active=self.active,
            still=still,
        )
        return [Signal(self.session_id, body), *self._decided(decisions), *lost]

    def _plan_next(self, reading: Reading) -> None:
        """Costly inputs are measured once a second; identity on every frame while in doubt."""
        if reading.objects is not None:
            self._due_s[Input.OBJECTS] = reading.at_s + COSTLY_EVERY_S
        if reading.identity is not None:
            doubt = reading.identity.distance > SAME_MAX
            self._due_s[Input.IDENTITY] = reading.at_s + (0 if doubt else COSTLY_EVERY_S)
        if reading.face_count != 1:  # whoever comes back is looked at first
            self._due_s.pop(Input.IDENTITY, None)

    def stimulus(self, stimulus: PageEvent | Speech | Tick) -> list[Signal]:
        """Anything but a frame."""
        seen, lost = self._show(stimulus)
        decisions = [decision for one in seen for decision in self.policy.apply(one)]
        return [*self._decided(decisions), *lost]

    def _decided(self, decisions: Sequence[Decision]) -> list[Signal]:
        return [
            Signal(
                self.session_id,
                Decided(decision, self.still, self.still_at_s)
                if isinstance(decision, Violation | Hinted)
                else Decided(decision),
            )
            for decision in decisions
        ]

    def _show(self, stimulus: Stimulus) -> tuple[list[Observation], list[Signal]]:
        seen: list[Observation] = []
        lost: list[Signal] = []
        for spec in self._specs:
            detector = self._detectors.get(spec.name)
            if detector is None or not _meant_for(spec, stimulus):
                continue
            try:
                seen.extend(detector.see(stimulus))
            except Exception as error:  # a detector's own root: its bug must not blind the others
                log.exception("proctoring.detector_failed", detector=spec.name)
                del self._detectors[spec.name]
                body = DetectorLost(
                    detector=spec.name, at_s=stimulus.at_s, reason=type(error).__name__
                )
                lost.append(Signal(self.session_id, body))
        return seen, lost


def _meant_for(spec: DetectorSpec, stimulus: Stimulus) -> bool:
    if isinstance(stimulus, Reading):
        return any(is_frame_input(value) for value in spec.inputs)
    if isinstance(stimulus, PageEvent):
        return Input.PAGE in spec.inputs
    return (Input.SPEECH if isinstance(stimulus, Speech) else Input.TIME) in spec.inputs


def gaze(reading: Reading, seen: Sequence[Observation]) -> Gaze:
    """The contract's word for where the candidate looks."""
    if reading.head is None:
        return Gaze.NO_FACE
    for one in seen:
        if one.kind == GAZE_KIND and one.state is State.PRESENT:
            side = one.measured.get("sideways")
            if isinstance(side, float) and abs(side) > 1:
                return Gaze.LEFT if side < 0 else Gaze.RIGHT
    return Gaze.CENTER
