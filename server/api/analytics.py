"""Figures over the organisation's sessions: `/api/v1/interviewer/analytics/*`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field, StrictStr

from interview.errors import InvalidInput
from interview.judging import DecisionOutcome
from interview.ports.storage import SessionSummary, SessionSums, Sort
from interview.standing import Standing
from server.edge.audit import audit
from server.edge.errors import Unprocessable
from server.edge.paging import Paged, PageQuery
from server.edge.routes import (
    STAFF_OR_SERVICE,
    Payload,
    Reply,
    Route,
    organisation_of,
    read_body,
    read_query,
    reply,
)
from server.platform import analytics as figures
from server.platform.analytics import Period
from server.platform.services import CoreServices, core_of

BASE = "/api/v1/interviewer/analytics"
RECENT = timedelta(days=30)
MAX_DAYS = {"daily": 400, "weekly": 2_000, "monthly": 4_000}
USUAL_DAYS = {"daily": 30, "weekly": 26 * 7, "monthly": 365}
MAX_COLUMN_CHARS = 500_000
PAGE = 200


class SpanQuery(Payload):
    """Sessions created in these days (UTC), both included; without them, all."""

    first: date | None = None
    last: date | None = None


class Overview(Reply):
    """Counts and means over the sessions. `avg_score` is 0-10; rates are of 100.

    Means are over what has the value: null where nothing has.
    """

    total_interviews: int
    finished_interviews: int
    completed_interviews: int
    completion_rate: float | None
    avg_duration_seconds: float | None
    avg_questions_per_interview: float | None
    avg_score: float | None
    scored_interviews: int
    recent_interviews_count: int
    titles: int
    by_standing: dict[str, int]
    by_decision: dict[str, int]
    by_score: dict[str, int]
    undecided: int


class InterviewFigures(Reply):
    """One interview (by its title): its sessions and what came of them."""

    title: str
    sessions: int
    finished: int
    completed: int
    completion_rate: float | None
    avg_score: float | None
    avg_duration_seconds: float | None
    avg_questions_answered: float | None


class CandidateFigures(Reply):
    """One candidate's sitting. A `candidate_id` is a session's id."""

    candidate_id: str
    name: str
    title: str
    standing: Standing
    score: float | None
    duration_seconds: float | None
    questions_answered: int
    total_questions: int
    completion_percentage: float | None
    decision: DecisionOutcome | None
    completed_at: datetime | None


class CandidatesQuery(PageQuery):
    """A page of candidates, the highest scores first unless asked otherwise."""

    sort: Literal["average_score", "completed_at", "name"] = "average_score"
    order: Literal["asc", "desc"] = "desc"


class TrendsQuery(SpanQuery):
    """By which periods; the last ones unless days are named."""

    period: Period = "daily"


class TrendPoint(Reply):
    """One period, named by its first day; weeks begin on Monday."""

    date: date
    count: int
    completed: int
    completion_rate: float | None
    avg_score: float | None


class Trends(Reply):
    """Every period, empty ones included."""

    period: Period
    trends: list[TrendPoint]
    total_period_count: int


class ImpactBody(Payload):
    """A column of your own: lines of `session or e-mail,group`. It is read and not kept."""

    column: Annotated[
        StrictStr,
        Field(
            min_length=1,
            max_length=MAX_COLUMN_CHARS,
            examples=["email,group\nada@example.com,A\ngrace@example.com,B"],
        ),
    ]


class GroupView(Reply):
    """A group's selection rate of 1, and its ratio to the group with the highest.

    Intervals are of 95 %. Null in groups of fewer than 5 decided candidates.
    """

    group: str
    decided: int
    selected: int
    rate: float | None
    low: float | None
    high: float | None
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None
    flagged: bool


class ImpactReply(Reply):
    """Selected means decided with `advance`. `unknown` lines name nobody of yours."""

    groups: list[GroupView]
    lines: int
    unknown: int
    undecided: int
    statement: str


async def overview(request: web.Request) -> web.Response:
    """Counts and means, all made by the store."""
    services, own = core_of(request), organisation_of(request)
    since, before = _span(read_query(request, SpanQuery))
    sums = services.storage.sessions.sums

    async def by(
        what: Literal["all", "title", "decision", "standing", "score"],
    ) -> dict[str, SessionSums]:
        return await sums(what, organisation_id=own, since=since, before=before)

    total = figures.whole(await by("all"))
    recent = await sums("all", organisation_id=own, since=services.clock() - RECENT)
    decided = {key: one.sessions for key, one in (await by("decision")).items()}
    scores = {key: one.sessions for key, one in (await by("score")).items() if key}
    return reply(
        Overview(
            total_interviews=total.sessions,
            finished_interviews=total.finished,
            completed_interviews=total.completed,
            completion_rate=figures.share(total.completed, total.finished),
            avg_duration_seconds=figures.mean(total.duration_s_sum, total.timed, 1),
            avg_questions_per_interview=figures.mean(total.questions, total.sessions),
            avg_score=figures.mean(total.score_sum, total.scored),
            scored_interviews=total.scored,
            recent_interviews_count=figures.whole(recent).sessions,
            titles=len(await by("title")),
            by_standing={key: one.sessions for key, one in (await by("standing")).items()},
            by_decision={key: count for key, count in decided.items() if key},
            by_score={str(point): scores.get(str(point), 0) for point in range(11)},
            undecided=decided.get("", 0),
        )
    )


async def interviews(request: web.Request) -> web.Response:
    """Each interview's figures, the one with the most sessions first."""
    services, query = core_of(request), read_query(request, PageQuery)
    found = await services.storage.sessions.sums("title", organisation_id=organisation_of(request))
    ordered = sorted(found.items(), key=lambda item: (-item[1].sessions, item[0]))
    shown = ordered[query.offset : query.offset + query.limit]
    items = [_interview(title, sums) for title, sums in shown]
    return reply(Paged[InterviewFigures].of(query, items, len(ordered)))


