"""No list reads through a table to sort it: SQLite says how it carries out every query of a list.

Each list of the interface is asked with each of its filters and orders; what it asks of the store
is then explained. An order is an index, the order in which rows were stored (then a page ends the
walk), or it is of what an index has found by more than the organisation.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from interview.accounts import Role
from server.app import all_routes
from server.edge.auth.principals import Allow
from server.edge.openapi import document
from server.edge.routes import Route
from storage.backends.sqlite.reader import Readers
from tests.server.doors import Edge

LISTS = [
    route
    for route in all_routes()
    if route.method == "GET" and route.query is not None and "limit" in route.query.model_fields
]
WORDS = {
    "search": "ada",
    "company": "default",
    "actor": "staff:ada",
    "action": "login",
    "standing": "waiting",
}
PLACED = {"organisation_id", "kind", "offset", "limit", "sort", "order"}
DOCUMENT = document(all_routes(), "http://127.0.0.1")
PLAIN = {"integer": "7", "boolean": "true"}
Query = tuple[str, tuple[Any, ...]]


def choices(parameter: dict[str, Any]) -> list[str]:
    """Values of a parameter that may be asked for; a word where its schema names none."""
    schema = parameter["schema"]
    for part in (schema, *schema.get("anyOf", ())):
        if "enum" in part:
            return list(part["enum"])
        if "const" in part:
            return [part["const"]]
        if part.get("format") in ("date-time", "date"):
            return ["2026-01-01T00:00:00Z"[: 10 if part["format"] == "date" else 20]]
        if part.get("type") in PLAIN:
            return [PLAIN[part["type"]]]
    return [WORDS.get(parameter["name"], "x")]


def asked(route: Route) -> Iterator[str]:
    """The query strings: bare, by each order, by each filter."""
    operation = DOCUMENT["paths"][route.canonical]["get"]
    values = {one["name"]: choices(one) for one in operation["parameters"] if one["in"] == "query"}
    yield ""
    for key in values.get("sort", ()):
        for order in values.get("order", ("",)):
            yield f"?sort={key}" + (f"&order={order}" if order else "")
    for name in sorted(values.keys() - PLACED):
        yield f"?{name}={values[name][0]}"


@pytest.fixture
def queries(monkeypatch: pytest.MonkeyPatch) -> list[Query]:
    """What the store is asked, as it is asked."""
    seen: list[Query] = []
    kept = Readers.all

    async def all_rows(self: Readers, sql: str, parameters: Any = ()) -> Any:
        seen.append((sql, tuple(parameters)))
        return await kept(self, sql, parameters)

    monkeypatch.setattr(Readers, "all", all_rows)
    return seen


# The log of everybody is in the order of time; an administrator's count of a time reads it.
EXCUSED = "SELECT count(*) FROM audit WHERE at"


def faults(plan: list[str], sql: str = "") -> list[str]:
    """What reads more than it must: a table from end to end, or much of an index to be sorted."""
    found = [step for step in plan if re.match(r"SCAN (?!.*USING (COVERING )?INDEX)", step)]
    found = [step for step in found if "CONSTANT ROW" not in step and "json_each" not in step]
    if "FROM audit" in sql and (" LIMIT ?" in sql or sql.startswith(EXCUSED)):
        found = []
    narrow = any(
        len(re.findall(r"[=<>]\?", step)) > 1 or re.search(r"\(rowid=\?\)", step)
        for step in plan
        if step.startswith("SEARCH")
    )
    sorts = [step for step in plan if "TEMP B-TREE FOR" in step and "GROUP BY" not in step]
    return found + ([] if narrow else sorts)


async def test_every_list_has_an_index_for_each_filter_and_order(
    edge: Edge, queries: list[Query]
) -> None:
    assert len(LISTS) > 20
    owner = await edge.person(Role.OWNER, Role.ADMINISTRATOR)
    for n in range(3):
        await edge.create(name=f"Ada {n}")
    body = {"title": "Nurses", "questions": [{"text": "Why?"}]}
    answer = await edge.client.post(
        "/api/v1/interviewer/interviews", json=body, headers=owner.headers
    )
    key = str((await answer.json())["id"])
    hook = {"url": "https://example.com/hooks", "active": False}
    answer = await edge.client.post("/api/v1/webhooks", json=hook, headers=owner.headers)
    ids = {"{interview_key}": key, "{webhook_id}": (await answer.json())["webhook"]["id"]}
    wanted: dict[str, set[Query]] = {}
    for route in LISTS:
        path = route.canonical
        for name, value in ids.items():
            path = path.replace(name, value)
        headers = owner.headers if Allow.STAFF in route.allow else edge.service
        for query in asked(route):
            queries.clear()
            answer = await edge.client.get(path + query, headers=headers)
            assert answer.status == 200, (path, query, await answer.text())
            wanted[f"{route.canonical}{query}"] = set(queries)
    wrong = explained(edge.data_dir / "vivavoce.db", wanted)
    assert wrong == [], "\n".join(wrong)


def explained(path: Path, wanted: dict[str, set[Query]]) -> list[str]:
    """The lists with what is wrong with a plan of theirs."""
    db, wrong = sqlite3.connect(path), []
    for name, queries in wanted.items():
        for sql, parameters in queries:
            plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)]
            wrong += [f"{name}: {fault}: {sql}" for fault in faults(plan, sql)]
    db.close()
    return wrong


def test_a_scan_that_sorts_is_a_fault() -> None:
    index = "SEARCH sessions USING INDEX x (organisation_id=?)"
    assert faults(["SCAN sessions"]) == ["SCAN sessions"]
    assert faults([index, "USE TEMP B-TREE FOR ORDER BY"]) == ["USE TEMP B-TREE FOR ORDER BY"]
    assert faults([index]) == faults(["SCAN sessions USING COVERING INDEX y"]) == []
    narrow = "SEARCH sessions USING INDEX z (organisation_id=? AND standing=?)"
    assert faults([narrow, "USE TEMP B-TREE FOR ORDER BY"]) == []
