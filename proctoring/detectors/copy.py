"""Something was copied from the page."""

from __future__ import annotations

from proctoring.base import DetectorSpec, Input, KindSpec, PageEventName, Severity
from proctoring.observing import PageMoment

KIND = KindSpec(
    "copy",
    meaning="Text was copied from the page.",
    advice="Please do not copy the questions.",
    severity=Severity.LOW,
    duration_s=0,
    counts=False,
)

DETECTOR = DetectorSpec(
    name="copy",
    kinds=(KIND,),
    inputs=frozenset({Input.PAGE}),
    cost="none",
    factory=lambda: PageMoment(KIND.code, PageEventName.COPY, "chars"),
    limits="What the page reports. A photograph of the screen leaves no trace here.",
)
