"""Questions about a state that several callers ask. Pure."""

from __future__ import annotations

from interview.events import AnswerReopened
from interview.nouns import ListeningProfile, Question, Status
from interview.records import State

GAP_LEAD_S = 0.3
MAX_HOTWORDS = 30
MORE_PATIENCE = 2.0
MAX_PAUSE_S = 30.0


def current_question(state: State) -> Question | None:
    """The planned question that is being asked or answered; None outside questions."""
    if state.asking is None:
        return None
    number = state.asking.number
    return next((q for q in state.plan.questions if q.number == number), None)


def current_question_text(state: State) -> str | None:
    """What is asked now: the follow-up when one is open, else the planned text."""
    return state.asking.text if state.asking is not None else None


def open_answer_text(state: State) -> str:
    """What was said so far in the open answer or consent reply; "" when nothing."""
    if state.asking is not None:
        return state.asking.spoken
    return " ".join(utterance.text.strip() for utterance in state.reply)


def turn_id(state: State) -> str:
    """Names the turn that is being listened to: the same until its answer or reply is closed."""
    if state.asking is None:
        return f"reply-{state.consent_reprompts}"
    return f"answer-{len(state.answers) + 1}"


def moments_left(state: State) -> int:
    """How many approved breaks the current question still has."""
    if state.asking is None or state.status is not Status.IN_PROGRESS:
        return 0
    return max(0, state.plan.max_moments_per_question - state.moments_used)


def acknowledgement_id(state: State) -> str:
    """The name of the last word of acknowledgement, beside the prompts'."""
    return f"k{state.acknowledgements}"


def go_on_id(event: AnswerReopened) -> str:
    """The name of the "go on" to a candidate who was talked over, beside the prompts'."""
    return f"g{event.prompt_id}"


def pause_tolerance_s(state: State, question: Question) -> float:
    """How long a pause may be in the answer to a question; longer for who asked for patience."""
    given = question.pause_tolerance_s
    tolerance_s = state.plan.listening.pause_tolerance_s if given is None else given
    if state.patience_from is None:
        return tolerance_s
    longer_s = max(MORE_PATIENCE * tolerance_s, ListeningProfile.PATIENT.pause_tolerance_s)
    return min(longer_s, MAX_PAUSE_S)


def hotwords(state: State) -> tuple[str, ...]:
    """Words that the recogniser should expect: the plan's keywords."""
    words = [word for question in state.plan.questions for word in question.keywords]
    return tuple(dict.fromkeys(words))[:MAX_HOTWORDS]


def unheard_since_s(state: State) -> float | None:
    """After an interruption: from which time on the session clock words may be missing.

    The end of the last committed utterance of the open answer (or the time when the candidate got
    the floor), a little earlier for safety; None when no answer is open.
    """
    asking = state.asking
    if state.reconnects == 0 or asking is None or state.started_at is None:
        return None
    if asking.opened_at is None:
        return None
    opened_s = (asking.opened_at - state.started_at).total_seconds()
    heard = [utterance.end_s for utterance in asking.utterances]
    return max(0.0, max([opened_s, *heard]) - GAP_LEAD_S)
