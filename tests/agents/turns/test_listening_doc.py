"""What the form and the page of documentation say of the profiles is one thing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from interview.nouns import ListeningProfile

ROOT = Path(__file__).parents[3]
ROW = re.compile(r"\| (\w+) \| (\d+) s \| ([\d.]+) s \| (\d+) % \|")
HELP = re.compile(r"(\w+): \{ word: \"\w+\", means: \".*? ([\d.]+) s after .*? in (\d+) of 100 ")


@pytest.mark.parametrize("profile", ListeningProfile)
def test_the_help_says_what_was_measured(profile: ListeningProfile) -> None:
    rows = ROW.findall((ROOT / "docs/topics/listening.md").read_text())
    measured = {name: (tolerance, gap, over) for name, tolerance, gap, over in rows}
    told = {
        name: (gap, over)
        for name, gap, over in HELP.findall((ROOT / "web/src/desk/listening.ts").read_text())
    }
    assert set(measured) == set(told) == {each.value for each in ListeningProfile}
    tolerance, gap, over = measured[profile]
    assert float(tolerance) == profile.pause_tolerance_s
    assert told[profile] == (gap, over)
