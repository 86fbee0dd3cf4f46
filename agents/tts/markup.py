"""What is written for the eye: Markdown, HTML, addresses, tables. Pure."""

from __future__ import annotations

import html
import re

FENCE = re.compile(r"```[^\n`]*\n.*?(?:```|\Z)|~~~[^\n~]*\n.*?(?:~~~|\Z)", re.DOTALL)
_TAGS = (
    "a b i u s p br hr em strong code pre span div ul ol li sup sub img table thead tbody tr td th "
    "h1 h2 h3 h4 h5 h6 small mark blockquote"
).split()
_TAG = re.compile(rf"</?(?:{'|'.join(_TAGS)})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_IMAGE = re.compile(r"!\[([^\]]*)\]\((?:[^()\s]|\([^()]*\))+(?:\s+\"[^\"]*\")?\)")
_LINK = re.compile(r"\[([^\]]+)\]\((?:[^()]|\([^()]*\))+\)")
_ADDRESS = re.compile(r"\b(?:(?:https?|ftp|wss?)://(?:www\.)?|www\.)([^\s/<>\"'?#]+)([^\s<>\"]*)")
_MAIL = re.compile(r"\b(?:mailto:)?([\w.+-]+)@([\w-]+(?:\.[\w-]+)+)")
_RULE = re.compile(
    r"(?m)^[ \t]*\|?[ \t]*:?-{3}[-|: \t]*$"
    r"|^[ \t]*\|(?:[ \t]*:?-+:?[ \t]*\|)+[ \t]*$"
    r"|^[ \t]*(?:[*_=~][ \t]*){3,}$"
)
_MARK = re.compile(
    r"(?m)^\s*(?:#{1,6}|>+|[-*+•‣·])\s+(?:\[[ xX]\]\s+)?|`+|~~"
    r"|(?<!\w)(?:\*{1,3}|_+)(?=[\w\"'(])|(?<=[\w.!?)\"'])(?:\*{1,3}|_+)(?!\w)"
)
_ITEM = re.compile(r"(?m)^\s*(?!p\.\s*\d)(\d{1,3}|[a-z])[.)]\s+(?=\S)")
_CELL = re.compile(r"(?m)^[ \t]*\|[ \t]*|[ \t]*\|[ \t]*$|[ \t]+\|[ \t]+")
_SNAKE = re.compile(r"(?<=\w)_+(?=\w)")
_CALL = re.compile(r"(?<=\w)\(\)")
THIN = re.compile(r"(?<=\d)[\u00a0\u202f\u2009](?=\d{3}(?!\d))")
_END = ".,;:!?)]}'"


def plain(text: str, program: str = "") -> str:
    """The text without markup; a fenced program becomes `program`."""
    text = FENCE.sub(f" {program} " if program else " ", text)
    text = _COMMENT.sub(" ", text)
    text = THIN.sub("", html.unescape(_TAG.sub(" ", text)))
    text = _LINK.sub(r"\1", _IMAGE.sub(r"\1", text))
    text = _ADDRESS.sub(_host, text)
    text = _RULE.sub("", text)
    text = _MARK.sub("", text)
    text = _ITEM.sub(r"\1: ", text)
    text = _CELL.sub(
        lambda match: ", " if match.group().strip(" \t") and _inner(match) else " ", text
    )
    return _SNAKE.sub(" ", _CALL.sub("", text))


def mail(text: str, at: str) -> str:
    """Addresses of letters, their sign said as `at`."""
    return _MAIL.sub(rf"\1 {at} \2", text)


def _inner(match: re.Match[str]) -> bool:
    """Whether the bar stands between two cells."""
    before = match.string[: match.start()].rpartition("\n")[2]
    after = match.string[match.end() :].partition("\n")[0]
    return bool(before.strip(" |")) and bool(after.strip(" |"))


def _host(match: re.Match[str]) -> str:
    """The host; full stops and brackets behind the address belong to the sentence."""
    host, rest = match[1], match[2]
    whole = host + rest
    kept = whole.rstrip(_END)
    if kept.endswith("(") or whole[len(kept) :].startswith(")") and "(" in kept:
        kept += ")"
    tail = whole[len(kept) :]
    return host[: len(kept)].rstrip(_END).partition(":")[0] + tail
