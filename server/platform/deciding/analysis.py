"""The analysis of a session: its scores of 100, weighted; a proposal; what people decided.

No number is made up: what was not scored is null and says why, and the weights of what is there are
shared anew. Cultural fit is for people to judge (in their scorecards); software does not.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from interview.judging import DecisionOutcome
from interview.nouns import EvaluationStatus, Noun, UtcTime
from interview.ports.documents import Documents, Kind
from interview.records import AnswerState, State
from interview.reviewing import final_scorecards
from server.platform.deciding.rules import PARTS, JudgingRules, Weights
from server.platform.deciding.validity import Given, Validity, validity_of
from server.platform.reports import kpis

MIN_WEIGHT = 0.5
"""How much of the weights must be scored for an overall score."""
NOT_BY_SOFTWARE = "Software does not judge this; people do, in their scorecards."


class AnalysisStatus(StrEnum):
    """How far an analysis is."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    INVALID = "invalid"


class FinalStatus(StrEnum):
    """The proposal, or what people decided."""

    PASSED = "passed"
    FAILED = "failed"
    NEEDS_REVIEW = "needs_review"


DECIDED = {
    DecisionOutcome.ADVANCE: FinalStatus.PASSED,
    DecisionOutcome.REJECT: FinalStatus.FAILED,
    DecisionOutcome.HOLD: FinalStatus.NEEDS_REVIEW,
}


class QuestionAnalysis(Noun):
    """One question: `score` of 100, null with the `reason`."""

    question_number: int
    question: str
    answer: str
    valid: bool
    score: float | None = None
    reason: str = ""
    feedback: str = ""
    strengths: tuple[str, ...] = ()
    weaknesses: tuple[str, ...] = ()


class Analysis(Noun):
    """All of it. `weights_used` are the weights of the parts that have a score, sharing 1.

    `confidence`: the share of the answers with words that have a score. `method`: what scored them.
    """

    technical_score: float | None = None
    communication_score: float | None = None
    problem_solving_score: float | None = None
    cultural_fit_score: float | None = None
    overall_score: float | None = None
    reasons: dict[str, str]
    overall_feedback: str
    question_analysis: tuple[QuestionAnalysis, ...]
    analysis_status: AnalysisStatus
    final_status: FinalStatus | None = None
    final_status_by: str | None = None
    invalid_reasons: tuple[str, ...] = ()
    weights: Weights
    weights_used: dict[str, float]
    pass_at: float
    review_at: float
    confidence: float | None = None
    method: str = ""
    made_at: UtcTime | None = None
    revision: int = 0


class StoredAnalysis(Noun):
    """As it was made with a report: rules that change later change nothing here."""

    session_id: str
    made_at: UtcTime
    analysis: Analysis


ANALYSES = Kind("analyses", StoredAnalysis, fields=("made_at",))


def weighted(
    scores: dict[str, float | None], weights: Weights
) -> tuple[float | None, dict[str, float]]:
    """The weighted mean of what is there, and the weights that it was made with."""
    there = {name: getattr(weights, name) for name in PARTS if scores.get(name) is not None}
    total = sum(there.values())
    if total < MIN_WEIGHT:
        return None, {}
    used = {name: weight / total for name, weight in there.items()}
    overall = sum((scores[name] or 0.0) * weight for name, weight in used.items())
    return round(overall, 1), {name: round(weight, 4) for name, weight in used.items()}


def proposal(overall: float | None, rules: JudgingRules) -> FinalStatus:
    """What the limits propose; without a score people have to look."""
    if overall is None:
        return FinalStatus.NEEDS_REVIEW
    if overall >= rules.pass_at:
        return FinalStatus.PASSED
    return FinalStatus.NEEDS_REVIEW if overall >= rules.review_at else FinalStatus.FAILED


def analyse(
    state: State, rules: JudgingRules, *, now: datetime | None = None, revision: int = 0
) -> Analysis:
    """The analysis as the log and these rules give it. Pure."""
    validity = validity_of([Given(a.question, _said(a)) for a in state.answers], rules.validity)
    status = _status(state, validity)
    judged = status is AnalysisStatus.COMPLETED
    scores = _scores(state) if judged else dict.fromkeys(PARTS)
    weights = rules.weights_for(state.plan.title)
    overall, used = weighted(scores, weights)
    final, by = _final(state, status, proposal(overall, rules))
    coverage = kpis.coverage_of(state)
    return Analysis(
        technical_score=scores["technical"],
        communication_score=scores["communication"],
        problem_solving_score=scores["problem_solving"],
        cultural_fit_score=scores["cultural_fit"],
        overall_score=overall,
        reasons={part: _why(part, status) for part in PARTS if scores[part] is None},
        overall_feedback=_feedback(status, validity, coverage.statement, final, by),
        question_analysis=tuple(
            _question(state, answer, reason, judged)
            for answer, reason in zip(state.answers, validity.answers, strict=True)
        ),
        analysis_status=status,
        final_status=final,
        final_status_by=by,
        invalid_reasons=validity.reasons if status is AnalysisStatus.INVALID else (),
        weights=weights,
        weights_used=used,
        pass_at=rules.pass_at,
        review_at=rules.review_at,
        confidence=_share(coverage.evaluated, coverage.to_evaluate) if judged else None,
        method=" + ".join(sorted({e.method for e in kpis.done(state)})) if judged else "",
        made_at=now,
        revision=revision,
    )


