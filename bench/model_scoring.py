"""A language model's scores beside people's, and how steady they are.

`python -m bench.scoring --model URL NAME` asks any OpenAI-compatible server. A sample of every
graded set is scored through the product's own evaluator, each answer five times; refused and
disputed answers are counted, never filled in.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from agents.evaluation.calibration.graded import Graded
from agents.evaluation.embeddings import Embedder
from agents.evaluation.evaluator import build_evaluator
from agents.llm.openai_compatible import LlmSettings, OpenAiCompatibleModel
from interview.nouns import EvaluationStatus, PointStatus
from interview.ports.analysis import Evaluator

REPEATS = 5
SAMPLE = 40
STEADY = 0.5
SEED = 13


@dataclass
class Asked:
    """One answer, asked for again and again; `scores` holds what came, of 10."""

    row: Graded
    scores: list[float] = field(default_factory=list)
    failed: int = 0
    withheld: int = 0
    contradicted: int = 0


async def print_model(
    rows: Sequence[Graded],
    embedder: Embedder,
    url: str,
    name: str,
    *,
    sample: int = SAMPLE,
    repeats: int = REPEATS,
) -> list[Asked]:
    """Agreement, spread and refusals by set, printed; what was asked is returned."""
    model = OpenAiCompatibleModel(LlmSettings(base_url=url, model=name))
    asked: list[Asked] = []
    try:
        evaluator = build_evaluator(model, embedder)
        for source in sorted({row.source for row in rows}):
            of_set = [row for row in rows if row.source == source]
            picked = random.Random(SEED).sample(of_set, min(sample, len(of_set)))
            found = [await _ask(evaluator, row, repeats) for row in picked]
            print(line(source, found, repeats))
            asked += found
    finally:
        await model.aclose()
    return asked


async def _ask(evaluator: Evaluator, row: Graded, repeats: int) -> Asked:
    asked = Asked(row)
    for _ in range(repeats):
        found = await evaluator.evaluate(row.request())
        if found.status is not EvaluationStatus.DONE:
            asked.failed += 1
            continue
        value = found.scores["overall"].value
        asked.contradicted += any(p.status is PointStatus.CONTRADICTED for p in found.points)
        if value is None:
            asked.withheld += 1
        else:
            asked.scores.append(value)
    return asked


def line(source: str, found: Sequence[Asked], repeats: int) -> str:
    """One set: r and error of the means, the spread of repeats, what gave no score and why."""
    scored = [one for one in found if one.scores]
    means = np.array([float(np.mean(one.scores)) for one in scored])
    people = np.array([10 * one.row.human for one in scored])
    varied = len(scored) > 2 and means.std() > 0 and people.std() > 0
    r = f"{np.corrcoef(means, people)[0, 1]:.2f}" if varied else "-"
    error = f"{np.sqrt(np.mean((means - people) ** 2)):.1f}" if scored else "-"
    spreads = [max(one.scores) - min(one.scores) for one in scored if len(one.scores) > 1]
    steady = sum(spread <= STEADY for spread in spreads)
    asked = len(found) * repeats
    return (
        f"{source}: {len(found)} answers x {repeats}; r {r}, error {error} of 10;"
        f" spread of repeats <= {STEADY} for {steady} of {len(spreads)}"
        f" (largest {max(spreads, default=0.0):.1f});"
        f" no score {sum(one.withheld for one in found)}, failed"
        f" {sum(one.failed for one in found)} of {asked};"
        f" contradictions seen in {sum(one.contradicted > 0 for one in found)} answers"
    )
