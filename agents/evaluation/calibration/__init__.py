"""From what the matcher sees to the marks that people give: a small map, fitted by `fit`.

`coefficients.json` is what `python -m agents.evaluation.calibration.fit` wrote.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from agents.evaluation.matching import Signs

COEFFICIENTS = Path(__file__).with_name("coefficients.json")

LITTLE_COVERED = 0.25
TALK_FROM = 0.05
NEAR_ENOUGH = 0.15


@dataclass(frozen=True, slots=True)
class HumanScale:
    """A logistic map, then spread at the upper end by the coverage itself.

    People's marks bunch at the top; the spread keeps apart what the map alone would not.
    `uncertainty` has the root mean square error of 10 for marks below each limit.
    """

    version: str
    constant: float
    weights: tuple[float, ...]
    spread: float
    spread_from: float
    spread_by: float
    uncertainty: tuple[tuple[float, float], ...]

    def of(self, seen: Signs) -> float:
        """The mark of 10 that people would give, 0-10."""
        total = self.constant + sum(
            weight * sign for weight, sign in zip(self.weights, columns(seen), strict=True)
        )
        straight = min(1.0, self.spread_from + self.spread_by * seen.coverage)
        share = (1.0 - self.spread + self.spread * straight) / (1.0 + math.exp(-total))
        return 10.0 * min(1.0, max(0.0, share))

    def error_of(self, value: float) -> float:
        """How far people's marks lie from such a value (root mean square, of 10)."""
        return next(error for below, error in self.uncertainty if value < below)


def columns(seen: Signs) -> tuple[float, ...]:
    """The columns of the regression."""
    return (
        seen.coverage,
        min(seen.coverage, LITTLE_COVERED),
        max(0.0, seen.talk - TALK_FROM),
        seen.copied,
        min(seen.near, NEAR_ENOUGH),
    )


@cache
def human_scale(path: Path = COEFFICIENTS) -> HumanScale:
    """The fitted map."""
    read: dict[str, Any] = json.loads(path.read_text())
    pairs: Sequence[Sequence[float]] = read["uncertainty"]
    return HumanScale(
        version=read["version"],
        constant=read["constant"],
        weights=tuple(read["weights"]),
        spread=read["spread"],
        spread_from=read["spread_from"],
        spread_by=read["spread_by"],
        uncertainty=tuple((below, error) for below, error in pairs),
    )
