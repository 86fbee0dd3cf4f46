"""Where a session stands for people: who is there, and whether what ended was finished."""

from __future__ import annotations

import re
from pathlib import Path

from interview.commands import (
    EndSession,
    GiveConsent,
    LeaveCandidate,
    OpenLink,
    StartSession,
    Tick,
)
from interview.events import LinkOpened
from interview.nouns import CONSENT_TEXT_VERSION
from interview.standing import STANDING_WORDS, Standing, standing_of
from interview.summary import summarise
from tests.interview.sitting import START, Sitting, answering, plan_of


def standing(sitting: Sitting) -> Standing:
    assert summarise(sitting.state).standing is standing_of(sitting.state)
    return standing_of(sitting.state)


def test_waiting_until_the_candidate_was_in_the_room_even_when_staff_have_started() -> None:
    sitting = Sitting()
    assert standing(sitting) is Standing.WAITING
    assert summarise(sitting.state).link_opened_at is None
    sitting.do(OpenLink())
    assert summarise(sitting.state).link_opened_at == START
    sitting.do(StartSession(by="staff"))
    assert standing(sitting) is Standing.WAITING


def test_the_link_is_opened_once() -> None:
    sitting = Sitting()
    sitting.do(OpenLink())
    assert sitting.do(OpenLink()) == ()
    here = answering(plan_of(1))
    assert [e for e in here.do(OpenLink()) if isinstance(e, LinkOpened)] == []


def test_live_with_somebody_in_the_seat_and_disconnected_without() -> None:
    sitting = answering(plan_of(2))
    assert standing(sitting) is Standing.LIVE
    sitting.do(LeaveCandidate(connection_id=sitting.state.seat or "", reason="closed"))
    assert standing(sitting) is Standing.DISCONNECTED


def test_completed_only_when_every_question_was_closed() -> None:
    sitting = answering(plan_of(2))
    sitting.skip()
    sitting.hear()
    sitting.skip()
    assert standing(sitting) is Standing.COMPLETED


def test_the_candidate_who_ends_or_stays_away_left_early() -> None:
    sitting = answering(plan_of(3))
    sitting.do(EndSession(by="candidate", reason="ended_by_candidate"))
    assert standing(sitting) is Standing.LEFT_EARLY
    gone = answering(plan_of(3))
    gone.do(LeaveCandidate(connection_id=gone.state.seat or "", reason="closed"))
    gone.wait(gone.state.plan.reconnect_grace_s + 1)
    gone.do(Tick())
    assert gone.state.end_reason == "candidate_gone"
    assert standing(gone) is Standing.LEFT_EARLY


def test_somebody_else_ends_early() -> None:
    sitting = answering(plan_of(3))
    sitting.do(EndSession(by="admin@localhost", reason="ended_by_staff"))
    assert standing(sitting) is Standing.ENDED_EARLY


def test_nobody_came_or_consent_was_declined() -> None:
    never = Sitting()
    never.do(EndSession(by="admin@localhost", reason="ended_by_staff"))
    assert standing(never) is Standing.NOT_TAKEN
    asked = Sitting()
    asked.join()
    asked.do(GiveConsent(granted=False, text_version=CONSENT_TEXT_VERSION))
    assert standing(asked) is Standing.DECLINED


def test_the_page_uses_the_same_words() -> None:
    words = (Path(__file__).parents[2] / "web/src/desk/words.ts").read_text(encoding="utf-8")
    table = words.split("STANDING: Record", 1)[1].split("};", 1)[0]
    shown = dict(re.findall(r'(\w+): \{ word: "([^"]+)"', table))
    assert shown == {standing.value: word for standing, word in STANDING_WORDS.items()}