def _interview(title: str, sums: SessionSums) -> InterviewFigures:
    return InterviewFigures(
        title=title,
        sessions=sums.sessions,
        finished=sums.finished,
        completed=sums.completed,
        completion_rate=figures.share(sums.completed, sums.finished),
        avg_score=figures.mean(sums.score_sum, sums.scored),
        avg_duration_seconds=figures.mean(sums.duration_s_sum, sums.timed, 1),
        avg_questions_answered=figures.mean(sums.answered, sums.finished),
    )


async def candidates(request: web.Request) -> web.Response:
    """Each sitting's figures."""
    query = read_query(request, CandidatesQuery)
    found, total = await core_of(request).storage.sessions.page(
        organisation_id=organisation_of(request),
        sort=Sort(query.sort, query.order == "desc"),
        limit=query.limit,
        offset=query.offset,
    )
    items = [_candidate(summary) for summary in found]
    return reply(Paged[CandidateFigures].of(query, items, total))


def _candidate(summary: SessionSummary) -> CandidateFigures:
    took = None
    if summary.started_at is not None and summary.completed_at is not None:
        took = round((summary.completed_at - summary.started_at).total_seconds(), 1)
    return CandidateFigures(
        candidate_id=summary.session_id,
        name=summary.name,
        title=summary.title,
        standing=summary.standing,
        score=summary.average_score,
        duration_seconds=took,
        questions_answered=summary.answered,
        total_questions=summary.max_questions,
        completion_percentage=figures.share(summary.answered, summary.max_questions),
        decision=summary.decision,
        completed_at=summary.completed_at,
    )


async def trends(request: web.Request) -> web.Response:
    """How many sessions were created in each period, and how they went."""
    services, query = core_of(request), read_query(request, TrendsQuery)
    last = query.last or services.clock().astimezone(UTC).date()
    first = query.first or last - timedelta(days=USUAL_DAYS[query.period] - 1)
    if first > last:
        raise Unprocessable("first", "must not lie after last")
    if (last - first).days >= MAX_DAYS[query.period]:
        raise Unprocessable("first", f"at most {MAX_DAYS[query.period]} days before last")
    since, before = _span(SpanQuery(first=first, last=last))
    found = await services.storage.sessions.sums(
        "day", organisation_id=organisation_of(request), since=since, before=before
    )
    points = [
        TrendPoint(
            date=day,
            count=sums.sessions,
            completed=sums.completed,
            completion_rate=figures.share(sums.completed, sums.finished),
            avg_score=figures.mean(sums.score_sum, sums.scored),
        )
        for day, sums in figures.trend(found, query.period, first, last)
    ]
    total = sum(point.count for point in points)
    return reply(Trends(period=query.period, trends=points, total_period_count=total))


