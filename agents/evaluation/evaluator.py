"""The one place that chooses how answers are evaluated."""

from __future__ import annotations

from agents.evaluation.embeddings import Embedder
from agents.evaluation.model_evaluator import LlmEvaluator
from agents.evaluation.rules import RuleEvaluator
from interview.ports.analysis import Evaluator, LanguageModel


def build_evaluator(llm: LanguageModel | None, embedder: Embedder | None) -> Evaluator:
    """Rules alone, or a language model held to the rules' evidence."""
    rules = RuleEvaluator(embedder)
    return rules if llm is None else LlmEvaluator(llm, rules)
