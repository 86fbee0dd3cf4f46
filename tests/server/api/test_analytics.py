"""Figures against counts made by hand, and only of the caller's organisation."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from interview.events import SessionStarted
from interview.judging import DecisionOutcome
from interview.nouns import Status
from interview.ports.storage import SessionSummary
from interview.standing import Standing
from server.edge.auth.api_keys import make_key
from tests.server.doors import Edge

BASE = "/api/v1/interviewer/analytics"


async def stored(edge: Edge, number: int, **changes: Any) -> SessionSummary:
    """A session as its summary stands in the store."""
    now = edge.clock()
    known = {
        "session_id": f"s{number}",
        "status": Status.INITIALIZED,
        "name": f"Candidate {number}",
        "email": f"c{number}@example.com",
        "phone": "",
        "title": "Engineer",
        "created_at": now,
        "created_by": "test",
        "total_questions": 4,
        "max_questions": 4,
    }
    summary = SessionSummary.model_validate(known | changes)
    events = [SessionStarted(at=now, by="test")]
    await edge.services.storage.events.append(summary.session_id, 0, events, summary)
    return summary


async def many(edge: Edge) -> list[SessionSummary]:
    """Fifty sessions of all kinds, and some of another organisation."""
    dice, now, made = random.Random(7), edge.clock(), []
    for number in range(60):
        final = dice.random() < 0.7
        created = now - timedelta(days=dice.randrange(60), minutes=number)
        ended = created + timedelta(minutes=dice.randrange(5, 50)) if final else None
        made.append(
            await stored(
                edge,
                number,
                title=dice.choice(["Engineer", "Designer", "Sales"]),
                status=Status.COMPLETED if final else Status.INITIALIZED,
                standing=dice.choice([Standing.COMPLETED, Standing.LEFT_EARLY])
                if final
                else Standing.WAITING,
                created_at=created,
                started_at=created if final else None,
                completed_at=ended,
                answered=dice.randrange(5) if final else 0,
                average_score=round(dice.uniform(0, 10), 2) if final and number % 3 else None,
                decision=dice.choice([None, *DecisionOutcome][:4]) if final else None,
                organisation_id="other" if number % 6 == 0 else "default",
            )
        )
    return [one for one in made if one.organisation_id == "default"]


def mean(values: list[float], digits: int = 2) -> float | None:
    return round(sum(values) / len(values), digits) if values else None


async def test_an_empty_organisation_has_zeros_and_nulls(edge: Edge) -> None:
    found = await edge.get(f"{BASE}/overview")
    assert (found["total_interviews"], found["avg_score"], found["completion_rate"]) == (
        0,
        None,
        None,
    )
    assert (await edge.get(f"{BASE}/interviews"))["items"] == []
    points = (await edge.get(f"{BASE}/trends"))["trends"]
    assert len(points) == 30 and {point["count"] for point in points} == {0}


async def test_the_overview_is_what_a_hand_count_gives(edge: Edge) -> None:
    own = await many(edge)
    found = await edge.get(f"{BASE}/overview")
    final = [one for one in own if one.status.final]
    done = [one for one in own if one.standing is Standing.COMPLETED]
    scores = [one.average_score for one in own if one.average_score is not None]
    took = [
        (one.completed_at - one.started_at).total_seconds()
        for one in own
        if one.completed_at and one.started_at
    ]
    recent = [one for one in own if one.created_at >= edge.clock() - timedelta(days=30)]
    assert found["total_interviews"] == len(own) == 50
    assert found["finished_interviews"] == len(final)
    assert found["completed_interviews"] == len(done)
    assert found["completion_rate"] == round(100 * len(done) / len(final), 1)
    assert found["avg_score"] == mean(scores) and found["scored_interviews"] == len(scores)
    assert abs(found["avg_duration_seconds"] - (mean(took, 1) or 0)) <= 0.1
    assert found["avg_questions_per_interview"] == 4
    assert found["recent_interviews_count"] == len(recent)
    assert found["titles"] == len({one.title for one in own})
    for key, field in (("by_standing", "standing"), ("by_decision", "decision")):
        counted: dict[str, int] = {}
        for one in own:
            if (value := getattr(one, field)) is not None:
                counted[value.value] = counted.get(value.value, 0) + 1
        assert found[key] == counted
    assert sum(found["by_score"].values()) == len(scores)
    assert found["undecided"] == sum(one.decision is None for one in own)


async def test_each_interview_is_what_a_hand_count_gives(edge: Edge) -> None:
    own = await many(edge)
    page = await edge.get(f"{BASE}/interviews?limit=2")
    assert (page["total"], page["has_next"], len(page["items"])) == (3, True, 2)
    items = page["items"] + (await edge.get(f"{BASE}/interviews?limit=2&offset=2"))["items"]
    for item in items:
        mine = [one for one in own if one.title == item["title"]]
        scores = [one.average_score for one in mine if one.average_score is not None]
        assert item["sessions"] == len(mine)
        assert item["completed"] == sum(one.standing is Standing.COMPLETED for one in mine)
        assert item["avg_score"] == mean(scores)
    assert [item["sessions"] for item in items] == sorted(
        (item["sessions"] for item in items), reverse=True
    )


async def test_candidates_come_by_score_and_trends_by_period(edge: Edge) -> None:
    own = await many(edge)
    page = await edge.get(f"{BASE}/candidates?limit=200")
    scores = [item["score"] for item in page["items"]]
    known = [score for score in scores if score is not None]
    assert known == sorted(known, reverse=True) and scores[len(known) :] == [None] * (
        len(scores) - len(known)
    )
    assert {item["candidate_id"] for item in page["items"]} == {one.session_id for one in own}
    first = (edge.clock() - timedelta(days=70)).date()
    keys: dict[str, Callable[[date], date]] = {
        "daily": lambda day: day,
        "weekly": lambda day: day - timedelta(days=day.weekday()),
        "monthly": lambda day: day.replace(day=1),
    }
    for period, key in keys.items():
        found = await edge.get(f"{BASE}/trends?period={period}&first={first}")
        counted: dict[str, int] = {}
        for one in own:
            name = key(one.created_at.date()).isoformat()
            counted[name] = counted.get(name, 0) + 1
        assert {p["date"]: p["count"] for p in found["trends"] if p["count"]} == counted
        assert found["total_period_count"] == len(own)


async def test_wrong_days_are_named(edge: Edge) -> None:
    for query in ("first=2026-11-30&last=2026-11-01", "first=1900-01-01", "first=tomorrow"):
        await edge.get(f"{BASE}/trends?{query}", 422)


async def impact(edge: Edge, column: str, headers: dict[str, str]) -> dict[str, Any]:
    answer = await edge.client.post(
        f"{BASE}/adverse-impact", json={"column": column}, headers=headers
    )
    assert answer.status == 200, await answer.text()
    found: dict[str, Any] = await answer.json()
    return found


async def decided(edge: Edge, group: int, count: int, selected: int, at: datetime) -> list[str]:
    lines = []
    for number in range(count):
        outcome = DecisionOutcome.ADVANCE if number < selected else DecisionOutcome.REJECT
        one = await stored(edge, 100 * group + number, decision=outcome, created_at=at)
        lines.append(f"{one.email},marker-group-{group}")
    return lines


async def test_selection_rates_follow_the_four_fifths_rule_and_nothing_is_kept(
    edge: Edge,
) -> None:
    now = edge.clock()
    lines = ["email,group"]
    lines += await decided(edge, 1, 40, 24, now)
    lines += await decided(edge, 2, 30, 9, now)
    lines += await decided(edge, 3, 3, 3, now)
    open_one = await stored(edge, 900)
    lines += [f"{open_one.email},marker-group-1", "stranger@example.com,marker-group-2"]
    found = await impact(edge, "\n".join(lines), edge.service)
    one, two, three = found["groups"]
    assert (one["rate"], one["ratio"], one["flagged"]) == (0.6, 1.0, False)
    assert (two["rate"], two["ratio"], two["flagged"]) == (0.3, 0.5, True)
    # Wilson: 24 of 40 is 0.4460 to 0.7365; Katz: 0.5 is 0.2738 to 0.9132.
    assert (one["low"], one["high"]) == (0.446, 0.7365)
    assert (two["ratio_low"], two["ratio_high"]) == (0.2738, 0.9132)
    assert (three["decided"], three["rate"]) == (3, None)
    assert (found["lines"], found["unknown"], found["undecided"]) == (75, 1, 1)
    assert "marker-group-2" in found["statement"]
    files = list(edge.data_dir.rglob("*"))
    kept = b"".join(path.read_bytes() for path in files if path.is_file())
    assert b"marker-group" not in kept
    key = {"Idempotency-Key": "column-1"}
    await impact(edge, "\n".join(lines), edge.service | key)
    kept = b"".join(path.read_bytes() for path in files if path.is_file())
    assert b"marker-group" not in kept


async def test_another_organisations_candidates_are_unknown(edge: Edge) -> None:
    lines = await decided(edge, 1, 6, 3, edge.clock())
    _, secret = await make_key(
        edge.services.storage,
        "other",
        name="a",
        scopes=("analytics:write", "analytics:read"),
        created_by="test",
        now=edge.clock(),
        key_id="k",
    )
    foreign = {"X-API-Key": secret}
    found = await impact(edge, "\n".join(lines), foreign)
    assert (found["groups"], found["unknown"]) == ([], 6)
    overview = await edge.client.get(f"{BASE}/overview", headers=foreign)
    assert (await overview.json())["total_interviews"] == 0


async def test_a_column_that_cannot_be_read_names_its_line(edge: Edge) -> None:
    for column, says in (("a@b.c,x\nnonsense", "line 2"), ("a@b.c,x\na@b.c,y", "two groups")):
        answer = await edge.client.post(
            f"{BASE}/adverse-impact", json={"column": column}, headers=edge.service
        )
        told = await answer.json()
        assert (answer.status, told["field"]) == (400, "column") and says in told["detail"]
