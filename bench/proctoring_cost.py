"""What proctoring costs: share of a core for each candidate, frames per second, loop lag.

    python -m bench.proctoring_cost [--candidates 8] [--seconds 12]

Takes about a minute and a half. Frames are JPEGs of 640 x 480 from the shared clips, through the
real monitor, pool and workers. Shares are CPU time of the worker processes (not wall time: a busy
machine changes them less).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from bench.proctoring_accuracy import jpeg
from bench.proctoring_sequences import Material, alive
from interview.models import ModelFolders
from proctoring.base import Input
from proctoring.frames import Picture, from_bytes
from proctoring.monitor import ProctoringMonitor
from proctoring.policy import ProctoringSettings, Profile
from proctoring.pool import VisionPool
from proctoring.vision import Embedding, Look
from server.wiring.models.catalogue import ModelCatalogue

ROOT = Path(__file__).resolve().parent.parent
FRAMES_PER_S = 2.0
LAG_EVERY_S = 0.005
SHARE_GOAL, LAG_GOAL_MS = 0.03, 5.0
WATCHED = frozenset({Input.PICTURE, Input.FACES, Input.LANDMARKS})


@dataclass
class Cost:
    """CPU and wall time of one frame."""

    name: str
    cpu_ms: float
    wall_ms: float

    @property
    def share(self) -> float:
        """Of a core at two frames a second."""
        return self.cpu_ms / 1_000 * FRAMES_PER_S


def pictures(shared: Path, count: int = 24) -> list[Picture]:
    """Different frames of a sitter."""
    random = np.random.default_rng(7)
    track = Material(shared).straight["center_focus"]
    chosen = [track[(n * 9) % len(track)] for n in range(count)]
    return [from_bytes(jpeg(alive(frame, random))) for frame in chosen]


def memory_mb(pool: VisionPool) -> float:
    """Proportional share of the workers' memory now."""
    sizes = [psutil.Process(pid).memory_full_info().pss for pid in pool.pids if pid is not None]
    return float(sum(sizes)) / 1_000_000


def cpu_s(pool: VisionPool) -> float:
    """CPU time of the workers so far."""
    times = [psutil.Process(pid).cpu_times() for pid in pool.pids if pid is not None]
    return float(sum(one.user + one.system for one in times))


async def frame_cost(
    pool: VisionPool,
    name: str,
    shown: list[Picture],
    wants: frozenset[Input],
    *,
    reference: Embedding | None = None,
    frames: int = 120,
) -> Cost:
    """Frames one after the other for one candidate."""

    async def look(n: int) -> None:
        picture = shown[n % len(shown)]
        await pool.look(Look(f"cost-{name}", picture, n / 2, wants, reference))

    for n in range(5):
        await look(n)
    cpu, wall = cpu_s(pool), time.perf_counter()
    for n in range(frames):
        await look(n)
    wall = time.perf_counter() - wall
    cost = Cost(name, (cpu_s(pool) - cpu) / frames * 1_000, wall / frames * 1_000)
    await pool.forget(f"cost-{name}")
    return cost


async def throughput(models: ModelFolders, shown: list[Picture], workers: int) -> float:
    """Frames per second of all workers, four candidates each, none waiting."""
    pool = VisionPool(models, workers=workers, deadline_s=30)
    await pool.start()
    candidates = [f"c{n}" for n in range(4 * workers)]

    async def sit(name: str, frames: int) -> None:
        for n in range(frames):
            await pool.look(Look(name, shown[n % len(shown)], n / 2, WATCHED))

    await asyncio.gather(*(sit(name, 3) for name in candidates))
    begun = time.perf_counter()
    await asyncio.gather(*(sit(name, 40) for name in candidates))
    rate = 40 * len(candidates) / (time.perf_counter() - begun)
    await pool.aclose()
    return rate


async def lags(seconds: float) -> list[float]:
    """How late a timer of 5 ms fires, in milliseconds."""
    late: list[float] = []
    end = time.perf_counter() + seconds
    while (now := time.perf_counter()) < end:
        await asyncio.sleep(LAG_EVERY_S)
        late.append((time.perf_counter() - now - LAG_EVERY_S) * 1_000)
    return sorted(late)


def p99(values: list[float]) -> float:
    """Of sorted values."""
    return values[int(0.99 * (len(values) - 1))]


