"""Whether a model's answer is what its schema says. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import jsonschema

_FENCED = re.compile(r"^\s*```(?:json)?\s*\n(.*?)\n?\s*```\s*$", re.DOTALL)


class InvalidOutput(ValueError):
    """Not JSON, or not as the schema says; the message names the place and no content."""


def parse_output(text: str | None, schema: Mapping[str, Any]) -> dict[str, Any]:
    """The object in `text`, checked. A Markdown fence around it is allowed, prose is not.

    Raises:
        InvalidOutput: Not JSON, not an object, or not as the schema says.
    """
    if not text or not text.strip():
        raise InvalidOutput("the answer is empty")
    fenced = _FENCED.match(text)
    try:
        value = json.loads(fenced.group(1) if fenced else text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidOutput("the answer is not JSON") from error
    if not isinstance(value, dict):
        raise InvalidOutput("the answer is not a JSON object")
    found = jsonschema.Draft202012Validator(dict(schema)).iter_errors(value)
    first = next(iter(found), None)
    if first is not None:
        place = "/".join(str(part) for part in first.absolute_path) or "the top"
        raise InvalidOutput(f"the answer breaks the schema at {place} ({first.validator})")
    return value


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
