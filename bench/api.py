"""The HTTP interface under a steady load: SQLite and a MongoDB-protocol server in one run.

    python -m bench.api [--sessions 10000] [--seconds 20] [--rate 200] [--stores sqlite mongodb]

A real server on one core, with that many sessions stored, is asked at `rate` a second, whether it
has answered or not: 80 % reads (pages of the list, details, reports), 20 % writes (sessions created
and started). Latency counts from when a request was due. Then one after another: page 1 and page
100 of the list, alternating, and beside them the same list from a plain FastAPI + SQLAlchemy app
with the same index (`bench/plain_api.py`, in a virtual environment of its own; left out with the
reason where that cannot be made). Who asks has the other core, and so has the database server.

Without `--mongodb` the tests' own server is used (FerretDB over SQLite), which scans where MongoDB
uses an index: 0.3 s for a page of 2,000 sessions. It gets `SCANNED` sessions and requests; what it
shows is that the same code answers, not how fast MongoDB is.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import psutil
from motor.motor_asyncio import AsyncIOMotorClient

from bench.peer_venv import peer_python
from interview.events import Event
from interview.ports.storage import SessionSummary
from storage.opening import open_storage
from tests.servers.mongo_server import NotBuilt, running

ROOT = Path(__file__).resolve().parent.parent
KEY = "bench-service-key-0123456789abcdef"
BASE = "/api/parallel_interview"
PLAIN = ("fastapi>=0.110,<1", "sqlalchemy>=2,<3", "uvicorn>=0.30,<1")
PLAIN_AT = Path("~/.cache/vivavoce/bench-plain").expanduser()
LIMIT, PAGES = 50, 100
SCANNED = {"sessions": 200, "rate": 20.0}
CORE = 0
READS = 0.8
AT_ONCE = 50
MANY = 500
WARM_UP_S = 2.0
ALTERNATIONS = 40


@dataclass
class Load:
    """Latencies by what was asked, in milliseconds; answers that were not good."""

    taken: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failed: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        """Percentiles of each kind, of reads and of writes."""
        groups = dict(self.taken) | {
            "reads": [ms for name, each in self.taken.items() for ms in each if "GET" in name],
            "writes": [ms for name, each in self.taken.items() for ms in each if "POST" in name],
        }
        return {
            name: {"n": len(each), "p50_ms": _cut(each, 50), "p99_ms": _cut(each, 99)}
            for name, each in groups.items()
            if len(each) > 1
        }


def _cut(taken: list[float], percent: int) -> float:
    return round(statistics.quantiles(taken, n=100)[percent - 1], 2)


@contextlib.contextmanager
def on_one_core(
    command: list[str], environment: dict[str, str], log: Path
) -> Iterator[psutil.Process]:
    """A process bound to one core, ended at the end."""
    taskset = shutil.which("taskset")
    bound = [taskset, "-c", str(CORE), *command] if taskset else command
    with log.open("ab") as out:
        process = subprocess.Popen(bound, cwd=ROOT, env=environment, stdout=out, stderr=out)
    try:
        yield psutil.Process(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.asynccontextmanager
async def client(port: int) -> AsyncIterator[aiohttp.ClientSession]:
    """Whoever asks, once the server answers."""
    headers = {"X-API-Key": KEY}
    base = f"http://127.0.0.1:{port}"
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(base, headers=headers, connector=connector) as http:
        async with asyncio.timeout(60):
            while True:
                try:
                    async with http.get("/healthz") as answer:
                        if answer.status == 200:
                            break
                except aiohttp.ClientError:
                    await asyncio.sleep(0.1)
        yield http


@contextlib.contextmanager
def server(folder: Path, url: str, port: int) -> Iterator[psutil.Process]:
    """The product on this store."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("VIVA_", "MONGODB_"))}
    environment |= {
        "VIVA_PORT": str(port),
        "VIVA_DATA_DIR": str(folder / "data"),
        "VIVA_STORAGE_URL": url,
        "VIVA_SERVICE_KEY": KEY,
        "VIVA_STT": "none",
        "VIVA_TTS": "none",
        "VIVA_RATE_GENERAL": "1000000",
    }
    with on_one_core([sys.executable, "-m", "server"], environment, folder / "server.log") as one:
        yield one


def body(number: int) -> dict[str, Any]:
    """A session to create."""
    return {
        "name": f"Candidate {number}",
        "email": f"candidate{number}@example.com",
        "questions": ["What is a queue?", "And a stack?", "When would you use which?"],
    }


async def create(http: aiohttp.ClientSession, number: int) -> str:
    """One session; its id."""
    async with http.post(f"{BASE}/create", json=body(number)) as answer:
        made = await answer.json()
        assert answer.status == 200, made
        return str(made["session_id"])


