"""The agreement of people and software over HTTP."""

from __future__ import annotations

from tests.server.doors import BASE, Edge


async def test_without_ratings_there_is_nothing_to_compare(edge: Edge) -> None:
    await edge.create()
    found = await edge.get(f"{BASE}/agreement")
    assert (found["sessions"], found["agreement"]) == (0, [])
