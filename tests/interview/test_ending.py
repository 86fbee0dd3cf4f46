"""Ends before the last question, and evaluations."""

from __future__ import annotations

import pytest

from interview.closing import clients_id
from interview.commands import EndSession, RecordEvaluation, RequestRescoring
from interview.errors import IllegalTransition, InvalidInput, NotFound
from interview.events import AnswerRecorded, PromptIssued, RescoringRequested, SessionEnded
from interview.nouns import AnswerOutcome, Evaluation, EvaluationStatus, Purpose, Status
from tests.interview.sitting import Sitting, answering, greeted, kinds_of, plan_of, spoken

END = EndSession(by="candidate", reason="ended_by_candidate")


def evaluation(answer_id: str, status: str = "done", **fields: object) -> RecordEvaluation:
    values = {"answer_id": answer_id, "question_number": 1, "status": status, "method": "rules"}
    return RecordEvaluation(evaluation=Evaluation.model_validate({**values, **fields}))


def test_open_words_are_kept() -> None:
    sitting = answering()
    sitting.do(spoken("half"))
    recorded, goodbye, ended, _ = sitting.do(END)
    assert isinstance(recorded, AnswerRecorded) and isinstance(ended, SessionEnded)
    assert (recorded.content, recorded.outcome) == ("half", AnswerOutcome.ANSWERED)
    assert isinstance(goodbye, PromptIssued) and goodbye.purpose is Purpose.GOODBYE
    assert (ended.status, ended.reason, ended.by) == (
        Status.COMPLETED,
        "ended_by_candidate",
        "candidate",
    )
    assert sitting.do(END) == ()


def test_unsent_text_and_code_are_kept() -> None:
    sitting = answering(plan_of(kinds=["coding"]))
    sitting.do(END.model_copy(update={"content": "why", "code": "x = 1", "answer_id": "e1"}))
    answer = sitting.answers[0]
    assert (answer.answer_id, answer.content, answer.code) == ("e1", "why", "x = 1")


def test_an_id_that_is_taken_does_not_lose_the_words() -> None:
    sitting = answering()
    sitting.type("a1", "one")
    sitting.hear()
    sitting.type("a4", "two")
    sitting.do(END.model_copy(update={"content": "three", "answer_id": "a1"}))
    assert [a.answer_id for a in sitting.answers] == ["a1", "a4", "server.3"]


def test_made_ids_are_in_a_namespace_of_their_own() -> None:
    sitting = answering()
    sitting.type("a2", "one")
    sitting.skip(after_s=5)
    assert [a.answer_id for a in sitting.answers] == ["a2", "server.2"]
    assert clients_id("server.2") == "client.server.2"
    assert clients_id("a2") == "a2"


def test_unsent_words_of_a_question_that_has_just_closed_stay_with_it() -> None:
    sitting = answering(plan_of(silence_advance_s=0, silence_prompt_s=0))
    sitting.wait(122)
    assert sitting.state.question_number == 2
    sitting.do(END.model_copy(update={"content": "words", "question_number": 1}))
    assert [(a.question_number, a.content) for a in sitting.state.answers] == [(1, "words")]


def test_unsent_words_of_a_question_closed_long_ago_are_on_the_record() -> None:
    sitting = answering()
    sitting.type("a1", "one")
    sitting.hear()
    sitting.do(spoken("two"))
    sitting.do(END.model_copy(update={"content": "words", "question_number": 1}))
    assert [(a.question_number, a.content) for a in sitting.state.answers] == [
        (1, "one"),
        (2, "two"),
    ]
    assert [(r.reason, r.content) for r in sitting.state.refused] == [("late", "words")]


def test_nothing_said_is_nothing_recorded() -> None:
    sitting = answering()
    assert kinds_of(sitting.do(END)) == ["prompt_issued", "session_ended", "report_requested"]
    assert not sitting.answers
    assert kinds_of(greeted().do(END))[0] == "prompt_issued"


def test_termination_by_policy() -> None:
    sitting = answering()
    sitting.do(EndSession(by="policy", reason="violations", status=Status.TERMINATED))
    assert sitting.state.status is Status.TERMINATED
    assert sitting.state.ended_by == "policy"


