"""Fits the map from what the matcher sees to the marks that people give.

    python -m agents.evaluation.calibration.fit FOLDER   # writes coefficients.json beside this file

FOLDER holds graded sets (`mohler.jsonl`, `beetle.jsonl`, …). Marks in grades count fully; sets of
right and wrong only (`BINARY`) count little, with their labels moved to where graders who see the
same put their marks. Texts that are no answer are worth `NO_ANSWER`. All by iteratively reweighted
least squares on numpy alone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agents.evaluation.calibration import COEFFICIENTS, HumanScale, columns
from agents.evaluation.calibration.graded import Graded, first_of_each, folds, read_graded
from agents.evaluation.calibration.probes import Probe, probes
from agents.evaluation.coverage import signs_of
from agents.evaluation.embeddings import MODEL_NAME, MiniLmEmbedder
from agents.evaluation.matching import Signs
from agents.evaluation.rules import RuleEvaluator
from interview.bands import CLEAR_FROM, LITTLE_FROM, SOME_FROM

Floats = NDArray[np.float64]

VERSION = "3"
BINARY = frozenset({"beetle"})
BINARY_MARKS = (0.55, 1.0)
BINARY_WEIGHT = 0.3
NO_ANSWER = 0.05
PROBE_WEIGHT = 0.4
OTHER_ANSWERS = 4
RIDGE = 1e-3
SPREAD, SPREAD_FROM, SPREAD_BY = 0.2, 0.36, 0.82
LIMITS = (LITTLE_FROM, SOME_FROM, CLEAR_FROM, 10.01)
STEPS = 40
FITTED_PROBES = frozenset({"copy", "padding", "bluff", "off topic", "other answer"})


@dataclass(frozen=True, slots=True)
class Seen:
    """One text as the matcher sees it; `kind` is empty for a graded answer."""

    row: Graded
    signs: Signs
    kind: str = ""
    text: str = ""

    @property
    def target(self) -> float:
        """What the map should give, 0-1."""
        if self.kind:
            return NO_ANSWER
        if self.row.source in BINARY:
            return BINARY_MARKS[int(self.row.human > 0.5)]
        return self.row.human


async def gather(
    rows: Sequence[Graded], rules: RuleEvaluator, kinds: frozenset[str] = FITTED_PROBES
) -> list[Seen]:
    """The signs of all graded answers and of the probes for their questions."""
    wanted = [(row, "", row.answer) for row in rows]
    wanted += [
        (row, probe.kind, probe.text) for row, probe in probes_for(rows) if probe.kind in kinds
    ]
    found: list[Seen] = []
    for row, kind, text in wanted:
        signs = signs_of(await rules.read(row.request(text)))
        if signs is not None:
            found.append(Seen(row, signs, kind, text))
    return found


def probes_for(rows: Sequence[Graded], seed: int = 7) -> Iterator[tuple[Graded, Probe]]:
    """Each question's first row with each of its probes."""
    chance = random.Random(seed)
    for source in sorted({row.source for row in rows}):
        mine = [row for row in rows if row.source == source]
        for row in first_of_each(mine).values():
            others = [o.answer for o in mine if o.ideal != row.ideal and o.question != row.question]
            some = chance.sample(others, OTHER_ANSWERS) if source not in BINARY else []
            for probe in probes(row.question, row.ideal, some, chance):
                yield row, probe


def fit(seen: Sequence[Seen], version: str = VERSION) -> HumanScale:
    """The map for these texts, without its uncertainty."""
    x = np.array([columns(one.signs) for one in seen])
    constant, weights = _logistic(x, np.array([one.target for one in seen]), _weights(seen))
    return HumanScale(
        version, constant, weights, SPREAD, SPREAD_FROM, SPREAD_BY, ((LIMITS[-1], 0.0),)
    )


def _weights(seen: Sequence[Seen]) -> Floats:
    """Each set counts as a whole, whatever its size."""
    groups = ["probes" if one.kind else one.row.source for one in seen]
    sizes = {group: groups.count(group) for group in set(groups)}
    worth = {"probes": PROBE_WEIGHT} | dict.fromkeys(BINARY, BINARY_WEIGHT)
    return np.array([worth.get(group, 1.0) / sizes[group] for group in groups])


def _logistic(x: Floats, target: Floats, weight: Floats) -> tuple[float, tuple[float, ...]]:
    middle, width = x.mean(axis=0), x.std(axis=0) + 1e-9
    z = np.c_[(x - middle) / width, np.ones(len(x))]
    ridge = RIDGE * weight.sum() * np.diag([*np.ones(x.shape[1]), 0.0])
    b = np.zeros(z.shape[1])
    for _ in range(STEPS):
        p = 1.0 / (1.0 + np.exp(-(z @ b)))
        slope = z.T @ (weight * (p - target)) + ridge @ b
        curvature = z.T @ (z * (weight * p * (1 - p))[:, None]) + ridge
        b = b - np.linalg.solve(curvature, slope)
    weights = b[:-1] / width
    return float(b[-1] - weights @ middle), tuple(float(w) for w in weights)


def out_of_fold(seen: Sequence[Seen], seed: int = 0) -> dict[int, HumanScale]:
    """For each fold the map that never saw its questions."""
    fold = folds((one.row.question_id for one in seen), seed)
    return {
        index: fit([one for one in seen if fold[one.row.question_id] != index])
        for index in sorted(set(fold.values()))
    }


def with_uncertainty(scale: HumanScale, seen: Sequence[Seen]) -> HumanScale:
    """The map with the errors that maps made on graded questions that they never saw."""
    maps = out_of_fold(seen)
    fold = folds(one.row.question_id for one in seen)
    graded = [one for one in seen if not one.kind and one.row.source not in BINARY]
    values = np.array([maps[fold[one.row.question_id]].of(one.signs) for one in graded])
    human = np.array([10 * one.row.human for one in graded])
    errors, low = [], 0.0
    for limit in LIMITS:
        mine = (values >= low) & (values < limit)
        errors.append((limit, round(float(np.sqrt(np.mean((values - human)[mine] ** 2))), 1)))
        low = limit
    return replace(scale, uncertainty=tuple(errors))


def save(scale: HumanScale, path: Path = COEFFICIENTS) -> None:
    """Write the map as it is read."""
    path.write_text(
        json.dumps(
            {
                "version": scale.version,
                "constant": round(scale.constant, 4),
                "weights": [round(weight, 4) for weight in scale.weights],
                "spread": scale.spread,
                "spread_from": scale.spread_from,
                "spread_by": scale.spread_by,
                "uncertainty": scale.uncertainty,
            },
            indent=2,
        )
        + "\n"
    )


async def main(folder: Path, models: Path) -> None:
    """Fit on all questions and write."""
    embedder = MiniLmEmbedder(models / MODEL_NAME)
    try:
        seen = await gather(read_graded(folder), RuleEvaluator(embedder))
    finally:
        await embedder.aclose()
    scale = with_uncertainty(fit(seen), seen)
    save(scale)
    print(COEFFICIENTS.read_text())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--models", type=Path, default=Path("~/.cache/vivavoce/models").expanduser()
    )
    given = parser.parse_args()
    asyncio.run(main(given.folder, given.models))
