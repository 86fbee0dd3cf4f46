"""Any model behind an OpenAI-compatible address (`VIVA_LLM_BASE_URL`): vLLM, Ollama, LM Studio, …

Answers are JSON by schema: `json_schema` is asked for first; a server that refuses it is asked for
`json_object`, then for plain text with the schema in the prompt, and the choice is remembered.
Whatever comes is checked against the schema here.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import openai
import structlog
from openai import AsyncOpenAI

from agents.llm.schema_check import InvalidOutput, parse_output
from interview.errors import Unavailable

FORMATS = ("json_schema", "json_object", "text")
MAX_WAIT_S = 20.0
_REFUSED = (400, 404, 415, 422, 501)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LlmSettings:
    """`attempts` counts requests for one answer; waits double from `backoff_s` with jitter."""

    base_url: str
    model: str
    api_key: str = ""
    timeout_s: float = 45.0
    connect_timeout_s: float = 10.0
    attempts: int = 3
    backoff_s: float = 1.0
    max_tokens: int = 1_500
    temperature: float = 0.2
    concurrency: int = 4


class OpenAiCompatibleModel:
    """The `LanguageModel` port over chat completions.

    At most `concurrency` requests are open; others wait for their turn, and their callers'
    number is bounded by the evaluations and follow-ups under way.
    """

    def __init__(
        self, settings: LlmSettings, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self.name = settings.model
        self._settings = settings
        self._sleep = sleep
        self._turns = asyncio.Semaphore(settings.concurrency)
        self._format = FORMATS[0]
        timeout = openai.Timeout(settings.timeout_s, connect=settings.connect_timeout_s)
        self._client = AsyncOpenAI(
            base_url=settings.base_url,
            api_key=settings.api_key or "none",
            timeout=timeout,
            max_retries=0,
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def complete(
        self, *, system: str, user: str, schema: Mapping[str, Any], schema_name: str
    ) -> dict[str, Any]:
        """An object that matches the schema.

        Raises:
            Unavailable: After `attempts` requests, or at once when the server refuses for good
                (`component="llm"`); the reason holds no content of the prompt or the answer.
        """
        why, answers = "no request was made", False
        for attempt in range(self._settings.attempts):
            answers = False
            try:
                async with self._turns:
                    text = await self._request(system, user, schema, schema_name)
                return parse_output(text, schema)
            except InvalidOutput as error:
                why, wait_s, answers = str(error), 0.0, True
            except openai.APIStatusError as error:
                if not _worth_retrying(error.status_code):
                    raise Unavailable("llm", f"the server answered {error.status_code}") from error
                why = f"the server answered {error.status_code}"
                wait_s = _retry_after(error) or self._backoff(attempt)
            except openai.APITimeoutError:
                why, wait_s = "no answer in time", self._backoff(attempt)
            except (openai.APIConnectionError, TimeoutError):
                why, wait_s = "the server cannot be reached", self._backoff(attempt)
            except openai.APIError as error:
                why, wait_s = f"{type(error).__name__}", self._backoff(attempt)
            log.warning("llm.attempt_failed", attempt=attempt + 1, why=why)
            if attempt + 1 < self._settings.attempts:
                await self._sleep(wait_s)
        raise Unavailable("llm", f"{why} ({self._settings.attempts} attempts)", answers=answers)

    async def _request(
        self, system: str, user: str, schema: Mapping[str, Any], schema_name: str
    ) -> str | None:
        """One answer; steps down through `FORMATS` when the server refuses the format."""
        while True:
            asked = self._format
            try:
                # The client's timeout restarts with each byte; this one does not.
                async with asyncio.timeout(self._settings.timeout_s):
                    return await self._send(system, user, schema, schema_name, asked)
            except openai.APIStatusError as error:
                if error.status_code not in _REFUSED or asked == FORMATS[-1]:
                    raise
                if not _about_format(error):
                    raise
                following = FORMATS[FORMATS.index(asked) + 1]
                if self._format == asked:
                    self._format = following
                    log.info("llm.format_refused", refused=asked, next=following)

    async def _send(
        self, system: str, user: str, schema: Mapping[str, Any], schema_name: str, asked: str
    ) -> str | None:
        if asked != "json_schema":
            system += "\n\nAnswer with one JSON object of this JSON Schema and nothing else:\n"
            system += json.dumps(schema)
        extra: dict[str, Any] = {}
        if asked == "json_schema":
            detail = {"name": schema_name, "schema": dict(schema)}
            extra["response_format"] = {"type": "json_schema", "json_schema": detail}
        elif asked == "json_object":
            extra["response_format"] = {"type": "json_object"}
        completion = await self._client.chat.completions.create(
            model=self._settings.model,
            messages=[
                {"role": "system", "content": system},
                {"role": "user", "content": user},
            ],
            temperature=self._settings.temperature,
            max_tokens=self._settings.max_tokens,
            **extra,
        )
        if not completion.choices:
            return None
        content: str | None = completion.choices[0].message.content
        return content

    def _backoff(self, attempt: int) -> float:
        jitter = random.uniform(0.75, 1.25)
        return min(MAX_WAIT_S, self._settings.backoff_s * 2.0**attempt * jitter)


def _worth_retrying(status: int) -> bool:
    return status in (408, 409, 425, 429) or status >= 500


def _about_format(error: openai.APIStatusError) -> bool:
    """Whether a refusal is about the format asked for, not the request as such."""
    said = str(error.body or error.message).casefold()
    return any(word in said for word in ("response_format", "json_schema", "json_object", "schema"))


def _retry_after(error: openai.APIStatusError) -> float | None:
    """The server's own wish in seconds, bounded."""
    try:
        wished = float(error.response.headers.get("retry-after", ""))
    except ValueError:
        return None
    return min(MAX_WAIT_S, max(0.0, wished))
