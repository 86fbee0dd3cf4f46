"""Words, turns, breaks, repeats, skips, follow-ups."""

from __future__ import annotations

from datetime import timedelta

import pytest

from interview import machine
from interview.commands import (
    Command,
    Done,
    EndSession,
    EndTurn,
    LeaveCandidate,
    NoteActivity,
    ProposeFollowUp,
    Repeat,
    Skip,
    TakeMoment,
    UndoSkip,
    WaiveFollowUp,
)
from interview.errors import IllegalTransition, InvalidInput
from interview.events import (
    AnswerExtended,
    AnswerRecorded,
    PromptIssued,
    ThinkingEnded,
    ThinkingStarted,
    UtteranceCommitted,
)
from interview.nouns import AnswerOutcome, AnswerSource, InterviewPlan, Phase, Purpose
from interview.rules import MAX_REPEATS
from tests.interview.sitting import (
    Sitting,
    answering,
    asked,
    greeted,
    kinds_of,
    plan_of,
    question,
    spoken,
)


def prepared() -> Sitting:
    """In the time to prepare question 1."""
    plan = InterviewPlan(questions=(question(1, preparation_s=30),), max_questions=1)
    sitting = asked(plan)
    sitting.hear()
    return sitting


def last_purpose(sitting: Sitting) -> Purpose | None:
    return sitting.state.prompt.purpose if sitting.state.prompt else None


# --- words -------------------------------------------------------------------------------------


def test_words_join_the_open_answer_once() -> None:
    sitting = answering()
    (event,) = sitting.do(spoken("one", "u1"))
    assert isinstance(event, UtteranceCommitted) and event.question_number == 1
    assert sitting.do(spoken("one", "u1")) == ()
    sitting.do(spoken("two", "u2"))
    assert sitting.state.answer_text == "one two"
    assert [u.utterance_id for u in sitting.state.open_utterances] == ["u1", "u2"]
    assert sitting.state.dialogue[-1].content == "one two"


def test_words_before_the_start_after_the_end_and_blank_ones_are_nothing() -> None:
    assert Sitting().do(spoken("hello")) == ()
    sitting = answering()
    assert sitting.do(spoken("  ", "blank")) == ()
    sitting.do(EndSession(by="staff", reason="test"))
    assert sitting.do(spoken("late words")) == ()


def test_the_end_of_a_turn_closes_what_was_said() -> None:
    sitting = answering()
    assert sitting.do(EndTurn(answer_id="a1")) == ()
    sitting.do(spoken("words", start_s=2), after_s=4)
    recorded, _ = sitting.do(EndTurn(answer_id="a1"), after_s=1)
    assert isinstance(recorded, AnswerRecorded)
    assert (recorded.answer_id, recorded.content) == ("a1", "words")
    assert recorded.outcome is AnswerOutcome.ANSWERED
    assert recorded.source is AnswerSource.SPOKEN
    assert (recorded.clock_used_s, recorded.response_delay_s) == (5, 2)
    assert sitting.do(EndTurn(answer_id="a1")) == ()


def test_response_delay_leaves_out_time_that_was_not_the_candidates() -> None:
    sitting = answering()
    sitting.do(Repeat(), after_s=1)
    sitting.hear(after_s=50)
    sitting.do(spoken("words", start_s=53), after_s=3)
    recorded, _ = sitting.do(EndTurn(answer_id="a1"))
    assert isinstance(recorded, AnswerRecorded)
    assert recorded.response_delay_s == 4


def test_response_delay_of_a_typed_answer_is_the_first_key() -> None:
    sitting = answering()
    sitting.do(NoteActivity(kind="typing"), after_s=7)
    sitting.do(NoteActivity(kind="typing"), after_s=2)
    recorded, _ = sitting.type("a1", "typed")
    assert isinstance(recorded, AnswerRecorded)
    assert recorded.response_delay_s == 7


