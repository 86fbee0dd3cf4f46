"""Evaluation by a language model that is held to quotes of the answer.

The answer is data between random fences, the output has a schema, every quote must stand in the
answer word for word, and the overall score is recomputed. Words of the answer that address the
evaluation are cut out before the model sees them. A score far from what the rules measured by
meaning becomes null and is left to a person.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from agents.evaluation.coverage import NO_POINTS
from agents.evaluation.injection import is_attempt, lines_without_attempts
from agents.evaluation.passages import exact_stretch, quote_of, sentences
from agents.evaluation.points import expected_points
from agents.evaluation.prompts import (
    PROMPT_VERSION,
    SCORED,
    closed_list,
    schema_for,
    system_prompt,
    user_prompt,
)
from agents.evaluation.reading import insufficient
from agents.evaluation.rules import NOT_CODING, RuleEvaluator, code_of
from agents.evaluation.verdict import Findings, failed, finished, not_scored
from agents.evaluation.weights import weights_for
from interview.errors import Unavailable
from interview.nouns import (
    Evaluation,
    EvidenceQuote,
    PointFinding,
    PointStatus,
    QuestionKind,
    Score,
)
from interview.ports.analysis import EvaluationRequest, LanguageModel

LOW_BY_RULES = 2.0
HIGH_BY_MODEL = 7.0
MASK = "\x00"
MIN_REASON_WORDS = 2
_WORD = re.compile(r"[^\W\d_]{2,}")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A model's reply, and its scores as far as their quotes are true."""

    reply: Mapping[str, Any]
    scores: Mapping[str, Score]

    @property
    def dropped(self) -> int:
        """Scores that were thrown away because their quotes are not."""
        return sum(s.value is None and s.reason.startswith("Dropped") for s in self.scores.values())


class LlmEvaluator:
    """Scores proposed by a model, accepted only with evidence."""

    def __init__(self, model: LanguageModel, rules: RuleEvaluator) -> None:
        self._model = model
        self._rules = rules
        self.method = f"llm:{model.name}"

    async def evaluate(self, request: EvaluationRequest) -> Evaluation:
        """The evaluation; `failed` with the reason when the model does not answer properly."""
        if (blank := not_scored(request, self.method)) is not None:
            return blank
        measured = await self._rules.measure(request)
        versions = {**measured.versions, "model": self._model.name, "prompt": PROMPT_VERSION}
        source = Source(request)
        if not source.usable:
            return finished(request, self.method, measured)
        try:
            proposal = await self._ask(request, source)
        except Unavailable as error:
            log.warning("evaluation.model_unavailable", why=error.why)
            return failed(
                request,
                self.method,
                f"The language model gave no usable evaluation: {error.why}",
                measures=measured.measures,
                versions=versions,
            )
        reply, scores = proposal.reply, dict(proposal.scores)
        disputed = [name for name in scores if _disputed(scores[name], measured.scores[name])]
        scores |= {name: _dispute(scores[name], measured.scores[name]) for name in disputed}
        measures = {**measured.measures, "disputed": len(disputed), "dropped": proposal.dropped}
        if request.question.kind is QuestionKind.TEXT and not expected_points(request.question):
            scores["technical_accuracy"] = insufficient(NO_POINTS)
        return finished(
            request,
            self.method,
            Findings(
                scores=scores,
                measures=measures,
                versions=versions,
                missing=measured.missing,
                points=self._points(reply.get("points", ()), measured.points, source),
                strengths=tuple(reply["strengths"]),
                weaknesses=tuple(reply["weaknesses"]),
                feedback=str(reply["feedback"]),
                follow_up=reply["follow_up_suggestion"],
            ),
        )

    def _points(
        self,
        proposed: Sequence[Mapping[str, Any]],
        by_rules: tuple[PointFinding, ...],
        source: Source,
    ) -> tuple[PointFinding, ...]:
        """The rules' points with what the model says of them, where its quote stands."""
        found = list(by_rules)
        for item in proposed:
            place = int(item["number"]) - 1
            if not 0 <= place < len(found):
                continue
            status = PointStatus(item["status"])
            quote = source.find(item["quote"] or "")
            if status is not PointStatus.NOT_FOUND and quote is None:
                continue  # said without a true quote: the rules' finding stands
            evidence = () if quote is None or status is PointStatus.NOT_FOUND else (quote,)
            changes = {"status": status, "evidence": evidence, "method": self.method}
            found[place] = found[place].model_copy(update=changes)
        return tuple(found)

    async def _ask(self, request: EvaluationRequest, source: Source) -> Proposal:
        """Ask; where the reply is of no use or misquotes, once more with a list to choose from.

        A second reply that does not come or is worse changes nothing.
        """
        choices = closed_list(source.stretches)
        try:
            first = await self._once(request, source, None)
        except Unavailable as error:
            if choices is None or not error.answers:
                raise
            return await self._once(request, source, choices)
        if first.dropped <= len(weights_for(request.question.kind)) // 2:
            return first
        try:
            second = await self._once(request, source, choices)
        except Unavailable as error:
            log.warning("evaluation.second_reply_unavailable", why=error.why)
            return first
        return min(second, first, key=lambda proposal: proposal.dropped)

    async def _once(
        self, request: EvaluationRequest, source: Source, choices: Sequence[str] | None
    ) -> Proposal:
        """One reply, with its scores as far as their quotes are true."""
        kind = request.question.kind
        reply = await self._model.complete(
            system=system_prompt(kind),
            user=user_prompt(request, source.shown, source.code_shown, secrets.token_hex(8)),
            schema=schema_for(len(expected_points(request.question)), choices),
            schema_name="evaluation",
        )
        scores = {name: source.accept(reply["scores"][name]) for name in SCORED}
        if kind is QuestionKind.CODING:
            scores |= {name: insufficient(NOT_CODING) for name in ("relevance", "confidence")}
        return Proposal(reply, scores)


