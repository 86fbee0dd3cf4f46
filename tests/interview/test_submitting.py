"""Typed answers and code."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from interview.commands import EndSession, EndTurn, GiveConsent, ProposeFollowUp, SubmitAnswer
from interview.errors import IllegalTransition, InvalidInput
from interview.events import AnswerRecorded, AnswerRefused, AnswerSupplemented, PromptIssued
from interview.nouns import (
    CONSENT_TEXT_VERSION,
    MAX_ANSWER_CHARS,
    AnswerOutcome,
    AnswerSource,
    InterviewPlan,
    Phase,
    Purpose,
)
from interview.rules import CROSSED_S, MAX_REFUSALS, MAX_REPROMPTS
from tests.interview.sitting import Sitting, answering, asked, greeted, kinds_of, plan_of, spoken


def refusal_of(events: object) -> str:
    assert isinstance(events, tuple) and len(events) == 1
    assert isinstance(events[0], AnswerRefused)
    return events[0].reason


def test_an_answer_is_recorded_and_the_next_question_asked() -> None:
    sitting = answering()
    sitting.wait(4)
    recorded, issued = sitting.type("a1", "  my words ")
    assert isinstance(recorded, AnswerRecorded) and isinstance(issued, PromptIssued)
    assert recorded.content == "my words"
    assert recorded.outcome is AnswerOutcome.ANSWERED
    assert recorded.source is AnswerSource.TYPED
    assert recorded.clock_used_s == 4
    assert (issued.purpose, issued.question_number) == (Purpose.QUESTION, 2)


def test_typed_joins_spoken() -> None:
    sitting = answering()
    sitting.do(spoken("I said"))
    sitting.do(spoken("this"))
    recorded, _ = sitting.type("a1", "and wrote that")
    assert isinstance(recorded, AnswerRecorded)
    assert recorded.content == "I said this\nand wrote that"
    assert recorded.source is AnswerSource.MIXED
    assert recorded.utterance_ids == ("u:I said", "u:this")
    assert sitting.state.answers[0].typed == "and wrote that"
    assert sitting.state.dialogue[-2].content == "I said this\nand wrote that"


def test_same_id_same_content_is_one_answer() -> None:
    sitting = answering()
    sitting.do(spoken("I said"))
    sitting.type("a1", "words")
    assert sitting.type("a1", " words ") == ()
    assert len(sitting.answers) == 1


def test_same_id_other_content_is_refused_once() -> None:
    sitting = answering()
    sitting.type("a1", "words")
    assert refusal_of(sitting.type("a1", "others")) == "duplicate_id_other_content"
    assert sitting.type("a1", "others") == ()
    assert len(sitting.state.refused) == 1
    assert len(sitting.answers) == 1


def test_while_the_question_plays_is_fine() -> None:
    sitting = asked()
    events = sitting.type("a1", "quick")
    assert kinds_of(events) == ["answer_recorded", "prompt_issued"]
    assert sitting.answers[0].clock_used_s == 0


def test_late_and_out_of_turn() -> None:
    sitting = answering()
    sitting.type("a1", "one")
    assert refusal_of(sitting.type("a2", "again one", question_number=1)) == "late"
    assert refusal_of(sitting.type("a3", "three", question_number=3)) == "out_of_turn"
    assert sitting.state.question_number == 2 and len(sitting.answers) == 1
    assert kinds_of(sitting.type("a4", "two", question_number=2))[0] == "answer_recorded"


def test_an_old_clients_timeout_just_after_ours_is_not_for_the_next_question() -> None:
    sitting = answering(plan_of(silence_advance_s=0, silence_prompt_s=0))
    sitting.do(spoken("half an answer"))
    sitting.wait(122)
    assert sitting.state.question_number == 2
    assert refusal_of(sitting.type("t0", "", timeout_submission=True)) == "late"
    assert kinds_of(sitting.type("t1", "typed", timeout_submission=True)) == ["answer_supplemented"]
    assert sitting.state.answers[0].content == "half an answer\ntyped"
    assert sitting.state.question_number == 2
    sitting.wait(4)
    recorded, _ = sitting.type("t2", "", timeout_submission=True)
    assert isinstance(recorded, AnswerRecorded) and recorded.question_number == 2


def test_a_client_that_gives_up_at_once_is_advanced() -> None:
    sitting = answering()
    for number in (1, 2, 3):
        recorded, *_ = sitting.type(f"t{number}", "", timeout_submission=True)
        assert isinstance(recorded, AnswerRecorded) and recorded.question_number == number


def test_before_consent_a_numbered_answer_is_out_of_turn() -> None:
    sitting = greeted()
    assert refusal_of(sitting.type("a", "x", question_number=1)) == "out_of_turn"


def test_before_the_start_it_is_illegal() -> None:
    with pytest.raises(IllegalTransition):
        Sitting().type("a", "x")


def test_after_the_end_it_is_late() -> None:
    sitting = answering(plan_of(1))
    sitting.type("a1", "one")
    assert refusal_of(sitting.type("a2", "more")) == "late"
    assert sitting.type("a2", "more") == ()


@pytest.mark.parametrize("content", ["", "  ", "[No response]", "[No response received]"])
def test_empty_is_asked_again(content: str) -> None:
    sitting = answering()
    (issued,) = sitting.type("a1", content)
    assert isinstance(issued, PromptIssued)
    assert issued.purpose is Purpose.REPROMPT and "Question 1?" in issued.text
    assert sitting.state.question_number == 1
    assert kinds_of(sitting.type("a1", "now"))[0] == "answer_recorded"


def test_empty_while_the_question_plays_then_opens_the_answer() -> None:
    sitting = asked()
    sitting.type("a1", "")
    assert sitting.phase() is Phase.ASKING
    assert kinds_of(sitting.hear()) == ["prompt_delivered", "answer_opened"]


def test_empty_with_spoken_words_closes() -> None:
    sitting = answering()
    sitting.do(spoken("said"))
    recorded, _ = sitting.type("a1", "")
    assert isinstance(recorded, AnswerRecorded)
    assert (recorded.content, recorded.source) == ("said", AnswerSource.SPOKEN)


def test_endless_empty_answers_are_no_response_in_the_end() -> None:
    sitting = answering()
    for number in range(MAX_REPROMPTS):
        sitting.type(f"e{number}", "")
        sitting.hear()
    recorded, _ = sitting.type("e9", "")
    assert isinstance(recorded, AnswerRecorded)
    assert recorded.outcome is AnswerOutcome.NO_RESPONSE


def test_timeout_without_words_is_no_response() -> None:
    sitting = answering()
    recorded, issued = sitting.type("a1", "[No response]", timeout_submission=True)
    assert isinstance(recorded, AnswerRecorded) and isinstance(issued, PromptIssued)
    assert (recorded.outcome, recorded.content) == (AnswerOutcome.NO_RESPONSE, "")
    assert recorded.source is AnswerSource.NONE
    assert issued.question_number == 2


def test_timeout_with_words_keeps_them() -> None:
    sitting = answering()
    recorded, _ = sitting.type("a1", "half", timeout_submission=True)
    assert isinstance(recorded, AnswerRecorded)
    assert (recorded.outcome, recorded.content) == (AnswerOutcome.TIMED_OUT, "half")


def test_grace_after_the_deadline() -> None:
    sitting = answering(plan_of(silence_advance_s=0, silence_prompt_s=0))
    sitting.wait(121.5)
    assert sitting.remaining_s == 0
    recorded, _ = sitting.type("a1", "just in time")
    assert isinstance(recorded, AnswerRecorded)
    assert recorded.outcome is AnswerOutcome.ANSWERED
    assert recorded.clock_used_s == 121.5


def test_after_the_grace_the_deadline_comes_first_even_if_the_tick_is_late() -> None:
    sitting = answering(plan_of(silence_advance_s=0, silence_prompt_s=0))
    events = sitting.do(
        SubmitAnswer(answer_id="a1", content="too late", question_number=1), after_s=123
    )
    assert kinds_of(events) == ["answer_recorded", "prompt_issued", "answer_supplemented"]
    assert sitting.answers[0].outcome is AnswerOutcome.NO_RESPONSE


def test_code_field_is_stored_verbatim() -> None:
    sitting = answering(plan_of(kinds=["coding"]))
    code = "def f():\n\treturn '[/CODE]'\n"
    recorded, _ = sitting.type("a1", "why", code=code)
    assert isinstance(recorded, AnswerRecorded)
    assert (recorded.content, recorded.code) == ("why", code)
    assert sitting.state.dialogue[-2].content == f"why\n{code}"


def test_old_markers_mean_code_only_in_coding_questions() -> None:
    sitting = answering(plan_of(kinds=["coding"]))
    sitting.type("a1", "why [CODE]x = 1[/CODE]")
    sitting.hear()
    sitting.type("a2", "I wrote [CODE] there")
    assert (sitting.answers[0].content, sitting.answers[0].code) == ("why", "x = 1")
    assert (sitting.answers[1].content, sitting.answers[1].code) == ("I wrote [CODE] there", None)
    assert sitting.type("a1", "why [CODE]x = 1[/CODE]") == ()


def test_between_answer_and_follow_up() -> None:
    sitting = answering(plan_of(follow_ups=True))
    assert kinds_of(sitting.type("a1", "one")) == ["answer_recorded"]
    assert sitting.state.awaiting_follow_up
    assert refusal_of(sitting.type("a2", "more")) == "late"
    assert refusal_of(sitting.type("a3", "more", question_number=1)) == "late"
    assert refusal_of(sitting.type("a4", "more", question_number=2)) == "out_of_turn"
    sitting.do(ProposeFollowUp(answer_id="a1", text="Why?"))
    recorded, issued = sitting.type("a5", "because", question_number=1)
    assert isinstance(recorded, AnswerRecorded) and isinstance(issued, PromptIssued)
    assert recorded.question_number == 1 and issued.question_number == 2


def test_unusable_answers() -> None:
    sitting = answering()
    for fields in (
        {"answer_id": " ", "content": "x"},
        {"answer_id": "a", "content": "x" * (MAX_ANSWER_CHARS + 1)},
        {"answer_id": "a", "content": "", "code": "x" * (MAX_ANSWER_CHARS + 1)},
    ):
        with pytest.raises(InvalidInput):
            sitting.do(SubmitAnswer.model_validate(fields))


def test_code_that_comes_too_late_is_on_the_record_with_its_words() -> None:
    sitting = answering(plan_of(1, kinds=["coding"]))
    sitting.do(EndSession(by="staff", reason="test"))
    late = SubmitAnswer(answer_id="c1", content="a loop", code="x = 1", question_number=1)
    assert refusal_of(sitting.do(late)) == "late"
    assert sitting.state.refused[0].content == "a loop\nx = 1"
    assert sitting.do(late) == ()


def test_a_flood_of_refused_answers_is_not_kept() -> None:
    sitting = answering(plan_of(1))
    sitting.do(EndSession(by="staff", reason="test"))
    for number in range(MAX_REFUSALS):
        sitting.type(f"f{number}", "x")
    with pytest.raises(IllegalTransition):
        sitting.type("one more", "x")
    assert len(sitting.state.refused) == MAX_REFUSALS


def unhurried(count: int = 3, kinds: Sequence[str] = ()) -> InterviewPlan:
    """A plan whose questions only the timer closes."""
    return plan_of(count, kinds=kinds, silence_advance_s=0, silence_prompt_s=0)


def test_an_answer_on_its_way_while_the_time_ran_out_stays_with_its_question() -> None:
    sitting = answering(unhurried())
    sitting.wait(122)
    assert sitting.state.question_number == 2
    (event,) = sitting.type("c7", "late words", question_number=1)
    assert isinstance(event, AnswerSupplemented)
    answer = sitting.state.answers[0]
    assert (answer.content, answer.typed, answer.extensions) == ("late words", "late words", 1)
    assert (answer.outcome, answer.source) == (AnswerOutcome.TIMED_OUT, AnswerSource.TYPED)
    assert sitting.type("c7", "late words", question_number=1) == ()
    assert refusal_of(sitting.type("c8", "more", question_number=1)) == "late"
    assert len(sitting.answers) == 1 and sitting.state.question_number == 2


def test_it_joins_what_was_said_also_when_the_turn_was_heard_to_end() -> None:
    sitting = answering()
    sitting.do(spoken("I said"))
    sitting.do(EndTurn(answer_id="server.x"))
    sitting.type("c1", "and wrote", question_number=1)
    answer = sitting.state.answers[0]
    assert (answer.content, answer.source) == ("I said\nand wrote", AnswerSource.MIXED)
    assert sitting.state.dialogue[-2].content == "I said\nand wrote"
    assert sitting.state.asking is not None and sitting.state.asking.utterances == ()


def test_code_that_crosses_the_deadline_is_kept_with_its_question() -> None:
    sitting = answering(unhurried(kinds=["coding"]))
    sitting.wait(302)
    sitting.type("c1", "[CODE]\nx = 1\n[/CODE]", question_number=1)
    assert sitting.state.answers[0].code == "x = 1"


def test_after_the_last_question_it_is_still_kept() -> None:
    sitting = answering(unhurried(1))
    sitting.wait(122)
    assert sitting.state.status.final
    sitting.type("c1", "last words", question_number=1)
    assert sitting.state.answers[0].content == "last words"


def test_seconds_later_it_is_late() -> None:
    sitting = answering(unhurried())
    sitting.wait(122 + CROSSED_S)
    assert refusal_of(sitting.type("c7", "late words", question_number=1)) == "late"


def test_an_answer_to_a_follow_up_that_was_heard_is_not_moved_back() -> None:
    sitting = answering(plan_of(follow_ups=True))
    sitting.do(spoken("I said"))
    sitting.do(EndTurn(answer_id="e1"))
    sitting.do(ProposeFollowUp(answer_id="e1", text="Why?"))
    sitting.hear()
    recorded = sitting.type("c1", "because", question_number=1)[0]
    assert isinstance(recorded, AnswerRecorded) and recorded.content == "because"


def test_a_skipped_question_takes_no_late_words() -> None:
    sitting = answering()
    sitting.skip(after_s=5)
    assert refusal_of(sitting.type("c1", "words", question_number=1)) == "late"


def test_the_id_of_the_consent_reply_may_name_an_answer_too() -> None:
    sitting = greeted()
    sitting.hear()
    sitting.type("a1", "Yes, I am ready.")
    sitting.hear()
    assert sitting.type("a1", "Yes, I am ready.") == ()
    recorded, _ = sitting.type("a1", "A queue is first in, first out.")
    assert isinstance(recorded, AnswerRecorded) and recorded.question_number == 1
    assert recorded.content == "A queue is first in, first out."


def test_a_clients_first_id_is_free_after_a_question_that_nobody_answered() -> None:
    sitting = answering(unhurried())
    sitting.wait(122)
    recorded, _ = sitting.type("a1", "Last in, first out.", question_number=2)
    assert isinstance(recorded, AnswerRecorded)
    assert (recorded.answer_id, recorded.question_number) == ("a1", 2)


def test_a_typed_yes_after_the_button_is_no_refused_answer() -> None:
    sitting = Sitting()
    sitting.join()
    sitting.do(GiveConsent(granted=True, text_version=CONSENT_TEXT_VERSION))
    assert sitting.do(SubmitAnswer(answer_id="y", content="Yes, I am ready.")) == ()
    other = SubmitAnswer(answer_id="n", content="What is this about?")
    assert refusal_of(sitting.do(other)) == "out_of_turn"
