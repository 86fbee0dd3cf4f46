"""Writes what other programs read of the protocols, from the frames' classes alone.

`python -m server.ws.generate` writes web/src/protocol.gen.ts, docs/protocol.schema.json and
docs/asyncapi.json; with `--check` it only says whether they are up to date.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from server.live.messages import CLIENT_FRAME, PROTOCOL_VERSION, SERVER_FRAME
from server.ws import proctoring

ROOT = Path(__file__).resolve().parents[2]
HEAD = "// Generated from server/live/messages.py by `make generate`. Do not edit.\n"
REF = "#/$defs/"

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Socket:
    """One WebSocket address and the unions of its frames."""

    address: str
    description: str
    server: TypeAdapter[Any]
    client: TypeAdapter[Any]


SOCKETS = {
    "interview": Socket(
        "/ws/interview",
        "Query: session_id, ticket (one use), last_seq, epoch, media.",
        SERVER_FRAME,
        CLIENT_FRAME,
    ),
    "proctoring": Socket(
        "/ws/proctoring",
        "Query: session_id, ticket (one use). Pictures of clients without WebRTC.",
        proctoring.SERVER_FRAME,
        proctoring.CLIENT_FRAME,
    ),
}


def _type_of(schema: Schema, *, reading: bool) -> str:
    """A JSON Schema as a TypeScript type."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(REF)
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return " | ".join(_type_of(part, reading=reading) for part in schema[key])
    kind = schema.get("type")
    if kind == "array":
        return f"Array<{_type_of(schema.get('items', {}), reading=reading)}>"
    if kind == "object":
        values = schema.get("additionalProperties")
        inner = _type_of(values, reading=reading) if isinstance(values, dict) else "unknown"
        return f"Record<string, {inner}>"
    simple = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean"}
    return simple.get(str(kind), "null" if kind == "null" else "unknown")


def _interface(name: str, schema: Schema, *, reading: bool) -> str:
    if "properties" not in schema:
        return f"export type {name} = {_type_of(schema, reading=reading)};\n"
    required = set(schema.get("required", ()))
    lines = [f"export interface {name} {{"]
    for field, part in schema["properties"].items():
        sure = reading or field in required or "const" in part
        lines.append(f"  {field}{'' if sure else '?'}: {_type_of(part, reading=reading)};")
    return "\n".join([*lines, "}", ""])


def _union(name: str, schema: Schema) -> str:
    members = sorted(str(part["$ref"]).removeprefix(REF) for part in schema["oneOf"])
    return f"export type {name} =\n  | " + "\n  | ".join(members) + ";\n"


def typescript() -> str:
    """The frames as TypeScript: what the server sends is complete, what clients send may be not."""
    server = SERVER_FRAME.json_schema(mode="serialization")
    client = CLIENT_FRAME.json_schema(mode="validation")
    parts = [HEAD, f"export const PROTOCOL_VERSION = {PROTOCOL_VERSION};\n"]
    for name in sorted(server["$defs"]):
        parts.append(_interface(name, server["$defs"][name], reading=True))
    parts.append(_union("ServerFrame", server))
    for name in sorted(client["$defs"]):
        if name not in server["$defs"]:
            parts.append(_interface(name, client["$defs"][name], reading=False))
    parts.append(_union("ClientFrame", client))
    return "\n".join(parts)


def json_schema() -> str:
    """Both directions as JSON Schema 2020-12."""
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Vivavoce interview socket",
        "version": PROTOCOL_VERSION,
        "server": SERVER_FRAME.json_schema(mode="serialization"),
        "client": CLIENT_FRAME.json_schema(mode="validation"),
    }
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def _messages(schema: Schema, schemas: dict[str, Any]) -> dict[str, Any]:
    """AsyncAPI messages of a union; shared definitions are moved to `components`."""
    text = json.dumps(schema["$defs"]).replace(REF, "#/components/schemas/")
    schemas.update(json.loads(text))
    members = sorted(str(part["$ref"]).removeprefix(REF) for part in schema["oneOf"])
    return {name: {"payload": {"$ref": f"#/components/schemas/{name}"}} for name in members}


def asyncapi() -> str:
    """The sockets as an AsyncAPI 3.0 document."""
    schemas: dict[str, Any] = {}
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    for name, socket in SOCKETS.items():
        sent = _messages(socket.server.json_schema(mode="serialization"), schemas)
        received = _messages(socket.client.json_schema(mode="validation"), schemas)
        channels[name] = {
            "address": socket.address,
            "description": socket.description,
            "messages": {**sent, **received},
        }
        for action, messages in (("send", sent), ("receive", received)):
            operations[f"{name}_{action}"] = {
                "action": action,
                "channel": {"$ref": f"#/channels/{name}"},
                "messages": [{"$ref": f"#/channels/{name}/messages/{each}"} for each in messages],
            }
    document = {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Vivavoce sockets",
            "version": str(PROTOCOL_VERSION),
            "description": "JSON text frames; binary frames of the interview socket are PCM16 mono "
            "16 kHz from the client.",
        },
        "channels": channels,
        "operations": operations,
        "components": {"schemas": schemas},
    }
    return json.dumps(document, indent=2, sort_keys=True) + "\n"


def outputs() -> dict[Path, str]:
    """What belongs where."""
    return {
        ROOT / "web" / "src" / "protocol.gen.ts": typescript(),
        ROOT / "docs" / "protocol.schema.json": json_schema(),
        ROOT / "docs" / "asyncapi.json": asyncapi(),
    }


def main(arguments: list[str]) -> int:
    """Write, or compare with `--check`; the exit status."""
    stale = [
        path for path, text in outputs().items() if not path.is_file() or path.read_text() != text
    ]
    if "--check" in arguments:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not up to date: run `make generate`")
        return 1 if stale else 0
    for path in stale:
        path.write_text(outputs()[path])
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
