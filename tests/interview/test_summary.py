"""What lists show of a session."""

from __future__ import annotations

from interview.commands import CreateSession, RecordEvaluation
from interview.nouns import Evaluation, EvaluationStatus, Score, Status
from interview.summary import average_score, summarise
from tests.interview.sitting import ANN, START, Sitting, answering, plan_of


def scored(answer_id: str, number: int, value: float | None, status: str) -> RecordEvaluation:
    overall = Score(value=value, reason="because")
    return RecordEvaluation(
        evaluation=Evaluation(
            answer_id=answer_id,
            question_number=number,
            status=EvaluationStatus(status),
            method="rules",
            scores={"overall": overall} if status == "done" else {},
        )
    )


def test_a_new_session() -> None:
    sitting = Sitting(create=False)
    sitting.do(
        CreateSession(
            session_id="s1",
            candidate=ANN,
            plan=plan_of(3, title="Backend engineer").model_copy(update={"max_questions": 2}),
            created_by="staff",
            job_id="j1",
        )
    )
    summary = summarise(sitting.state)
    assert (summary.status, summary.created_at) == (Status.INITIALIZED, START)
    assert (summary.total_questions, summary.max_questions) == (3, 2)
    assert (summary.job_id, summary.job_title) == ("j1", "Backend engineer")
    assert (summary.answered, summary.average_score, summary.consent_received) == (0, None, False)


def test_a_finished_session_counts_what_was_answered() -> None:
    sitting = answering(plan_of(4))
    sitting.type("a1", "one")
    sitting.type("a2", "", timeout_submission=True)
    sitting.skip(after_s=3)
    sitting.type("a4", "four", timeout_submission=True, question_number=4)
    sitting.do(scored("a1", 1, 8.0, "done"))
    sitting.do(scored("a4", 4, 5.5, "done"))
    summary = summarise(sitting.state)
    assert (summary.status, summary.end_reason) == (Status.COMPLETED, "all_questions_answered")
    assert (summary.question_index, summary.answered, summary.evaluations) == (4, 2, 2)
    assert summary.average_score is None, "half of the questions have no score"
    assert summary.completed_at == sitting.now and summary.consent_received
    assert summary.job_title is None


def test_an_average_is_made_of_scores_only() -> None:
    sitting = answering(plan_of(3))
    assert average_score(sitting.state) is None
    sitting.type("a1", "one")
    sitting.type("a2", "two")
    sitting.type("a3", "three")
    sitting.do(scored("a1", 1, None, "done"))
    sitting.do(scored("a2", 2, None, "failed"))
    assert average_score(sitting.state) is None
    sitting.do(scored("a3", 3, 7.0, "done"))
    assert average_score(sitting.state) is None, "one of three is no score of the whole"
    sitting.do(scored("a2", 2, 8.0, "done"))
    assert average_score(sitting.state) == 7.5
