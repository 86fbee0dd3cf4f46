"""The description is valid, complete, and made of what the routes declare."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from server.app import all_routes
from server.edge.errors import ErrorEnvelope
from server.edge.examples import REPLIES
from server.edge.openapi import document
from server.edge.pages import documentation
from server.edge.routes import PUBLIC, Reply, Route
from tests.server.doors import Edge, running

ROUTES = all_routes()
DOCUMENT = document(ROUTES, "http://127.0.0.1:8080")


@pytest.fixture
async def edge(tmp_path: Path) -> AsyncIterator[Edge]:
    async with running(tmp_path) as started:
        yield started


def test_document_is_valid_openapi_3_1() -> None:
    assert DOCUMENT["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors()) == []


def test_every_route_is_described_with_who_may_call_it() -> None:
    for route in ROUTES:
        if route.hidden or route.kind == "page":
            continue
        operation = DOCUMENT["paths"][route.canonical][route.method.lower()]
        named = {next(iter(entry)) for entry in operation["security"]}
        assert named == {kind.value for kind in route.allow} - {"public"}
        assert operation["summary"]
        if route.request is not None:
            assert "requestBody" in operation


def test_operation_ids_differ() -> None:
    ids = [op["operationId"] for path in DOCUMENT["paths"].values() for op in path.values()]
    assert len(ids) == len(set(ids))


# Why an answer has no example. One that was added since the last recording may wait for the next.
WITHOUT_EXAMPLE = {
    "GET /openapi.json": "it is this document",
    "GET /api/interview/export/{session_id}": "a file, of the kind that `format` asks for",
}


def test_every_reply_has_an_example_that_fits_or_says_why_not() -> None:
    """A tenth may be behind the last recording (`tests/server/recorded.py`); they are printed."""
    from jsonschema import Draft202012Validator

    shown, behind = 0, []
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            name = f"{method.upper()} {path}"
            for status, response in operation["responses"].items():
                content = response.get("content", {}).get("application/json")
                if not status.startswith("2") or content is None or name in WITHOUT_EXAMPLE:
                    continue
                shown += 1
                if "example" not in content:
                    behind.append(f"{name} has none")
                    continue
                schema = content["schema"] | {"components": DOCUMENT["components"]}
                faults = Draft202012Validator(schema).iter_errors(content["example"])
                behind += [f"{name}: {error.message}" for error in list(faults)[:1]]
    print("\n".join(behind))
    assert shown > 180 and len(behind) <= shown // 10, behind


def test_what_was_recorded_is_of_no_machine_and_opens_nothing() -> None:
    text = REPLIES.read_text()
    secrets = (r"eyJ[\w-]+\.", r"viva_(?!the-secret)[\w-]{20}", r"whsec_(?!c2Vj)")
    for secret in (*secrets, r"127\.0\.0\.1", r"/tmp/", r"localhost:"):
        assert re.findall(secret, text) == [], secret


def test_failures_have_one_shape_and_an_example() -> None:
    failures = DOCUMENT["components"]["responses"]
    for name, failure in failures.items():
        content = failure["content"]["application/json"]
        assert content["schema"]["$ref"].endswith("/ErrorEnvelope"), name
        if "example" in content:
            ErrorEnvelope.model_validate(content["example"])
    contents = {name: one["content"]["application/json"] for name, one in failures.items()}
    shown = {name for name, content in contents.items() if "example" in content}
    assert {"BadRequest", "Unauthorized", "Forbidden", "NotFound", "Conflict"} <= shown
    assert "field" in failures["BadRequest"]["content"]["application/json"]["example"]


def test_groups_and_operations_say_what_they_are_for() -> None:
    assert all(tag["description"] for tag in DOCUMENT["tags"])
    for methods in DOCUMENT["paths"].values():
        for operation in methods.values():
            assert operation["description"], operation["operationId"]


def test_create_is_described_field_by_field() -> None:
    schema = DOCUMENT["components"]["schemas"]["CreateBody"]
    assert {"name", "email"} == set(schema["required"])
    timer = schema["properties"]["text_question_timer"]["anyOf"][0]
    assert (timer["exclusiveMinimum"], timer["maximum"]) == (0, 3600)
    item = DOCUMENT["components"]["schemas"]["SessionItem"]
    assert "_id" in item["properties"]


async def test_answers_fit_their_description(edge: Edge) -> None:
    """What is really sent validates against the described schema."""
    from jsonschema import Draft202012Validator

    created = await edge.create()
    session_id = created["session_id"]
    base = "/api/parallel_interview"
    answers = {
        "CreateReply": created,
        "SessionList": await edge.get(f"{base}/sessions"),
        "DetailsReply": await edge.get(f"{base}/session/{session_id}"),
        "StartReply": await edge.post(f"{base}/session/{session_id}/start"),
        "EndReply": await edge.post(f"{base}/session/{session_id}/end"),
        "CountersReply": await edge.get(f"{base}/stats"),
        "StatsReply": await edge.get("/stats"),
        "ReportList": await edge.get("/api/reports"),
        "Ready": await edge.get("/readyz"),
        "ErrorEnvelope": await edge.get("/api/reports/unknown", status=404),
    }
    for name, answer in answers.items():
        schema = {"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]}
        faults = [error.message for error in Draft202012Validator(schema).iter_errors(answer)]
        assert faults == [], name


async def test_document_and_page_are_served_and_load_nothing_from_elsewhere(edge: Edge) -> None:
    served = await (await edge.client.get("/openapi.json")).json()
    assert served == json.loads(json.dumps(DOCUMENT))
    page = await (await edge.client.get("/docs")).text()
    assert "/api/parallel_interview/create" in page
    assert re.findall(r"(?:src|href)=['\"](?:https?:)?//", page) == []
    assert "<script" not in page and "style=" not in page
    style = await edge.client.get("/docs/docs.css")
    assert style.content_type == "text/css" and "url(" not in await style.text()


class Tags(HTMLParser):
    """Collects every element that a page has."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)


def test_page_escapes_what_it_shows() -> None:
    class Evil(Reply):
        """<script>alert(1)</script>"""

        field: str = '"><img src=x onerror=alert(1)>'

    async def handler(request: object) -> object:
        raise AssertionError

    route = Route(
        method="GET",
        path="/evil/{x}",
        handler=handler,  # type: ignore[arg-type]
        allow=PUBLIC,
        summary="<script>alert(2)</script>",
        description="<img src=x>",
        response=Evil,
    )
    parser = Tags()
    parser.feed(documentation(document([route], "http://x")))
    assert "script" not in parser.found and "img" not in parser.found