def test_words_right_after_the_answer_belong_to_it() -> None:
    sitting = answering()
    sitting.do(spoken("first"))
    sitting.do(EndTurn(answer_id="a1"))
    sitting.hear(played_s=0.3, interrupted=True)
    (event,) = sitting.do(spoken("and second"))
    assert isinstance(event, AnswerExtended) and event.answer_id == "a1"
    answer = sitting.state.answers[0]
    assert (answer.content, answer.extensions) == ("first and second", 1)
    assert sitting.do(spoken("and second")) == ()
    (again,) = sitting.do(EndTurn(answer_id="a2"))
    assert again.type == "prompt_issued" and again.ask_no == 2
    assert [line.content for line in sitting.state.dialogue][-2:] == [
        "first and second",
        "Question 2?",
    ]


def test_a_late_final_while_the_next_question_plays_belongs_to_the_previous_answer() -> None:
    sitting = answering()
    sitting.type("a1", "typed")
    sitting.do(spoken("and said", start_s=0))
    answer = sitting.state.answers[0]
    assert (answer.content, answer.source) == ("typed and said", AnswerSource.MIXED)
    assert kinds_of(sitting.hear()) == ["prompt_delivered", "answer_opened"]


def test_words_after_a_silent_answer_make_it_one() -> None:
    sitting = answering()
    sitting.wait(80)
    assert sitting.state.answers[0].outcome is AnswerOutcome.NO_RESPONSE
    sitting.do(spoken("sorry, here I am"))
    answer = sitting.state.answers[0]
    assert (answer.outcome, answer.source) == (AnswerOutcome.ANSWERED, AnswerSource.SPOKEN)
    assert answer.content == "sorry, here I am"
    assert sitting.state.dialogue[-1].content == "sorry, here I am"


def test_words_over_the_first_question_belong_to_the_consent_step() -> None:
    sitting = asked()
    (event,) = sitting.do(spoken("yes yes"))
    assert isinstance(event, UtteranceCommitted) and event.question_number is None


def test_an_early_answer_into_a_playing_question() -> None:
    sitting = asked()
    (event,) = sitting.do(spoken("I know that", start_s=3), after_s=5)
    assert isinstance(event, UtteranceCommitted) and event.question_number == 1
    assert sitting.do(EndTurn(answer_id="a1")) == ()
    assert kinds_of(sitting.hear()) == ["prompt_delivered", "answer_opened"]
    recorded, _ = sitting.do(EndTurn(answer_id="a1"))
    assert isinstance(recorded, AnswerRecorded)
    assert (recorded.content, recorded.response_delay_s) == ("I know that", 0)


def test_a_repeated_question_is_not_answered_by_asking_for_it() -> None:
    sitting = answering()
    sitting.do(spoken("could you repeat that"))
    sitting.do(Repeat())
    assert sitting.do(EndTurn(answer_id="a1")) == ()


def test_voice_does_not_close_a_coding_question() -> None:
    sitting = answering(plan_of(kinds=["coding"]))
    sitting.do(spoken("I start with a loop"))
    assert sitting.do(EndTurn(answer_id="a1")) == ()
    recorded, _ = sitting.type("a1", "", code="x")
    assert isinstance(recorded, AnswerRecorded)
    assert recorded.content == "I start with a loop"


# --- preparation, breaks, activity ---------------------------------------------------------------


def test_words_keys_and_done_end_the_preparation() -> None:
    sitting = prepared()
    assert kinds_of(sitting.do(spoken("ready"))) == ["answer_opened", "utterance_committed"]
    sitting = prepared()
    assert sitting.do(NoteActivity(kind="speech")) == ()
    events = sitting.do(NoteActivity(kind="typing"), after_s=2)
    assert kinds_of(events) == ["answer_opened", "activity_noted"]
    assert kinds_of(prepared().do(Done(answer_id="a"))) == ["answer_opened"]
    assert prepared().do(Repeat()) == ()
    assert kinds_of(prepared().skip())[0] == "answer_recorded"


