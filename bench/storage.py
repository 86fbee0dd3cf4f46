"""Durable appends per second beside a bare SQLite commit loop, on the same disk in the same run.

    python -m bench.storage [--seconds 1] [--rounds 5] [--folder FOLDER]

The bare loop does what durability costs at least: one row, one COMMIT with synchronous=FULL, no
event model, no checks. `ratio` is appends/s divided by its commits/s, taken within a round. The
live sessions append when people do: what counts of them is the latency.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sqlite3
import statistics
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from interview.events import ActivityNoted, Event, UtteranceCommitted
from interview.nouns import Status, Utterance, Word
from interview.ports.storage import SessionSummary, Storage
from storage import open_storage

EACH_S = 2.0  # appends of a live session, a second
LIVE_FOR = 10  # times as long as the others: 40 appends a second are few for a percentile
NOW = datetime(2026, 11, 21, tzinfo=UTC)
TEXT = "I would first measure where the time goes and only then change the code " * 2


@dataclass
class Figures:
    """One measurement."""

    name: str
    per_s: float
    p50_ms: float
    p99_ms: float
    ratio: float = 1.0


def event(number: int) -> Event:
    """What sessions store most: mostly words, now and then activity."""
    if number % 4 == 3:
        return ActivityNoted(at=NOW, kind="speech")
    words = tuple(
        Word(text=text, start_s=n * 0.3, end_s=n * 0.3 + 0.25, confidence=0.9)
        for n, text in enumerate(TEXT.split())
    )
    spoken = Utterance(utterance_id=f"u{number}", text=TEXT, words=words, start_s=0, end_s=8.4)
    return UtteranceCommitted(at=NOW, utterance=spoken, question_number=1)


def summary(session_id: str) -> SessionSummary:
    """A session's document."""
    return SessionSummary(
        session_id=session_id,
        status=Status.IN_PROGRESS,
        name="Bench Candidate",
        email="bench@example.com",
        phone="",
        title="Interview",
        created_at=NOW,
        created_by="bench",
        total_questions=5,
        max_questions=5,
    )


def figures(name: str, latencies_s: list[float], took_s: float) -> Figures:
    """Rate and percentiles of a run."""
    cuts = statistics.quantiles(latencies_s, n=100)
    return Figures(name, len(latencies_s) / took_s, p50_ms=cuts[49] * 1000, p99_ms=cuts[98] * 1000)


def bare(folder: Path, seconds: float, a_second: float | None = None) -> Figures:
    """The peer: sqlite3, WAL, synchronous=FULL, one INSERT a COMMIT; at once or `a_second`."""
    name = "bare sqlite3 commits" if a_second is None else f"bare commits, {a_second:.0f} a second"
    db = sqlite3.connect(folder / f"bare-{a_second}.db", isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("CREATE TABLE log (id INTEGER PRIMARY KEY, body TEXT)")
    body = "x" * 2_000
    latencies: list[float] = []
    chance = random.Random(9)
    begun = time.perf_counter()
    while time.perf_counter() - begun < seconds:
        if a_second is not None:
            time.sleep(chance.expovariate(a_second))
        now = time.perf_counter()
        db.execute("BEGIN IMMEDIATE")
        db.execute("INSERT INTO log (body) VALUES (?)", (body,))
        db.execute("COMMIT")
        latencies.append(time.perf_counter() - now)
    took = time.perf_counter() - begun
    db.close()
    return figures(name, latencies, took)


async def ours(folder: Path, sessions: int, seconds: float) -> Figures:
    """`sessions` logs growing at once, each waiting for its append before the next."""
    storage = await open_storage(f"sqlite://{folder}/ours-{sessions}.db")
    latencies: list[float] = []
    begun = time.perf_counter()
    await asyncio.gather(
        *(_grow(storage, f"s{n}", begun + seconds, latencies) for n in range(sessions))
    )
    took = time.perf_counter() - begun
    await storage.close()
    return figures(f"appends, {sessions} session{'s' if sessions > 1 else ''}", latencies, took)


async def live(folder: Path, sessions: int, seconds: float) -> Figures:
    """`sessions` logs that grow as those of people who speak: each about twice a second."""
    storage = await open_storage(f"sqlite://{folder}/live-{sessions}.db")
    latencies: list[float] = []
    chance = random.Random(9)
    begun = time.perf_counter()
    await asyncio.gather(
        *(_speak(storage, f"s{n}", begun + seconds, latencies, chance) for n in range(sessions))
    )
    took = time.perf_counter() - begun
    await storage.close()
    return figures(f"appends, {sessions} live sessions", latencies, took)


async def _speak(
    storage: Storage, name: str, until: float, latencies: list[float], chance: random.Random
) -> None:
    head, seq = summary(name), 0
    while time.perf_counter() < until:
        await asyncio.sleep(chance.expovariate(EACH_S))
        now = time.perf_counter()
        seq = await storage.events.append(name, seq, [event(seq)], head)
        latencies.append(time.perf_counter() - now)


async def _grow(storage: Storage, name: str, until: float, latencies: list[float]) -> None:
    head, seq = summary(name), 0
    while (now := time.perf_counter()) < until:
        seq = await storage.events.append(name, seq, [event(seq)], head)
        latencies.append(time.perf_counter() - now)


def measure(folder: Path, seconds: float, rounds: int) -> list[Figures]:
    """All in turn, several rounds, as a shared disk is never the same for long.

    Medians over the rounds; each ratio is taken within its round.
    """
    taken: list[list[Figures]] = []
    for number in range(rounds):
        place = folder / str(number)
        place.mkdir()
        runs = [bare(place, seconds)]
        runs += [asyncio.run(ours(place, sessions, seconds)) for sessions in (1, 20)]
        runs.append(bare(place, LIVE_FOR * seconds, 20 * EACH_S))
        runs.append(asyncio.run(live(place, 20, LIVE_FOR * seconds)))
        for run in runs:
            run.ratio = run.per_s / runs[0].per_s
        taken.append(runs)
    return [_median(same) for same in zip(*taken, strict=True)]


def _median(runs: tuple[Figures, ...]) -> Figures:
    def middle(field: str) -> float:
        return statistics.median(float(getattr(run, field)) for run in runs)

    return Figures(
        runs[0].name, middle("per_s"), middle("p50_ms"), middle("p99_ms"), middle("ratio")
    )


def main() -> None:
    """Print a table, and one JSON line for machines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.0, help="for each run of a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=None, help="a folder on the disk to measure")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.folder, prefix="viva-bench-") as name:
        runs = measure(Path(name), chosen.seconds, chosen.rounds)
    print(f"{'storage':28}{'per s':>10}{'p50 ms':>10}{'p99 ms':>10}{'ratio':>8}")
    for run in runs:
        print(f"{run.name:28}{run.per_s:10.0f}{run.p50_ms:10.2f}{run.p99_ms:10.2f}{run.ratio:8.2f}")
    print(json.dumps({"bench": "storage", "runs": [asdict(run) for run in runs]}))


if __name__ == "__main__":
    main()
