"""Language models, evaluation, follow-ups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from interview.nouns import Evaluation, InterviewPlan, Noun, Question, Utterance, Word


class LanguageModel(Protocol):
    """Any OpenAI-compatible model, answers checked against a schema."""

    name: str

    async def complete(
        self, *, system: str, user: str, schema: Mapping[str, Any], schema_name: str
    ) -> dict[str, Any]:
        """Raises Unavailable (`component="llm"`) after its retries; output is schema-checked."""


class EvaluationRequest(Noun):
    """All that an evaluation may know: nothing about the person."""

    answer_id: str
    question: Question
    content: str
    code: str | None = None
    words: tuple[Word, ...] = ()
    utterances: tuple[Utterance, ...] = ()
    response_delay_s: float | None = None
    clock_used_s: float = 0
    language: str = "en"


class Evaluator(Protocol):
    async def evaluate(self, request: EvaluationRequest) -> Evaluation:
        """Never raises for a bad answer or a failing model: the status says so."""


class FollowUpAuthor(Protocol):
    async def propose(self, request: EvaluationRequest, plan: InterviewPlan) -> str | None:
        """A follow-up question, or None."""