def test_a_break_stops_the_clock_and_is_counted() -> None:
    sitting = answering(plan_of(moment_s=30, max_moments_per_question=2))
    (started,) = sitting.do(TakeMoment(), after_s=5)
    assert isinstance(started, ThinkingStarted)
    assert sitting.state.thinking_until_at == started.until_at
    assert sitting.do(TakeMoment()) == ()
    (ended,) = sitting.wait(31)
    assert isinstance(ended, ThinkingEnded) and not ended.early
    assert sitting.remaining_s == 114
    assert sitting.state.moments_left == 1
    sitting.do(TakeMoment())
    sitting.wait(30)
    with pytest.raises(InvalidInput):
        sitting.do(TakeMoment())


def test_breaks_are_counted_for_each_question() -> None:
    sitting = answering(plan_of(max_moments_per_question=1))
    sitting.do(TakeMoment())
    sitting.type("a1", "one")
    sitting.hear()
    assert sitting.state.moments_left == 1


def test_speech_ends_a_break_but_not_the_words_that_asked_for_it() -> None:
    sitting = answering()
    sitting.do(TakeMoment(), after_s=10)
    assert sitting.do(NoteActivity(kind="speech"), after_s=1) == ()
    events = sitting.do(spoken("I need a moment", start_s=9))
    assert kinds_of(events) == ["utterance_committed"]
    assert sitting.phase() is Phase.THINKING
    assert sitting.do(EndTurn(answer_id="a1")) == ()
    events = sitting.do(spoken("now then", start_s=15), after_s=6)
    assert kinds_of(events) == ["thinking_ended", "utterance_committed"]


def test_activity_and_done_end_a_break() -> None:
    sitting = answering()
    sitting.do(TakeMoment())
    events = sitting.do(NoteActivity(kind="typing"), after_s=3)
    assert kinds_of(events) == ["thinking_ended", "activity_noted"]
    sitting.do(TakeMoment())
    assert kinds_of(sitting.do(Done(answer_id="a1"))) == ["thinking_ended"]
    sitting.do(spoken("words"))
    sitting = answering()
    sitting.do(spoken("words"))
    sitting.do(TakeMoment())
    events = sitting.do(Done(answer_id="a1"))
    assert kinds_of(events) == ["thinking_ended", "answer_recorded", "prompt_issued"]


def test_skipping_in_a_break() -> None:
    sitting = answering()
    sitting.do(TakeMoment())
    events = sitting.skip()
    assert kinds_of(events) == ["thinking_ended", "answer_recorded", "prompt_issued"]


def test_no_break_while_a_question_plays_or_when_breaks_are_off() -> None:
    with pytest.raises(IllegalTransition):
        asked().do(TakeMoment())
    with pytest.raises(InvalidInput):
        answering(plan_of(moment_s=0)).do(TakeMoment())


def test_activity_is_stored_at_most_once_a_second_and_only_where_it_matters() -> None:
    sitting = answering()
    assert kinds_of(sitting.do(NoteActivity(kind="speech"))) == ["activity_noted"]
    assert sitting.do(NoteActivity(kind="speech"), after_s=0.5) == ()
    assert kinds_of(sitting.do(NoteActivity(kind="typing"))) == ["activity_noted"]
    assert kinds_of(sitting.do(NoteActivity(kind="typing"), after_s=1)) == ["activity_noted"]
    assert asked().do(NoteActivity(kind="speech")) == ()
    assert greeted().do(NoteActivity(kind="speech")) == ()
    assert Sitting().do(NoteActivity(kind="speech")) == ()


# --- buttons -------------------------------------------------------------------------------------


def test_repeat_says_it_again_while_the_clock_stands() -> None:
    sitting = answering()
    sitting.wait(5)
    sitting.do(Repeat())
    assert last_purpose(sitting) is Purpose.REPEAT
    assert sitting.state.prompt and sitting.state.prompt.text == "Question 1?"
    assert sitting.do(Repeat()) == ()
    sitting.hear(after_s=6)
    assert sitting.remaining_s == 115
    assert sitting.phase() is Phase.ANSWERING


def test_repeat_in_a_break_ends_it_and_a_cut_off_question_is_asked() -> None:
    sitting = answering()
    sitting.do(TakeMoment())
    assert kinds_of(sitting.do(Repeat())) == ["thinking_ended", "prompt_issued"]
    sitting = asked()
    sitting.hear(played_s=0, interrupted=True)
    sitting.do(Repeat())
    assert last_purpose(sitting) is Purpose.QUESTION