async def fill(url: str, sample: str, count: int) -> list[str]:
    """Copies of a created session, as the server stores it; their ids."""
    storage = await open_storage(url)
    stored = await storage.events.read(sample)
    events: list[Event] = [one.event for one in stored]
    head = await storage.sessions.get(sample)
    assert head is not None
    turns = asyncio.Semaphore(AT_ONCE)

    async def copy(number: int) -> str:
        session_id = f"{number:08x}-0000-4000-8000-{number:012x}"
        at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
        name = {"session_id": session_id, "name": f"Candidate {number}", "created_at": at}
        summary: SessionSummary = head.model_copy(update=name)
        async with turns:
            await storage.events.append(session_id, 0, _renamed(events, session_id), summary)
        return session_id

    ids = await asyncio.gather(*(copy(number) for number in range(count)))
    await storage.close()
    return list(ids)


async def fill_mongodb(url: str, sample: str, count: int) -> list[str]:
    """The same by copies of documents: the tests' server would scan for each append."""
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(url)
    database = client.get_default_database()
    ids = [f"{number:08x}-0000-4000-8000-{number:012x}" for number in range(count)]
    for name in ("batches", "sessions"):
        originals = [one async for one in database[name].find({}) if sample in str(one["_id"])]
        assert originals, name
        for start in range(0, count, MANY):
            copies = [
                _copied(one, sample, ids[number], number)
                for number in range(start, min(count, start + MANY))
                for one in originals
            ]
            await database[name].insert_many(copies)
    client.close()
    return ids


def _copied(value: Any, sample: str, session_id: str, number: int) -> Any:
    """A document under another id, created some minutes later."""
    if isinstance(value, str):
        return value.replace(sample, session_id)
    if isinstance(value, list):
        return [_copied(item, sample, session_id, number) for item in value]
    if isinstance(value, dict):
        copy = {key: _copied(each, sample, session_id, number) for key, each in value.items()}
        if "by_created_at" in copy:
            copy["by_created_at"] += number * 60_000_000
        return copy
    return value


def _renamed(events: list[Event], session_id: str) -> list[Event]:
    return [
        one.model_copy(update={"session_id": session_id}) if hasattr(one, "session_id") else one
        for one in events
    ]


async def steady(
    http: aiohttp.ClientSession, ids: list[str], rate: float, seconds: float
) -> tuple[Load, float]:
    """Requests at random times, `rate` a second; what they took, and what the last second was late.

    A server that cannot follow shows it: latency counts from when a request was due.
    """
    load, chance = Load(), random.Random(7)
    running_now: set[asyncio.Task[None]] = set()
    loop = asyncio.get_running_loop()
    due = begun = loop.time()
    created: list[str] = []

    async def ask(due: float, method: str, path: str, name: str, **more: Any) -> None:
        try:
            async with http.request(method, path, **more) as answer:
                content = await answer.read()
                good = answer.status in (200, 202)
        except aiohttp.ClientError as error:
            load.failed.append(f"{name}: {type(error).__name__}")
            return
        if not good:
            load.failed.append(f"{name}: {answer.status} {content[:100]!r}")
        elif due - begun > WARM_UP_S:
            load.taken[f"{method} {name}"].append((loop.time() - due) * 1000)
            if name == "create":
                created.append(json.loads(content)["session_id"])

    number = 0
    while due - begun < seconds + WARM_UP_S:
        due += chance.expovariate(rate)
        await asyncio.sleep(max(0.0, due - loop.time()))
        number += 1
        request = _chosen(chance, ids, created, number)
        task = asyncio.create_task(ask(due, *request[:3], **request[3]))
        running_now.add(task)
        task.add_done_callback(running_now.discard)
    late_s = loop.time() - due
    await asyncio.gather(*running_now)
    return load, late_s


