"""OpenAPI 3.1 made from the route table: what is declared is what is documented."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema
from pydantic_core import core_schema

from server.edge.auth.principals import Allow
from server.edge.errors import ErrorEnvelope
from server.edge.examples import example_of, reply_of
from server.edge.idempotency import HEADER, takes_key
from server.edge.routes import VARIABLE, Route
from server.version import VERSION

REF = "#/components/schemas/{model}"
SCHEMES: dict[str, dict[str, str]] = {
    "staff": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "candidate": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "service": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "signed": {"type": "apiKey", "in": "query", "name": "sig"},
    "ticket": {"type": "apiKey", "in": "query", "name": "ticket"},
}
DESCRIPTIONS = {
    "staff": "The access token of `POST /api/v1/auth/login`.",
    "candidate": "The token of a candidate's link; it opens one session.",
    "service": "The service key (`VIVA_SERVICE_KEY`); as a bearer token it is taken too.",
    "signed": "A signed address: `exp` and `sig` come with it.",
    "ticket": "A one-use ticket, valid for 30 seconds.",
}


# Several values of one parameter are separated by commas.
SEVERAL = {"style": "form", "explode": False}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": (
        "The `ETag` of what was read: 412 when somebody has changed it since. Without it, or "
        "with `*`, whatever stands is replaced."
    ),
    "schema": {"type": "string", "pattern": r'^(\*|(W/)?"r[0-9]{1,12}")$'},
    "example": "*",
}
IDEMPOTENCY_KEY = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": (
        "Sent again with the same key and the same request, what was asked for is done once and "
        "answered alike, for 24 hours."
    ),
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "example": "5f0c7a3e-order-17",
}


def document(routes: Sequence[Route], server_url: str) -> dict[str, Any]:
    """The whole document."""
    shown = [route for route in routes if not route.hidden and route.kind != "page"]
    schemas, refs = _schemas(shown)
    paths: dict[str, dict[str, Any]] = {}
    named: set[str] = set()
    for route in shown:
        operation = _operation(route, refs)
        operation["operationId"] = _unique(operation["operationId"], named)
        paths.setdefault(route.canonical, {})[route.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Vivavoce",
            "version": VERSION,
            "summary": "Live spoken interviews in the browser.",
        },
        "servers": [{"url": server_url}],
        "tags": _tags(shown),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": _failures(paths, refs),
            "securitySchemes": {
                name: scheme | {"description": DESCRIPTIONS[name]}
                for name, scheme in SCHEMES.items()
            },
        },
    }


def _tags(routes: Iterable[Route]) -> list[dict[str, str]]:
    """The groups, each with the first words of its module."""
    modules = {route.tag: inspect.getmodule(route.handler) for route in routes}
    return [
        {"name": tag, "description": _first(module.__doc__ if module else None)}
        for tag, module in modules.items()
    ]


def _first(words: str | None) -> str:
    """The first paragraph, on one line."""
    return " ".join(inspect.cleandoc(words or "").partition("\n\n")[0].split())


# Malformed headers and encoded bodies are refused at every address.
ALWAYS = (400, 415, 500)
FAILURE = "#/components/responses/"


class Described(GenerateJsonSchema):
    """JSON Schema as pydantic makes it, but a reply has all its fields: defaults are sent, too."""

    def field_is_required(
        self,
        field: core_schema.ModelField | core_schema.DataclassField | core_schema.TypedDictField,
        total: bool,
    ) -> bool:
        """Whether clients may rely on (or must send) the field."""
        if self.mode == "serialization" and field["type"] != "typed-dict-field":
            return field.get("serialization_exclude_if") is None
        return super().field_is_required(field, total)


def _unique(name: str, named: set[str]) -> str:
    """A handler that serves several addresses gets a number behind its name."""
    number, chosen = 1, name
    while chosen in named:
        number += 1
        chosen = f"{name}_{number}"
    named.add(chosen)
    return chosen


def _schemas(routes: Iterable[Route]) -> tuple[dict[str, Any], dict[Any, Any]]:
    """All models' schemas by name, and each model's reference for each direction."""
    wanted: list[tuple[type[BaseModel], Any]] = [(ErrorEnvelope, "validation")]
    for route in routes:
        if route.request is not None:
            wanted.append((route.request, "validation"))
        if route.response is not None:
            wanted.append((route.response, "serialization"))
    refs, definitions = models_json_schema(
        wanted, by_alias=True, ref_template=REF, schema_generator=Described
    )
    return definitions.get("$defs", {}), refs


def _operation(route: Route, refs: dict[Any, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "tags": [route.tag],
        "operationId": f"{route.tag}_{route.handler.__name__}",
        "summary": route.summary,
        "parameters": [
            *_path_parameters(route),
            *_query_parameters(route),
            *([IDEMPOTENCY_KEY] if takes_key(route) else []),
            *([IF_MATCH] if route.replaces else []),
        ],
        "responses": _responses(route, refs),
        "security": [{name: []} for name in SCHEMES if Allow(name) in route.allow],
    }
    operation["description"] = " ".join(
        filter(None, (_first(route.handler.__doc__), route.description))
    )
    body = _request_body(route, refs)
    if body is not None:
        operation["requestBody"] = body
    return operation


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in VARIABLE.findall(route.path)
    ]


def _query_parameters(route: Route) -> list[dict[str, Any]]:
    if route.query is None:
        return []
    schema = route.query.model_json_schema()
    definitions, required = schema.get("$defs", {}), schema.get("required", [])
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "schema": _inlined(part, definitions),
        }
        | (SEVERAL if part.get("type") == "array" else {})
        for name, part in schema.get("properties", {}).items()
    ]


def _inlined(part: Any, definitions: dict[str, Any]) -> Any:
    """A schema without references: a parameter's stands for itself."""
    if isinstance(part, list):
        return [_inlined(item, definitions) for item in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        return _inlined(definitions[part["$ref"].rpartition("/")[2]], definitions)
    return {key: _inlined(value, definitions) for key, value in part.items()}


def _request_body(route: Route, refs: dict[Any, Any]) -> dict[str, Any] | None:
    if route.request is not None:
        schema = refs[(route.request, "validation")]
        required = any(f.is_required() for f in route.request.model_fields.values())
        return {
            "required": required,
            "content": {
                mime: {"schema": schema, "example": example_of(route.request)}
                for mime in route.consumes
            },
        }
    if route.method in ("POST", "PUT", "PATCH") and route.consumes != ("application/json",):
        return {"required": True, "content": {mime: {"schema": {}} for mime in route.consumes}}
    return None


def _responses(route: Route, refs: dict[Any, Any]) -> dict[str, Any]:
    responses: dict[str, Any] = {str(route.status): _success(route, refs)}
    if route.kind == "websocket":
        responses = {"101": {"description": "The socket is open."}}
    closed = Allow.PUBLIC not in route.allow and Allow.TICKET not in route.allow
    statuses = {*route.statuses, *ALWAYS, *((401, 403) if closed else ())}
    if route.rate_class is not None:
        statuses |= {429, 503}
    if route.replaces:
        statuses.add(412)
    if takes_key(route):
        statuses.add(409)
    if route.request is not None or route.method in ("POST", "PUT", "PATCH"):
        statuses |= {408, 413}
    for status in sorted(statuses):
        if status < HTTPStatus.BAD_REQUEST:
            described = {"description": HTTPStatus(status).phrase}
            responses[str(status)] = described | _content(route, refs, status)
        else:
            responses[str(status)] = {"$ref": FAILURE + _failure(status)}
    return responses


def _failure(status: int) -> str:
    """The name of an error status: `NotFound`."""
    return "".join(word for word in re.split(r"[^A-Za-z]", HTTPStatus(status).phrase))


def _failures(paths: dict[str, dict[str, Any]], refs: dict[Any, Any]) -> dict[str, Any]:
    """Each error status that an operation names, once: all have the same body."""
    schema = {"schema": refs[(ErrorEnvelope, "validation")]}
    statuses = {
        int(status)
        for methods in paths.values()
        for operation in methods.values()
        for status, response in operation["responses"].items()
        if "$ref" in response
    }
    return {
        _failure(status): {
            "description": HTTPStatus(status).phrase,
            "content": {"application/json": schema | reply_of("errors", status)},
        }
        for status in sorted(statuses)
    }


def _success(route: Route, refs: dict[Any, Any]) -> dict[str, Any]:
    described = {"description": HTTPStatus(route.status).phrase}
    return described | _content(route, refs, route.status)


def _content(route: Route, refs: dict[Any, Any], status: int) -> dict[str, Any]:
    if route.response is not None:
        shown = reply_of(f"{route.method} {route.canonical}", status)
        schema = refs[(route.response, "serialization")]
        return {"content": {route.produces: {"schema": schema} | shown}}
    if route.status == HTTPStatus.NO_CONTENT:
        return {}
    return {"content": {route.produces: {"schema": {"type": "string"}}}}
