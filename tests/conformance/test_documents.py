"""What documents must do on any backend."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

import pytest
from pydantic import BaseModel

from interview.errors import InvalidInput, NotFound, Stale, Taken
from interview.ports.documents import Between, DocumentsOf, Kind, Order, Where
from interview.ports.storage import Storage
from storage import open_storage

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class Level(StrEnum):
    JUNIOR = "junior"
    SENIOR = "senior"


class Plan(BaseModel):
    """A document as a resource would declare it."""

    title: str
    slug: str
    level: Level = Level.JUNIOR
    created_at: datetime = NOW
    closes_at: datetime | None = None
    seats: int = 0
    code: str | None = None


PLANS = Kind(
    "test_plans",
    Plan,
    unique=(("slug",),),
    unique_everywhere=(("code",),),
    fields=("created_at", "closes_at", "level", "seats"),
    texts=("title", "slug"),
)


@pytest.fixture(params=["sqlite", "mongodb"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store of each backend."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/viva.db"
    fresh: Callable[[], str] = request.getfixturevalue("mongo_url")
    return fresh()


@pytest.fixture
async def storage(url: str) -> AsyncIterator[Storage]:
    """An empty store, opened."""
    opened = await open_storage(url)
    yield opened
    await opened.close()


@pytest.fixture
def plans(storage: Storage) -> DocumentsOf[Plan]:
    """The plans of one organisation."""
    return storage.documents.of(PLANS, "ours")


def plan(number: int, **changes: object) -> Plan:
    known = {
        "title": f"Title {number}",
        "slug": f"plan-{number}",
        "created_at": NOW + timedelta(minutes=number),
        "seats": number,
    }
    return Plan.model_validate({**known, **changes})


async def test_a_document_comes_back_as_it_was(plans: DocumentsOf[Plan]) -> None:
    document = plan(1, title="Zoë \u0000 李 'quoted' $set {\"a\": 1}", closes_at=NOW)
    stored = await plans.insert("p1", document)
    assert (stored.revision, stored.organisation_id) == (1, "ours")
    assert await plans.get("p1") == stored and stored.document == document
    assert await plans.get("p2") is None


async def test_ids_and_unique_keys_are_taken_once(storage: Storage) -> None:
    ours, theirs = (storage.documents.of(PLANS, name) for name in ("ours", "theirs"))
    await ours.insert("p1", plan(1, code="X"))
    for document_id, document, named in (
        ("p1", plan(2), "id"),
        ("p2", plan(2, slug="PLAN-1"), "slug"),
        ("p2", plan(2, code="X"), "code"),
    ):
        with pytest.raises(Taken) as raised:
            await ours.insert(document_id, document)
        assert raised.value.field == named and not raised.value.retryable
    await theirs.insert("p3", plan(1))
    with pytest.raises(Taken, match="code"):
        await theirs.insert("p4", plan(4, code="X"))
    await ours.insert("p5", plan(5))
    await ours.insert("p6", plan(6))  # two without a code share nothing
    with pytest.raises(Taken, match="slug"):
        await ours.replace("p6", 1, plan(6, slug="plan-5"))
    found = await ours.get("p6")
    assert found is not None and found.revision == 1


async def test_of_many_inserters_one_wins(plans: DocumentsOf[Plan]) -> None:
    results = await asyncio.gather(
        *(plans.insert(f"p{n}", plan(n, slug="same")) for n in range(8)), return_exceptions=True
    )
    assert sum(isinstance(result, Taken) for result in results) == 7


async def test_a_unique_key_is_free_again(plans: DocumentsOf[Plan]) -> None:
    await plans.insert("p1", plan(1, code="X"))
    await plans.replace("p1", 1, plan(1, slug="other"))
    await plans.insert("p2", plan(1, code="X"))
    assert await plans.delete("p2")
    await plans.insert("p3", plan(1, code="X"))


async def test_only_the_revision_that_was_read_is_replaced(plans: DocumentsOf[Plan]) -> None:
    await plans.insert("p1", plan(1))
    results = await asyncio.gather(
        *(plans.replace("p1", 1, plan(1, seats=n)) for n in range(6)), return_exceptions=True
    )
    stale = [result for result in results if isinstance(result, Stale)]
    assert len(stale) == 5 and all(error.retryable for error in stale)
    found = await plans.get("p1")
    assert found is not None and found.revision == 2
    with pytest.raises(NotFound):
        await plans.replace("nobody", 1, plan(1))
    with pytest.raises(Stale):
        await plans.delete("p1", 1)
    assert await plans.delete("p1", 2) and not await plans.delete("p1")
    assert not await plans.delete("p1", 2)


async def test_nobody_reaches_another_organisations_documents(storage: Storage) -> None:
    ours, theirs = (storage.documents.of(PLANS, name) for name in ("ours", "theirs"))
    await theirs.insert("t", plan(1))
    assert await ours.get("t") is None and (await ours.page()).total == 0
    assert not await ours.delete("t") and await ours.sums("level") == {}
    with pytest.raises(NotFound):
        await ours.replace("t", 1, plan(2))
    with pytest.raises(Taken):
        await ours.insert("t", plan(2))
    everywhere = storage.documents.everywhere(PLANS)
    assert not hasattr(everywhere, "insert")
    found = await everywhere.get("t")
    assert found is not None and found.organisation_id == "theirs"
    await ours.insert("o", plan(1))
    assert (await everywhere.page()).total == 2
    assert await everywhere.sums("level") == {"junior": 2}


async def test_lists_filter_by_equality_range_and_prefix(plans: DocumentsOf[Plan]) -> None:
    for n in range(6):
        closes = NOW + timedelta(days=n) if n % 2 else None
        level = Level.SENIOR if n > 3 else Level.JUNIOR
        title = ("ÉLODIE", "élan", "Elan", "100% sure", "100_", "z")[n]
        await plans.insert(f"p{n}", plan(n, closes_at=closes, level=level, title=title))

    async def ids(where: Where) -> list[str]:
        page = await plans.page(where, Order("created_at"))
        assert page.total == len(page.items)
        return [item.document_id for item in page.items]

    assert await ids(Where(equals={"level": Level.SENIOR})) == ["p4", "p5"]
    assert await ids(Where(equals={"closes_at": None})) == ["p0", "p2", "p4"]
    assert await ids(Where(equals={"slug": "PLAN-3"})) == ["p3"]
    assert await ids(Where(within={"seats": Between(at_least=2, below=4)})) == ["p2", "p3"]
    soon = Between(below=NOW + timedelta(days=4))
    assert await ids(Where(within={"closes_at": soon})) == ["p1", "p3"]
    assert await ids(Where(begins={"title": "éL"})) == ["p0", "p1"]
    assert await ids(Where(begins={"title": "100%"})) == ["p3"]
    assert await ids(Where(begins={"title": ".*"})) == []
    both = Where(equals={"level": Level.JUNIOR}, begins={"title": "é"})
    assert await ids(both) == ["p0", "p1"]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("field", ["created_at", "closes_at", "title", "level"])
async def test_pages_go_on_behind_each_other(
    plans: DocumentsOf[Plan], field: str, descending: bool
) -> None:
    for n in range(11):
        closes = NOW + timedelta(days=n // 3) if n % 3 else None
        level = Level.SENIOR if n > 4 else Level.JUNIOR
        await plans.insert(f"p{n:02}", plan(n, closes_at=closes, level=level, title=f"T{n % 4}"))
    order = Order(field, descending)
    whole = [item.document_id for item in (await plans.page(order=order, limit=50)).items]
    assert len(whole) == 11
    rising = [i.document_id for i in (await plans.page(order=Order(field), limit=50)).items]
    assert whole == (rising[::-1] if descending else rising)
    walked: list[str] = []
    after = None
    while True:
        page = await plans.page(order=order, limit=4, after=after)
        walked += [item.document_id for item in page.items]
        assert page.total == 11
        after = page.after
        if after is None:
            break
    assert walked == whole
    second = await plans.page(order=order, limit=4, offset=4)
    assert [item.document_id for item in second.items] == whole[4:8]


async def test_missing_values_come_first_when_it_rises(plans: DocumentsOf[Plan]) -> None:
    await plans.insert("a", plan(1, closes_at=NOW))
    await plans.insert("b", plan(2))
    page = await plans.page(order=Order("closes_at"))
    assert [item.document_id for item in page.items] == ["b", "a"]


async def test_sums_by_group(plans: DocumentsOf[Plan]) -> None:
    for n in range(5):
        await plans.insert(f"p{n}", plan(n, level=Level.SENIOR if n > 2 else Level.JUNIOR))
    assert await plans.sums("level") == {"junior": 3, "senior": 2}
    assert await plans.sums("level", "seats") == {"junior": 3, "senior": 7}
    few = Where(within={"seats": Between(below=2)})
    assert await plans.sums("level", "seats", few) == {"junior": 1}


async def test_what_is_not_declared_is_refused_by_name(plans: DocumentsOf[Plan]) -> None:
    with pytest.raises(InvalidInput, match="code"):
        await plans.page(Where(equals={"code": "X"}))
    with pytest.raises(InvalidInput, match="nothing"):
        await plans.page(order=Order("nothing'); DROP TABLE documents"))
    with pytest.raises(InvalidInput, match="seats"):
        await plans.page(Where(begins={"seats": "1"}))
    with pytest.raises(InvalidInput, match="code"):
        await plans.sums("code")
    for after in ("x", "W10", "bnVsbA"):
        with pytest.raises(InvalidInput, match="after"):
            await plans.page(after=after)
    await plans.insert("p1", plan(1))
    end = (await plans.page(order=Order("seats"), limit=1)).after
    with pytest.raises(InvalidInput, match="after"):
        await plans.page(order=Order("title"), after=end)


async def test_a_declaration_may_change(url: str) -> None:
    narrow = Kind("test_plans", Plan, fields=("created_at",))
    first = await open_storage(url)
    await first.documents.of(narrow, "ours").insert("p1", plan(1, seats=7))
    await first.close()
    second = await open_storage(url)
    wide = second.documents.of(PLANS, "ours")
    found = await wide.page(Where(equals={"seats": 7}))
    assert [item.document_id for item in found.items] == ["p1"]
    with pytest.raises(Taken, match="slug"):
        await wide.insert("p2", plan(1))
    await second.close()
