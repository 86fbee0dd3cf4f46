"""What is wrong with what somebody sent, as one sentence's end: "questions: it is missing"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic_core import ErrorDetails

OTHERWISE = "it is not of the kind that belongs here"
_Ctx = Mapping[str, Any]

_SAID: dict[str, str | Callable[[_Ctx], str]] = {
    "missing": "it is missing",
    "extra_forbidden": "there is no such field",
    "json_invalid": "it is not JSON",
    "json_type": "it is not JSON",
    "string_type": "it must be text",
    "string_unicode": "it has characters that are none",
    "string_too_long": lambda ctx: f"it has at most {ctx['max_length']} characters",
    "string_too_short": lambda ctx: _at_least(ctx, "characters"),
    "string_pattern_mismatch": "it has characters that do not belong here",
    "int_type": "it must be a whole number",
    "int_parsing": "it must be a whole number",
    "int_parsing_size": "it is too large a number",
    "int_from_float": "it must be a whole number",
    "float_type": "it must be a number",
    "float_parsing": "it must be a number",
    "finite_number": "it must be a finite number",
    "bool_type": "it must be true or false",
    "bool_parsing": "it must be true or false",
    "greater_than": lambda ctx: f"it must be above {ctx['gt']:g}",
    "greater_than_equal": lambda ctx: f"it must be at least {ctx['ge']:g}",
    "less_than": lambda ctx: f"it must be below {ctx['lt']:g}",
    "less_than_equal": lambda ctx: f"it must be at most {ctx['le']:g}",
    "enum": lambda ctx: f"it must be {ctx['expected']}",
    "literal_error": lambda ctx: f"it must be {ctx['expected']}",
    "list_type": "it must be a list",
    "tuple_type": "it must be a list",
    "set_type": "it must be a list",
    "dict_type": "it must be an object",
    "model_type": "it must be an object",
    "model_attributes_type": "it must be an object",
    "union_tag_invalid": "there is no such type",
    "union_tag_not_found": "the type is missing",
    "too_long": lambda ctx: f"it has at most {ctx['max_length']} {_things(ctx)}",
    "too_short": lambda ctx: _at_least(ctx, _things(ctx)),
    "value_error": lambda ctx: str(ctx.get("error", OTHERWISE)),
}
_FAILED = "it failed inside"
_EXCEPTION = re.compile(
    r"\b(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Warning|Interrupt|Iteration|Exit)\b"
    r"(?:\([^)]*\)|:\s[^;)\n]*?(?=\.?(?:$|[;)\n])))?"
)
_VARIABLE = re.compile(r"`?\b[A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9]\b`?")
_PATH = re.compile(r"(?<![\w:/.])(?:/[\w.+@-]+){2,}/?")
_BRANCHES = frozenset({"int", "float", "str", "bool", "list", "tuple", "dict"})


def why(error: ErrorDetails) -> str:
    """The sentence's end; never the words of a library."""
    said = _SAID.get(error["type"], OTHERWISE)
    sentence = said if isinstance(said, str) else said(error.get("ctx", {}))
    return sentence.rstrip(".")


def place(error: ErrorDetails, otherwise: str) -> str:
    """The field, with a dot before each step down; `otherwise` when it is the whole."""
    steps = [part for part in error["loc"] if not _branch(part)]
    return ".".join(str(part) for part in steps) or otherwise


def first(errors: Sequence[ErrorDetails], otherwise: str = "body") -> tuple[str, str]:
    """Field and sentence of the first error."""
    return place(errors[0], otherwise), why(errors[0])


def public(reason: str) -> str:
    """A reason for people: without an exception's name and words, a variable or a file's path."""
    return _PATH.sub("a file", _VARIABLE.sub("a setting", _EXCEPTION.sub(_FAILED, reason)))


def _branch(part: int | str) -> bool:
    """Whether this names one of the types that a field may have, not a field."""
    return isinstance(part, str) and (part in _BRANCHES or "[" in part or "-" in part)


def _things(ctx: _Ctx) -> str:
    return "characters" if ctx.get("field_type") == "Value" else "entries"


def _at_least(ctx: _Ctx, things: str) -> str:
    least = ctx["min_length"]
    return "it must not be blank" if least == 1 else f"it must have at least {least} {things}"