async def keep_analysis(
    documents: Documents, state: State, rules: JudgingRules, now: datetime, revision: int
) -> None:
    """Store the analysis that goes with a report; a later one stands in its place."""
    kept = documents.of(ANALYSES, state.organisation_id)
    made = analyse(state, rules, now=now, revision=revision)
    await kept.delete(state.session_id)
    document = StoredAnalysis(session_id=state.session_id, made_at=now, analysis=made)
    await kept.insert(state.session_id, document)


async def analysis_of(documents: Documents, state: State, rules: JudgingRules) -> Analysis:
    """The stored analysis with what people have decided since; a fresh one where there is none."""
    found = await documents.of(ANALYSES, state.organisation_id).get(state.session_id)
    if found is None:
        return analyse(state, rules)
    made = found.document.analysis
    final, by = _final(state, made.analysis_status, made.final_status)
    return made.model_copy(update={"final_status": final, "final_status_by": by})


def _status(state: State, validity: Validity) -> AnalysisStatus:
    if not state.status.final:
        return AnalysisStatus.PENDING
    if not validity.valid:
        return AnalysisStatus.INVALID
    coverage = kpis.coverage_of(state)
    if coverage.pending:
        return AnalysisStatus.PROCESSING
    return AnalysisStatus.COMPLETED if coverage.evaluated else AnalysisStatus.FAILED


def _scores(state: State) -> dict[str, float | None]:
    evaluations = kpis.done(state)
    fits = [c.cultural_fit for c in final_scorecards(state) if c.cultural_fit is not None]
    return {
        "technical": kpis.percent(kpis.average(evaluations, "technical_accuracy")),
        "communication": kpis.percent(kpis.average(kpis.prose(state), "communication_clarity")),
        "problem_solving": kpis.percent(kpis.average(evaluations, "problem_solving")),
        "cultural_fit": round(sum(fits) / len(fits), 1) if fits else None,
    }


def _why(part: str, status: AnalysisStatus) -> str:
    if part == "cultural_fit":
        return NOT_BY_SOFTWARE
    return {
        AnalysisStatus.PENDING: "The interview is not over.",
        AnalysisStatus.PROCESSING: "Answers are still being evaluated.",
        AnalysisStatus.INVALID: "The interview cannot be judged.",
        AnalysisStatus.FAILED: "No answer could be evaluated.",
    }.get(status, "No answer has this score.")


def _final(
    state: State, status: AnalysisStatus, proposed: FinalStatus | None
) -> tuple[FinalStatus | None, str | None]:
    """People's decision stands above the limits; an interview that is invalid has neither."""
    decision = state.judged.decision
    if decision is not None:
        return DECIDED[decision.outcome], "people"
    done = status in (AnalysisStatus.COMPLETED, AnalysisStatus.FAILED)
    return (proposed, "limits") if done else (None, None)


def _question(state: State, answer: AnswerState, reason: str, judged: bool) -> QuestionAnalysis:
    evaluation = state.evaluations.get(answer.answer_id) if judged else None
    done = evaluation is not None and evaluation.status is EvaluationStatus.DONE
    score = evaluation.scores["overall"] if evaluation is not None and done else None
    why = reason or (score.reason if score is not None and score.value is None else "")
    if not why and score is None:
        why = (evaluation.failure or "") if evaluation is not None else "It was not evaluated."
    return QuestionAnalysis(
        question_number=answer.question_number,
        question=answer.question,
        answer=_said(answer),
        valid=not reason,
        score=kpis.percent(score.value) if score is not None else None,
        reason=why if score is None or score.value is None else "",
        feedback=evaluation.feedback if evaluation is not None and done else "",
        strengths=evaluation.strengths if evaluation is not None and done else (),
        weaknesses=evaluation.weaknesses if evaluation is not None and done else (),
    )


def _said(answer: AnswerState) -> str:
    return "\n".join(part for part in (answer.content, answer.code or "") if part)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 2) if whole else None


def _feedback(
    status: AnalysisStatus,
    validity: Validity,
    coverage: str,
    final: FinalStatus | None,
    by: str | None,
) -> str:
    if status is AnalysisStatus.PENDING:
        return "The interview is not over."
    if status is AnalysisStatus.INVALID:
        return " ".join(("The interview cannot be judged.", *validity.reasons, "Hold it again."))
    words = {
        FinalStatus.PASSED: "The scores are above the limit to pass.",
        FinalStatus.NEEDS_REVIEW: "The scores ask for a person to look.",
        FinalStatus.FAILED: "The scores are below the limit for a review.",
    }
    said = words[final] if final is not None and by == "limits" else ""
    return " ".join(part for part in (coverage, said) if part)
