"""The scores of the whole interview, each with what it measures, its band and its method. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

from agents.evaluation.labels import label_of
from interview.bands import band_of
from interview.nouns import SCORE_NAMES, Evaluation, QuestionKind, Score
from server.platform.reports import kpis
from server.platform.reports.model import ScoreLine

CODE_QUALITY = "code_quality"
_STYLE = "communication_clarity"


def score_lines(
    evaluations: Sequence[Evaluation],
    why_none: str,
    *,
    code: Sequence[Evaluation] = (),
    enough: bool = True,
) -> tuple[ScoreLine, ...]:
    """A line for each of the seven names, and one for code quality where there is code.

    `code` names those of `evaluations` that are of code: how it reads is no communication.
    `why_none` says why the overall line is missing; without `enough` it is, whatever was scored.
    """
    prose = [e for e in evaluations if e not in code]
    lines = [
        _line(name, prose if name == _STYLE else evaluations, why_none) for name in SCORE_NAMES
    ]
    if not enough:
        none = {"value": None, "band": None, "uncertainty": None, "reason": why_none}
        lines = [line.model_copy(update=none) if line.name == "overall" else line for line in lines]
    if code:
        quality = _line(_STYLE, code, why_none)
        lines.append(quality.model_copy(update={"name": CODE_QUALITY}))
    return tuple(lines)


def _line(name: str, evaluations: Sequence[Evaluation], why_none: str) -> ScoreLine:
    given = [e.scores[name] for e in evaluations if name in e.scores]
    scored = [score for score in given if score.value is not None]
    mean = kpis.average(evaluations, name)
    return ScoreLine(
        name=name,
        label=_label(name, scored or given),
        value=mean,
        band=band_of(mean),
        uncertainty=_uncertainty(scored),
        method=" + ".join(sorted({score.method for score in scored if score.method})),
        answers=len(scored),
        of=len(given),
        reason=None if mean is not None else _why(name, given, why_none),
    )


def _label(name: str, scores: Sequence[Score]) -> str:
    """The labels that the answers use, joined when they differ (text and code, two methods)."""
    labels = dict.fromkeys(score.label for score in scores if score.label)
    return " / ".join(labels) or label_of(name, QuestionKind.TEXT, "")


def _uncertainty(scored: Sequence[Score]) -> float | None:
    """Root mean square over the answers, of 10; null unless it was measured for all of them.

    Not divided by their number: one candidate's answers err in the same direction.
    """
    known = [score.uncertainty for score in scored if score.uncertainty is not None]
    if not known or len(known) < len(scored):
        return None
    return round(math.sqrt(sum(value**2 for value in known) / len(known)), 1)


def _why(name: str, given: Sequence[Score], why_none: str) -> str:
    reasons = list(dict.fromkeys(score.reason for score in given))
    return reasons[0] if name != "overall" and len(reasons) == 1 else why_none
