"""A language model with prepared answers; it keeps what it was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import jsonschema

from interview.errors import Unavailable

Reply = Callable[[str, str], dict[str, Any]]


class ScriptedModel:
    """Calls `reply(system, user)` and checks its answer against the schema, as a real one must."""

    def __init__(self, reply: Reply | None, name: str = "scripted") -> None:
        self.name = name
        self.asked: list[tuple[str, str]] = []
        self.schemas: list[Mapping[str, Any]] = []
        self._reply = reply

    async def complete(
        self, *, system: str, user: str, schema: Mapping[str, Any], schema_name: str
    ) -> dict[str, Any]:
        self.asked.append((system, user))
        self.schemas.append(schema)
        if self._reply is None:
            raise Unavailable("llm", "no answer in time")
        answer = self._reply(system, user)
        try:
            jsonschema.validate(answer, dict(schema))
        except jsonschema.ValidationError as error:
            raise Unavailable(
                "llm", f"{schema_name} does not match the schema", answers=True
            ) from error
        return answer
