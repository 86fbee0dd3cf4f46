"""What people's judgements make of the state. Pure; see `evolve.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from interview.events import AssigneeSet, DecisionMade, NoteAdded, ScorecardGiven, TagsSet
from interview.records import Judged, State


def _with(state: State, judged: Judged) -> State:
    return replace(state, judged=judged)


def _scored(state: State, event: ScorecardGiven) -> State:
    cards = (*state.judged.scorecards, event.scorecard)
    return _with(state, replace(state.judged, scorecards=cards))


def _decided(state: State, event: DecisionMade) -> State:
    decisions = (*state.judged.decisions, event.decision)
    return _with(state, replace(state.judged, decisions=decisions))


def _noted(state: State, event: NoteAdded) -> State:
    return _with(state, replace(state.judged, notes=(*state.judged.notes, event.note)))


def _tagged(state: State, event: TagsSet) -> State:
    return _with(state, replace(state.judged, tags=event.tags))


def _assigned(state: State, event: AssigneeSet) -> State:
    return _with(state, replace(state.judged, assignee=event.assignee))


HANDLERS: dict[type, Callable[[State, Any], State]] = {
    ScorecardGiven: _scored,
    DecisionMade: _decided,
    NoteAdded: _noted,
    TagsSet: _tagged,
    AssigneeSet: _assigned,
}