class Source:
    """The answer as the model may see and quote it."""

    def __init__(self, request: EvaluationRequest) -> None:
        self._request = request
        self._text = _masked(request.content)
        self._code = None
        self.code_shown: str | None = None
        if request.question.kind is QuestionKind.CODING and (code := code_of(request)):
            self.code_shown = self._code = lines_without_attempts(code)[0]
        self.shown = " ".join(self._text.replace(MASK, " ").split())

    @property
    def usable(self) -> bool:
        """Whether anything is left that answers the question."""
        if self._request.question.kind is QuestionKind.CODING:
            return bool((self._code or "").strip())
        return bool(self.shown)

    @property
    def stretches(self) -> list[str]:
        """What can be quoted: the lines of code, or the sentences."""
        if self._code is not None:
            found = [line.strip() for line in self._code.splitlines()]
        else:
            found = [sentence.text for sentence in sentences(self._text.replace(MASK, " "))]
        return [stretch for stretch in found if self.find(stretch) is not None]

    def accept(self, proposed: Mapping[str, Any]) -> Score:
        """The proposed score with its true quotes, or null."""
        reason = str(proposed["reason"]).strip()[:600]
        said = len(_WORD.findall(reason)) >= MIN_REASON_WORDS
        if proposed["value"] is None:
            return Score(value=None, reason=reason if said else "No reason was given.")
        if not said:
            return Score(value=None, reason="Dropped: no reason was given in words.")
        quotes = [self.find(str(quote)) for quote in proposed["quotes"]]
        true = tuple(dict.fromkeys(quote for quote in quotes if quote is not None))
        if not true:
            return Score(
                value=None,
                reason="Dropped: the quote given for this score does not stand in the answer.",
            )
        return Score(value=round(float(proposed["value"]), 1), reason=reason, evidence=true)

    def find(self, quote: str) -> EvidenceQuote | None:
        """The quote as it stands in the answer; None when it does not."""
        if is_attempt(quote) or MASK in quote:
            return None
        if self._code is not None:
            stretch = exact_stretch(quote, self._code)
            return None if stretch is None else EvidenceQuote(quote=stretch)
        stretch = exact_stretch(quote, self._text)
        if stretch is None:
            return None
        start = self._text.find(stretch)
        return quote_of(stretch, start, self._request.content, self._request.words)


def _masked(content: str) -> str:
    """The content, same length, with sentences that address the evaluation blotted out."""
    masked = content
    for sentence in sentences(content):
        if is_attempt(sentence.text):
            end = sentence.start + len(sentence.text)
            masked = masked[: sentence.start] + MASK * len(sentence.text) + masked[end:]
    return masked


def _disputed(proposed: Score, measured: Score) -> bool:
    """High by the model where the rules measured next to nothing."""
    if proposed.value is None or measured.value is None:
        return False
    return proposed.value >= HIGH_BY_MODEL and measured.value <= LOW_BY_RULES


def _dispute(proposed: Score, measured: Score) -> Score:
    return Score(
        value=None,
        reason=f"Disputed: the model proposed {proposed.value:g}, the rules measured "
        f"{measured.value:g} ({measured.reason}) A person should read this answer.",
    )
