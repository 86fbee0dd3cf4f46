"""SQLite and a MongoDB-protocol server in one run: appends, and pages of long lists.

    python -m bench.stores [--documents 1000] [--appends 200] [--mongodb mongodb://host]

Without an address the tests' own server is used (FerretDB over SQLite), which scans where MongoDB
uses an index: its pages say nothing about MongoDB. `ratio` is page 100's cost over page 1's.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import BaseModel

from bench.storage import event, summary
from interview.ports.documents import Kind, Order
from storage.opening import MovableStorage, open_storage
from tests.servers.mongo_server import fresh_name, running

NOW = datetime(2026, 11, 21, tzinfo=UTC)
PAGE = 10


class Row(BaseModel):
    """What is listed."""

    title: str
    created_at: datetime


ROWS = Kind("bench_rows", Row, fields=("created_at",), texts=("title",))
NEWEST = Order("created_at", descending=True)


async def timed(action: Callable[[], Awaitable[object]], times: int = 15) -> float:
    """Milliseconds of one call, the median of several."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        await action()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


async def appends(store: MovableStorage, count: int) -> dict[str, float]:
    """One log growing, each append waiting for the last."""
    taken, seq = [], 0
    for number in range(count):
        begun = time.perf_counter()
        seq = await store.events.append("bench", seq, [event(number)], summary("bench"))
        taken.append((time.perf_counter() - begun) * 1000)
    cuts = statistics.quantiles(taken, n=100)
    return {"append_p50_ms": cuts[49], "append_p99_ms": cuts[98]}


async def pages(store: MovableStorage, count: int) -> dict[str, float]:
    """The first and the hundredth page of a list, by offset and behind each other."""
    rows = store.documents.of(ROWS, "ours")
    for start in range(0, count, 100):
        await asyncio.gather(
            *(
                rows.insert(f"d{n}", Row(title=f"Row {n}", created_at=NOW + timedelta(minutes=n)))
                for n in range(start, start + 100)
            )
        )
    after = None
    for _ in range(99):
        after = (await rows.page(order=NEWEST, limit=PAGE, after=after)).after
    first = await timed(lambda: rows.page(order=NEWEST, limit=PAGE))
    offset = await timed(lambda: rows.page(order=NEWEST, limit=PAGE, offset=99 * PAGE))
    behind = await timed(lambda: rows.page(order=NEWEST, limit=PAGE, after=after))
    return {
        "page_1_ms": first,
        "page_100_by_offset_ms": offset,
        "page_100_behind_ms": behind,
        "offset_ratio": offset / first,
        "behind_ratio": behind / first,
    }


async def measure(url: str, documents: int, count: int) -> dict[str, float]:
    """All figures of one store."""
    store = await open_storage(url)
    try:
        return {**await appends(store, count), **await pages(store, documents)}
    finally:
        await store.close()


@contextlib.contextmanager
def addresses(folder: Path, mongodb: str | None) -> Iterator[dict[str, str]]:
    """A fresh store of each kind."""
    found = {"SQLite": f"sqlite:///{folder}/bench.db"}
    if mongodb is not None:
        yield {**found, "MongoDB": f"{mongodb.rstrip('/')}/{fresh_name()}"}
        return
    with running(folder / "mongo") as server:
        yield {**found, "FerretDB": server.url()}


def main() -> None:
    """Print a table, and one JSON line for machines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1_000)
    parser.add_argument("--appends", type=int, default=200)
    parser.add_argument("--mongodb", default=None, help="a server to measure")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="viva-bench-") as name:
        with addresses(Path(name), chosen.mongodb) as urls:
            runs = {
                store: asyncio.run(measure(url, chosen.documents, chosen.appends))
                for store, url in urls.items()
            }
    for figure in next(iter(runs.values())):
        cells = "".join(f"{store:>12} {run[figure]:8.2f}" for store, run in runs.items())
        print(f"{figure:24}{cells}")
    print(json.dumps({"bench": "stores", "runs": runs}))


if __name__ == "__main__":
    main()