def test_repeats_are_bounded() -> None:
    sitting = answering()
    for _ in range(MAX_REPEATS):
        sitting.do(Repeat())
        sitting.hear()
    with pytest.raises(InvalidInput):
        sitting.do(Repeat())


def test_skip_goes_on_and_keeps_what_was_said() -> None:
    sitting = answering()
    sitting.do(spoken("half"))
    recorded, issued = sitting.skip(after_s=3)
    assert isinstance(recorded, AnswerRecorded)
    assert (recorded.outcome, recorded.content) == (AnswerOutcome.SKIPPED, "half")
    assert issued.type == "prompt_issued" and issued.question_number == 2


def test_a_double_press_of_skip_skips_one_question() -> None:
    sitting = answering()
    assert kinds_of(sitting.do(Skip())) == ["skip_asked"]
    assert sitting.do(Skip(), after_s=0.3) == ()
    sitting.wait(4.7)
    assert sitting.state.question_number == 2
    assert sitting.do(Skip(), after_s=0.3) == (), "right after the next question came"
    assert kinds_of(sitting.do(Skip(), after_s=5)) == ["skip_asked"]


def test_a_skip_can_be_taken_back_for_five_seconds_in_which_the_clock_stands() -> None:
    sitting = answering()
    sitting.do(Skip(), after_s=10)
    assert sitting.state.skipping_until_at == sitting.now + timedelta(seconds=5)
    assert machine.clock_paused_reason(sitting.state) == "skipping"
    assert sitting.wait(4.9) == () and sitting.remaining_s == 110
    assert kinds_of(sitting.do(UndoSkip())) == ["skip_taken_back"]
    assert sitting.do(UndoSkip()) == ()
    assert sitting.wait(10) == () and sitting.remaining_s == 100
    assert sitting.state.question_number == 1


@pytest.mark.parametrize(
    "command", [NoteActivity(kind="typing"), TakeMoment(), Repeat(), spoken("an answer")]
)
def test_going_on_with_the_question_takes_a_skip_back(command: Command) -> None:
    """Words do not: they may be the ones that asked for the skip."""
    sitting = answering()
    sitting.do(Skip())
    kept = "utterance" in kinds_of(sitting.do(command, after_s=1))[0]
    assert (sitting.state.skip is not None) == kept


def test_a_skip_waits_for_whoever_lost_the_connection() -> None:
    sitting = answering()
    sitting.do(Skip())
    sitting.do(LeaveCandidate(connection_id="c1", reason="gone"), after_s=2)
    sitting.wait(60)
    sitting.join("c2")
    assert sitting.wait(2.9) == ()
    assert kinds_of(sitting.wait(0.2))[0] == "answer_recorded"


def test_done_with_words_closes_and_again_is_nothing() -> None:
    sitting = answering()
    sitting.do(spoken("words"))
    assert kinds_of(sitting.do(Done(answer_id="d1")))[0] == "answer_recorded"
    assert sitting.do(Done(answer_id="d1")) == ()
    assert sitting.do(Done(answer_id="d2")) == ()


def test_done_without_words_is_asked_once_more_and_then_skipped() -> None:
    sitting = answering(plan_of(kinds=["coding"]))
    sitting.do(Done(answer_id="d1"))
    assert last_purpose(sitting) is Purpose.REPROMPT
    sitting.hear()
    recorded, _ = sitting.do(Done(answer_id="d2"))
    assert isinstance(recorded, AnswerRecorded)
    assert recorded.outcome is AnswerOutcome.SKIPPED


@pytest.mark.parametrize("command", [Repeat(), Skip(), TakeMoment(), Done(answer_id="d")])
def test_buttons_need_a_question(command: Repeat | Skip | TakeMoment | Done) -> None:
    ended = answering()
    ended.do(EndSession(by="staff", reason="test"))
    for sitting in (Sitting(), greeted(), ended):
        with pytest.raises(IllegalTransition):
            sitting.do(command)


# --- follow-ups ----------------------------------------------------------------------------------


