"""Every text field that a request may have is cleaned, or is none that a person types."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import Annotated, Any, get_args, get_origin

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic.functional_validators import AfterValidator, BeforeValidator

import server.api
from server.edge.routes import Payload
from server.live.messages import ClientFrame
from server.platform.deciding.rules import JudgingRules

# What programs make, what is compared with something that exists, and secrets.
NOT_TYPED = {
    "id", "gap_id", "pcm", "fields", "candidate", "sdp", "sdp_mid", "prompt_id", "text_version",
    "consent_text_version", "event", "ids", "share", "token", "interview_token", "about",
    "password", "current_password", "new_password", "refresh_token", "session_id",
    "question_id", "part_id", "note_id", "job_id",
    "company_logo", "image_data", "scopes", "url", "username",
}  # fmt: skip
# Read and not kept, or read part by part with a cleaning for each.
BY_ITSELF = {("ImpactBody", "column"), ("PeopleBody", "text")}


def payloads(package: ModuleType) -> list[type[BaseModel]]:
    """All bodies, queries and frames, with what is inside them."""
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
    roots: list[type[BaseModel]] = [JudgingRules, *below(Payload), *below(ClientFrame)]
    waiting = [model for model in roots if not model.__name__.endswith("Reply")]
    found: list[type[BaseModel]] = []
    while waiting:
        model = waiting.pop()
        if model not in found:
            found.append(model)
            waiting += [kind for _, kind, _ in parts(model) if issubclass(kind, BaseModel)]
    return found


def below(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for child in model.__subclasses__():
        yield child
        yield from below(child)


def parts(model: type[BaseModel]) -> Iterator[tuple[str, type, list[Any]]]:
    """Name, plain type and what is said about it, for each type that a field may have."""
    for name, field in model.model_fields.items():
        for kind, said in plain(field.annotation, list(field.metadata)):
            if inspect.isclass(kind):
                yield name, kind, said


def plain(kind: Any, said: list[Any]) -> Iterator[tuple[Any, list[Any]]]:
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Annotated:
        yield from plain(inside[0], said + list(inside[1:]))
    elif origin is None:
        yield kind, said
    else:
        for each in inside:
            yield from plain(each, said)


def cleaned(said: list[Any]) -> bool:
    """Cleaned, checked against a closed list, or kept to a pattern of plain characters."""
    inner = [each for one in said if isinstance(one, FieldInfo) for each in one.metadata]
    if any(isinstance(one, BeforeValidator | AfterValidator) for one in said):
        return True
    patterns = [pattern for one in [*said, *inner] if (pattern := getattr(one, "pattern", None))]
    return any(pattern.startswith("^") and pattern.endswith("$") for pattern in patterns)


@pytest.mark.parametrize("model", payloads(server.api), ids=lambda model: model.__name__)
def test_what_people_type_is_cleaned(model: type[BaseModel]) -> None:
    checked = {
        name
        for decorator in model.__pydantic_decorators__.field_validators.values()
        for name in decorator.info.fields
    }
    for name, kind, said in parts(model):
        if kind is not str or name in NOT_TYPED | checked or (model.__name__, name) in BY_ITSELF:
            continue
        assert cleaned(said), f"{model.__name__}.{name} is stored as it is sent"
