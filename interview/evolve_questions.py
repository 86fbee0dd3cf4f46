"""What prompts, questions and answers make of the state. Pure; see `evolve.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from interview import rules, transcript
from interview.clock import Clock
from interview.events import (
    ActivityNoted,
    AnswerAcknowledged,
    AnswerExtended,
    AnswerOpened,
    AnswerRecorded,
    AnswerRefused,
    AnswerReheard,
    AnswerReopened,
    AnswerResumed,
    AnswerSupplemented,
    EvaluationRecorded,
    HeldWordsSettled,
    MovingOnAnnounced,
    PatienceGranted,
    PreparationStarted,
    PromptDelivered,
    PromptIssued,
    RescoringRequested,
    SkipAsked,
    SkipTakenBack,
    TakeKept,
    ThinkingEnded,
    ThinkingStarted,
    TimeWarned,
    UtteranceCommitted,
    WordsHeld,
)
from interview.nouns import (
    AnswerOutcome,
    AnswerSource,
    EvaluationStatus,
    Phase,
    Purpose,
    QuestionKind,
    Utterance,
)
from interview.records import AnswerState, Asking, Prompt, Refusal, Rescored, Rescoring, State, Take
from interview.rehearing import answer_reheard


def prompt_issued(state: State, event: PromptIssued) -> State:
    """The avatar has a new line; it replaces whatever was being said."""
    state = replace(
        state,
        prompt=Prompt(
            prompt_id=event.prompt_id,
            purpose=event.purpose,
            text=event.text,
            lead=event.lead,
            question_number=event.question_number,
            ask_no=event.ask_no,
            issued_at=event.at,
        ),
        prompts_issued=state.prompts_issued + 1,
        yielding=None,
        acknowledgements=state.acknowledgements + bool(event.lead),
        prompt_wait=state.prompt_wait.restart(),
        dialogue=transcript.by_interviewer(state, event),
    )
    return _by_purpose(state, event)


def _by_purpose(state: State, event: PromptIssued) -> State:
    first = event.ask_no == 1
    match event.purpose:
        case Purpose.GREETING:
            return replace(state, stage=Phase.GREETING, greeted=True)
        case Purpose.CONSENT_REPROMPT:
            reprompts = state.consent_reprompts + (1 if first else 0)
            return replace(state, stage=Phase.CONSENT, consent_reprompts=reprompts)
        case Purpose.QUESTION | Purpose.FOLLOW_UP:
            return _question_issued(state, event)
        case Purpose.GOODBYE:
            return replace(state, stage=Phase.CLOSING, hold=None, awaiting_follow_up=False)
        case Purpose.PAUSE:
            return state
        case _:
            return _aside_issued(state, event)


def _question_issued(state: State, event: PromptIssued) -> State:
    state = replace(state, stage=Phase.ASKING, hold=None, awaiting_follow_up=False)
    if event.ask_no > 1:
        return state
    follow_up = event.purpose is Purpose.FOLLOW_UP
    number = event.question_number or 1
    return replace(
        state,
        question_number=number,
        asking=Asking(number=number, text=event.text, follow_up=follow_up),
        follow_up_used=follow_up,
        moments_used=state.moments_used if follow_up else 0,
        clock=Clock(state.plan.questions[number - 1].timer_s),
        reply=(),
    )


def _aside_issued(state: State, event: PromptIssued) -> State:
    """A repeat, a reprompt or a gentle prompt inside the open question."""
    asking = state.asking
    if asking is None or event.ask_no > 1:
        return state
    if event.purpose is Purpose.GENTLE_PROMPT:
        return replace(state, asking=replace(asking, gentle_used=True))
    if event.purpose is Purpose.REPEAT:
        asking = replace(asking, repeats=asking.repeats + 1)
    else:
        asking = replace(asking, reprompts=asking.reprompts + 1)
    hold = None if state.stage is Phase.ASKING else state.hold
    return replace(state, asking=asking, hold=hold, silence=state.silence.restart())


def prompt_delivered(state: State, event: PromptDelivered) -> State:
    """The line has ended; a question cut off before it could be heard waits to be asked again."""
    if state.prompt is None or state.prompt.prompt_id != event.prompt_id:
        return state
    prompt = replace(
        state.prompt,
        delivered=True,
        interrupted=event.interrupted,
        played_s=event.played_s,
        how=event.how,
        failure=event.failure,
    )
    state = replace(state, prompt=prompt)
    if state.stage is Phase.GREETING and state.consent is None:
        return replace(state, stage=Phase.CONSENT, silence=state.silence.restart())
    if state.stage is Phase.CONSENT:
        return replace(state, silence=state.silence.restart())
    if state.stage is Phase.ASKING and state.asking is not None:
        return _question_delivered(state, state.asking, event)
    return state


def _question_delivered(state: State, asking: Asking, event: PromptDelivered) -> State:
    unheard = event.interrupted and event.played_s < rules.HEARD_S
    if not unheard or asking.cut_offs >= rules.MAX_CUT_OFFS:
        return state
    return replace(
        state,
        asking=replace(asking, cut_offs=asking.cut_offs + 1),
        hold=Clock(rules.REASK_QUIET_S),
        hold_started_at=event.at,
    )


def answer_acknowledged(state: State, event: AnswerAcknowledged) -> State:
    """The answer is about to be closed; its clock stands."""
    return replace(
        state,
        yielding=Clock(rules.YIELD_S),
        acknowledgements=state.acknowledgements + bool(event.text),
    )


def patience_granted(state: State, event: PatienceGranted) -> State:
    """Longer pauses from here on."""
    return replace(state, patience_from=event.source)


def answer_resumed(state: State, event: AnswerResumed) -> State:
    """It goes on."""
    return replace(state, yielding=None, silence=state.silence.restart())


def answer_reopened(state: State, event: AnswerReopened) -> State:
    """The question waits until the answer before is over, and is asked again then."""
    asking = state.asking
    if asking is None:
        return state
    again = asking if state.hold is not None else replace(asking, cut_offs=asking.cut_offs + 1)
    return replace(state, asking=again, hold=Clock(rules.REASK_QUIET_S), hold_started_at=event.at)


def preparation_started(state: State, event: PreparationStarted) -> State:
    """Time to prepare; it stands while nobody is there."""
    hold = Clock(event.preparation_s)
    return replace(state, stage=Phase.PREPARING, hold=hold, hold_started_at=event.at)


def answer_opened(state: State, event: AnswerOpened) -> State:
    """The candidate has the floor."""
    asking = state.asking
    if asking is not None and asking.opened_at is None:
        first_word_s = 0.0 if asking.utterances else None
        asking = replace(asking, opened_at=event.at, first_word_s=first_word_s)
    return replace(
        state,
        stage=Phase.ANSWERING,
        asking=asking,
        clock=state.clock or Clock(event.allotted_s),
        silence=state.silence.restart(),
        hold=None,
    )


def activity_noted(state: State, event: ActivityNoted) -> State:
    """Silence counts anew; a key holds it off a little longer."""
    head_start_s = -state.plan.typing_hold_s if event.kind == "typing" else 0.0
    state = replace(
        state,
        silence=state.silence.restart(head_start_s),
        activity_at=event.at,
        activity_kind=event.kind,
    )
    if state.stage is Phase.ASKING and state.hold is not None:
        state = replace(state, hold=state.hold.restart())
    if event.kind == "typing":
        state = _first_word(state, event, None)
    return state


def utterance_committed(state: State, event: UtteranceCommitted) -> State:
    """Words of the open question's answer, or of the reply to the consent question."""
    utterance, number = event.utterance, event.question_number
    asking = state.asking if number is not None else None
    if asking is None:
        state = replace(state, reply=(*state.reply, utterance))
    else:
        asking = replace(asking, utterances=_in_order(asking.utterances, utterance))
        state = _first_word(replace(state, asking=asking), event, utterance)
    return replace(
        state,
        utterance_ids=state.utterance_ids | {utterance.utterance_id},
        silence=state.silence.restart(),
        activity_at=event.at,
        activity_kind="speech",
        dialogue=transcript.by_candidate(
            state, utterance.text.strip(), event, event.question_number
        ),
    )


