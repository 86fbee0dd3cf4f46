"""What is due when, and what is done about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from interview import rules, wording
from interview.answering import end_thinking, leave_question
from interview.asking import ask_next, deliver, end, give_floor, issue, issue_again, overdue_after_s
from interview.clock import Clock
from interview.closing import close
from interview.draft import Draft
from interview.elsewhere import agent_gone
from interview.ending import keep_open_words
from interview.events import MovingOnAnnounced, PromptDelivered, TimeWarned
from interview.nouns import AnswerOutcome, Phase, Purpose, Status
from interview.records import Asking, State
from interview.replying import turn_ended, unclear
from interview.taking import abandoned_at, give_up, recorded
from interview.watching import pause_over
from interview.yielding import resume

STAYED_AWAY = "candidate_gone"


@dataclass(frozen=True, slots=True)
class Timer:
    """Something that happens at `due_at` unless the state changes before."""

    due_at: datetime
    fire: Callable[[Draft], None]
    minor: bool = False  # pointless once something else is due too


def next_wake(state: State) -> datetime | None:
    """When a `Tick` is due; None when nothing happens by itself."""
    return min((timer.due_at for timer in timers(state)), default=None)


def tick(draft: Draft) -> None:
    """Do what is due: the longest overdue first, warnings last."""
    while due := [timer for timer in timers(draft.state) if timer.due_at <= draft.now]:
        min(due, key=lambda timer: (timer.minor, timer.due_at)).fire(draft)


def timers(state: State) -> Iterator[Timer]:
    """All that may become due in this state."""
    if state.status is not Status.IN_PROGRESS:
        return
    if state.elsewhere is not None and state.started_at is not None:
        yield Timer(state.started_at + timedelta(seconds=rules.NEVER_CAME_S), agent_gone)
    elif recorded(state):
        yield from _timer(abandoned_at(state), give_up)
    else:
        yield from _timers_here(state)


def _timers_here(state: State) -> Iterator[Timer]:
    """Of an interview that this server holds."""
    if state.pause is not None:  # nothing else happens until a person decides
        yield Timer(state.pause.until_at, pause_over)
        return
    yield from _timer(kept_until_at(state), _give_up)
    if state.prompting and state.prompt is not None:
        yield from _timer(
            state.prompt_wait.due_at(overdue_after_s(state.prompt.text)), _prompt_overdue
        )
    elif state.stage is Phase.CONSENT:
        yield from _consent_timers(state)
    elif state.yielding is not None:
        yield from _timer(state.yielding.due_at(), _yielded)
    elif state.stage is Phase.ANSWERING and state.asking is not None:
        yield from _answer_timers(state, state.asking, state.clock or Clock(0))
    if state.hold is not None:
        yield from _timer(state.hold.due_at(), _hold_over)
    if state.skip is not None:
        yield from _timer(state.skip.due_at(), leave_question)


def _timer(
    due_at: datetime | None, fire: Callable[[Draft], None], *, minor: bool = False
) -> Iterator[Timer]:
    if due_at is not None:
        yield Timer(due_at, fire, minor)


def _consent_timers(state: State) -> Iterator[Timer]:
    if state.reply:
        yield from _timer(state.silence.due_at(rules.REPLY_QUIET_S), _reply_overdue)
    elif _unheard(state):
        yield from _timer(state.silence.due_at(rules.REASK_QUIET_S), issue_again)
    elif state.consent_reprompts < state.plan.consent_reprompts:
        yield from _timer(state.silence.due_at(rules.CONSENT_SILENCE_S), _reply_overdue)
    else:
        yield from _moving_on(state, rules.CONSENT_SILENCE_S, _reply_overdue)


def _moving_on(state: State, quiet_s: float, fire: Callable[[Draft], None]) -> Iterator[Timer]:
    """What silence does is announced first, also when the tick comes late."""
    if state.moving_on is None:
        announced_s = max(0.0, quiet_s - rules.MOVING_ON_S)
        yield from _timer(state.silence.due_at(announced_s), _announce)
    else:
        yield from _timer(state.silence.due_at(state.moving_on + rules.MOVING_ON_S), fire)


def _announce(draft: Draft) -> None:
    asking = draft.state.asking
    number = asking.number if asking else None
    draft.emit(MovingOnAnnounced(at=draft.now, question_number=number, in_s=rules.MOVING_ON_S))


def _unheard(state: State) -> bool:
    """Whether a cough cut the line off before it could be heard."""
    prompt = state.prompt
    return (
        prompt is not None
        and prompt.interrupted
        and prompt.played_s < rules.HEARD_S
        and prompt.ask_no <= rules.MAX_CUT_OFFS
    )


def kept_until_at(state: State) -> datetime | None:
    """Until when the place of a candidate who is not there is kept; None where that has no end."""
    waits = state.status is Status.IN_PROGRESS and state.pause is None
    if not waits or state.elsewhere is not None or recorded(state) or state.absent_since is None:
        return None
    return state.absent_since + timedelta(seconds=_grace_s(state))


def _grace_s(state: State) -> float:
    """How long nobody may be there; longer for someone who has to be called (back) first."""
    grace_s = state.plan.reconnect_grace_s
    called_back = state.absent_since is not None and state.absent_since == state.reopened_at
    waits = called_back or not state.greeted
    return max(grace_s, rules.NEVER_CAME_S) if waits else grace_s


def _answer_timers(state: State, asking: Asking, clock: Clock) -> Iterator[Timer]:
    plan = state.plan
    yield from _timer(clock.due_at(clock.allotted_s + plan.answer_grace_s), _time_over)
    for warning_s in rules.WARNINGS_S:
        open_yet = asking.warned_s is None or asking.warned_s > warning_s
        if clock.allotted_s > warning_s and open_yet:
            yield from _timer(clock.due_at(clock.allotted_s - warning_s), _warn, minor=True)
    if state.coding:
        return
    if plan.silence_advance_s > 0:
        yield from _moving_on(state, plan.silence_advance_s, _silence_over)
    if plan.silence_prompt_s > 0 and not asking.gentle_used:
        yield from _timer(state.silence.due_at(plan.silence_prompt_s), _prompt_gently)


def _give_up(draft: Draft) -> None:
    reason = STAYED_AWAY if draft.state.greeted else "candidate_never_came"
    keep_open_words(draft)
    end(draft, Status.ABANDONED, reason, by="interviewer", goodbye=None)


def _prompt_overdue(draft: Draft) -> None:
    """Nobody told how the line ended: it counts as shown, so that no turn stalls."""
    prompt_id = draft.prompt.prompt_id
    deliver(
        draft,
        PromptDelivered(at=draft.now, prompt_id=prompt_id, how="text", failure="not_reported"),
    )


def _reply_overdue(draft: Draft) -> None:
    if draft.state.reply:
        turn_ended(draft)
    else:
        unclear(draft, "")


def _time_over(draft: Draft) -> None:
    said = bool(draft.state.answer_text)
    close(draft, AnswerOutcome.TIMED_OUT if said else AnswerOutcome.NO_RESPONSE, by_timer=True)


def _silence_over(draft: Draft) -> None:
    said = bool(draft.state.answer_text)
    close(draft, AnswerOutcome.ANSWERED if said else AnswerOutcome.NO_RESPONSE, by_timer=True)


def _yielded(draft: Draft) -> None:
    """Whoever acknowledged the answer is gone: it counts as over."""
    if draft.state.cut_off:
        issue_again(draft)
    elif draft.state.answer_text:
        close(draft, AnswerOutcome.ANSWERED)
    else:
        resume(draft)


def _warn(draft: Draft) -> None:
    """The warning that fits the time left; one that was slept through is left out."""
    clock = draft.clock
    reached = [
        warning_s
        for warning_s in rules.WARNINGS_S
        if (due := clock.due_at(clock.allotted_s - warning_s)) is not None and due <= draft.now
    ]
    warning_s = min(reached, default=rules.WARNINGS_S[0])
    draft.emit(TimeWarned(at=draft.now, question_number=draft.asking.number, remaining_s=warning_s))


def _prompt_gently(draft: Draft) -> None:
    asking = draft.asking
    text = wording.gentle(has_words=bool(asking.utterances))
    issue(draft, Purpose.GENTLE_PROMPT, text, asking.number)


def _hold_over(draft: Draft) -> None:
    """What the stage waited for is over."""
    state = draft.state
    if state.stage is Phase.PREPARING:
        give_floor(draft)
    elif state.stage is Phase.THINKING:
        end_thinking(draft, early=False)
    elif state.awaiting_follow_up:
        ask_next(draft)
    else:
        issue_again(draft)
