"""Which news is whose notice."""

from __future__ import annotations

from interview.accounts import Role
from interview.commands import Assign, EndSession, ReviewViolation
from interview.news import News
from interview.signals import ReviewOutcome
from server.platform.notices.model import Choice, NoticeKind, Scope, concerns, told, usual
from tests.interview.sitting import Sitting, answering, plan_of
from tests.interview.test_news import violation


def end_of(sitting: Sitting) -> tuple[NoticeKind, str] | None:
    return told(News.SESSION_FINISHED, "t", sitting.state)


def test_an_end_is_told_by_how_it_ended() -> None:
    held, left, unmet = answering(plan_of(2)), answering(plan_of(2)), Sitting(plan_of(2))
    held.do(EndSession(by="staff:ann", reason="ended_by_staff"))
    assert end_of(held) == (NoticeKind.FINISHED, "t")
    left.do(EndSession(by="candidate", reason="ended_by_candidate"))
    assert end_of(left) == (NoticeKind.LEFT_EARLY, "t")
    unmet.do(EndSession(by="staff:ann", reason="ended_before_start"))
    assert end_of(unmet) is None, "nobody came"


def test_signals_are_told_once_until_somebody_has_looked() -> None:
    sitting = answering(plan_of(2))
    for name in ("v1", "v2"):
        sitting.do(violation(name))
        assert told(News.VIOLATION, name, sitting.state) == (NoticeKind.NEEDS_REVIEW, "0")
    sitting.do(ReviewViolation(violation_id="v1", outcome=ReviewOutcome.DISMISSED, by="staff:ann"))
    sitting.do(violation("v3"))
    assert told(News.VIOLATION, "v3", sitting.state) == (NoticeKind.NEEDS_REVIEW, "1")
    assert told(News.APPEAL, "v1", sitting.state) == (NoticeKind.APPEAL, "v1")
    assert told(News.DECISION, "x", sitting.state) is None


def test_roles_say_what_is_told_until_a_person_chooses() -> None:
    assert usual([Role.INTERVIEWER]).desk == tuple(NoticeKind)
    assert NoticeKind.LEFT_EARLY not in usual([Role.REVIEWER]).desk
    assert usual([Role.UPLOADER, Role.ADMINISTRATOR]).desk == ()
    assert usual([Role.OWNER]).mail == ()


def test_ones_own_are_those_that_one_looks_after_or_made() -> None:
    sitting = answering(plan_of(2))
    mine = Choice(desk=(), scope=Scope.MINE)
    maker = sitting.state.created_by
    assert concerns(mine, maker, sitting.state)
    sitting.do(Assign(by=maker, assignee="staff:ben"))
    assert not concerns(mine, maker, sitting.state)
    assert concerns(mine, "staff:ben", sitting.state)
    assert concerns(Choice(desk=()), "staff:cid", sitting.state)