def _words_held(state: State, event: WordsHeld) -> State:
    return replace(state, held=(*state.held, event.utterance))


def _held_words_settled(state: State, _: HeldWordsSettled) -> State:
    return replace(state, held=())


def _in_order(said: tuple[Utterance, ...], new: Utterance) -> tuple[Utterance, ...]:
    """Audio kept during a gap is recognised after what was said later."""
    return tuple(sorted((*said, new), key=lambda utterance: utterance.start_s))


def _first_word(
    state: State, event: UtteranceCommitted | ActivityNoted, utterance: Utterance | None
) -> State:
    asking = state.asking
    if asking is None or asking.opened_at is None or asking.first_word_s is not None:
        return state
    used_s = state.clock.used_at(event.at) if state.clock else 0.0
    delay_s = used_s
    if utterance is not None:
        start_s = utterance.words[0].start_s if utterance.words else utterance.start_s
        delay_s = min(used_s, max(0.0, start_s - state.since_start_s(asking.opened_at)))
    return replace(state, asking=replace(asking, first_word_s=delay_s))


def answer_extended(state: State, event: AnswerExtended) -> State:
    """Words that came late join the answer they belong to; its evaluation is out of date."""
    utterance = event.utterance
    answers = tuple(
        _extended(answer, utterance) if answer.answer_id == event.answer_id else answer
        for answer in state.answers
    )
    state = replace(
        state,
        answers=answers,
        utterance_ids=state.utterance_ids | {utterance.utterance_id},
        activity_at=event.at,
        activity_kind="speech",
        dialogue=transcript.added(state, event),
    )
    if state.stage is Phase.ASKING and state.hold is not None:
        waits = state.hold.restart() if state.awaiting_follow_up else Clock(rules.GOES_ON_QUIET_S)
        state = replace(state, hold=waits)
    return state


