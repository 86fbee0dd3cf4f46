"""What the turn policy may decide."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from agents.turns.commands import SpokenCommand
from interview.nouns import TurnEnd


class Act(StrEnum):
    """One decision each.

    `PREPARE`: the end is near, get ready; `RETRACT`: it was not the end, throw that away.
    `OFFER`: it seems over, acknowledge it and wait a beat; `REGAIN`: the candidate goes on.
    `DUCK`: lower the voice; `HOLD`: be silent but keep the place; `RESUME`: go on from there;
    `STOP`: the prompt is over. A `RESUME` after a `click` goes on without saying anything again.
    """

    PREPARE = "prepare"
    RETRACT = "retract"
    OFFER = "offer"
    REGAIN = "regain"
    END = "end"
    COMMAND = "command"
    PROMPT_GENTLY = "prompt_gently"
    ADVANCE = "advance"
    DUCK = "duck"
    HOLD = "hold"
    RESUME = "resume"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do, and the reason for logs and tests."""

    act: Act
    reason: str = ""
    command: SpokenCommand | None = None
    end: TurnEnd | None = None


Decisions = tuple[Decision, ...]
NONE: Decisions = ()
