"""Something was pasted into the answer."""

from __future__ import annotations

from proctoring.base import DetectorSpec, Input, KindSpec, PageEventName, Severity
from proctoring.observing import PageMoment

KIND = KindSpec(
    "paste",
    meaning="Text was pasted into the answer.",
    advice="Please write your answer yourself.",
    severity=Severity.MEDIUM,
    duration_s=0,
    counts=False,
)

DETECTOR = DetectorSpec(
    name="paste",
    kinds=(KIND,),
    inputs=frozenset({Input.PAGE}),
    cost="none",
    factory=lambda: PageMoment(KIND.code, PageEventName.PASTE, "chars"),
    limits="What the page reports; it leaves out own words cut from the answer. Only "
    "the number of characters is kept, never the text.",
)