async def watched_lag(
    models: ModelFolders, shown: list[Picture], candidates: int, seconds: float
) -> tuple[float, float, int]:
    """Loop lag p99 without and with watched candidates, and how many frames were seen."""
    without = p99(await lags(seconds))
    pool = VisionPool(models, workers=1)
    monitor = ProctoringMonitor(pool)
    await monitor.start()
    begun = time.perf_counter()

    def clock() -> float:
        return time.perf_counter() - begun

    signals = monitor.observe()
    for n in range(candidates):
        monitor.open(f"c{n}", ProctoringSettings(profile=Profile.WARN), clock=clock)
    seen = 0

    async def count() -> None:
        nonlocal seen
        async for _ in signals:
            seen += 1

    async def camera(n: int) -> None:
        await asyncio.sleep(n / candidates / 10)
        k = n
        while True:  # ten frames a second are offered, as the contract's page does
            monitor.frame(f"c{n}", shown[k % len(shown)])
            k += 1
            await asyncio.sleep(0.1)

    tasks = [asyncio.create_task(count())]
    tasks += [asyncio.create_task(camera(n)) for n in range(candidates)]
    await asyncio.sleep(6)  # the worker loads and the landmarkers are made
    seen = 0
    watched = p99(await lags(seconds))
    print(f"memory of the worker with {candidates} candidates: {memory_mb(pool):.0f} MB")
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    frames = seen
    await monitor.aclose()
    return without, watched, frames


async def measure(shared: Path, models: ModelFolders, candidates: int, seconds: float) -> None:
    """Everything, printed."""
    shown = pictures(shared)
    pool = VisionPool(models, workers=1, deadline_s=30)
    await pool.start()
    await pool.look(Look("idle", shown[0], 0.0, frozenset({Input.PICTURE})))
    print(f"memory of a worker without candidates: {memory_mb(pool):.0f} MB")
    await pool.forget("idle")
    findings = await pool.examine(shown[0], embed=True)
    engines = {c.input.value: c.engine.name for c in pool.capabilities().values() if c.engine}
    print("engines: " + ", ".join(f"{key} {name}" for key, name in engines.items()))
    watched = await frame_cost(pool, "landmarks + face count", shown, WATCHED)
    parts = [
        watched,
        await frame_cost(pool, "decoding and light alone", shown, frozenset({Input.PICTURE})),
        await frame_cost(pool, "face count", shown, frozenset({Input.FACES})),
        await frame_cost(pool, "landmarks", shown, frozenset({Input.LANDMARKS})),
    ]
    if findings.embedding is not None:
        wants = frozenset({Input.FACES, Input.IDENTITY})
        embedding = findings.embedding
        parts.append(
            await frame_cost(pool, "identity", shown, wants, reference=embedding, frames=40)
        )
    await pool.aclose()
    print("\n| per frame | CPU ms | wall ms | of a core at 2 frames/s |\n|---|---|---|---|")
    for part in parts:
        print(
            f"| {part.name} | {part.cpu_ms:.1f} | {part.wall_ms:.1f} | {part.share * 100:.1f} % |"
        )
    verdict(f"share of a core, {watched.name}", watched.share * 100, SHARE_GOAL * 100, "%")
    for workers in (1, 2):
        print(f"frames/s, {workers} worker(s): {await throughput(models, shown, workers):.0f}")
    without, with_them, frames = await watched_lag(models, shown, candidates, seconds)
    print(f"loop lag p99: {without:.2f} ms without, {with_them:.2f} ms with {candidates} watched")
    print(f"({frames} signals of {candidates * seconds * FRAMES_PER_S:.0f} frames due)")
    verdict("loop lag p99 added", with_them - without, LAG_GOAL_MS, "ms")


def verdict(name: str, value: float, goal: float, unit: str) -> None:
    """One line."""
    met = "met" if value <= goal else "NOT met"
    print(f"  {name}: {value:.2f} {unit}  goal <= {goal:g} {unit}: {met}")


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--candidates", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=12.0)
    options = parser.parse_args()
    shared = Path(os.environ.get("VIVA_TEST_SHARED", ROOT.parent / "shared"))
    folder = Path(os.environ.get("VIVA_MODELS_DIR", "~/.cache/vivavoce/models")).expanduser()
    asyncio.run(measure(shared, ModelCatalogue(folder), options.candidates, options.seconds))


if __name__ == "__main__":
    main()
