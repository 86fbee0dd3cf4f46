"""More than one screen is attached."""

from __future__ import annotations

from proctoring.base import (
    DetectorSpec,
    Input,
    KindSpec,
    Measured,
    PageEvent,
    PageEventName,
    Severity,
)
from proctoring.observing import PageFact

KIND = KindSpec(
    "second_screen",
    meaning="More than one screen was attached.",
    advice="Please use one screen only during the interview.",
    severity=Severity.MEDIUM,
    duration_s=0,
    counts=False,
    repeats=False,
)


def screens(event: PageEvent) -> Measured | None:
    """What the page knows: the number of screens, or only whether there are several."""
    count, extended = event.fields.get("count"), event.fields.get("extended")
    if isinstance(count, int) and not isinstance(count, bool):
        return {"count": count} if count > 1 else {}
    if isinstance(extended, bool):
        return {"extended": True} if extended else {}
    return None


DETECTOR = DetectorSpec(
    name="second_screen",
    kinds=(KIND,),
    inputs=frozenset({Input.PAGE, Input.TIME}),
    cost="none",
    factory=lambda: PageFact(KIND.code, PageEventName.SCREENS, screens),
    limits="Only Chromium browsers tell. A second computer or a phone is not seen.",
)
