"""How far an organisation's people and the software agree on the same answers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import StatisticsError, correlation

from interview.nouns import Band, EvaluationStatus
from interview.records import State
from interview.reviewing import final_scorecards
from server.platform.reports.model import ReportPart

GRADES = (Band.NONE, Band.LITTLE, Band.SOME, Band.CLEAR)
ENOUGH = 30  # pairs below which the figures say next to nothing
LOW = 0.4

Pair = tuple[Band, Band]


class Agreement(ReportPart):
    """Bands that people gave beside the software's, for one method; `kappa` is quadratic."""

    method: str
    n: int
    kappa: float | None
    r: float | None
    statement: str


def pairs_of(states: Iterable[State]) -> dict[str, list[Pair]]:
    """By method: the band that a person gave to an answer, and the software's of the overall score.

    Only first answers to a planned question count; an answer without an overall score has no pair.
    """
    found: dict[str, list[Pair]] = {}
    for state in states:
        machine: dict[int, tuple[str, Band]] = {}
        for answer in state.answers:
            evaluation = state.evaluations.get(answer.answer_id)
            if answer.follow_up or evaluation is None:
                continue
            if evaluation.status is EvaluationStatus.DONE:
                band = evaluation.scores["overall"].band
                if band is not None:
                    machine[answer.question_number] = (evaluation.method, band)
        for card in final_scorecards(state):
            for rating in card.ratings:
                if rating.question_number in machine:
                    method, band = machine[rating.question_number]
                    found.setdefault(method, []).append((rating.band, band))
    return found


def agreement_of(method: str, pairs: Sequence[Pair]) -> Agreement:
    """The figures; null where they cannot be computed."""
    people = [GRADES.index(person) for person, _ in pairs]
    software = [GRADES.index(band) for _, band in pairs]
    agreed, r = kappa(people, software), _r(people, software)
    return Agreement(
        method=method, n=len(pairs), kappa=agreed, r=r, statement=_statement(len(pairs), agreed)
    )


def kappa(first: Sequence[int], second: Sequence[int]) -> float | None:
    """Cohen's kappa with quadratic weights; None when chance alone leaves nothing to explain."""
    count = len(first)
    if count == 0:
        return None
    apart = sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) / count
    chance = sum((a - b) ** 2 for a in first for b in second) / count**2
    return None if chance == 0 else round(1 - apart / chance, 2)


def _r(first: Sequence[int], second: Sequence[int]) -> float | None:
    try:
        return round(correlation(first, second), 2)
    except StatisticsError:
        return None  # fewer than two, or one side never varies


def _statement(count: int, agreed: float | None) -> str:
    if count < ENOUGH or agreed is None:
        answers = "answer" if count == 1 else "answers"
        return f"{count} rated {answers}: too few to say how far people and software agree."
    if agreed < LOW:
        return f"Low agreement over {count} answers: do not rely on these scores."
    return f"People and software agree on {count} answers as two reviewers often do."