async def adverse_impact(request: web.Request) -> web.Response:
    """Selection rates by a column of your own; the column is neither stored nor logged."""
    body = await read_body(request, ImpactBody)
    try:
        pairs = figures.table_of(body.column)
    except ValueError as error:
        raise InvalidInput("column", str(error)) from None
    groups = _groups_of(pairs)
    known, outcomes, undecided = set[str](), list[tuple[str, bool]](), 0
    async for summary in _all(core_of(request), organisation_of(request)):
        for name in (summary.session_id.casefold(), summary.email.casefold()):
            if name not in groups:
                continue
            known.add(name)
            if summary.decision in (DecisionOutcome.ADVANCE, DecisionOutcome.REJECT):
                outcomes.append((groups[name], summary.decision is DecisionOutcome.ADVANCE))
            else:
                undecided += 1
            break
    await audit(request, "adverse_impact_asked", organisation_of(request), lines=len(pairs))
    rates = figures.adverse_impact(outcomes)
    return reply(
        ImpactReply(
            groups=[GroupView.model_validate(asdict(rate)) for rate in rates],
            lines=len(pairs),
            unknown=len(groups) - len(known),
            undecided=undecided,
            statement=_statement(rates),
        )
    )


def _groups_of(pairs: list[tuple[str, str]]) -> dict[str, str]:
    groups: dict[str, str] = {}
    for name, group in pairs:
        if groups.setdefault(name.casefold(), group) != group:
            raise InvalidInput("column", f"{name} is in two groups")
    return groups


def _statement(rates: list[figures.GroupRate]) -> str:
    shown = [rate for rate in rates if rate.rate is not None]
    if len(shown) < 2:
        return (
            "There are fewer than two groups with five decided candidates: nothing can be compared."
        )
    flagged = [rate.group for rate in shown if rate.flagged]
    if not flagged:
        return "No group's rate is below four fifths of the highest."
    return f"Below four fifths of the highest rate: {', '.join(flagged)}. Look into why."


async def _all(services: CoreServices, organisation_id: str) -> AsyncIterator[SessionSummary]:
    offset = 0
    while True:
        found, _ = await services.storage.sessions.page(
            organisation_id=organisation_id, limit=PAGE, offset=offset
        )
        for summary in found:
            yield summary
        if len(found) < PAGE:
            return
        offset += PAGE


def _span(query: SpanQuery) -> tuple[datetime | None, datetime | None]:
    """From the first day's beginning to the last day's end."""
    since = _midnight(query.first) if query.first else None
    before = _midnight(query.last) + timedelta(days=1) if query.last else None
    return since, before


def _midnight(day: date) -> datetime:
    if not 2000 <= day.year <= 2200:
        raise Unprocessable("first", "days lie between the years 2000 and 2200")
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


ROUTES = [
    Route(
        method="GET",
        path=f"{BASE}/overview",
        handler=overview,
        allow=STAFF_OR_SERVICE,
        summary="Counts and means of all sessions",
        query=SpanQuery,
        response=Overview,
        statuses=(422,),
    ),
    Route(
        method="GET",
        path=f"{BASE}/interviews",
        handler=interviews,
        allow=STAFF_OR_SERVICE,
        summary="Figures of each interview",
        query=PageQuery,
        response=Paged[InterviewFigures],
        statuses=(422,),
    ),
    Route(
        method="GET",
        path=f"{BASE}/candidates",
        handler=candidates,
        allow=STAFF_OR_SERVICE,
        summary="Figures of each candidate",
        query=CandidatesQuery,
        response=Paged[CandidateFigures],
        statuses=(422,),
    ),
    Route(
        method="GET",
        path=f"{BASE}/trends",
        handler=trends,
        allow=STAFF_OR_SERVICE,
        summary="Sessions by day, week or month",
        query=TrendsQuery,
        response=Trends,
        statuses=(422,),
    ),
    Route(
        method="POST",
        path=f"{BASE}/adverse-impact",
        handler=adverse_impact,
        allow=STAFF_OR_SERVICE,
        summary="Selection rates by a column of your own",
        description=(
            "The four-fifths rule with 95 % intervals. The column is read for this answer and is "
            "neither stored nor logged."
        ),
        request=ImpactBody,
        response=ImpactReply,
        replayable=False,
        statuses=(400,),
    ),
]
