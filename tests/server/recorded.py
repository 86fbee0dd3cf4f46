"""Answers for the OpenAPI document, taken from the tests of the interface.

    VIVA_RECORD=FOLDER python -m pytest tests/server    # each process writes down what it saw
    python -m tests.server.recorded FOLDER              # the fullest: server/edge/replies.json

What is of one run only (secrets, addresses) is replaced, lists are cut to two entries.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aiohttp import web

from server.app import all_routes
from server.edge.examples import REPLIES
from server.edge.openapi import document

FOLDER = "VIVA_RECORD"
MAX_CHARS = 6_000
ENTRIES, MAP_ENTRIES = 2, 12
SAID = [  # of one run; and what stands there instead
    (re.compile(r"https?://(?:127\.0\.0\.1|localhost)(?::\d+)?"), "https://interviews.example.com"),
    (re.compile(r"127\.0\.0\.1(?::\d+)?"), "interviews.example.com"),
    (re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+"), "header.claims.signature"),
    (re.compile(r"viva_[\w-]{20,}"), "viva_the-secret-of-the-key"),
    (re.compile(r"whsec_[\w+/=-]{20,}"), "whsec_c2VjcmV0LW9mLXRoZS13ZWJob29r"),
    (re.compile(r"sig=[\w-]+"), "sig=signature"),
    (re.compile(r"/tmp/[^\s\"]+"), "/var/lib/vivavoce"),
]
STRANGE = re.compile(r"<(script|img|b\b)|[\x00-\x08]|evil|\.\./|xxx|[^\x00-\u024f\u2010-\u2026]")


async def keep(request: web.Request, response: web.StreamResponse) -> None:
    """Write down an answer in JSON (a hook of the application)."""
    resource = request.match_info.route.resource
    body = response.body if isinstance(response, web.Response) else None
    if resource is None or not isinstance(body, bytes) or "json" not in response.content_type:
        return
    line = [request.method, resource.canonical, response.status, json.loads(body)]
    with (Path(os.environ[FOLDER]) / f"{os.getpid()}.jsonl").open("a") as file:
        file.write(json.dumps(line) + "\n")


def shortened(value: Any) -> Any:
    """The same, with few entries."""
    if isinstance(value, list):
        return [shortened(item) for item in value[:ENTRIES]]
    if isinstance(value, dict):
        return {name: shortened(item) for name, item in list(value.items())}
    return value


def tidy(value: Any) -> Any | None:
    """As it may be shown; None where it is long, or of an attack that was tried."""
    text = json.dumps(shortened(value), ensure_ascii=False)
    for pattern, instead in SAID:
        text = pattern.sub(instead, text)
    return None if STRANGE.search(text) or len(text) > MAX_CHARS else json.loads(text)


def said(value: Any) -> int:
    """How much it says: values that are something."""
    if isinstance(value, dict):
        return sum(map(said, value.values()))
    if isinstance(value, list):
        return sum(map(said, value))
    return int(value not in (None, "", 0, False))


def lines(folder: Path) -> Iterator[tuple[str, str, Any]]:
    """What was seen: the operation, the status, the body."""
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text().splitlines():
            method, canonical, status, body = json.loads(line)
            yield f"{method} {canonical}", str(status), body


def fullest(folder: Path) -> dict[str, dict[str, Any]]:
    """The best answer of each operation and status, and of each failure (under `errors`)."""
    found: dict[str, dict[str, Any]] = {"errors": {}}
    for name, status, body in lines(folder):
        at, shown = (name if status < "400" else "errors"), tidy(body)
        if shown is None or (at == "errors" and "code" not in shown):
            continue
        best = found.setdefault(at, {})
        if status not in best or _rank(shown) > _rank(best[status]):
            best[status] = shown
    return found


def _rank(value: Any) -> tuple[int, int, str]:
    text = json.dumps(value, sort_keys=True)
    return said(value), -len(text), text


def fits(name: str, status: str, shown: Any, spec: dict[str, Any]) -> bool:
    """Whether the document describes it so."""
    from jsonschema import Draft202012Validator

    method, _, path = name.partition(" ")
    described = spec["paths"].get(path, {}).get(method.lower(), {}).get("responses", {})
    content = described.get(status, {}).get("content", {}).get("application/json")
    if content is None:
        return False
    schema = content["schema"] | {"components": spec["components"]}
    return next(Draft202012Validator(schema).iter_errors(shown), None) is None


def main(folder: Path) -> None:
    """Write the file; operations that were not seen keep what they have."""
    spec = document(all_routes(), "http://127.0.0.1")
    known = json.loads(REPLIES.read_text()) if REPLIES.exists() else {}
    for name, by_status in fullest(folder).items():
        for status, shown in by_status.items():
            if name == "errors" or fits(name, status, shown, spec):
                known.setdefault(name, {})[status] = shown
    REPLIES.write_text(json.dumps(known, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
