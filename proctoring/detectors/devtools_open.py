"""The browser's developer tools may be open beside the page."""

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

# Toolbars and a bookmarks bar take up to about 150 px; docked tools start at about 200. Only the
# height tells: browsers' own sidebars (bookmarks, tabs, reading lists) are as wide as docked tools.
DOCKED_PX = 200

KIND = KindSpec(
    "devtools_open",
    meaning="The page shrank inside its window as if developer tools had been docked.",
    advice="Please close the developer tools.",
    severity=Severity.LOW,
    duration_s=2.0,
    warn_after_s=1.0,
    counts=False,
    repeats=False,
)


def docked(event: PageEvent) -> Measured | None:
    """How many pixels of the window are not the page's."""
    sizes = [
        event.fields.get(name)
        for name in ("outer_width", "inner_width", "outer_height", "inner_height")
    ]
    outer_width, inner_width, outer_height, inner_height = (
        float(size) if isinstance(size, int | float) else 0.0 for size in sizes
    )
    if min(outer_width, inner_width, outer_height, inner_height) <= 0:
        return None
    down = outer_height - inner_height
    return {} if down < DOCKED_PX else {"down_px": round(down)}


DETECTOR = DetectorSpec(
    name="devtools_open",
    kinds=(KIND,),
    inputs=frozenset({Input.PAGE, Input.TIME}),
    cost="none",
    factory=lambda: PageFact(KIND.code, PageEventName.WINDOW_SIZE, docked),
    limits="Tools in a window of their own, or docked where sidebars are, are not seen; "
    "an on-screen keyboard may look the same as docked ones.",
)
