"""The candidate's page has words for every kind that a detector declares."""

from __future__ import annotations

import re
from pathlib import Path

from proctoring import detectors

PAGE = Path(__file__).resolve().parents[2] / "web" / "src" / "live"


def test_the_page_can_name_every_kind() -> None:
    words = (PAGE / "watch-words.ts").read_text(encoding="utf-8")
    watched, noted = words.split("const NOTED", 1)
    for spec in detectors.load_all():
        for kind in spec.kinds:
            entry = re.compile(rf"\b{kind.code}: \"")
            assert entry.search(watched), f"{kind.code} is not listed among what is watched"
            assert kind.hint or entry.search(noted), f"{kind.code} has no words when noted"


def test_the_page_asks_for_kinds_that_exist() -> None:
    source = (PAGE / "page-events.ts").read_text(encoding="utf-8")
    asked = set(re.findall(r"(?:on\(|kinds\.has\()\"(\w+)\"", source))
    known = {kind.code for spec in detectors.load_all() for kind in spec.kinds}
    assert len(asked) >= 9 and asked <= known
