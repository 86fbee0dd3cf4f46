"""The camera's name is that of a program."""

from __future__ import annotations

import re

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

PROGRAMS = re.compile(
    r"\bobs\b|virtual|manycam|snap ?camera|xsplit|v4l2loopback|dummy video|droidcam|iriun|"
    r"e2esoft|vcam|fake|mmhmm|camtwist|splitcam|youcam|webcamoid|akvirtual|deepfacelive|"
    r"unity video|nvidia broadcast|chromacam",
    re.IGNORECASE,
)
MAX_LABEL_CHARS = 120

KIND = KindSpec(
    "virtual_camera",
    meaning="The camera in use is a program, by its name.",
    advice="Please use your real camera instead of a virtual one.",
    severity=Severity.HIGH,
    duration_s=0,
    counts=False,
    repeats=False,
)


def program(event: PageEvent) -> Measured | None:
    """The device's name when it is one of a program's."""
    label = event.fields.get("label")
    if not isinstance(label, str) or not label:
        return None
    return {"label": label[:MAX_LABEL_CHARS]} if PROGRAMS.search(label) else {}


DETECTOR = DetectorSpec(
    name="virtual_camera",
    kinds=(KIND,),
    inputs=frozenset({Input.PAGE, Input.TIME}),
    cost="none",
    factory=lambda: PageFact(KIND.code, PageEventName.CAMERA, program),
    limits="Goes by the name: a renamed device passes, and phones used as cameras or background "
    "filters are reported although they show the person.",
)
