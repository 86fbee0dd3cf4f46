"""Written text to text that a voice can say. Pure."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from num2words import num2words

_MARKUP = re.compile(r"(?m)^\s*(?:#{1,6}|>|\||[-*])\s+|[`*~]{1,3}|(?<!\w)_+|_+(?!\w)")
_SNAKE = re.compile(r"(?<=\w)_+(?=\w)")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")
_CALL = re.compile(r"(?<=\w)\(\)")
_CAMEL = re.compile(r"\b[a-z]+[a-z0-9]*(?:[A-Z][a-z0-9]*)+\b|\b(?:[A-Z][a-z0-9]+){2,}\b")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BRANDS = re.compile(
    r"^(?:i|e)[A-Z]|^Mc[A-Z]|^Mac[A-Z]|^(?:JavaScript|TypeScript|GitHub|GitLab|YouTube"
    r"|LinkedIn|PostgreSQL|MongoDB|PowerPoint|DevOps)$"
)
_ADDRESS = re.compile(r"https?://(?:www\.)?([^\s/]+)\S*")

# (pattern, words): English only; other languages keep their own abbreviations.
_ENGLISH: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"\be\.g\.,?", "for example,"),
        (r"\bi\.e\.,?", "that is,"),
        (r"\betc\.", "et cetera"),
        (r"\bvs\.?(?=\s)", "versus"),
        (r"\bapprox\.", "approximately"),
        (r"\bDr\.(?=\s)", "Doctor"),
        (r"\bMr\.(?=\s)", "Mister"),
        (r"\bMrs\.(?=\s)", "Missis"),
        (r"\bNo\.(?=\s*\d)", "number"),
        (r"\bC\+\+", "C plus plus"),
        (r"\b([CF])#", r"\1 sharp"),
        (r"(?<!\w)\.NET\b", "dot net"),
        (r"\bNode\.js\b", "Node J S"),
        (r"\bCI/CD\b", "C I C D"),
        (r"\band/or\b", "and or"),
        (r"(?<=\w)\s*&\s*(?=\w)", " and "),
        (r"(?<=\d)\s*%", " percent"),
        (r"\s=>\s|\s->\s", " to "),
        (r"(?<=\s)=(?=\s)", "equals"),
        (r"(?<=\s)>=(?=\s)", "at least"),
        (r"(?<=\s)<=(?=\s)", "at most"),
        (r"(?<=[A-Za-z])/(?=[A-Za-z])", " "),
    )
)
_MONEY = re.compile(r"([$€£])\s?(\d[\d,]*(?:\.\d+)?)")
_CURRENCY = {"$": "dollars", "€": "euros", "£": "pounds"}
_ORDINAL = re.compile(r"\b(\d{1,4})(?:st|nd|rd|th)\b")
_YEAR = re.compile(r"\b(1[1-9]\d\d|20\d\d)\b(?![,.]\d)")
_NUMBER = re.compile(r"(?<![\w.])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?![\d.]*\w)")
_WHOLE = re.compile(r"(?<![\w.,/:+-])\d+(?![\w.,/:%€$£-]|\s?[%€$£])")
MAX_DIGITS = 15


def speakable(text: str, language: str = "en") -> str:
    """The text without markup, code names as words; in English also abbreviations and signs.

    Numbers are spelled out by num2words: in English all, in other languages (whose separators and
    signs differ) whole numbers without any; the voice reads what is left.
    """
    text = _LINK.sub(r"\1", text)
    text = _ADDRESS.sub(r"\1", text)
    text = _SNAKE.sub(" ", _CALL.sub("", _MARKUP.sub("", text)))
    text = _CAMEL.sub(_code_name, text)
    if language.lower().startswith("en"):
        text = _english(text)
        text = _ORDINAL.sub(lambda m: _spoken(m.group(1), "ordinal") or m.group(), text)
        text = _YEAR.sub(lambda m: _spoken(m.group(), "year") or m.group(), text)
        text = _NUMBER.sub(_in_words, text)
    else:
        text = _WHOLE.sub(lambda m: _spoken(m.group(), "cardinal", language) or m.group(), text)
    return " ".join(text.split())


def _english(text: str) -> str:
    text = _MONEY.sub(lambda m: f"{m.group(2)} {_CURRENCY[m.group(1)]}", text)
    for pattern, words in _ENGLISH:
        text = pattern.sub(words, text)
    return text


def _in_words(match: re.Match[str]) -> str:
    whole = match.group(1).replace(",", "")
    return _spoken(whole + (match.group(2) or ""), "cardinal") or match.group()


def _code_name(match: re.Match[str]) -> str:
    """`getUserName` and `HashMap` in words; names that people say as they are stay."""
    name = match.group()
    if _BRANDS.search(name):
        return name
    first, *rest = _HUMP.split(name)
    return " ".join([first, *(part if part.isupper() else part.lower() for part in rest)])


def _spoken(number: str, kind: str, language: str = "en") -> str | None:
    """In words; None when the number is too long to be said, or in an unknown language."""
    if len(number) > MAX_DIGITS:
        return None
    try:
        value = Decimal(number) if language == "en" else int(number)
        return str(num2words(value, lang=language.split("-")[0].lower(), to=kind))
    except (InvalidOperation, NotImplementedError, OverflowError, TypeError, ValueError):
        return None
