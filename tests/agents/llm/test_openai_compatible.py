"""The model adapter against a real HTTP server with all its faults."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from agents.llm.openai_compatible import LlmSettings, OpenAiCompatibleModel
from agents.llm.schema_check import InvalidOutput, parse_output
from interview.errors import Unavailable
from tests.fakes.chat_server import Behaviour, ChatServer, drips, hangs, refuses, says

SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["score"],
    "properties": {"score": {"type": "number", "minimum": 0, "maximum": 10}},
}
GOOD = {"score": 7.5}


class Trial:
    """One request against behaviours; waits are noted, not waited."""

    def __init__(self, *behaviours: Behaviour, **settings: Any) -> None:
        self.server = ChatServer(*behaviours)
        self.waits: list[float] = []
        self._settings = settings

    async def run(self, times: int = 1) -> dict[str, Any]:
        async with self.server.running():
            settings = LlmSettings(
                base_url=self.server.base_url, model="m1", timeout_s=5, api_key="secret-key"
            )
            model = OpenAiCompatibleModel(replace(settings, **self._settings), sleep=self._sleep)
            try:
                for _ in range(times):
                    answer = await model.complete(
                        system="judge", user="words", schema=SCHEMA, schema_name="verdict"
                    )
                return answer
            finally:
                await model.aclose()

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)

    async def fails(self) -> Unavailable:
        with pytest.raises(Unavailable) as raised:
            await self.run()
        assert raised.value.component == "llm"
        assert "secret-key" not in str(raised.value)
        return raised.value


async def test_an_answer_by_schema() -> None:
    trial = Trial(says(GOOD))
    assert await trial.run() == GOOD
    body = trial.server.bodies[0]
    assert body["response_format"]["json_schema"]["schema"] == SCHEMA
    assert [m["role"] for m in body["messages"]] == ["system", "user"]
    assert body["max_tokens"] == 1_500
    assert trial.server.authorizations == ["Bearer secret-key"]


@pytest.mark.parametrize(
    "bad",
    [
        "I think 7",
        '{"score": 7',
        '{"score": 11}',
        '{"score": -1}',
        "{}",
        "[1]",
        "",
        None,
        '{"score": "7"}',
        '{"score": NaN}',
        '{"score": 7, "more": 1}',
        "[" * 5_000,
    ],
)
async def test_wrong_output_is_asked_again_then_given_up(bad: str | None) -> None:
    again = Trial(says(bad), says(GOOD))
    assert await again.run() == GOOD
    assert len(again.server.bodies) == 2
    never = Trial(says(bad))
    error = await never.fails()
    assert len(never.server.bodies) == 3
    assert "answer" in error.why and error.answers


@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_a_busy_server_is_retried_with_growing_waits(status: int) -> None:
    trial = Trial(refuses(status), refuses(status), says(GOOD))
    assert await trial.run() == GOOD
    assert 0.7 <= trial.waits[0] <= 1.3 and 1.5 <= trial.waits[1] <= 2.5
    assert len((error := Trial(refuses(status))).waits) == 0
    assert str(status) in (await error.fails()).why


async def test_the_servers_wish_to_wait_is_respected_within_bounds() -> None:
    trial = Trial(refuses(429, **{"Retry-After": "7"}), says(GOOD))
    await trial.run()
    assert trial.waits == [7]
    greedy = Trial(refuses(429, **{"Retry-After": "86400"}), says(GOOD))
    await greedy.run()
    assert greedy.waits == [20]


@pytest.mark.parametrize("status", [400, 401, 403, 404])
async def test_a_refusal_for_good_is_not_retried(status: int) -> None:
    trial = Trial(refuses(status))
    assert str(status) in (await trial.fails()).why
    assert len(trial.server.bodies) == 1


async def test_formats_are_stepped_down_and_remembered() -> None:
    trial = Trial(
        refuses(400, "response_format json_schema is not supported"),
        refuses(422, "unknown field response_format"),
        says('```json\n{"score": 3}\n```'),
    )
    assert await trial.run(times=2) == {"score": 3}
    formats = [body.get("response_format", {}).get("type") for body in trial.server.bodies]
    assert formats == ["json_schema", "json_object", None, None]
    assert '"maximum": 10' in trial.server.bodies[2]["messages"][0]["content"]


@pytest.mark.parametrize("behaviour", [hangs, drips])
async def test_a_server_that_hangs_is_left_in_time(behaviour: Any) -> None:
    async with asyncio.timeout(20):  # it would hang for 30 s
        error = await Trial(behaviour(), timeout_s=0.2, attempts=2).fails()
    assert error.why


async def test_nobody_there_is_unavailable() -> None:
    model = OpenAiCompatibleModel(
        LlmSettings(base_url="http://127.0.0.1:9/v1", model="m", attempts=1, connect_timeout_s=1)
    )
    with pytest.raises(Unavailable, match="cannot be reached") as raised:
        await model.complete(system="", user="", schema=SCHEMA, schema_name="x")
    assert not raised.value.answers
    await model.aclose()


async def test_open_requests_are_bounded() -> None:
    open_now = most = 0

    async def slow(request: Any, body: dict[str, Any]) -> Any:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        await asyncio.sleep(0.02)
        open_now -= 1
        return await says(GOOD)(request, body)

    server = ChatServer(slow)
    async with server.running():
        model = OpenAiCompatibleModel(
            LlmSettings(base_url=server.base_url, model="m", concurrency=2)
        )
        await asyncio.gather(
            *(model.complete(system="", user="", schema=SCHEMA, schema_name="x") for _ in range(8))
        )
        await model.aclose()
    assert most == 2


def test_an_error_names_the_place_and_no_content() -> None:
    with pytest.raises(InvalidOutput) as raised:
        parse_output('{"score": 99999}', SCHEMA)
    assert "score" in str(raised.value) and "99999" not in str(raised.value)