def _chosen(
    chance: random.Random, ids: list[str], created: list[str], number: int
) -> tuple[str, str, str, dict[str, Any]]:
    """Method, path, name and the rest of a request."""
    if chance.random() < READS:
        kind = chance.choice(("list", "list", "details", "details", "reports"))
        if kind == "list":
            offset = chance.randrange(min(PAGES, len(ids) // LIMIT)) * LIMIT
            query = {"limit": str(LIMIT), "offset": str(offset)}
            return "GET", f"{BASE}/sessions", "sessions", {"params": query}
        if kind == "details":
            return "GET", f"{BASE}/session/{chance.choice(ids)}", "session", {}
        return "GET", "/api/reports", "reports", {"params": {"limit": "20"}}
    if created and chance.random() < 0.5:
        return "POST", f"{BASE}/session/{created.pop()}/start", "start", {}
    return "POST", f"{BASE}/create", "create", {"json": body(number)}


async def pages(http: aiohttp.ClientSession, path: str, sessions: int) -> dict[str, float]:
    """The first and the last page (at most the hundredth), turn about: medians and their ratio."""
    last = min(PAGES, sessions // LIMIT)
    taken: dict[int, list[float]] = {0: [], (last - 1) * LIMIT: []}
    for _ in range(ALTERNATIONS):
        for offset, each in taken.items():
            begun = time.perf_counter()
            async with http.get(path, params={"limit": LIMIT, "offset": offset}) as answer:
                content = await answer.json()
                assert answer.status == 200, content
            each.append((time.perf_counter() - begun) * 1000)
            assert len(content["sessions"]) == LIMIT, (path, offset)
    first, latest = (statistics.median(each) for each in taken.values())
    return {
        "page_1_ms": round(first, 2),
        f"page_{last}_ms": round(latest, 2),
        "ratio": round(latest / first, 2),
    }


async def of_store(folder: Path, url: str, chosen: argparse.Namespace, port: int) -> dict[str, Any]:
    """Everything about one store."""
    with server(folder, url, port):
        async with client(port) as http:
            sample = await create(http, 0)
    begun = time.perf_counter()
    filling = fill_mongodb if url.startswith("mongodb") else fill
    ids = await filling(url, sample, chosen.sessions)
    filled_s = time.perf_counter() - begun
    with server(folder, url, port) as process:
        async with client(port) as http:
            turned = await pages(http, f"{BASE}/sessions", chosen.sessions)
            used_s, begun = sum(process.cpu_times()[:2]), time.perf_counter()
            load, late_s = await steady(http, ids, chosen.rate, chosen.seconds)
            used_s = sum(process.cpu_times()[:2]) - used_s
            core = used_s / (time.perf_counter() - begun)
    return {
        "filled_s": round(filled_s, 1),
        "list": turned,
        "load": load.figures(),
        "core": round(core, 2),
        "failed": len(load.failed),
        "first_failures": load.failed[:3],
        "asked_late_s": round(late_s, 3),
    }


async def plain(folder: Path, sessions: int, port: int) -> dict[str, Any]:
    """The same list from FastAPI and SQLAlchemy, or why not."""
    python, why = await asyncio.to_thread(peer_python, PLAIN_AT, PLAIN)
    if python is None:
        return {"left_out": f"FastAPI and SQLAlchemy cannot be installed here: {why}"}
    command = [python, str(ROOT / "bench" / "plain_api.py"), str(folder), str(sessions), str(port)]
    with on_one_core(command, dict(os.environ), folder / "plain.log"):
        async with client(port) as http:
            return await pages(http, "/sessions", sessions)


async def measure(chosen: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Each store, then the plain app."""
    found: dict[str, Any] = {}
    if "sqlite" in chosen.stores:
        url = f"sqlite:///{folder / 'bench.db'}"
        found["sqlite"] = await of_store(folder / "sqlite", url, chosen, chosen.port)
    if "mongodb" in chosen.stores:
        try:
            with running(folder / "mongo-data") as mongo:
                less = {} if chosen.mongodb else SCANNED
                asked = argparse.Namespace(**(vars(chosen) | less))
                url = chosen.mongodb or mongo.url()
                found["mongodb"] = await of_store(folder / "mongodb", url, asked, chosen.port + 1)
        except NotBuilt as error:
            found["mongodb"] = {"left_out": str(error)}
    found["fastapi+sqlalchemy"] = await plain(folder, chosen.sessions, chosen.port + 2)
    return found


def show(found: dict[str, Any]) -> None:
    """A table for people."""
    for name, figures in found.items():
        if "left_out" in figures:
            print(f"{name}: {figures['left_out']}")
            continue
        print(f"{name}: {figures.get('list', figures)}")
        for what, each in figures.get("load", {}).items():
            print(
                f"  {what:16}{each['n']:6} p50 {each['p50_ms']:8.2f} p99 {each['p99_ms']:8.2f} ms"
            )
        if "core" in figures:
            print(f"  the server kept {figures['core']:.0%} of its core busy")
        if figures.get("failed"):
            print(f"  failed: {figures['failed']}, first {figures['first_failures']}")


def main() -> None:
    """Print a table, and one JSON line for machines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rate", type=float, default=200.0)
    parser.add_argument("--stores", nargs="*", default=["sqlite", "mongodb"])
    parser.add_argument("--mongodb", default="", help="a database's address; else the tests' own")
    parser.add_argument("--port", type=int, default=18_361)
    chosen = parser.parse_args()
    with contextlib.suppress(AttributeError, OSError):
        os.sched_setaffinity(0, os.sched_getaffinity(0) - {CORE} or {CORE})
    with tempfile.TemporaryDirectory(prefix="viva-bench-api-") as name:
        for store in chosen.stores:
            (Path(name) / store).mkdir()
        found = asyncio.run(measure(chosen, Path(name)))
    show(found)
    print(json.dumps({"bench": "api", "rate": chosen.rate, **found}))


if __name__ == "__main__":
    main()