def test_before_the_start_it_is_abandoned() -> None:
    sitting = Sitting()
    assert kinds_of(sitting.do(END)) == ["session_ended", "report_requested"]
    assert sitting.state.status is Status.ABANDONED
    assert sitting.state.end_reason == "ended_before_start"
    waiting = Sitting()
    waiting.join()
    assert kinds_of(waiting.do(END))[0] == "prompt_issued"


def test_an_end_needs_a_final_status() -> None:
    with pytest.raises(InvalidInput):
        answering().do(EndSession(by="staff", reason="x", status=Status.IN_PROGRESS))


def test_evaluations_come_whenever_they_come() -> None:
    sitting = answering(plan_of(1))
    sitting.type("a1", "words")
    assert sitting.state.status.final
    assert kinds_of(sitting.do(evaluation("a1"))) == ["evaluation_recorded"]
    assert sitting.do(evaluation("a1")) == ()
    assert sitting.do(evaluation("a1", method="llm")) == ()
    assert sitting.state.evaluations["a1"].method == "rules"


def test_a_failed_evaluation_may_be_replaced() -> None:
    sitting = answering()
    sitting.type("a1", "words")
    sitting.do(evaluation("a1", "failed"))
    sitting.do(evaluation("a1"))
    assert sitting.state.evaluations["a1"].status is EvaluationStatus.DONE


def test_an_answer_that_grew_may_be_evaluated_again() -> None:
    sitting = answering()
    sitting.type("a1", "words")
    sitting.do(evaluation("a1"))
    sitting.do(spoken("and more"))
    assert kinds_of(sitting.do(evaluation("a1", method="again"))) == ["evaluation_recorded"]


def test_unknown_and_mismatched_evaluations() -> None:
    sitting = answering()
    with pytest.raises(NotFound):
        sitting.do(evaluation("a1"))
    sitting.type("a1", "words")
    with pytest.raises(InvalidInput):
        sitting.do(evaluation("a1", question_number=2))


def test_no_response_is_never_scored() -> None:
    sitting = answering()
    sitting.type("a1", "", timeout_submission=True)
    with pytest.raises(InvalidInput):
        sitting.do(evaluation("a1"))
    assert kinds_of(sitting.do(evaluation("a1", "not_scored"))) == ["evaluation_recorded"]


def ended_and_scored() -> Sitting:
    sitting = answering()
    sitting.type("a1", "a sorted copy")
    sitting.do(END)
    sitting.do(evaluation("a1"))
    return sitting


def again(number: int, status: str = "done", **fields: object) -> RecordEvaluation:
    return evaluation("a1", status, **fields).model_copy(update={"rescoring": number})


def test_scoring_again_keeps_both() -> None:
    sitting = ended_and_scored()
    sitting.do(RequestRescoring(by="staff:ann", reason="A new method"))
    assert [event.number for event in sitting.log if isinstance(event, RescoringRequested)] == [1]
    sitting.do(again(1, method="model"))
    assert sitting.do(again(1, method="late")) == (), "each request is answered once"
    state = sitting.state
    assert state.evaluations["a1"].method == "model"
    (both,) = state.rescored
    assert (both.earlier.method, both.later.method) == ("rules", "model")


def test_scoring_again_that_fails_replaces_nothing() -> None:
    sitting = ended_and_scored()
    sitting.do(RequestRescoring(by="staff:ann"))
    sitting.do(again(1, "failed", failure="The model does not answer."))
    assert sitting.state.evaluations["a1"].method == "rules"
    assert sitting.state.rescored[0].later.failure == "The model does not answer."


def test_only_what_has_ended_and_was_scored_is_scored_again() -> None:
    ask = RequestRescoring(by="staff:ann")
    sitting = answering()
    with pytest.raises(IllegalTransition):
        sitting.do(ask)
    sitting.type("a1", "a sorted copy")
    sitting.do(END)
    with pytest.raises(IllegalTransition):
        sitting.do(ask)
    silent = answering()
    silent.do(END)
    with pytest.raises(InvalidInput):
        silent.do(ask)
