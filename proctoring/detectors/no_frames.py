"""No pictures come although the camera should be on."""

from __future__ import annotations

from collections.abc import Iterable

from proctoring.base import (
    DetectorSpec,
    Input,
    KindSpec,
    Observation,
    PageEvent,
    PageEventName,
    Severity,
    Stimulus,
    Tick,
)
from proctoring.observing import PAGE_ENGINE, Span

MISSING_AFTER_S = 2.0

KIND = KindSpec(
    "no_frames",
    meaning="No picture came although the camera should have been on.",
    advice="Your camera sends no picture. Please switch it on.",
    warning_severity=Severity.LOW,
    severity=Severity.MEDIUM,
)


class NoFrames:
    """Present two seconds after the last frame, dated back to it; at once when switched off.

    Only frames that never came count: those that we failed to look at are our gap. The caller
    pauses the watch while the connection is lost.
    """

    def __init__(self) -> None:
        self._span = Span(KIND.code)
        self._since_s: float | None = None
        self._off = False

    def see(self, stimulus: Stimulus) -> Iterable[Observation]:
        """Answer the passing of time and the camera's switch."""
        if isinstance(stimulus, PageEvent):
            if stimulus.name in (PageEventName.CAMERA_OFF, PageEventName.CAMERA_ON):
                self._off = stimulus.name is PageEventName.CAMERA_OFF
                if self._off:
                    return [self._span.present(stimulus.at_s, PAGE_ENGINE, {"switched_off": True})]
            return []
        if not isinstance(stimulus, Tick):
            return []
        if stimulus.last_frame_s is not None:
            self._since_s = stimulus.last_frame_s
        elif self._since_s is None:
            self._since_s = stimulus.at_s
        missing_s = stimulus.at_s - self._since_s
        unwatched = stimulus.last_frame_s == stimulus.at_s  # no camera is expected now
        if unwatched or (missing_s <= MISSING_AFTER_S and not self._off):
            return [self._span.absent(stimulus.at_s)]
        measured = {"missing_s": round(missing_s, 2), "switched_off": self._off}
        return [self._span.present(stimulus.at_s, PAGE_ENGINE, measured, since_s=self._since_s)]


DETECTOR = DetectorSpec(
    name="no_frames",
    kinds=(KIND,),
    inputs=frozenset({Input.TIME, Input.PAGE}),
    cost="none",
    factory=NoFrames,
    limits="Cannot tell a candidate who stopped the camera from a browser that did.",
)
