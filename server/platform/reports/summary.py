"""The report in a minute: a few sentences in plain words, the most important first. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from interview.bands import band_of
from interview.judging import Decision, DecisionOutcome
from interview.nouns import Band, Evaluation, EvaluationStatus, PointStatus
from interview.records import State
from interview.standing import Standing, standing_of
from server.platform.reports import kpis
from server.platform.reports.model import CapabilityNote, IntegrityReport, ScoringCoverage

BAND_WORDS = {
    Band.CLEAR: "clear evidence",
    Band.SOME: "some evidence",
    Band.LITTLE: "little evidence",
    Band.NONE: "no evidence",
}
DECISION_WORDS = {
    DecisionOutcome.ADVANCE: "Advance",
    DecisionOutcome.HOLD: "Hold",
    DecisionOutcome.REJECT: "Reject",
    DecisionOutcome.UNDECIDED: "Undecided",
}
MAX_POINTS = 4
MAX_QUESTION_CHARS = 70
CAVEAT = "Software made the scores from the words alone; they are indicative, and a person decides."


def summary_of(
    state: State,
    overall: float | None,
    coverage: ScoringCoverage,
    integrity: IntegrityReport,
    notes: Sequence[CapabilityNote],
) -> tuple[str, ...]:
    """How far it went, what the scores say, what was not found, what waits for a person."""
    evaluations = kpis.done(state)
    return tuple(
        sentence
        for sentence in (
            how_far(state),
            _scores(overall, coverage, state),
            _extremes(state, evaluations),
            _missing(evaluations),
            _signals(integrity),
            _trouble(state, notes),
        )
        if sentence
    )


def how_far(state: State) -> str:
    """Who answered how much, for how long, and how it ended."""
    name = state.candidate.name
    asked, answered = state.question_count, kpis.answered_questions(state)
    whole = f"all {asked} questions" if asked > 1 else "the question"
    part = whole if answered == asked else f"{answered} of {asked} questions"
    match standing_of(state):
        case Standing.NOT_TAKEN:
            return f"{name} did not take the interview."
        case Standing.DECLINED:
            return f"{name} did not consent, so no question was asked."
        case Standing.COMPLETED:
            return f"{name} answered {part}{_lasted(state)}."
        case Standing.LEFT_EARLY:
            return f"{name} answered {part} and left early{_lasted(state)}."
        case Standing.ENDED_EARLY if state.ended_by == "proctoring":
            return f"{name} answered {part}; integrity signals ended the interview{_lasted(state)}."
        case Standing.ENDED_EARLY:
            return f"{name} answered {part}; staff ended the interview{_lasted(state)}."
        case Standing.FAILED:
            return f"A fault on our side ended the interview; {name} had answered {part}."
        case _:
            return f"The interview is not over; {name} has answered {part}."


def _lasted(state: State) -> str:
    if state.started_at is None or state.ended_at is None:
        return ""
    seconds = (state.ended_at - state.started_at).total_seconds()
    minutes = round(seconds / 60)
    if minutes < 1:
        return " in less than a minute"
    return f" in {minutes} {'minute' if minutes == 1 else 'minutes'}"


def _scores(overall: float | None, coverage: ScoringCoverage, state: State) -> str:
    if overall is not None:
        band = band_of(overall)
        words = BAND_WORDS[band] if band else ""
        shown = f"{words} of what was asked for: {round(overall, 1):g} of 10"
        return f"Taken together, the scored answers show {shown}."
    if coverage.to_evaluate == 0:
        return "There was nothing to score."
    scored, asked = coverage.evaluated, state.question_count
    if coverage.pending:
        return "There is no overall score yet: answers are still being evaluated."
    return f"There is no overall score: only {scored} of {asked} questions could be scored."


def _extremes(state: State, evaluations: Sequence[Evaluation]) -> str:
    """The strongest and the weakest answer, when they are not in the same band."""
    ranked = _ranked(evaluations)
    if len(ranked) < 2:
        return ""
    (low, weakest), (high, strongest) = ranked[0], ranked[-1]
    if band_of(low) is band_of(high):
        return ""
    return (
        f"Strongest: {_question(state, strongest)} ({high:g} of 10). "
        f"Weakest: {_question(state, weakest)} ({low:g} of 10)."
    )


def _ranked(evaluations: Sequence[Evaluation]) -> list[tuple[float, Evaluation]]:
    scored = [
        (score.value, e) for e in evaluations if (score := e.scores["overall"]).value is not None
    ]
    return sorted(scored, key=lambda pair: pair[0])


def _question(state: State, evaluation: Evaluation) -> str:
    answer = state.answer(evaluation.answer_id)
    text = answer.question if answer else ""
    if len(text) > MAX_QUESTION_CHARS:
        text = text[:MAX_QUESTION_CHARS].rsplit(" ", 1)[0] + "…"
    return f"question {evaluation.question_number}, “{text}”"


def _missing(evaluations: Sequence[Evaluation]) -> str:
    """Expected points that no answer held, and those that one contradicted."""
    missing = [
        f"{found.point.strip().rstrip('.')} (question {e.question_number})"
        for e in evaluations
        for found in e.points
        if found.status is not PointStatus.COVERED
    ]
    if not missing:
        return ""
    more = len(missing) - MAX_POINTS
    rest = f"; and {more} more" if more > 0 else ""
    return f"Expected and not found: {'; '.join(missing[:MAX_POINTS])}{rest}."


def _signals(integrity: IntegrityReport) -> str:
    parts = []
    if integrity.confirmed:
        parts.append(f"{integrity.confirmed} confirmed by a person")
    if integrity.unreviewed:
        parts.append(f"{integrity.unreviewed} still to be looked at by a person")
    return f"Integrity signals: {', '.join(parts)}." if parts else ""


def _trouble(state: State, notes: Sequence[CapabilityNote]) -> str:
    """What failed on our side, where it may have cost the candidate something."""
    failed = sum(e.status is EvaluationStatus.FAILED for e in state.evaluations.values())
    lost = [note.note for note in notes if note.from_s is not None]
    if failed:
        return f"{failed} {'answer' if failed == 1 else 'answers'} could not be evaluated."
    return lost[0] if lost else ""


def decided(decision: Decision) -> str:
    """A decision in one line."""
    return DECISION_WORDS[decision.outcome] + (f": {decision.reason}" if decision.reason else "")
