"""How often proctoring is wrong, on sequences with exact truth.

    python -m bench.proctoring_accuracy [--segments 50] [--minutes 3.5] [--engines official|index]

Kinds take turns; when the minutes are over, what has been measured by then is printed.

Each sequence runs through the real engines, detectors and policy at two frames a second of virtual
time, as JPEG like a page's. A segment is found when a violation of its kind falls into it (plus one
second). Every other violation is a false alarm, charged to its detector, over the hours in which
that detector watched. Intervals are 95 %: Wilson for shares, exact Poisson for rates.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2

from bench.proctoring_sequences import FRAMES_PER_S, Material, Pixels, Segment, play, scenes
from interview.errors import Unavailable
from interview.models import ModelFolders
from proctoring.base import Input, Reading, Tick
from proctoring.detectors import load
from proctoring.engines.loading import Engines
from proctoring.engines.loading import load as load_engines
from proctoring.engines.plan import EnginePlan
from proctoring.frames import from_bytes
from proctoring.identity import judge_reference
from proctoring.models import DLIB_FACES, LITERT_FACES, plan_engines
from proctoring.policy import ProctoringSettings, Profile, Violation
from proctoring.signals import Decided, Signal
from proctoring.vision import Embedding, Look, ReferenceFindings, Seen
from proctoring.watch import Watch
from proctoring.worker import Worker
from server.wiring.models.catalogue import ModelCatalogue

ROOT = Path(__file__).resolve().parent.parent
DETECTORS = {
    "no_face": "no_face",
    "multiple_faces": "several_faces",
    "identity_change": "identity_change",
    "looking_away": "looking_away",
    "camera_dark": "camera_dark",
    "camera_covered": "camera_covered",
    "camera_frozen": "camera_frozen",
    "camera_blurred": "camera_blurred",
}
DURATION_S = {
    kind.code: kind.duration_s for name in DETECTORS.values() for kind in load(name).kinds
}
# What must be met; blurred is measured, without a goal.
WITH_GOAL = tuple(kind for kind in DETECTORS if kind != "camera_blurred")
RECALL_GOAL, ALARMS_GOAL, DELAY_GOAL_S = 0.98, 0.5, 1.0
SCENES_IN_A_SEQUENCE = 5


@dataclass
class Outcome:
    """What one sequence gave."""

    found: list[tuple[str, str, float]] = field(default_factory=list)  # kind, scene, delay
    missed: list[tuple[str, str]] = field(default_factory=list)
    alarms: list[tuple[str, str]] = field(default_factory=list)  # kind, during which scene
    watched_s: dict[str, float] = field(default_factory=dict)
    cpu_s: float = 0.0
    frames: int = 0


@dataclass(frozen=True)
class Task:
    """One sequence to run: everything a process needs."""

    shared: str
    plan: str
    sitter: str
    scenes: tuple[tuple[str, int], ...]
    seed: int


class Sitting:
    """A session without the event loop: worker, detectors and policy, in virtual time."""

    def __init__(self, worker: Worker, able: frozenset[Input], reference: Pixels | None) -> None:
        names = [n for n in DETECTORS.values() if n != "identity_change" or reference is not None]
        specs = [load(n) for n in names if all(v in able for v in load(n).inputs)]
        settings = ProctoringSettings(profile=Profile.WARN, detectors=tuple(names))
        self.watch = Watch("bench", specs, settings)
        self.kinds = [kind.code for spec in specs for kind in spec.kinds]
        self._worker = worker
        self._able = able
        self._reference = self._embed(reference) if reference is not None else None

    def show(self, pixels: Pixels, at_s: float) -> list[Violation]:
        """One frame; the violations it led to."""
        wants = self.watch.wants(self._able, at_s)
        look = Look("bench", from_bytes(jpeg(pixels)), at_s, wants, self._reference)
        seen = self._look(look)
        signals = self.watch.frame(seen.reading, None)
        signals += self.watch.stimulus(Tick(at_s=at_s, last_frame_s=at_s))
        return list(violations(signals))

    def _look(self, look: Look) -> Seen:
        answer, _ = self._worker.answer(request(look), look.picture.data)
        return Seen(Reading.model_validate(answer["reading"]))

    def _embed(self, pixels: Pixels) -> Embedding:
        picture = from_bytes(jpeg(pixels))
        header = {"op": "examine", "embed": True, "layout": "jpeg"}
        header |= {"width": picture.width, "height": picture.height}
        answer, _ = self._worker.answer(header, picture.data)
        outcome = judge_reference(ReferenceFindings.model_validate(answer["findings"]))
        assert outcome.embedding is not None, outcome
        return outcome.embedding


def request(look: Look) -> dict[str, Any]:
    """As the pool sends it."""
    return {
        "op": "look",
        "session": look.session_id,
        "at_s": look.at_s,
        "layout": look.picture.layout.value,
        "width": look.picture.width,
        "height": look.picture.height,
        "wants": sorted(look.wants),
        "still": False,
        "reference": look.reference.model_dump(mode="json") if look.reference else None,
    }


def violations(signals: Iterable[Signal]) -> Iterable[Violation]:
    """Those among the signals."""
    for signal in signals:
        if isinstance(signal.body, Decided) and isinstance(signal.body.decision, Violation):
            yield signal.body.decision


def jpeg(pixels: Pixels) -> bytes:
    """As a page sends it."""
    return bytes(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 80])[1])


@lru_cache(maxsize=1)
def material_in(shared: str) -> Material:
    """Once for each process."""
    return Material(Path(shared))


@lru_cache(maxsize=1)
def engines_of(plan: str) -> Engines:
    """Once for each process."""
    return load_engines(EnginePlan.model_validate_json(plan))


def run(task: Task) -> Outcome:
    """One sequence from beginning to end."""
    cv2.setNumThreads(1)
    material, engines = material_in(task.shared), engines_of(task.plan)
    worker = Worker(engines)
    able = frozenset({Input.PICTURE, *engines.tags()})
    there = scenes(material, task.sitter)
    shown = [there[group][number] for group, number in task.scenes]
    with_identity = Input.IDENTITY in able and any(s.kind == "identity_change" for s in shown)
    reference = material.straight[task.sitter][3] if with_identity else None
    sitting = Sitting(worker, able, reference)
    outcome, raised, truth = Outcome(), list[Violation](), list[Segment]()
    begun = time.process_time()
    for at_s, pixels, known in play(material, task.sitter, shown, task.seed):
        raised += sitting.show(pixels, at_s)
        outcome.frames += 1
        truth = known
    outcome.cpu_s = time.process_time() - begun
    outcome.watched_s = dict.fromkeys(sitting.kinds, outcome.frames / FRAMES_PER_S)
    worker.answer({"op": "forget", "session": "bench"}, b"")
    judge(outcome, truth, raised, sitting.kinds)
    return outcome


def judge(
    outcome: Outcome, truth: list[Segment], raised: list[Violation], watched: list[str]
) -> None:
    """Match violations with the truth."""
    charged = set(range(len(raised)))
    for segment in truth:
        if segment.kind is None or segment.kind not in watched:
            continue
        inside = [
            n
            for n, one in enumerate(raised)
            if one.kind == segment.kind and segment.start_s <= one.end_s <= segment.end_s + 1.0
        ]
        charged -= set(inside)
        if inside:
            delay_s = raised[inside[0]].end_s - segment.start_s
            outcome.found.append((segment.kind, segment.what, delay_s))
        else:
            outcome.missed.append((segment.kind, segment.what))
    for n in charged:
        at_s = raised[n].end_s
        now = [s for s in truth if s.start_s <= at_s <= s.end_s + 1.0]
        if any(raised[n].kind in segment.may for segment in now):
            continue
        during = [segment.what for segment in now]
        outcome.alarms.append((raised[n].kind, during[0] if during else "good time"))


def tasks(shared: Path, plan: EnginePlan, segments: int) -> list[Task]:
    """Sequences of five scenes until each kind has its number of segments."""
    material = Material(shared)
    turns: list[tuple[int, Task]] = []
    groups = [*DETECTORS, "nothing"]
    for group in groups:
        sitters = [s for s in material.straight if group in scenes(material, s)]
        count = segments if group != "nothing" else max(5, segments // 2)
        for number in range(math.ceil(count / SCENES_IN_A_SEQUENCE)):
            sitter = sitters[number % len(sitters)]
            variants = len(scenes(material, sitter)[group])
            chosen = tuple(
                (group, (number * SCENES_IN_A_SEQUENCE + n) % variants)
                for n in range(SCENES_IN_A_SEQUENCE)
            )
            seed = 1_000 * groups.index(group) + number
            task = Task(str(shared), plan.model_dump_json(), sitter, chosen, seed)
            turns.append((number, task))
    return [task for _, task in sorted(turns, key=lambda turn: turn[0])]


def run_all(todo: list[Task], jobs: int, minutes: float) -> list[Outcome]:
    """Outcomes of all sequences, or of those that were done in time (0 minutes: no limit)."""
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        running = [pool.submit(run, task) for task in todo]
        _, late = wait(running, timeout=minutes * 60 or None)
        for future in late:
            future.cancel()
    finished = [future for future in running if future.done() and not future.cancelled()]
    if len(finished) < len(todo):
        print(f"out of time: {len(finished)} of {len(todo)} sequences")
    return [future.result() for future in finished]


# --- figures -------------------------------------------------------------------------------


def wilson(hits: int, of: int) -> tuple[float, float]:
    """95 % interval of a share."""
    if of == 0:
        return 0.0, 1.0
    z, share = 1.96, hits / of
    centre = share + z * z / (2 * of)
    spread = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(0.0, (centre - spread) / (1 + z * z / of)), min(
        1.0, (centre + spread) / (1 + z * z / of)
    )


def poisson(count: int, hours: float) -> tuple[float, float]:
    """Exact 95 % interval of a rate (one-sided upper bound when nothing was counted)."""
    tail = 0.05 if count == 0 else 0.025
    upper = _solve(lambda mean: _at_most(count, mean) - tail)
    lower = 0.0 if count == 0 else _solve(lambda mean: 0.025 - (1 - _at_most(count - 1, mean)))
    return lower / hours, upper / hours


def _at_most(count: int, mean: float) -> float:
    term, total = math.exp(-mean), 0.0
    for n in range(count + 1):
        total += term
        term *= mean / (n + 1)
    return total


def _solve(falling: Any) -> float:
    low, high = 0.0, 1_000.0
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) > 0 else (low, middle)
    return (low + high) / 2


def report(outcomes: list[Outcome], engines: str) -> dict[str, Any]:
    """Print the table; the figures as data."""
    found = [one for outcome in outcomes for one in outcome.found]
    missed = [one for outcome in outcomes for one in outcome.missed]
    alarms = [one for outcome in outcomes for one in outcome.alarms]
    hours = sum(outcome.frames for outcome in outcomes) / FRAMES_PER_S / 3_600
    print(f"\n{engines} engines, {hours:.2f} h of video at {FRAMES_PER_S:g} frames/s\n")
    print("| kind | segments | recall (95 %) | false alarms/h (95 %) | delay p50 / max | goal |")
    print("|---|---|---|---|---|---|")
    rows: dict[str, Any] = {}
    for kind in DETECTORS:
        delays = sorted(delay for k, _, delay in found if k == kind)
        hits, of = len(delays), len(delays) + sum(k == kind for k, _ in missed)
        watched = sum(outcome.watched_s.get(kind, 0.0) for outcome in outcomes) / 3_600
        if of == 0 or watched == 0:
            print(f"| `{kind}` | not measured with these engines | | | | |")
            continue
        false = sum(k == kind for k, _ in alarms)
        low, high = wilson(hits, of)
        least, most = poisson(false, watched)
        middle, worst = (statistics.median(delays), delays[-1]) if delays else (math.nan, math.nan)
        met = (
            hits / of >= RECALL_GOAL
            and false / watched <= ALARMS_GOAL
            and worst <= DURATION_S[kind] + DELAY_GOAL_S
        )
        verdict = ("met" if met else "NOT met") if kind in WITH_GOAL else "(none)"
        print(
            f"| `{kind}` | {of} | {hits / of:.3f} ({low:.3f}-{high:.3f}) "
            f"| {false / watched:.2f} ({least:.2f}-{most:.2f}) in {watched:.2f} h "
            f"| {middle:.1f} / {worst:.1f} s of {DURATION_S[kind]:g} | {verdict} |"
        )
        rows[kind] = {"segments": of, "hits": hits, "alarms": false, "hours": watched}
        rows[kind] |= {"delay_p50_s": middle, "delay_max_s": worst, "verdict": verdict}
    for title, listed in (("missed", missed), ("false alarms", alarms)):
        for kind, what in sorted(set(listed)):
            print(f"{title}: {kind} at '{what}': {listed.count((kind, what))}")
    return rows


class WithoutOfficial:
    """Only what a Python package index gives."""

    def __init__(self, models: ModelFolders) -> None:
        self._models = models

    def locate(self, asset: Any) -> Path:
        """Raises Unavailable for the official models."""
        if asset not in (LITERT_FACES, DLIB_FACES):
            raise Unavailable("models", f"{asset.name} is left out")
        return self._models.locate(asset)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--segments", type=int, default=50, help="of each kind")
    parser.add_argument("--minutes", type=float, default=3.5, help="0: until all is done")
    parser.add_argument("--engines", choices=("official", "index"), default="official")
    parser.add_argument("--jobs", type=int, default=max(1, os.cpu_count() or 1))
    parser.add_argument("--only", help="one kind")
    parser.add_argument("--json", type=Path, help="write the figures there")
    options = parser.parse_args()
    shared = Path(os.environ.get("VIVA_TEST_SHARED", ROOT.parent / "shared"))
    folder = Path(os.environ.get("VIVA_MODELS_DIR", "~/.cache/vivavoce/models")).expanduser()
    models: ModelFolders = ModelCatalogue(folder)
    if options.engines == "index":
        models = WithoutOfficial(models)
    plan = plan_engines(models)
    for value, why in plan.missing.items():
        print(f"not measured: {value.value} ({why})")
    todo = tasks(shared, plan, options.segments)
    if options.only:
        todo = [task for task in todo if task.scenes[0][0] == options.only]
    outcomes = run_all(todo, options.jobs, options.minutes)
    rows = report(outcomes, options.engines)
    unmet = [kind for kind, row in rows.items() if row["verdict"] == "NOT met"]
    print(
        "verdict: "
        + (f"NOT met by {', '.join(unmet)}" if unmet else "all goals met (by what was counted)")
    )
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
