"""Candidates side by side: the same question in one row, each answer with its score and quotes."""

from __future__ import annotations

from collections.abc import Sequence

from interview.judging import Decision, Scorecard
from interview.nouns import AnswerOutcome, Band, Noun
from interview.records import AnswerState, State
from interview.reviewing import final_scorecards
from interview.standing import Standing, standing_of
from server.platform.reports import kpis

MAX_QUOTES = 3


class Cell(Noun):
    """One candidate's answer to a question; `score` is 0-10, null with the `reason`."""

    session_id: str
    outcome: AnswerOutcome
    content: str
    code: str | None = None
    score: float | None = None
    band: Band | None = None
    reason: str = ""
    quotes: tuple[str, ...] = ()


class Row(Noun):
    """A question, as it was asked, and its cells; who was not asked has none."""

    question: str
    is_follow_up: bool = False
    cells: tuple[Cell, ...]


class Column(Noun):
    """One candidate. In blind mode `name` is a number until one's own scorecard is given."""

    session_id: str
    name: str
    blind: bool
    title: str
    standing: Standing
    overall_score: float | None
    coverage: str
    own_scorecard: Scorecard | None = None
    decision: Decision | None = None
    tags: tuple[str, ...] = ()


def columns(states: Sequence[State], reader: str, *, blind: bool) -> tuple[Column, ...]:
    """The candidates in the order asked for; `reader` is who compares."""
    return tuple(
        _column(state, reader, number, blind=blind) for number, state in enumerate(states, start=1)
    )


def _column(state: State, reader: str, number: int, *, blind: bool) -> Column:
    own = next((card for card in final_scorecards(state) if card.by == reader), None)
    hidden = blind and own is None
    return Column(
        session_id=state.session_id,
        name=f"Candidate {number}" if hidden else state.candidate.name,
        blind=hidden,
        title=state.plan.title,
        standing=standing_of(state),
        overall_score=kpis.percent(kpis.overall_of(state)),
        coverage=kpis.coverage_of(state).statement,
        own_scorecard=own,
        decision=None if hidden else state.judged.decision,
        tags=state.judged.tags,
    )


def rows(states: Sequence[State]) -> tuple[Row, ...]:
    """Every question that somebody was asked, in the order of first asking."""
    found: dict[tuple[str, bool], list[Cell]] = {}
    words: dict[tuple[str, bool], str] = {}
    for state in states:
        for answer in state.answers:
            key = (" ".join(answer.question.casefold().split()), answer.follow_up)
            words.setdefault(key, answer.question)
            found.setdefault(key, []).append(_cell(state, answer))
    return tuple(
        Row(question=words[key], is_follow_up=key[1], cells=tuple(cells))
        for key, cells in found.items()
    )


def _cell(state: State, answer: AnswerState) -> Cell:
    evaluation = state.evaluations.get(answer.answer_id)
    score = evaluation.scores.get("overall") if evaluation is not None else None
    missing = evaluation.failure if evaluation is not None else "Not evaluated."
    quotes = score.evidence if score is not None else ()
    return Cell(
        session_id=state.session_id,
        outcome=answer.outcome,
        content=answer.content,
        code=answer.code,
        score=score.value if score is not None else None,
        band=score.band if score is not None else None,
        reason=(score.reason if score is not None else missing) or "",
        quotes=tuple(quote.quote for quote in quotes[:MAX_QUOTES]),
    )
