"""Whether an organisation shows what software makes of answers; where people disagree with it, it
may be switched off. What was scored stays stored, so that it can be shown again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict

from interview.nouns import EvaluationStatus
from interview.ports.documents import Documents, Kind
from interview.ports.storage import SessionSummary
from interview.records import State
from server.platform.kept import Kept


class ScoringChoice(BaseModel):
    """What was chosen, by whom, when and why; nobody has chosen yet when `by` is empty."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    shown: bool = True
    by: str = ""
    at: AwareDatetime | None = None
    reason: str = ""


SCORING = Kind("scoring", ScoringChoice)


async def scoring_of(documents: Documents, organisation_id: str) -> ScoringChoice:
    """What stands: shown, unless somebody has switched it off."""
    return (await _chosen(documents, organisation_id).get()).document


async def choose(
    documents: Documents, organisation_id: str, *, shown: bool, by: str, reason: str, at: datetime
) -> ScoringChoice:
    """Keep a choice in the place of the one before.

    Raises:
        Stale: Somebody else chose in the same moment.
    """
    choice = ScoringChoice(shown=shown, by=by, at=at, reason=reason)
    chosen = _chosen(documents, organisation_id)
    return (await chosen.put(choice, (await chosen.get()).revision)).document


def _chosen(documents: Documents, organisation_id: str) -> Kept[ScoringChoice]:
    return Kept(documents, organisation_id, SCORING, ScoringChoice())


def as_shown(state: State, choice: ScoringChoice) -> State:
    """The session as a report reads it: with scores switched off it has none, and says why."""
    if choice.shown:
        return state
    why = "Scores by software are switched off in this organisation."
    hidden = {
        answer_id: evaluation.model_copy(
            update={
                "status": EvaluationStatus.NOT_SCORED,
                "scores": {},
                "points": (),
                "strengths": (),
                "weaknesses": (),
                "feedback": "",
                "follow_up_suggestion": None,
                "failure": why,
            }
        )
        for answer_id, evaluation in state.evaluations.items()
    }
    return replace(state, evaluations=hidden, rescored=(), rescorings=())


def listed(summary: SessionSummary, choice: ScoringChoice) -> SessionSummary:
    """The same for a line of a list."""
    return summary if choice.shown else summary.model_copy(update={"average_score": None})
