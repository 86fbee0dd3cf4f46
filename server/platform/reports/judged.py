"""What people made of a session, as report and desk show it. Pure."""

from __future__ import annotations

from interview.records import State
from interview.reviewing import final_scorecards
from server.platform.reports.model import JudgedReport


def judged_of(state: State) -> JudgedReport:
    """What stands of each person, and everything that was decided."""
    judged = state.judged
    return JudgedReport(
        scorecards=final_scorecards(state),
        decision=judged.decision,
        decisions=judged.decisions,
        notes=judged.notes,
        tags=judged.tags,
        assignee=judged.assignee,
    )
