"""Reports hold only what the log holds: coverage, averages, KPIs, transcript (rows 27, 47, 48)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from interview.commands import (
    BeginFault,
    EndFault,
    EndSession,
    GiveConsent,
    LeaveCandidate,
    RecordEvaluation,
    RecordOutage,
    TakeMoment,
)
from interview.nouns import CONSENT_TEXT_VERSION, Evaluation, EvaluationStatus, Status
from server.platform.reports.build import build_report
from server.platform.reports.kpis import engagement
from server.platform.reports.model import Engagement, ReportBody
from server.platform.reports.pdf_view import view_of
from server.platform.reports.timeline import counted
from tests.interview.sitting import Sitting, asked, plan_of, spoken
from tests.server.platform.reports.sessions import evaluation, finished_sitting, record_of, stored


def body_of(sitting: Sitting) -> ReportBody:
    return ReportBody.model_validate(record_of(sitting).body)


def test_scores_are_means_times_ten_over_evaluated_answers_only() -> None:
    body = body_of(finished_sitting((8.0, 6.0, None)))
    assert body.overall_score == 70
    assert "Overall 7.0 of 10" in body.detailed_feedback, "the scale of every page"
    assert (body.technical_score, body.communication_score) == (70, 70)
    assert body.kpis.technical == 7
    assert body.kpis.engagement is Engagement.MEDIUM
    assert body.coverage.statement == "2 of 3 answers scored; 1 without enough evidence."
    assert body.report_status.value == "ready"


def test_unevaluated_answers_are_flagged_until_they_arrive() -> None:
    sitting = finished_sitting((8.0,), plan=plan_of(2))
    record = record_of(sitting)
    body = ReportBody.model_validate(record.body)
    assert record.status == "partial"
    assert body.answers[1].evaluation_state == "pending"
    assert body.answers[1].evaluation is None and body.answers[1].evaluation_reason
    assert body.overall_score is None, "half of the questions have no score"
    assert "1 awaiting evaluation" in body.coverage.statement
    sitting.do(RecordEvaluation(evaluation=evaluation("a2", 2, 4.0, "This is what I say")))
    assert record_of(sitting).status == "ready"
    assert record_of(sitting).overall_score == 60


def test_a_failed_evaluation_is_no_number() -> None:
    sitting = finished_sitting((8.0,), plan=plan_of(2))
    failure = Evaluation(
        answer_id="a2",
        question_number=2,
        status=EvaluationStatus.FAILED,
        method="llm:x",
        failure="The language model gave no usable evaluation.",
    )
    sitting.do(RecordEvaluation(evaluation=failure))
    body = body_of(sitting)
    assert body.report_status.value == "ready"
    assert body.overall_score is None
    assert "1 answer could not be evaluated." in body.summary
    assert body.answers[1].evaluation_state is EvaluationStatus.FAILED
    assert any(note.component == "evaluation" for note in body.capability_notes)
    assert "no usable evaluation" in body.detailed_feedback


def test_zero_answers_give_zeros_and_nulls() -> None:
    sitting = asked()
    sitting.do(EndSession(by="staff", reason="staff_ended", status=Status.TERMINATED))
    body = body_of(sitting)
    assert body.overall_score is None and body.score_reason
    assert (body.kpis.questions_answered, body.kpis.completion_rate) == (0, 0)
    assert body.kpis.response_time_avg is None and body.kpis.engagement is None
    assert body.answers == () and body.strengths == ()


def test_a_session_that_never_started_has_a_report_too() -> None:
    sitting = Sitting()
    sitting.do(EndSession(by="staff", reason="deleted", status=Status.TERMINATED))
    body = body_of(sitting)
    assert body.duration_s == 0
    assert all(entry.at_s is None for entry in body.timeline)


def test_skipped_questions_lower_completion_and_are_not_scored() -> None:
    sitting = asked(plan_of(2))
    sitting.hear(2)
    sitting.skip()
    sitting.hear(2)
    sitting.type("a2", "I answer this one.")
    sitting.do(RecordEvaluation(evaluation=evaluation("a2", 2, 9.0, "I answer")))
    body = body_of(sitting)
    assert body.kpis.completion_rate == 50
    assert body.answers[0].evaluation_state is EvaluationStatus.NOT_SCORED
    assert "skipped" in (body.answers[0].evaluation_reason or "")
    assert body.overall_score is None
    assert body.scores[0].value is None and body.kpis.technical == 9
    assert body.summary[0].startswith("Ann Example answered 1 of 2 questions in ")
    assert "There is no overall score: only 1 of 2 questions could be scored." in body.summary


def test_how_code_reads_is_no_communication() -> None:
    sitting = finished_sitting((8.0,), plan=plan_of(2, kinds=["text", "coding"]))
    body = body_of(sitting)
    assert body.kpis.code_quality is None and "code_quality" not in names(body)
    sitting.do(RecordEvaluation(evaluation=evaluation("a2", 2, 2.0, "This is what I say")))
    body = body_of(sitting)
    assert (body.kpis.communication, body.kpis.clarity, body.kpis.code_quality) == (8, 8, 2)
    assert body.communication_score == 80
    lines = {line.name: line for line in body.scores}
    assert (lines["communication_clarity"].value, lines["code_quality"].value) == (8, 2)
    assert lines["technical_accuracy"].value == 5


def names(body: ReportBody) -> list[str]:
    return [line.name for line in body.scores]


def test_the_summary_says_in_plain_words_what_a_reader_needs() -> None:
    body = body_of(finished_sitting((9.0, 2.0, 7.0)))
    assert body.summary[0].startswith("Ann Example answered all 3 questions in ")
    assert body.summary[1] == (
        "Taken together, the scored answers show some evidence of what was asked for: 6 of 10."
    )
    assert body.summary[2] == (
        "Strongest: question 1, “Question 1?” (9 of 10). "
        "Weakest: question 2, “Question 2?” (2 of 10)."
    )
    text = " ".join(body.summary)
    assert not any(word in text for word in ("rules", "_", "null", "structures", "weight"))


def test_response_time_is_the_real_average() -> None:
    sitting = asked(plan_of(2))
    sitting.hear(2)
    sitting.now += timedelta(seconds=4)
    sitting.type("a1", "After four seconds.")
    sitting.hear(2)
    sitting.now += timedelta(seconds=2)
    sitting.type("a2", "After two seconds.")
    delays = [answer.response_delay_s for answer in sitting.state.answers]
    body = body_of(sitting)
    known = [delay for delay in delays if delay is not None]
    expected = sum(known) / len(known) if known else None
    assert body.kpis.response_time_avg == (None if expected is None else pytest.approx(expected))


def test_the_transcript_keeps_every_word_with_its_time() -> None:
    sitting = asked(plan_of(1))
    sitting.hear(2)
    start = sitting.state.answer_opened_s or 0
    sitting.do(spoken("Yes.", start_s=start + 1, end_s=start + 2), after_s=2)
    sitting.type("a1", "And this I typed.")
    body = body_of(sitting)
    said = [line for line in body.interview_transcript if line.role == "candidate"]
    assert [line.content for line in said] == ["Yes.", "And this I typed."]
    assert (said[0].start_s, said[0].end_s) == (start + 1, start + 2)
    assert said[1].start_s is None
    asked_line = next(x for x in body.interview_transcript if x.purpose == "question")
    assert asked_line.content == "Question 1?" and asked_line.start_s is not None
    assert [word.text for word in body.answers[0].words] == ["Yes."]
    assert [line.answer_id for line in said] == ["a1", "a1"]


def test_without_the_log_the_transcript_comes_from_the_state() -> None:
    sitting = finished_sitting()
    record = build_report(sitting.state, recording=None, now=sitting.now, revision=3)
    body = ReportBody.model_validate(record.body)
    assert any(line.content == "Question 1?" for line in body.interview_transcript)
    assert body.recording.available is False and body.recording.reason
    assert record.revision == 3


def test_the_timeline_shows_breaks_leaves_faults_and_outages() -> None:
    sitting = asked(plan_of(1))
    sitting.hear(2)
    sitting.do(TakeMoment(), after_s=1)
    sitting.wait(40)
    sitting.do(BeginFault(component="stt"), after_s=1)
    sitting.do(EndFault(component="stt"), after_s=3)
    sitting.do(BeginFault(component="recogniser_lag"), after_s=1)
    sitting.do(EndFault(component="recogniser_lag"), after_s=1)
    sitting.do(LeaveCandidate(connection_id="c1", reason="lost"), after_s=1)
    sitting.join("c2")
    sitting.do(RecordOutage(from_at=sitting.now, cause="restart"), after_s=5)
    sitting.type("a1", "Done now.")
    body = body_of(sitting)
    kinds = [entry.kind for entry in body.timeline]
    assert {"started", "consent", "question", "break", "fault", "left", "joined", "answer"} <= {
        *kinds
    }
    fault = next(entry for entry in body.timeline if entry.kind == "fault")
    assert fault.end_s is not None and fault.at_s is not None
    assert fault.end_s - fault.at_s == pytest.approx(3)
    notes = {note.component: note.note for note in body.capability_notes}
    assert notes["stt"].startswith("Speech recognition failed for 3 seconds;")
    assert notes["recogniser_lag"].startswith("Speech recognition fell behind for 1 second;")
    assert notes["server"].startswith("The server failed for 5 seconds;")
    assert "for a while" not in str(body.capability_notes)


def test_a_fault_that_nobody_noticed_is_in_the_timeline_and_not_in_the_summary() -> None:
    sitting = asked(plan_of(1))
    sitting.do(RecordOutage(from_at=sitting.now, cause="stall"), after_s=0.6)
    sitting.do(RecordOutage(from_at=sitting.now, cause="stall"), after_s=63)
    sitting.do(BeginFault(component="stt"), after_s=1)
    sitting.do(EndFault(component="stt"), after_s=0.3)
    sitting.type("a1", "Done now.")
    body = body_of(sitting)
    assert [note.note for note in body.capability_notes if note.component in ("server", "stt")] == [
        "The server failed for 1 minute 3 seconds; the candidate's clock stood still."
    ]
    assert sum(entry.kind in ("fault", "outage") for entry in body.timeline) == 3
    printed = [line["label"] for line in view_of(body)["timeline"]]
    assert [line for line in printed if "server was away" in line] == [
        "Our server was away (1 s)",
        "Our server was away (63 s)",
    ]
    assert not [line for line in printed if "(0 s)" in line]


def test_provenance_names_consent_engines_and_the_log() -> None:
    sitting = finished_sitting()
    body = body_of(sitting)
    assert body.provenance.consent_text_version == CONSENT_TEXT_VERSION
    assert body.provenance.evaluation_methods == {"rules": 2}
    assert body.provenance.last_seq == len(sitting.log)
    assert any(engine.name == "rules" for engine in body.provenance.engines)


def test_declined_consent_is_told_and_nothing_is_scored() -> None:
    sitting = Sitting()
    sitting.join()
    sitting.do(GiveConsent(granted=False, text_version=CONSENT_TEXT_VERSION))
    sitting.wait(60)
    body = body_of(sitting)
    assert any("declined" in entry.label for entry in body.timeline)
    assert body.overall_score is None


def test_events_of_another_session_are_refused() -> None:
    sitting = finished_sitting()
    foreign = [event.model_copy(update={"session_id": "s2"}) for event in stored(sitting)]
    with pytest.raises(ValueError, match="another session"):
        build_report(sitting.state, log=foreign, recording=None, now=sitting.now, revision=1)


def test_events_later_than_the_state_are_left_out() -> None:
    sitting = finished_sitting((8.0,), plan=plan_of(2))
    early = sitting.state
    sitting.do(RecordEvaluation(evaluation=evaluation("a2", 2, 4.0, "This is what I say")))
    record = build_report(early, log=stored(sitting), recording=None, now=sitting.now, revision=1)
    body = ReportBody.model_validate(record.body)
    assert body.provenance.last_seq == early.seq == len(sitting.log) - 1
    assert body.report_status.value == "partial"


def test_strengths_are_at_most_five_and_name_their_question() -> None:
    body = body_of(finished_sitting((9.0, 8.0, 7.0, 6.0, 5.0, 4.0)))
    assert len(body.strengths) == len(body.areas_for_improvement) == 5
    assert body.strengths[0] == "Strong in 1 (question 1)."
    assert body.areas_for_improvement[0] == "Weak in 6 (question 6)."


def test_no_contract_field_is_missing() -> None:
    body = record_of(finished_sitting()).body
    for name in (
        "candidate_name candidate_email candidate_phone interview_date overall_score "
        "technical_score communication_score detailed_feedback strengths areas_for_improvement "
        "interview_transcript kpis proctoring_violations"
    ).split():
        assert name in body


@pytest.mark.parametrize(
    ("means", "band"),
    [
        ((8.0, 8.0, 8.0, 8.0), Engagement.HIGH),
        ((8.0, 7.9, 8.0, 8.0), Engagement.MEDIUM),
        ((6.0, None, 6.0, 6.0), Engagement.MEDIUM),
        ((5.9, 6.0, 6.0, 6.0), Engagement.LOW),
        ((None, None, None, None), None),
    ],
)
def test_engagement_bands(means: tuple[float | None, ...], band: Engagement | None) -> None:
    assert engagement(means) is band


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "One answer was"),
        (2, "Two answers were"),
        (10, "Ten answers were"),
        (11, "11 answers were"),
    ],
)
def test_counts_are_said_as_people_write_them(count: int, words: str) -> None:
    assert counted(count, "answer was", "answers were") == words
