"""An answer that seems over is acknowledged, may go on, and keeps its late words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from interview import machine, rules, views
from interview.commands import (
    AskPatience,
    DeliverPrompt,
    Done,
    EndSession,
    EndTurn,
    LeaveCandidate,
    NoteActivity,
    OfferTurn,
    Repeat,
    ResumeTurn,
    TakeMoment,
)
from interview.errors import IllegalTransition
from interview.events import AnswerAcknowledged, AnswerReopened, Event, PromptIssued
from interview.nouns import SAID_SO, InterviewPlan, Phase, TurnEnd
from interview.state import replay
from tests.interview.sitting import Sitting, answering, kinds_of, plan_of, question, spoken

END = TurnEnd(reason="finished", waited_s=1.6, words=12, likelihood=0.7)
LONG_S = 8.0


def clock_s(sitting: Sitting) -> float:
    """The session clock."""
    found = machine.session_clock_s(sitting.state, sitting.now)
    assert found is not None
    return found


def begun(plan: InterviewPlan | None = None) -> Sitting:
    """Some words of an answer to question 1."""
    sitting = answering(plan)
    sitting.do(spoken("we kept a queue", start_s=clock_s(sitting)), after_s=2)
    return sitting


def thanked(events: tuple[Event, ...]) -> AnswerAcknowledged:
    """The one event is an acknowledgement."""
    (event,) = events
    assert isinstance(event, AnswerAcknowledged)
    return event


def prompted(events: tuple[Event, ...]) -> PromptIssued:
    """The last event is a line of the avatar."""
    assert isinstance(events[-1], PromptIssued)
    return events[-1]


def asked_next(end: TurnEnd | None = END) -> Sitting:
    """The answer has ended, and question 2 is being asked."""
    sitting = begun()
    if end is not None and end.by_silence:
        sitting.do(OfferTurn(end=end), after_s=1)
    sitting.do(EndTurn(answer_id="a1", end=end), after_s=1)
    assert sitting.phase() is Phase.ASKING
    return sitting


def talk_over(sitting: Sitting, share: float) -> tuple[str, ...]:
    """Question 2 is cut off after that share of it."""
    prompt = sitting.state.prompt
    assert prompt is not None
    events = sitting.do(
        DeliverPrompt(
            prompt_id=prompt.prompt_id,
            played_s=share * LONG_S,
            duration_s=LONG_S,
            interrupted=True,
        ),
        after_s=share * LONG_S,
    )
    return tuple(kinds_of(events))


# --- the acknowledgement -------------------------------------------------------------------------


def test_an_acknowledged_answer_is_open_until_the_turn_ends() -> None:
    sitting = begun()
    said = thanked(sitting.do(OfferTurn(end=END), after_s=1.6))
    assert (said.question_number, said.end) == (1, END)
    assert said.text and sitting.state.answers == ()
    assert sitting.do(OfferTurn(end=END)) == (), "once"
    events = sitting.do(EndTurn(answer_id="a1", end=END), after_s=1.1)
    assert sitting.answers[0].end == END
    assert prompted(events).lead == "", "it was thanked for already"


def test_the_clock_stands_while_it_is_acknowledged() -> None:
    sitting = begun()
    sitting.do(OfferTurn(end=END), after_s=1)
    before_s = machine.remaining_s(sitting.state, sitting.now)
    assert machine.clock_paused_reason(sitting.state) == "prompt"
    sitting.do(ResumeTurn(), after_s=1.5)
    assert machine.remaining_s(sitting.state, sitting.now) == before_s
    assert machine.clock_paused_reason(sitting.state) is None


def test_who_goes_on_keeps_the_answer() -> None:
    sitting = begun()
    sitting.do(OfferTurn(end=END), after_s=1)
    assert kinds_of(sitting.do(ResumeTurn(), after_s=0.5)) == ["answer_resumed"]
    assert sitting.do(ResumeTurn()) == ()
    sitting.do(spoken("and a cache", start_s=clock_s(sitting)), after_s=1)
    sitting.do(OfferTurn(end=END), after_s=1)
    sitting.do(EndTurn(answer_id="a1", end=END), after_s=1)
    assert sitting.state.answers[0].content == "we kept a queue and a cache"


def test_no_word_of_thanks_comes_twice_in_a_row() -> None:
    sitting = begun(plan_of(5))
    said: list[str] = []
    for number in range(4):
        said.append(thanked(sitting.do(OfferTurn(end=END), after_s=1)).text)
        sitting.do(ResumeTurn() if number % 2 else EndTurn(answer_id=f"a{number}", end=END))
        if sitting.phase() is Phase.ASKING:
            sitting.hear()
        sitting.do(spoken(f"words {number}", start_s=clock_s(sitting)), after_s=1)
    said.append(prompted(sitting.do(Done(answer_id="done"), after_s=1)).lead)
    assert all(one != other for one, other in zip(said, said[1:], strict=False)), said


def test_keys_take_the_floor_back_and_done_closes_it() -> None:
    sitting = begun()
    sitting.do(OfferTurn(end=END), after_s=1)
    went_on = kinds_of(sitting.do(NoteActivity(kind="typing"), after_s=0.5))
    assert went_on == ["answer_resumed", "activity_noted"]
    sitting.do(OfferTurn(end=END), after_s=1)
    sitting.do(Done(answer_id="a1"), after_s=0.5)
    assert sitting.answers[0].end is None


@pytest.mark.parametrize(
    "command", [Repeat(), TakeMoment(), LeaveCandidate(connection_id="c1", reason="gone")]
)
def test_whatever_else_comes_ends_the_waiting(command: object) -> None:
    sitting = begun()
    sitting.do(OfferTurn(end=END), after_s=1)
    sitting.do(command, after_s=0.5)  # type: ignore[arg-type]
    assert sitting.state.yielding is None


def test_an_acknowledged_answer_closes_when_nobody_ends_it() -> None:
    """The voice that offered the turn may be gone."""
    sitting = begun()
    sitting.do(OfferTurn(end=END), after_s=1)
    assert sitting.wait(rules.YIELD_S - 0.5) == ()
    assert kinds_of(sitting.wait(1)) == ["answer_recorded", "prompt_issued"]


@pytest.mark.parametrize("told", [True, False])
def test_words_that_are_not_stored_yet_are_acknowledged_and_no_words_keep_the_floor(
    told: bool,
) -> None:
    """A slow recogniser closes their utterance after the policy has heard them, or finds none."""
    sitting = answering()
    assert sitting.do(OfferTurn(end=END.model_copy(update={"words": 0})), after_s=2) == ()
    thanked(sitting.do(OfferTurn(end=END)))
    events = sitting.do(EndTurn(answer_id="a1", end=END), after_s=1) if told else sitting.wait(6)
    assert kinds_of(events) == ["answer_resumed"] and sitting.phase() is Phase.ANSWERING


def test_silence_breaks_and_code_are_not_acknowledged() -> None:
    sitting = begun(plan_of(kinds=["text", "coding"]))
    sitting.do(TakeMoment())
    assert sitting.do(OfferTurn(end=END)) == ()
    sitting.do(Done(answer_id="a1"))
    sitting.hear()
    assert sitting.state.coding and sitting.do(OfferTurn(end=END)) == ()


# --- going on after the question has begun ----------------------------


@pytest.mark.parametrize("share", [0.0, 0.3, rules.MOST_HEARD - 0.05])
def test_speech_before_most_of_the_question_belongs_to_the_answer_before(share: float) -> None:
    sitting = asked_next()
    assert talk_over(sitting, share) == ("prompt_delivered", "answer_reopened")
    reopened = sitting.log[-1]
    assert isinstance(reopened, AnswerReopened)
    assert reopened.question_number == 1
    assert reopened.heard_share == pytest.approx(share)
    sitting.do(spoken("and a cache before it", start_s=clock_s(sitting) - 1), after_s=2)
    assert sitting.state.answers[0].content == "we kept a queue and a cache before it"
    assert sitting.state.clock is not None and sitting.state.clock.used_at(sitting.now) == 0
    assert thanked(sitting.do(OfferTurn(end=END), after_s=1.6)).question_number == 1
    again = prompted(sitting.do(EndTurn(answer_id="a2", end=END), after_s=1))
    assert (again.text, again.ask_no) == ("Question 2?", 2)
    sitting.hear()
    assert sitting.phase() is Phase.ANSWERING and len(sitting.state.answers) == 1
    assert replay(sitting.log) == sitting.state


def test_words_recognised_after_the_next_question_was_heard_join_the_answer_they_were_said_in() -> (
    None
):
    """A busy machine recognises the end of an answer when the next question has the floor."""
    sitting = asked_next()
    asked_s = clock_s(sitting)
    sitting.hear()
    assert sitting.phase() is Phase.ANSWERING
    sitting.do(spoken("and a cache", start_s=asked_s - 2), after_s=1)
    sitting.do(spoken("my answer", start_s=clock_s(sitting)), after_s=2)
    assert sitting.state.answers[0].content == "we kept a queue and a cache"
    assert sitting.state.answer_text == "my answer"


def test_words_recognised_after_the_question_was_asked_again_still_join_the_answer_before() -> None:
    """On a busy machine nothing is known of them until the candidate has the floor again."""
    sitting = asked_next()
    talk_over(sitting, 0.3)
    said_s = clock_s(sitting) - 1
    sitting.wait(rules.REASK_QUIET_S + 0.1)
    sitting.hear()
    assert sitting.phase() is Phase.ANSWERING
    sitting.do(spoken("and a cache", start_s=said_s), after_s=1)
    sitting.do(spoken("my answer", start_s=clock_s(sitting)), after_s=2)
    assert sitting.state.answers[0].content == "we kept a queue and a cache"
    assert sitting.state.asking is not None and sitting.state.asking.spoken == "my answer"


def test_done_ends_an_answer_that_went_on() -> None:
    sitting = asked_next()
    talk_over(sitting, 0.3)
    sitting.do(spoken("and a cache", start_s=clock_s(sitting) - 1), after_s=1)
    assert prompted(sitting.do(Done(answer_id="a2"), after_s=1)).ask_no == 2


def test_an_acknowledged_extension_closes_by_itself_too() -> None:
    sitting = asked_next()
    talk_over(sitting, 0.3)
    sitting.do(spoken("and a cache", start_s=clock_s(sitting) - 1), after_s=1)
    sitting.do(OfferTurn(end=END), after_s=1)
    assert kinds_of(sitting.do(ResumeTurn(), after_s=0.5)) == ["answer_resumed"]
    sitting.do(OfferTurn(end=END), after_s=1)
    assert kinds_of(sitting.wait(rules.YIELD_S + 1)) == ["prompt_issued"]


def test_after_most_of_it_speech_answers_the_question() -> None:
    sitting = asked_next()
    assert talk_over(sitting, rules.MOST_HEARD + 0.02) == ("prompt_delivered", "answer_opened")
    sitting.do(spoken("my answer", start_s=clock_s(sitting) - 1), after_s=1)
    assert sitting.state.answers[0].content == "we kept a queue"
    assert sitting.state.asking is not None and sitting.state.asking.spoken == "my answer"


@pytest.mark.parametrize("end", [None, TurnEnd(reason=SAID_SO, waited_s=0.3, words=4)])
def test_who_said_that_it_is_all_is_not_going_on(end: TurnEnd | None) -> None:
    sitting = asked_next(end)
    assert talk_over(sitting, 0.4) == ("prompt_delivered", "answer_opened")


def test_somebody_who_talks_over_it_every_time_gets_the_floor() -> None:
    sitting = asked_next()
    for _ in range(rules.MAX_CUT_OFFS):
        assert "answer_reopened" in talk_over(sitting, 0.3)
        sitting.wait(rules.REASK_QUIET_S + 0.1)
    assert talk_over(sitting, 0.3) == ("prompt_delivered", "answer_opened")


@pytest.mark.parametrize(("share", "before"), [(0.2, True), (0.9, False)])
def test_words_into_a_line_that_still_plays_are_judged_by_its_length(
    share: float, before: bool
) -> None:
    text = "Which of your skills matter most for this role, and where have you used them?"
    plan = plan_of(2).model_copy(update={"questions": (question(1), question(2, text=text))})
    sitting = begun(plan)
    sitting.do(EndTurn(answer_id="a1", end=END), after_s=1)
    asked_s = clock_s(sitting)
    heard_s = share * len(text) * rules.SPOKEN_S_PER_CHAR
    sitting.now += timedelta(seconds=heard_s + 1)
    sitting.do(spoken("more words", start_s=asked_s + heard_s))
    assert sitting.state.answers[0].content.endswith("more words") is before


# --- more patience -------------------------------------------------------------------------------


def tolerance_s(sitting: Sitting) -> float:
    """How long a pause may be now."""
    found = views.current_question(sitting.state)
    assert found is not None
    return views.pause_tolerance_s(sitting.state, found)


@pytest.mark.parametrize(
    ("profile", "own_s", "pause_s", "longer_s"),
    [
        ("brisk", None, 2.0, 5.0),
        ("balanced", None, 3.0, 6.0),
        ("patient", None, 5.0, 10.0),
        ("brisk", 4.0, 4.0, 8.0),
        ("patient", 20.0, 20.0, 30.0),
    ],
)
def test_who_asks_for_patience_gets_longer_pauses_from_then_on(
    profile: str, own_s: float | None, pause_s: float, longer_s: float
) -> None:
    questions = tuple(question(n, pause_tolerance_s=own_s) for n in (1, 2))
    sitting = begun(plan_of(2, listening=profile).model_copy(update={"questions": questions}))
    assert tolerance_s(sitting) == pause_s
    sitting.do(OfferTurn(end=END), after_s=1)
    went_on = kinds_of(sitting.do(AskPatience(source="spoken")))
    assert went_on == ["patience_granted", "answer_resumed"]
    assert sitting.do(AskPatience()) == (), "granted once"
    assert tolerance_s(sitting) == longer_s
    sitting.do(Done(answer_id="a1"))
    assert tolerance_s(sitting) == longer_s, "and to the next question"


def test_patience_can_be_asked_for_before_the_start_but_not_after_the_end() -> None:
    sitting = Sitting()
    assert kinds_of(sitting.do(AskPatience())) == ["patience_granted"]
    sitting.do(EndSession(by="staff", reason="test"))
    with pytest.raises(IllegalTransition):
        sitting.do(AskPatience())
