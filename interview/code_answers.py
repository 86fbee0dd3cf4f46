"""The code inside an answer: a field of its own, or the old `[CODE]…[/CODE]` markers."""

from __future__ import annotations

from dataclasses import dataclass

OPEN = "[CODE]"
CLOSE = "[/CODE]"
NO_RESPONSE = "[no response"


@dataclass(frozen=True, slots=True)
class Submission:
    """What was typed, taken apart: the explanation and the code, verbatim."""

    text: str
    code: str | None

    @property
    def empty(self) -> bool:
        """Nothing was typed: no word and no code."""
        return not self.text and self.code is None


def parse(content: str, code: str | None = None, *, coding: bool = True) -> Submission:
    """Take a submission apart.

    The markers go from the first opening to the last closing one, so that markers inside the code
    stay part of it. Without a closing marker everything after the opening one is code. One line
    break next to each marker belongs to the marker. A `code` field wins: `content` is then the
    explanation, as typed. Old clients send `[No response…]` for nothing: it counts as nothing.

    Args:
        coding: Whether markers mean anything; in an answer to a text question they do not.
    """
    if code is not None:
        return Submission(_said(content), code if code.strip() else None)
    start = content.find(OPEN) if coding else -1
    if start < 0:
        return Submission(_said(content), None)
    begin = start + len(OPEN)
    end = content.rfind(CLOSE)
    inside, after = (content[begin:], "") if end < begin else (content[begin:end], content[end:])
    after = after.removeprefix(CLOSE)
    text = "\n".join(part for part in (_said(content[:start]), _said(after)) if part)
    inner = _unframed(inside)
    return Submission(text, inner if inner.strip() else None)


def _unframed(code: str) -> str:
    for newline in ("\r\n", "\n"):
        if code.startswith(newline):
            code = code[len(newline) :]
            break
    for newline in ("\r\n", "\n"):
        if code.endswith(newline):
            return code[: -len(newline)]
    return code


def _said(text: str) -> str:
    clean = text.strip()
    return "" if clean.lower().startswith(NO_RESPONSE) else clean
