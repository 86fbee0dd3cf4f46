"""Figures of the whole interview: averages over evaluated answers only. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from interview.nouns import AnswerOutcome, Evaluation, EvaluationStatus, QuestionKind
from interview.records import AnswerState, State
from interview.summary import enough_scored
from server.platform.reports.model import Engagement, Kpis, ScoringCoverage

_FOUR = ("communication_clarity", "technical_accuracy", "problem_solving", "confidence")


def done(state: State) -> list[Evaluation]:
    """Finished evaluations in the order of the answers."""
    found = (state.evaluations.get(answer.answer_id) for answer in state.answers)
    return [e for e in found if e is not None and e.status is EvaluationStatus.DONE]


def average(evaluations: Iterable[Evaluation], name: str) -> float | None:
    """Mean 0-10 of one score over the answers that have it; None when none has."""
    values = [
        score.value
        for evaluation in evaluations
        if (score := evaluation.scores.get(name)) is not None and score.value is not None
    ]
    return round(sum(values) / len(values), 2) if values else None


def overall_of(state: State) -> float | None:
    """The mean 0-10 of the scored answers; None where most of what was asked has no score."""
    return average(done(state), "overall") if enough_scored(state) else None


def prose(state: State) -> list[Evaluation]:
    """Finished evaluations of what was said; how code is written is no part of communication."""
    return [e for e in done(state) if not of_code(state, e)]


def of_code(state: State, evaluation: Evaluation) -> bool:
    """Whether an evaluation is of a coding answer (a follow-up to one is spoken)."""
    answer = state.answer(evaluation.answer_id)
    if answer is None or answer.follow_up:
        return False
    return state.plan.questions[answer.question_number - 1].kind is QuestionKind.CODING


def percent(value: float | None) -> float | None:
    """0-10 as 0-100."""
    return None if value is None else round(value * 10, 1)


def engagement(means: Sequence[float | None]) -> Engagement | None:
    """The band of the mean of the averages that are there."""
    known = [mean for mean in means if mean is not None]
    if not known:
        return None
    mean = sum(known) / len(known)
    return Engagement.HIGH if mean >= 8 else Engagement.MEDIUM if mean >= 6 else Engagement.LOW


def answered_questions(state: State) -> int:
    """Planned questions with words or code in an answer."""
    return len({answer.question_number for answer in state.answers if scorable(answer)})


def kpis_of(state: State, strengths: int, improvements: int) -> Kpis:
    """All figures; zero answers give zeros and nulls."""
    evaluations = done(state)
    means = {name: average(evaluations, name) for name in (*_FOUR, "relevance", "depth")}
    means["communication_clarity"] = average(prose(state), "communication_clarity")
    code = [e for e in evaluations if of_code(state, e)]
    answered = answered_questions(state)
    delays = [a.response_delay_s for a in state.answers if a.response_delay_s is not None]
    return Kpis(
        communication=means["communication_clarity"],
        technical=means["technical_accuracy"],
        problem_solving=means["problem_solving"],
        confidence=means["confidence"],
        clarity=means["communication_clarity"],
        code_quality=average(code, "communication_clarity"),
        relevance=means["relevance"],
        depth=means["depth"],
        response_time_avg=round(sum(delays) / len(delays), 2) if delays else None,
        questions_answered=answered,
        questions_planned=state.question_count,
        completion_rate=round(100 * answered / state.question_count, 1),
        engagement=engagement([means[name] for name in _FOUR]),
        strengths_count=strengths,
        improvement_areas_count=improvements,
        **_speech(evaluations),
    )


def _speech(evaluations: Sequence[Evaluation]) -> dict[str, float | int | None]:
    """Pace, silence and fillers over all spoken answers, weighted by their length."""
    spans = [(_number(e, "speech_span_s"), e) for e in evaluations if _number(e, "speech_words")]
    span = sum(length for length, _ in spans)
    words = sum(_number(e, "speech_words") for _, e in spans)
    silence = sum(_number(e, "silence_s") for _, e in spans)
    counted = [e for _, e in spans if e.measures.get("fillers") is not None]
    heard = sum(_number(e, "speech_words") for e in counted)
    fillers = sum(_number(e, "fillers") for e in counted)
    return {
        "speech_rate_wpm": round(words / span * 60, 1) if span else None,
        "silence_share_percent": round(min(100.0, 100 * silence / span), 1) if span else None,
        "filler_share_percent": round(min(100.0, 100 * fillers / heard), 1) if heard else None,
        "spoken_s": round(span, 1),
        "words_spoken": int(words),
    }


def _number(evaluation: Evaluation, name: str) -> float:
    value = evaluation.measures.get(name)
    return float(value) if isinstance(value, int | float) else 0.0


def scorable(answer: AnswerState) -> bool:
    """Whether there is something to score: words or code, and the question was not left."""
    return answer.has_words and answer.outcome in (AnswerOutcome.ANSWERED, AnswerOutcome.TIMED_OUT)


def to_evaluate(state: State) -> list[AnswerState]:
    """Answers that have something to score."""
    return [answer for answer in state.answers if scorable(answer)]


def coverage_of(state: State) -> ScoringCoverage:
    """How many answers have a score, await one, failed, or are not to be scored."""
    wanted = to_evaluate(state)
    found = [state.evaluations.get(answer.answer_id) for answer in wanted]
    scored = sum(
        e is not None
        and e.status is EvaluationStatus.DONE
        and e.scores["overall"].value is not None
        for e in found
    )
    pending = sum(e is None for e in found)
    failures = sum(e is not None and e.status is EvaluationStatus.FAILED for e in found)
    thin = len(wanted) - scored - pending - failures
    return ScoringCoverage(
        evaluated=scored,
        to_evaluate=len(wanted),
        pending=pending,
        failed=failures,
        not_scored=thin + len(state.answers) - len(wanted),
        statement=_statement(scored, len(wanted), pending, failures, thin),
    )


def _statement(scored: int, wanted: int, pending: int, failures: int, thin: int) -> str:
    if wanted == 0:
        return "No answer was given, so nothing was scored."
    parts = [f"{scored} of {wanted} answers scored"]
    for count, what in (
        (pending, "awaiting evaluation"),
        (failures, "could not be evaluated"),
        (thin, "without enough evidence"),
    ):
        if count:
            parts.append(f"{count} {what}")
    return "; ".join(parts) + "."
