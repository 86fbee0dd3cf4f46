"""The interview's tab was hidden."""

from __future__ import annotations

from proctoring.base import DetectorSpec, Input, KindSpec, PageEventName, Severity
from proctoring.observing import PageState

KIND = KindSpec(
    "tab_hidden",
    meaning="The interview's tab was hidden by another tab or minimised.",
    advice="Please keep this page open in front of you.",
    severity=Severity.MEDIUM,
    duration_s=0,
    counts=False,
    repeats=False,
)

DETECTOR = DetectorSpec(
    name="tab_hidden",
    kinds=(KIND,),
    inputs=frozenset({Input.PAGE, Input.TIME}),
    cost="none",
    factory=lambda: PageState(KIND.code, PageEventName.TAB_HIDDEN, PageEventName.TAB_VISIBLE),
    limits="What the page reports: a manipulated browser can keep silent. Says nothing of what "
    "was opened instead.",
)
