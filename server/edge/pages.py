"""HTML that the server writes itself. Everything that is not ours goes through `escape`."""

from __future__ import annotations

import re
from html import escape
from typing import Any

LOGO = "/logo"
OWN_PRIVACY = "/privacy"  # where no other page on privacy is set
HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/docs/docs.css">
</head>
"""


def missing_client() -> str:
    """Shown instead of the client while it has not been built."""
    return (
        HEAD.format(title="Vivavoce")
        + "<body class='notice'><main><h1>The pages have not been built yet</h1>"
        + "<p>The server runs. Its pages are made by one command, run in the project's folder:</p>"
        + "<pre>make web</pre>"
        + "<p>Then load this page again. The interface for programs is described at "
        + "<a href='/docs'>/docs</a>.</p></main></body></html>"
    )


def whose(company: str, logo: str | None) -> str:
    """The first line of a page for candidates: whose it is."""
    picture = f"<img src='{escape(logo, quote=True)}' alt=''>" if logo else ""
    return f"<p class='who-asks'>{picture}<span>{escape(company)}</span></p>"


# What stands above the sentence, by status. Others have the status's own words.
TITLES = {
    401: "Please sign in first",
    403: "You may not open this",
    404: "This link leads nowhere",
    410: "This link works no longer",
    429: "Please wait a moment",
    500: "Something went wrong on our side",
    503: "This is not available just now",
}
CUT = (
    "A part of it may be missing. Please copy the whole link from the message that you got, and "
    "open it again."
)
AGAIN = "Please load this page again in a moment."


def failed(
    status: int,
    detail: str,
    *,
    company: str,
    contact: str | None,
    privacy_url: str,
    logo: str | None = None,
) -> str:
    """Shown to a person whose address does not answer: why, whose server it is, whom to ask."""
    title = TITLES.get(status, "This did not work")
    said = {404: CUT, 500: AGAIN}.get(status, detail)
    ask = "Ask the person who sent you the link." if status in (404, 410) else ""
    if contact:
        address = escape(contact, quote=True)
        ask = f"Or write to <a href='mailto:{address}'>{address}</a>."
    return (
        HEAD.format(title=f"{title}: {escape(company)}")
        + f"<body class='notice'><main>{whose(company, logo)}<h1>{title}</h1>"
        + f"<p>{escape(said)} {ask}</p>"
        + f"<p><a href='{escape(privacy_url, quote=True)}'>Privacy</a></p></main></body></html>"
    )


def documentation(document: dict[str, Any]) -> str:
    """The OpenAPI document as a page."""
    info = document["info"]
    groups: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    shared = document["components"]["responses"]
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            operation = described | {"responses": _resolved(described["responses"], shared)}
            groups.setdefault(operation["tags"][0], []).append((method, path, operation))
    title = f"{info['title']} API"
    nav = "".join(_nav(tag, entries) for tag, entries in groups.items())
    body = "".join(_group(tag, entries) for tag, entries in groups.items())
    schemas = "".join(
        _schema(name, schema) for name, schema in sorted(document["components"]["schemas"].items())
    )
    return (
        HEAD.format(title=escape(title))
        + f"<body><nav><p class='brand'>{escape(info['title'])}</p>{nav}"
        + "<a href='#schemas'>Schemas</a></nav><main>"
        + f"<header><h1>{escape(title)}</h1><p>{escape(info['summary'])} "
        + f"Version {escape(info['version'])}. "
        + "The same as a document: <a href='/openapi.json'>/openapi.json</a></p></header>"
        + _security(document)
        + body
        + f"<section id='schemas'><h2>Schemas</h2>{schemas}</section></main></body></html>"
    )


def _words(text: str) -> str:
    """Escaped, with `code` set as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _label(tag: str) -> str:
    return escape(tag.replace("_", " ").capitalize())


def _anchor(method: str, path: str) -> str:
    return escape(f"{method}{path}".replace("/", "-").replace("{", "").replace("}", ""))


def _nav(tag: str, entries: list[tuple[str, str, dict[str, Any]]]) -> str:
    links = "".join(
        f"<li><a href='#{_anchor(method, path)}'>{escape(operation['summary'])}</a></li>"
        for method, path, operation in entries
    )
    return f"<a href='#{escape(tag)}'>{_label(tag)}</a><ul>{links}</ul>"


