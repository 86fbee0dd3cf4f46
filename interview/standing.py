"""Where a session stands for the people who look after it. Pure.

`Status` is what the machine needs; a standing is what is true for a reader: whether anybody is
there, and whether what ended was finished.
"""

from __future__ import annotations

from enum import StrEnum

from interview.nouns import Status
from interview.records import State


class Standing(StrEnum):
    """What lists, counts and pages say of a session."""

    WAITING = "waiting"
    LIVE = "live"
    DISCONNECTED = "disconnected"
    COMPLETED = "completed"
    LEFT_EARLY = "left_early"
    ENDED_EARLY = "ended_early"
    DECLINED = "declined"
    NOT_TAKEN = "not_taken"
    FAILED = "failed"


STANDING_WORDS = {
    Standing.WAITING: "Waiting",
    Standing.LIVE: "Live",
    Standing.DISCONNECTED: "Disconnected",
    Standing.COMPLETED: "Completed",
    Standing.LEFT_EARLY: "Left early",
    Standing.ENDED_EARLY: "Ended early",
    Standing.DECLINED: "Declined",
    Standing.NOT_TAKEN: "Not taken",
    Standing.FAILED: "Failed",
}
"""The one vocabulary: PDF and page show these words, the interface carries the codes."""

_DECLINED = ("consent_declined", "consent_withdrawn")


def standing_of(state: State) -> Standing:
    """Waiting until the candidate was first in the room; then by who is there, or how it ended.

    Live where answers are recorded, too: from the first until they are sent in, with no connection.
    Completed: every question that was to be asked has been closed. Left early: the candidate
    ended it before, or went away. Ended early: somebody else did.
    """
    if not state.status.final:
        if not state.joined_ever:
            return Standing.WAITING
        recorded = state.plan.mode == "recorded"  # whoever records is at it, or will not come back
        there = state.seat is not None or state.elsewhere is not None or recorded
        return Standing.LIVE if there else Standing.DISCONNECTED
    if state.status is Status.FAILED:
        return Standing.FAILED
    if not state.joined_ever:
        return Standing.NOT_TAKEN
    if state.end_reason in _DECLINED:
        return Standing.DECLINED
    if state.status is Status.COMPLETED and all_closed(state):
        return Standing.COMPLETED
    left = state.ended_by == "candidate" or state.status is Status.ABANDONED
    return Standing.LEFT_EARLY if left else Standing.ENDED_EARLY


def all_closed(state: State) -> bool:
    """Whether every question that was to be asked has an answer, a skip or a time-out."""
    closed = {answer.question_number for answer in state.answers}
    return len(closed) >= state.question_count
