"""Another window took the keyboard."""

from __future__ import annotations

from proctoring.base import DetectorSpec, Input, KindSpec, PageEventName, Severity
from proctoring.observing import PageState

KIND = KindSpec(
    "window_blur",
    meaning="Another window was in front for more than two seconds.",
    advice="Please return to the interview's window.",
    severity=Severity.LOW,
    duration_s=2.0,
    warn_after_s=1.0,
    counts=False,
    repeats=False,
)

DETECTOR = DetectorSpec(
    name="window_blur",
    kinds=(KIND,),
    inputs=frozenset({Input.PAGE, Input.TIME}),
    cost="none",
    factory=lambda: PageState(KIND.code, PageEventName.WINDOW_BLUR, PageEventName.WINDOW_FOCUS),
    limits="What the page reports. Notifications and permission prompts take the focus as well.",
)