def _group(tag: str, entries: list[tuple[str, str, dict[str, Any]]]) -> str:
    operations = "".join(_operation(*entry) for entry in entries)
    return f"<section id='{escape(tag)}'><h2>{_label(tag)}</h2>{operations}</section>"


def _security(document: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{escape(scheme['description'])}</td></tr>"
        for name, scheme in document["components"]["securitySchemes"].items()
    )
    return f"<section><h2>Who may call</h2><table><tbody>{rows}</tbody></table></section>"


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    allowed = [next(iter(entry)) for entry in operation["security"]] or ["anyone"]
    badges = "".join(f"<span class='who'>{escape(name)}</span>" for name in allowed)
    described = operation.get("description")
    words = f"<p>{_words(described)}</p>" if described else ""
    return (
        "<details><summary>"
        f"<span class='method {escape(method)}'>{escape(method.upper())}</span>"
        f"<code>{escape(path)}</code><span class='title'>{escape(operation['summary'])}</span>"
        f"<span class='allowed'>{badges}</span></summary>"
        f"<div id='{_anchor(method, path)}'>{words}"
        f"{_parameters(operation)}{_body(operation)}{_responses(operation)}</div></details>"
    )


def _parameters(operation: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(p['name'])}</code></td><td>{escape(p['in'])}"
        f"{', required' if p['required'] else ''}</td><td>{_type(p['schema'])}</td></tr>"
        for p in operation["parameters"]
    )
    return f"<h3>Parameters</h3><table><tbody>{rows}</tbody></table>" if rows else ""


def _body(operation: dict[str, Any]) -> str:
    content = operation.get("requestBody", {}).get("content", {})
    if not content:
        return ""
    rows = "".join(
        f"<tr><td><code>{escape(mime)}</code></td><td>{_type(part['schema'])}</td></tr>"
        for mime, part in content.items()
    )
    return f"<h3>Body</h3><table><tbody>{rows}</tbody></table>"


def _resolved(responses: dict[str, Any], shared: dict[str, Any]) -> dict[str, Any]:
    """The answers of an operation, those by reference looked up."""
    return {
        status: shared[answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
        for status, answer in responses.items()
    }


def _responses(operation: dict[str, Any]) -> str:
    rows = ""
    for status, response in operation["responses"].items():
        kinds = " ".join(_type(part["schema"]) for part in response.get("content", {}).values())
        rows += (
            f"<tr><td><code>{escape(status)}</code></td>"
            f"<td>{escape(response['description'])}</td><td>{kinds}</td></tr>"
        )
    return f"<h3>Answers</h3><table><tbody>{rows}</tbody></table>"


def _schema(name: str, schema: dict[str, Any]) -> str:
    required = schema.get("required", [])
    rows = "".join(
        f"<tr><td><code>{escape(field)}</code>{' *' if field in required else ''}</td>"
        f"<td>{_type(part)}</td><td>{escape(_limits(part))}</td></tr>"
        for field, part in schema.get("properties", {}).items()
    )
    words = f"<p>{_words(schema.get('description', ''))}</p>"
    values = ", ".join(str(value) for value in schema.get("enum", []))
    listed = f"<p><code>{escape(values)}</code></p>" if values else ""
    table = f"<table><tbody>{rows}</tbody></table>" if rows else ""
    return (
        f"<details><summary><code>{escape(name)}</code></summary>"
        f"<div id='schema-{escape(name)}'>{words}{listed}{table}</div></details>"
    )


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f"<a href='#schema-{name}'>{name}</a>"
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return " or ".join(_type(option) for option in schema[key])
    if "enum" in schema:
        return " or ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    kind = schema.get("type", "any")
    if kind == "array" and isinstance(schema.get("items"), dict):
        return f"list of {_type(schema['items'])}"
    return escape(f"{kind} ({schema['format']})" if "format" in schema else str(kind))


def _limits(schema: dict[str, Any]) -> str:
    words = {
        "default": "default {}",
        "minimum": "at least {}",
        "exclusiveMinimum": "above {}",
        "maximum": "at most {}",
        "minLength": "at least {} characters",
        "maxLength": "at most {} characters",
        "maxItems": "at most {} entries",
    }
    parts = [schema, *schema.get("anyOf", [])]
    found = [
        text.format(part[key])
        for part in parts
        for key, text in words.items()
        if key in part and part[key] is not None
    ]
    return ", ".join(found)
