"""Evaluation without a language model: what can be measured, each score with its quote.

Pure but for the embedder, which is asked before. Words that address the examiner's software are
neither scored nor quoted.
"""

from __future__ import annotations

import asyncio
import re

import structlog

from agents.evaluation.code_reading import CodeReading, looks_like_code
from agents.evaluation.code_rules import covered_share, score_code
from agents.evaluation.embeddings import MAX_TEXTS, Embedder
from agents.evaluation.injection import lines_without_attempts, without_attempts
from agents.evaluation.passages import Sentence, sentences
from agents.evaluation.reading import Closeness, Reading, insufficient, texts_to_embed
from agents.evaluation.relevance import COVERED, coverage, relevance, technical_accuracy
from agents.evaluation.speech_measures import measure_speech
from agents.evaluation.substance import depth, problem_solving
from agents.evaluation.verdict import Findings, Measures, finished, not_scored
from agents.evaluation.wording import communication_clarity, confidence
from interview.errors import Unavailable
from interview.nouns import Evaluation, QuestionKind, Score
from interview.ports.analysis import EvaluationRequest

RULES_VERSION = "1"
MAX_SENTENCES = 300
DECLINED_WORDS = 14
_DECLINED = re.compile(
    r"\b(?:i (?:really |just )?(?:do not|don'?t|wouldn'?t) (?:really )?(?:know|remember|have an? "
    r"(?:idea|answer))|no idea|i have no (?:idea|clue|answer)|i (?:can'?t|cannot) answer|pass)\b",
    re.IGNORECASE,
)
NOT_CODING = "Not part of the coding rubric."

log = structlog.get_logger(__name__)


class RuleEvaluator:
    """Scores by measures of meaning, wording and structure. Needs no model; uses one if given."""

    method = "rules"

    def __init__(self, embedder: Embedder | None = None) -> None:
        self._embedder = embedder

    async def evaluate(self, request: EvaluationRequest) -> Evaluation:
        """The evaluation of one answer; an answer without words is never scored."""
        if (blank := not_scored(request, self.method)) is not None:
            return blank
        return finished(request, self.method, await self.measure(request))

    async def measure(self, request: EvaluationRequest) -> Findings:
        """Scores and measures; the heavy part runs in a thread, the vectors in a sidecar."""
        kept, attempts = without_attempts(sentences(request.content)[:MAX_SENTENCES])
        versions = {"rules": RULES_VERSION}
        closeness = Closeness()
        if request.question.kind is QuestionKind.TEXT:
            closeness, versions["embeddings"] = await self._closeness(request, kept)
        return await asyncio.to_thread(_measure, request, kept, attempts, closeness, versions)

    async def _closeness(
        self, request: EvaluationRequest, kept: tuple[Sentence, ...]
    ) -> tuple[Closeness, str]:
        """Vectors of all texts, or words only with the reason."""
        if self._embedder is None:
            return Closeness(), "none: no model is installed; compared by words"
        if request.language.split("-")[0].lower() != "en":
            return Closeness(), "none: the model reads English only; compared by words"
        texts = texts_to_embed(request.question, kept)[:MAX_TEXTS]
        try:
            vectors = await self._embedder.embed(texts)
        except Unavailable as error:
            log.warning("evaluation.embeddings_unavailable", why=error.why)
            return Closeness(), f"none: {error.why}; compared by words"
        label = f"{self._embedder.name}@{self._embedder.version}"
        return Closeness(dict(zip(texts, vectors, strict=True))), label


def _measure(
    request: EvaluationRequest,
    kept: tuple[Sentence, ...],
    attempts: int,
    closeness: Closeness,
    versions: dict[str, str],
) -> Findings:
    measures = common_measures(request, kept, attempts)
    if request.question.kind is QuestionKind.CODING:
        return _measure_code(request, kept, measures, versions)
    reading = Reading(
        request.question, request.content, kept, request.words, request.language, closeness
    )
    points = coverage(reading)
    missing = tuple(point.point for point in points if point.share < COVERED)
    measures["expected_points"] = len(points)
    measures["covered_points"] = len(points) - len(missing)
    scores = _declined(reading) or {
        "technical_accuracy": technical_accuracy(reading),
        "communication_clarity": communication_clarity(reading),
        "relevance": relevance(reading),
        "depth": depth(reading),
        "confidence": confidence(reading),
        "problem_solving": problem_solving(reading),
    }
    return Findings(scores, measures, versions, missing)


def _declined(reading: Reading) -> dict[str, Score] | None:
    """Scores of a short answer that says that it has none."""
    said = next((s for s in reading.sentences if _DECLINED.search(s.text)), None)
    if said is None or reading.word_count > DECLINED_WORDS:
        return None
    unknown = insufficient("the candidate said that they had no answer.")
    zero = reading.score(0, "The candidate said that they had no answer.", said)
    return {
        "technical_accuracy": zero,
        "communication_clarity": unknown,
        "relevance": zero,
        "depth": zero,
        "confidence": unknown,
        "problem_solving": unknown,
    }


def _measure_code(
    request: EvaluationRequest,
    kept: tuple[Sentence, ...],
    measures: Measures,
    versions: dict[str, str],
) -> Findings:
    outside = {name: insufficient(NOT_CODING) for name in ("relevance", "confidence")}
    code = code_of(request)
    if code is None:
        none = insufficient("no code was given; an explanation alone is not scored.")
        names = ("technical_accuracy", "communication_clarity", "depth", "problem_solving")
        return Findings(dict.fromkeys(names, none) | outside, measures, versions)
    clean, attempts = lines_without_attempts(code)
    measures["injection_attempts"] = int(measures["injection_attempts"] or 0) + attempts
    scores, reading = score_code(request.question, clean)
    measures |= _code_measures(reading)
    share = covered_share(request.question, clean)
    measures["expected_share_percent"] = None if share is None else round(100 * share, 1)
    return Findings(scores | outside, measures, versions)


def code_of(request: EvaluationRequest) -> str | None:
    """The code: from the editor, or what was typed into the answer when that is code."""
    if request.code and request.code.strip():
        return request.code
    return request.content if looks_like_code(request.content) else None


def common_measures(
    request: EvaluationRequest, kept: tuple[Sentence, ...], attempts: int
) -> Measures:
    """What is measured of every answer."""
    speech = measure_speech(request.words, language=request.language)
    measures: Measures = dict(speech.as_measures()) if request.words else {}
    delay = request.response_delay_s
    measures |= {
        "words": sum(len(sentence.words) for sentence in kept),
        "sentences": len(kept),
        "injection_attempts": attempts,
        "response_delay_s": None if delay is None else round(max(0.0, delay), 2),
        "clock_used_s": round(max(0.0, request.clock_used_s), 2),
    }
    return measures


def _code_measures(reading: CodeReading) -> Measures:
    error = reading.syntax_error
    return {
        "code_language": reading.language,
        "code_parsed": int(reading.parsed),
        "code_lines": reading.lines,
        "code_functions": len(reading.functions),
        "code_complexity": reading.complexity,
        "code_nesting": reading.nesting,
        "code_tests": len(reading.tests),
        "code_edge_cases": len(reading.edge_cases),
        "code_syntax_error_line": None if error is None else error.line,
    }
