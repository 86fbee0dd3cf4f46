"""Answers graded by people, as `fit` and the benchmarks read them. Never part of the product."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from interview.nouns import Question
from interview.ports.analysis import EvaluationRequest

FOLDS = 10


@dataclass(frozen=True, slots=True)
class Graded:
    """An answer and the mean of the marks that people gave it, 0-1."""

    source: str
    question_id: str
    question: str
    ideal: str
    answer: str
    human: float

    @property
    def short(self) -> bool:
        """Fewer than five words."""
        return len(self.answer.split()) < 5

    def request(self, answer: str | None = None) -> EvaluationRequest:
        """What the evaluator is asked for; another `answer` to the same question if given."""
        question = Question(number=1, text=self.question, ideal_answer=self.ideal)
        content = self.answer if answer is None else answer
        return EvaluationRequest(answer_id="a1", question=question, content=content)


def read_graded(folder: Path) -> list[Graded]:
    """All sets of a folder: one JSON object a line in `<set>.jsonl`."""
    return [
        Graded(
            source=path.stem,
            question_id=f"{path.stem} {row['qid']}",
            question=row["question"],
            ideal=row["ideal"],
            answer=row["answer"],
            human=float(row["human"]),
        )
        for path in sorted(folder.glob("*.jsonl"))
        for row in map(json.loads, path.read_text().splitlines())
    ]


def folds(question_ids: Iterable[str], seed: int = 0, count: int = FOLDS) -> dict[str, int]:
    """The fold of each question: all its answers are left out together."""
    names = sorted(set(question_ids))
    random.Random(seed).shuffle(names)
    return {name: index % count for index, name in enumerate(names)}


def first_of_each(rows: Sequence[Graded]) -> dict[str, Graded]:
    """One answer for each question."""
    found: dict[str, Graded] = {}
    for row in rows:
        found.setdefault(row.question_id, row)
    return found
