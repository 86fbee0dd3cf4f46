"""A notice, and what each person wants to be told of. Pure.

A notice holds ids and no names: who reads it is shown the name that they may know. There is one for
each reader, so that what is read and unread is exact whatever process stored it.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from interview.accounts import TEAM, Role
from interview.news import News
from interview.nouns import Noun, UtcTime
from interview.ports.documents import Kind
from interview.records import State
from interview.standing import Standing, standing_of


class NoticeKind(StrEnum):
    """What people are told of."""

    FINISHED = "finished"
    LEFT_EARLY = "left_early"
    NEEDS_REVIEW = "needs_review"
    APPEAL = "appeal"
    REQUEST = "request"


class Scope(StrEnum):
    """Of which sessions: all, or those that one looks after (or made, while nobody does)."""

    ALL = "all"
    MINE = "mine"


class Notice(Noun):
    """Something that one person is told; `user_id` is their account's id."""

    user_id: str
    kind: NoticeKind
    session_id: str
    created_at: UtcTime
    read: bool = False


class Choice(Noun):
    """What a person wants to be told of, in the desk and by mail. Kinds in no list are not told."""

    desk: tuple[NoticeKind, ...]
    mail: tuple[NoticeKind, ...] = ()
    scope: Scope = Scope.ALL


NOTICES = Kind("notices", Notice, fields=("created_at", "user_id", "read", "session_id"))
CHOICES = Kind("notice_choices", Choice, fields=("scope",))

FOR_REVIEWERS = (NoticeKind.FINISHED, NoticeKind.NEEDS_REVIEW, NoticeKind.APPEAL)
_CAME = frozenset({Standing.COMPLETED, Standing.ENDED_EARLY, Standing.FAILED})
_WENT = frozenset({Standing.LEFT_EARLY, Standing.DECLINED})


def usual(roles: Collection[Role]) -> Choice:
    """What is told until a person chooses: by role, in the desk, nothing by mail.

    Who makes interviews hears of everything, who only reviews of what there is to review; who
    reads no sessions hears of nothing.
    """
    if not TEAM.intersection(roles):
        return Choice(desk=())
    makers = {Role.OWNER, Role.INTERVIEWER}.intersection(roles)
    return Choice(desk=tuple(NoticeKind) if makers else FOR_REVIEWERS)


def told(what: News, subject: str, state: State) -> tuple[NoticeKind, str] | None:
    """The kind of notice that news is, and which of its kind; None when it is nobody's.

    Signals that wait are told once until somebody has looked at one: the twentieth says nothing
    that the first has not said. A session that nobody came to is told nobody.
    """
    match what:
        case News.SESSION_FINISHED:
            kind = _ended(standing_of(state))
            return None if kind is None else (kind, subject)
        case News.VIOLATION:
            looked_at = sum(item.outcome is not None for item in state.watch.violations)
            return NoticeKind.NEEDS_REVIEW, str(looked_at)
        case News.APPEAL:
            return NoticeKind.APPEAL, subject
        case News.REQUEST:
            return NoticeKind.REQUEST, subject
        case _:
            return None


def _ended(standing: Standing) -> NoticeKind | None:
    if standing in _CAME:
        return NoticeKind.FINISHED
    return NoticeKind.LEFT_EARLY if standing in _WENT else None


def concerns(choice: Choice, actor: str, state: State) -> bool:
    """Whether a person who acts as `actor` wants to hear of this session at all."""
    if choice.scope is Scope.ALL:
        return True
    return actor == (state.judged.assignee or state.created_by)
