"""Which rules an interview's plan gives to the watch, and what of it can be seen."""

from __future__ import annotations

import pytest

from interview.nouns import ProctoringPlan, ProctoringProfile
from proctoring import detectors
from proctoring.signals import WatchState
from server.live.watch import IDENTITY_KIND, capabilities_of, rules_of, watched_kinds

OPTIONAL = "object_in_view"


def test_without_a_choice_the_kinds_are_those_on_by_default() -> None:
    plan = ProctoringPlan(profile=ProctoringProfile.WARN)
    default = {k.code for spec in detectors.load_all() if spec.default_on for k in spec.kinds}
    assert set(watched_kinds(plan)) == default
    assert OPTIONAL not in default


@pytest.mark.parametrize("kinds", [("no_face",), ("no_face", OPTIONAL)])
def test_named_kinds_are_watched_the_optional_ones_too(kinds: tuple[str, ...]) -> None:
    plan = ProctoringPlan(profile=ProctoringProfile.WARN, kinds=kinds)
    assert set(watched_kinds(plan)) == set(kinds)


def test_rules_say_only_what_is_otherwise_than_declared() -> None:
    assert rules_of(ProctoringPlan()) == {}
    rules = rules_of(ProctoringPlan(kinds=("no_face", OPTIONAL)))
    assert rules[OPTIONAL].on and not rules["looking_away"].on and "no_face" not in rules
    counted = rules_of(ProctoringPlan(counted=("no_face",)))
    assert counted["no_face"].counts and counted["no_face"].on
    assert not counted["looking_away"].counts and counted["looking_away"].on
    assert not counted[OPTIONAL].on


def test_nothing_is_watched_when_it_is_off_and_no_face_compared_without_consent() -> None:
    assert watched_kinds(ProctoringPlan(profile=ProctoringProfile.OFF)) == ()
    plan = ProctoringPlan(profile=ProctoringProfile.WARN, identity=False)
    assert IDENTITY_KIND not in watched_kinds(plan)


def test_what_an_interview_does_not_ask_for_is_not_missed() -> None:
    state = WatchState(
        session_id="s1",
        profile="warn",
        active=True,
        detectors=("no_face", "paste"),
        unavailable={"second_voice": "no model"},
        violation_count=0,
        max_violations=3,
        identity="no_consent",
    )
    asked = capabilities_of(state, ("no_face", "second_voice", IDENTITY_KIND))
    assert {(c.kind, c.available) for c in asked} == {
        ("no_face", True),
        ("second_voice", False),
        (IDENTITY_KIND, False),
    }
    assert "has not agreed" in next(c.reason for c in asked if c.kind == IDENTITY_KIND)
    assert [c.kind for c in capabilities_of(state, ("no_face",))] == ["no_face"]
