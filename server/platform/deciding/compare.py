"""Candidates side by side: the same question in one row, each answer with its score and quotes.

There are no pictures here for anybody: a face says nothing about an answer. Who may not know yet
who it is gets it veiled (`deciding/blind.py`), as everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from interview.judging import Decision, DecisionOutcome, ReviewerNote, Scorecard
from interview.nouns import AnswerOutcome, Band, EvidenceQuote, Noun
from interview.ports.storage import SessionSummary
from interview.records import AnswerState, State
from interview.reviewing import final_scorecards
from interview.standing import Standing, standing_of
from server.platform.reports import kpis

MAX_QUOTES = 3


class AnswerView(Noun):
    """An answer; `score` is 0-10, null with the `reason`."""

    answer_id: str
    outcome: AnswerOutcome
    content: str
    code: str | None = None
    score: float | None = None
    band: Band | None = None
    reason: str = ""
    quotes: tuple[EvidenceQuote, ...] = ()


class FollowUp(AnswerView):
    """What was asked once more, and the answer to it."""

    question: str


class Cell(AnswerView):
    """One candidate's answer to a question, with what was asked about it."""

    session_id: str
    question_number: int
    follow_ups: tuple[FollowUp, ...] = ()


class Row(Noun):
    """A question, as it was asked, and its cells; who was not asked has none."""

    question: str
    cells: tuple[Cell, ...]


class Asked(Noun):
    """A question that can be rated in a scorecard."""

    number: int
    text: str


class Column(Noun):
    """One candidate. `blind`: name, decision, notes and others' scorecards are hidden yet."""

    session_id: str
    name: str
    blind: bool = False
    title: str
    standing: Standing
    overall_score: float | None
    coverage: str
    questions: tuple[Asked, ...]
    own_scorecard: Scorecard | None = None
    scorecards: tuple[Scorecard, ...] = ()
    decision: Decision | None = None
    notes: tuple[ReviewerNote, ...] = ()
    tags: tuple[str, ...] = ()
    assignee: str | None = None


class Choice(Noun):
    """Somebody who may be compared; `overall_score` of 100."""

    session_id: str
    name: str
    blind: bool = False
    title: str
    standing: Standing
    overall_score: float | None
    decision: DecisionOutcome | None = None


def choice(summary: SessionSummary) -> Choice:
    """A session of a list as somebody to compare."""
    return Choice(
        session_id=summary.session_id,
        name=summary.name,
        title=summary.title,
        standing=summary.standing,
        overall_score=kpis.percent(summary.average_score),
        decision=summary.decision,
    )


def columns(states: Sequence[State], reader: str) -> tuple[Column, ...]:
    """The candidates in the order asked for; `reader` is who compares."""
    return tuple(_column(state, reader) for state in states)


def _column(state: State, reader: str) -> Column:
    cards = final_scorecards(state)
    return Column(
        session_id=state.session_id,
        name=state.candidate.name,
        title=state.plan.title,
        standing=standing_of(state),
        overall_score=kpis.percent(kpis.overall_of(state)),
        coverage=kpis.coverage_of(state).statement,
        questions=_questions(state),
        own_scorecard=next((card for card in cards if card.by == reader), None),
        scorecards=tuple(card for card in cards if card.by != reader),
        decision=state.judged.decision,
        notes=state.judged.notes,
        tags=state.judged.tags,
        assignee=state.judged.assignee,
    )


def _questions(state: State) -> tuple[Asked, ...]:
    """Those that were put, as they were put; a scorecard rates no others."""
    asked = {
        answer.question_number: answer.question
        for answer in state.answers
        if not answer.follow_up and answer.question_number <= len(state.plan.questions)
    }
    return tuple(Asked(number=number, text=text) for number, text in sorted(asked.items()))


def rows(states: Sequence[State]) -> tuple[Row, ...]:
    """Every question that somebody was asked, in the order of first asking."""
    found: dict[str, list[Cell]] = {}
    words: dict[str, str] = {}
    for state in states:
        for question, cell in _cells(state):
            key = " ".join(question.casefold().split())
            words.setdefault(key, question)
            found.setdefault(key, []).append(cell)
    return tuple(Row(question=words[key], cells=tuple(cells)) for key, cells in found.items())


def _cells(state: State) -> list[tuple[str, Cell]]:
    """Each question of a session with its answer; what was asked about an answer goes with it."""
    made: list[tuple[str, Cell]] = []
    for answer in state.answers:
        view = _view(state, answer)
        if answer.follow_up and made and made[-1][1].question_number == answer.question_number:
            question, cell = made[-1]
            more = FollowUp(question=answer.question, **view)
            update = {"follow_ups": (*cell.follow_ups, more)}
            made[-1] = (question, cell.model_copy(update=update))
            continue
        number = answer.question_number
        cell = Cell(session_id=state.session_id, question_number=number, **view)
        made.append((answer.question, cell))
    return made


def _view(state: State, answer: AnswerState) -> dict[str, object]:
    evaluation = state.evaluations.get(answer.answer_id)
    score = evaluation.scores.get("overall") if evaluation is not None else None
    missing = evaluation.failure if evaluation is not None else "Not evaluated."
    quotes = score.evidence if score is not None else ()
    return {
        "answer_id": answer.answer_id,
        "outcome": answer.outcome,
        "content": answer.content,
        "code": answer.code,
        "score": score.value if score is not None else None,
        "band": score.band if score is not None else None,
        "reason": (score.reason if score is not None else missing) or "",
        "quotes": quotes[:MAX_QUOTES],
    }
