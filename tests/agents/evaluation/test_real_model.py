"""Evaluation by a real, very small language model: its scores are not the point (row 45).

Everything between the product and an OpenAI-compatible server is real: the schema is enforced by
llama.cpp's grammar, and what the model makes of it is accepted only with quotes that are true.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from agents.evaluation.model_evaluator import LlmEvaluator
from agents.evaluation.prompts import PROMPT_VERSION
from agents.evaluation.rules import RuleEvaluator
from agents.llm.openai_compatible import LlmSettings, OpenAiCompatibleModel
from interview.errors import Unavailable
from interview.nouns import EvaluationStatus
from tests.agents.evaluation.test_rules import GOOD, OUTAGE_WITH_POINTS, request
from tests.fakes.embedder import WordBagEmbedder
from tests.servers.llama_server import running
from tests.servers.mongo_server import NotBuilt

pytestmark = [pytest.mark.models, pytest.mark.timeout(240)]
SMALL = {
    "type": "object",
    "additionalProperties": False,
    "required": ["band", "quotes"],
    "properties": {
        "band": {"type": "string", "enum": ["none", "some", "clear"]},
        "quotes": {"type": "array", "maxItems": 2, "items": {"type": "string", "maxLength": 60}},
    },
}


class InTurn:
    """One model after the other, as asked: the same server with less and with more room."""

    def __init__(self, models: Sequence[OpenAiCompatibleModel]) -> None:
        self.name = models[0].name
        self._models = iter(models)

    async def complete(
        self, *, system: str, user: str, schema: Mapping[str, Any], schema_name: str
    ) -> dict[str, Any]:
        return await next(self._models).complete(
            system=system, user=user, schema=schema, schema_name=schema_name
        )


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of the OpenAI protocol with a real model."""
    try:
        with running(tmp_path_factory.mktemp("llama") / "log") as found:
            yield found
    except NotBuilt as error:
        pytest.skip(str(error))


def model_at(address: str, **changes: float) -> OpenAiCompatibleModel:
    settings = LlmSettings(address, "smollm2-135m", **({"timeout_s": 120} | changes))  # type: ignore[arg-type]
    return OpenAiCompatibleModel(settings)


async def test_the_schema_is_kept_by_a_real_model(address: str) -> None:
    model = model_at(address, max_tokens=120)
    found = await model.complete(
        system="You judge answers. Reply in JSON.",
        user="The answer: a stack gives back first what came last.",
        schema=SMALL,
        schema_name="judgement",
    )
    await model.aclose()
    assert found["band"] in ("none", "some", "clear")
    assert all(len(quote) <= 60 for quote in found["quotes"])


async def test_an_answer_that_is_cut_off_is_no_answer(address: str) -> None:
    model = model_at(address, max_tokens=8, attempts=1)
    with pytest.raises(Unavailable) as raised:
        await model.complete(system="Reply.", user="Judge.", schema=SMALL, schema_name="judgement")
    assert raised.value.answers
    await model.aclose()


async def test_even_the_smallest_model_ends_in_an_evaluation_with_true_quotes(address: str) -> None:
    """Its first reply is cut off or misquotes; the second can only choose from the answer."""
    models = [model_at(address, max_tokens=room, attempts=1, temperature=0) for room in (8, 1500)]
    evaluator = LlmEvaluator(InTurn(models), RuleEvaluator(WordBagEmbedder()))
    asked = request(GOOD, OUTAGE_WITH_POINTS)
    found = await evaluator.evaluate(asked)
    for model in models:
        await model.aclose()
    assert found.status is EvaluationStatus.DONE, found.failure
    assert found.method == "llm:smollm2-135m"
    assert found.versions["prompt"] == PROMPT_VERSION
    for score in found.scores.values():
        assert score.reason
        assert score.value is None or score.evidence
        assert all(quote.quote in asked.content for quote in score.evidence)
    quoted = [quote for score in found.scores.values() for quote in score.evidence]
    assert quoted or found.measures["dropped"]
