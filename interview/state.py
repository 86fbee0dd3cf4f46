"""The session's state and how the log makes it: `apply`, `replay` and the values they build."""

from __future__ import annotations

from interview.clock import Clock
from interview.evolve import apply, replay
from interview.records import AnswerState, Asking, Line, Outage, Prompt, Refusal, State

__all__ = [
    "AnswerState",
    "Asking",
    "Clock",
    "Line",
    "Outage",
    "Prompt",
    "Refusal",
    "State",
    "apply",
    "replay",
]