def test_one_follow_up_with_a_fresh_clock() -> None:
    sitting = answering(plan_of(2, follow_ups=True))
    sitting.do(spoken("words"))
    assert kinds_of(sitting.do(EndTurn(answer_id="a1"), after_s=9)) == ["answer_recorded"]
    assert sitting.phase() is Phase.ASKING
    assert sitting.state.follow_up_wait_until is not None
    assert sitting.do(Skip()) == () and sitting.do(TakeMoment()) == ()
    assert sitting.do(Repeat()) == ()
    assert sitting.do(EndTurn(answer_id="x")) == ()
    sitting.do(ProposeFollowUp(answer_id="a1", text=" Why so? "))
    assert last_purpose(sitting) is Purpose.FOLLOW_UP
    sitting.hear()
    assert sitting.remaining_s == 120
    assert sitting.state.asked_text == "Why so?"
    sitting.type("f1", "because")
    assert sitting.state.question_number == 2
    answer = sitting.state.answers[-1]
    assert (answer.question, answer.follow_up, answer.question_number) == ("Why so?", True, 1)
    assert sitting.do(ProposeFollowUp(answer_id="f1", text="And why that?")) == ()


def test_without_a_proposal_the_next_question_comes() -> None:
    sitting = answering(plan_of(2, follow_ups=True))
    sitting.type("a1", "words")
    sitting.do(NoteActivity(kind="speech"), after_s=2)
    sitting.do(spoken("one more thing"))
    assert sitting.state.answers[0].content == "words one more thing"
    assert sitting.wait(2) == ()
    assert kinds_of(sitting.wait(1)) == ["prompt_issued"]
    assert sitting.do(ProposeFollowUp(answer_id="a1", text="Why?")) == ()


def test_nothing_is_waited_for_when_there_is_no_follow_up() -> None:
    sitting = answering(plan_of(2, follow_ups=True))
    assert sitting.do(WaiveFollowUp(answer_id="a1")) == ()
    sitting.type("a1", "words")
    assert sitting.do(WaiveFollowUp(answer_id="other")) == ()
    assert kinds_of(sitting.do(WaiveFollowUp(answer_id="a1"))) == ["prompt_issued"]
    assert sitting.state.question_number == 2
    assert sitting.do(WaiveFollowUp(answer_id="a1")) == ()


def test_the_last_question_may_have_a_follow_up_too() -> None:
    sitting = answering(plan_of(1, follow_ups=True))
    sitting.type("a1", "words")
    sitting.do(ProposeFollowUp(answer_id="a1", text="Why?"))
    sitting.type("f1", "because")
    assert sitting.state.end_reason == "all_questions_answered"


def test_unusable_proposals_are_ignored() -> None:
    sitting = answering(plan_of(2, follow_ups=True))
    assert sitting.do(ProposeFollowUp(answer_id="a1", text="Why?")) == ()
    sitting.type("a1", "words")
    for answer_id, text in (("a1", " "), ("a1", "x" * 3000), ("other", "Why?")):
        assert sitting.do(ProposeFollowUp(answer_id=answer_id, text=text)) == ()


@pytest.mark.parametrize("how", ["coding", "skip", "timeout"])
def test_only_an_answered_text_question_is_followed_up(how: str) -> None:
    sitting = answering(plan_of(2, kinds=["coding"] if how == "coding" else [], follow_ups=True))
    if how == "skip":
        sitting.skip()
    else:
        sitting.type("a1", "words", timeout_submission=how == "timeout")
    assert not sitting.state.awaiting_follow_up
    assert sitting.state.question_number == 2


def test_a_models_follow_up_is_cleaned_like_typed_text() -> None:
    sitting = answering(plan_of(follow_ups=True))
    sitting.do(spoken("I said"))
    sitting.do(EndTurn(answer_id="e1"))
    assert sitting.do(ProposeFollowUp(answer_id="e1", text=" \u200b\u202e ")) == ()
    issued = sitting.do(ProposeFollowUp(answer_id="e1", text="\u202eWhy\x00?"))[0]
    assert isinstance(issued, PromptIssued) and issued.text == "Why?"
