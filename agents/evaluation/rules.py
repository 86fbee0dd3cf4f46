"""Evaluation without a language model: what can be measured, each score with its quote.

Pure but for the embedder, which is asked before. Words that address the examiner's software are
neither scored nor quoted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import structlog

from agents.evaluation import declining
from agents.evaluation.calibration import HumanScale, human_scale
from agents.evaluation.code_reading import CodeReading, looks_like_code
from agents.evaluation.code_rules import covered_share, score_code
from agents.evaluation.coverage import TALK_TEXTS, cover, coverage_score, findings, texts_of
from agents.evaluation.embeddings import Embedder
from agents.evaluation.encoded import Encoded, plain, windows_of
from agents.evaluation.encodings import Encodings
from agents.evaluation.injection import lines_without_attempts, without_attempts
from agents.evaluation.passages import Sentence, sentences
from agents.evaluation.points import expected_points
from agents.evaluation.reading import Reading, insufficient, read_answer
from agents.evaluation.relevance import relevance
from agents.evaluation.speech_measures import measure_speech
from agents.evaluation.substance import depth, problem_solving
from agents.evaluation.verdict import Findings, Measures, finished, not_scored
from agents.evaluation.wording import communication_clarity, confidence
from interview.errors import Unavailable
from interview.nouns import SCORE_NAMES, Evaluation, QuestionKind, Score
from interview.ports.analysis import EvaluationRequest
from interview.threads import Threads

RULES_VERSION = "3"
DECLINED_TEXTS = tuple(map(plain, declining.DECLINED))
ASKED_BACK_TEXTS = tuple(map(plain, declining.ASKED_BACK))
MAX_SENTENCES = 300
AT_ONCE = 2
NOT_CODING = "Not part of the coding rubric."
SCORED = tuple(name for name in SCORE_NAMES if name != "overall")

_threads = Threads("evaluation", AT_ONCE, gives_way=True)
log = structlog.get_logger(__name__)


class RuleEvaluator:
    """Scores by measures of meaning, wording and structure. Needs no model; uses one if given."""

    method = "rules"

    def __init__(self, embedder: Embedder | None = None, scale: HumanScale | None = None) -> None:
        self._scale = scale or human_scale()
        self._encodings = None if embedder is None else Encodings(embedder)

    async def evaluate(self, request: EvaluationRequest) -> Evaluation:
        """The evaluation of one answer; an answer without words is never scored."""
        if (blank := not_scored(request, self.method)) is not None:
            return blank
        return finished(request, self.method, await self.measure(request))

    async def measure(self, request: EvaluationRequest) -> Findings:
        """Scores and measures; the heavy part runs in a thread, the vectors in a sidecar."""
        kept, attempts = without_attempts(sentences(request.content)[:MAX_SENTENCES])
        versions = {"rules": RULES_VERSION}
        measures = common_measures(request, kept, attempts)
        if request.question.kind is QuestionKind.CODING:
            return await _threads.run(_measure_code, request, measures, versions)
        encoded, versions["embeddings"] = await self._encode(request, kept)
        versions["scale"] = self._scale.version
        return await _threads.run(
            _measure, _reading(request, kept, encoded), measures, versions, self._scale
        )

    async def read(self, request: EvaluationRequest) -> Reading:
        """An answer to a question made ready to be compared."""
        kept, _ = without_attempts(sentences(request.content)[:MAX_SENTENCES])
        encoded, _ = await self._encode(request, kept)
        return _reading(request, kept, encoded)

    async def _encode(
        self, request: EvaluationRequest, kept: tuple[Sentence, ...]
    ) -> tuple[Mapping[str, Encoded], str]:
        """What the model makes of all texts, or nothing with the reason."""
        if self._encodings is None:
            return {}, "none: no model is installed; compared by words"
        if request.language.split("-")[0].lower() != "en":
            return {}, "none: the model reads English only; compared by words"
        question = request.question
        lasting = [plain(question.text), *texts_of(expected_points(question))]
        lasting += [*TALK_TEXTS, *DECLINED_TEXTS, *ASKED_BACK_TEXTS]
        try:
            encoded = await self._encodings.of(lasting, [text for text, _ in windows_of(kept)])
        except Unavailable as error:
            log.warning("evaluation.embeddings_unavailable", why=error.why)
            return {}, f"none: {error.why}; compared by words"
        return encoded, self._encodings.label


def _reading(
    request: EvaluationRequest, kept: tuple[Sentence, ...], encoded: Mapping[str, Encoded]
) -> Reading:
    return read_answer(
        request.question, request.content, kept, request.words, request.language, encoded
    )


def _measure(
    reading: Reading, measures: Measures, versions: dict[str, str], scale: HumanScale
) -> Findings:
    if (none := _no_answer(reading)) is not None:
        return Findings(none, measures, versions)
    covered = cover(reading, expected_points(reading.question), scale)
    measures["expected_points"] = len(covered.points)
    measures["covered_points"] = len(covered.points) - len(covered.missing)
    scores = {
        "technical_accuracy": coverage_score(reading, covered),
        "communication_clarity": communication_clarity(reading),
        "relevance": relevance(reading, covered),
        "depth": depth(reading),
        "confidence": confidence(reading),
        "problem_solving": problem_solving(reading),
    }
    return Findings(
        scores,
        measures,
        versions,
        covered.missing,
        points=findings(reading, covered, RuleEvaluator.method),
        uncertainty=_uncertainty(scores["technical_accuracy"], reading, scale),
    )


def _uncertainty(covered: Score, reading: Reading, scale: HumanScale) -> dict[str, float]:
    """How far people's marks lie from coverage, and so from the overall score that follows it."""
    if covered.value is None or reading.pieces is None:
        return {}
    error = scale.error_of(covered.value)
    return {"technical_accuracy": error, "overall": error}


def _no_answer(reading: Reading) -> dict[str, Score] | None:
    """Scores of a short answer that gives none, or that asks back."""
    text = reading.text
    if declining.asks_back(text) or _means(reading, ASKED_BACK_TEXTS) >= declining.MEANT_BACK:
        back = insufficient("the candidate asked back instead of answering.")
        return dict.fromkeys(SCORED, back)
    gave_up = declining.declines(text, reading.question.text)
    if gave_up or declining.means_to_decline(text, _means(reading, DECLINED_TEXTS)):
        why = "The candidate said that they had no answer."
    elif _has_no_words(reading):
        why = "What was written makes no words."
    else:
        return None
    unknown = insufficient(why[0].lower() + why[1:])
    zero = reading.score(0, why, *reading.sentences[:1])
    counted = ("technical_accuracy", "relevance", "depth")
    return dict.fromkeys(SCORED, unknown) | dict.fromkeys(counted, zero)


def _means(reading: Reading, ways: Sequence[str]) -> float:
    """How near a short answer is to one of the ways to say something; 0 without vectors."""
    if reading.pieces is None or reading.word_count > declining.MAX_WORDS:
        return 0.0
    known = reading.encoded
    points = texts_of(expected_points(reading.question))
    expected = [known[text] for text in points if text in known]  # of some no plain word is left
    return declining.means(reading.pieces.vector, [known[way] for way in ways], expected)


def _has_no_words(reading: Reading) -> bool:
    expected = (text for point in expected_points(reading.question) for text in point.wordings)
    known = (reading.question.text, *expected)
    return reading.pieces is not None and declining.has_no_words(
        reading.text, len(reading.pieces), known
    )


def _measure_code(
    request: EvaluationRequest,
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