def _extended(answer: AnswerState, utterance: Utterance) -> AnswerState:
    """The spoken part grows at its end: what was typed stays after it."""
    text = utterance.text.strip()
    content = f"{answer.content} {text}".strip()
    silent = answer.outcome is AnswerOutcome.NO_RESPONSE
    written = answer.source in (AnswerSource.TYPED, AnswerSource.MIXED)
    return replace(
        answer,
        content=content,
        utterances=(*answer.utterances, utterance),
        outcome=AnswerOutcome.ANSWERED if silent else answer.outcome,
        source=AnswerSource.MIXED if written else AnswerSource.SPOKEN,
        extensions=answer.extensions + 1,
    )


def time_warned(state: State, event: TimeWarned) -> State:
    """Each warning is given once."""
    if state.asking is None:
        return state
    return replace(state, asking=replace(state.asking, warned_s=event.remaining_s))


def moving_on_announced(state: State, event: MovingOnAnnounced) -> State:
    """Silence goes on counting from here."""
    return replace(state, moving_on=state.silence.used_at(event.at))


def skip_asked(state: State, event: SkipAsked) -> State:
    """The question's clock stands until it is left or stayed at."""
    skip = Clock((event.until_at - event.at).total_seconds())
    return replace(state, skip=skip, yielding=None)


def skip_taken_back(state: State, event: SkipTakenBack) -> State:
    """As if it had not been asked for; silence counts anew."""
    return replace(state, skip=None, silence=state.silence.restart())


def thinking_started(state: State, event: ThinkingStarted) -> State:
    """An approved break."""
    return replace(
        state,
        stage=Phase.THINKING,
        hold=Clock((event.until_at - event.at).total_seconds()),
        hold_started_at=event.at,
        moments_used=state.moments_used + 1,
        yielding=None,
    )


def thinking_ended(state: State, event: ThinkingEnded) -> State:
    """The clock goes on."""
    return replace(state, stage=Phase.ANSWERING, hold=None, silence=state.silence.restart())


def answer_recorded(state: State, event: AnswerRecorded) -> State:
    """The question is closed."""
    asking = state.asking
    if asking is None or asking.number != event.question_number:  # the agent asks ahead
        asking = _unasked(state, event.question_number)
    typed = event.content.removeprefix(asking.spoken).strip()
    answer = AnswerState(
        answer_id=event.answer_id,
        question_number=event.question_number,
        question=asking.text,
        follow_up=asking.follow_up,
        outcome=event.outcome,
        source=event.source,
        content=event.content,
        typed=typed,
        code=event.code,
        utterances=asking.utterances,
        recorded_at=event.at,
        clock_used_s=event.clock_used_s,
        response_delay_s=event.response_delay_s,
        by_timer=event.by_timer,
        end=event.end,
        reported=event.reported,
        acknowledged=state.yielding is not None,
    )
    written = "\n".join(part for part in (typed, event.code or "") if part)
    waiting = _may_be_followed_up(state, answer)
    return replace(
        state,
        stage=Phase.ASKING,
        asking=None,
        clock=None,
        skip=None,
        answers=(*state.answers, answer),
        prompt=replace(state.prompt, delivered=True) if state.prompt else None,
        awaiting_follow_up=waiting,
        yielding=None,
        hold=Clock(rules.FOLLOW_UP_WAIT_S) if waiting else None,
        hold_started_at=event.at if waiting else state.hold_started_at,
        dialogue=transcript.by_candidate(state, written, event, event.question_number),
    )


