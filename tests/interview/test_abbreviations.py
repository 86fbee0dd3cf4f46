"""Abbreviations end no sentence."""

from __future__ import annotations

import pytest

from interview.abbreviations import goes_on


@pytest.mark.parametrize(
    ("before", "after", "open_"),
    [
        ("And Mr.", "Dashwood had leisure.", True),
        ("We met dr.", "Smith", True),
        ("Use a queue, e.g.", "Kafka", True),
        ("We chose plan B.", "Then we left.", False),
        ("It was no.", "That was all.", False),
        ("It was no.", "5 of them", True),
        ("So did I.", "Then we left.", False),
        ("It was the end.", "Then we left.", False),
        ("We used Go, etc.", "Then we left.", False),
        ("We met Mr.", " ", False),
        ("We met Mr", "Smith", False),
    ],
)
def test_a_full_stop_that_only_abbreviates(before: str, after: str, open_: bool) -> None:
    assert goes_on(before, after) is open_
