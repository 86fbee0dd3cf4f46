"""The page left full screen."""

from __future__ import annotations

from proctoring.base import DetectorSpec, Input, KindSpec, PageEventName, Severity
from proctoring.observing import PageState

KIND = KindSpec(
    "fullscreen_exit",
    meaning="The interview left full screen.",
    advice="Please go back to full screen.",
    severity=Severity.MEDIUM,
    duration_s=0,
    counts=False,
    repeats=False,
)

DETECTOR = DetectorSpec(
    name="fullscreen_exit",
    kinds=(KIND,),
    inputs=frozenset({Input.PAGE, Input.TIME}),
    cost="none",
    factory=lambda: PageState(
        KIND.code, PageEventName.FULLSCREEN_EXIT, PageEventName.FULLSCREEN_ENTER
    ),
    limits="What the page reports: a manipulated browser can keep silent.",
)
