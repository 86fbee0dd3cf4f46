"""Every list has the same query and the same envelope."""

from __future__ import annotations

import pytest

from server.app import all_routes
from server.edge.paging import Counted, Paged
from server.edge.routes import Reply, Route

LISTS = [r for r in all_routes() if r.query is not None and "offset" in r.query.model_fields]

PROMISED = {"/api/v1/admin/users": 100}  # by the contract


class Line(Reply):
    """An item."""

    word: str


@pytest.mark.parametrize("route", LISTS, ids=lambda r: f"{r.method} {r.path}")
def test_every_list_says_where_its_page_lies(route: Route) -> None:
    assert route.query is not None and route.response is not None
    limit = route.query.model_fields["limit"]
    assert (limit.default, 422 in route.statuses) == (PROMISED.get(route.path, 50), True)
    assert issubclass(route.response, Counted)
    fields = {*route.response.model_fields, *route.response.model_computed_fields}
    assert fields >= {"total", "limit", "offset", "has_next", "has_prev"}


@pytest.mark.parametrize(
    ("offset", "total", "has_next", "has_prev"),
    [(0, 0, False, False), (0, 2, False, False), (0, 3, True, False), (2, 3, False, True)],
)
def test_what_follows_and_precedes(offset: int, total: int, has_next: bool, has_prev: bool) -> None:
    page = Paged[Line](items=[Line(word="a")], total=total, limit=2, offset=offset)
    sent = page.model_dump(mode="json")
    assert (sent["has_next"], sent["has_prev"]) == (has_next, has_prev)
    assert set(sent) == {"items", "total", "limit", "offset", "has_next", "has_prev"}