def _unasked(state: State, number: int) -> Asking:
    return Asking(number=number, text=state.plan.questions[number - 1].text)


def _may_be_followed_up(state: State, answer: AnswerState) -> bool:
    kind = state.plan.questions[answer.question_number - 1].kind
    return (
        state.plan.follow_ups
        and not answer.follow_up
        and answer.outcome is AnswerOutcome.ANSWERED
        and kind is QuestionKind.TEXT
    )


def take_kept(state: State, event: TakeKept) -> State:
    """Kept; the latest of a question counts."""
    take = Take(event.take_id, event.question_number, event.part_id, event.duration_s, event.at)
    return replace(state, takes=(*state.takes, take))


def answer_supplemented(state: State, event: AnswerSupplemented) -> State:
    """What was typed joins the answer that had just been closed; its evaluation is out of date."""
    answers = tuple(
        _supplemented(answer, event) if answer.answer_id == event.answer_id else answer
        for answer in state.answers
    )
    return replace(state, answers=answers, dialogue=transcript.supplemented(state, event))


def _supplemented(answer: AnswerState, event: AnswerSupplemented) -> AnswerState:
    silent = answer.outcome is AnswerOutcome.NO_RESPONSE
    return replace(
        answer,
        content="\n".join(part for part in (answer.content, event.content) if part),
        typed=event.content,
        code=event.code,
        outcome=AnswerOutcome.TIMED_OUT if silent else answer.outcome,
        source=AnswerSource.MIXED if answer.utterances else AnswerSource.TYPED,
        extensions=answer.extensions + 1,
        late_id=event.sent_as,
    )


def answer_refused(state: State, event: AnswerRefused) -> State:
    """Kept for the record only."""
    refusal = Refusal(event.answer_id, event.question_number, event.reason, event.content, event.at)
    return replace(state, refused=(*state.refused, refusal))


def evaluation_recorded(state: State, event: EvaluationRecorded) -> State:
    """The latest evaluation of an answer counts, unless scoring it again failed."""
    evaluation = event.evaluation
    known = state.evaluations.get(evaluation.answer_id)
    if event.rescoring and known is not None:
        again = Rescored(event.rescoring, event.at, known, evaluation)
        state = replace(state, rescored=(*state.rescored, again))
        if evaluation.status is EvaluationStatus.FAILED:
            return state
    return replace(state, evaluations={**state.evaluations, evaluation.answer_id: evaluation})


def rescoring_requested(state: State, event: RescoringRequested) -> State:
    """Who asked, when and why."""
    asked = Rescoring(event.number, event.at, event.by, event.reason)
    return replace(state, rescorings=(*state.rescorings, asked))


HANDLERS: dict[type, Callable[[State, Any], State]] = {
    PromptIssued: prompt_issued,
    PromptDelivered: prompt_delivered,
    PreparationStarted: preparation_started,
    AnswerOpened: answer_opened,
    ActivityNoted: activity_noted,
    UtteranceCommitted: utterance_committed,
    AnswerExtended: answer_extended,
    AnswerAcknowledged: answer_acknowledged,
    AnswerResumed: answer_resumed,
    PatienceGranted: patience_granted,
    AnswerReopened: answer_reopened,
    TimeWarned: time_warned,
    MovingOnAnnounced: moving_on_announced,
    SkipAsked: skip_asked,
    SkipTakenBack: skip_taken_back,
    ThinkingStarted: thinking_started,
    WordsHeld: _words_held,
    HeldWordsSettled: _held_words_settled,
    ThinkingEnded: thinking_ended,
    AnswerRecorded: answer_recorded,
    TakeKept: take_kept,
    AnswerSupplemented: answer_supplemented,
    AnswerReheard: answer_reheard,
    AnswerRefused: answer_refused,
    EvaluationRecorded: evaluation_recorded,
    RescoringRequested: rescoring_requested,
}
