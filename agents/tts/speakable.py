"""Written text to text that a voice can say. Pure.

What a person would say is said: in English with rules of our own around num2words, elsewhere whole
numbers only, since signs and separators differ and the voices read them. See
`docs/topics/speaking.md`.
"""

from __future__ import annotations

import re
import unicodedata

from agents.tts import english, markup
from agents.tts.letters import known
from agents.tts.numbers import in_words
from interview.text import paragraphs

_CAMEL = re.compile(r"\b[a-z]+[a-z0-9]*(?:[A-Z][a-z0-9]*)+\b|\b(?:[A-Z][a-z0-9]+){2,}\b")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BRANDS = re.compile(
    r"^(?:i|e)[A-Z]|^Mc[A-Z]|^Mac[A-Z]|^(?:JavaScript|TypeScript|GitHub|GitLab|YouTube"
    r"|LinkedIn|PostgreSQL|MongoDB|PowerPoint|DevOps|GraphQL|MySQL|NoSQL|OAuth|DevTools)$"
)
_UNIT_CASE = re.compile(r"^(?:k|M|G|T)(?:B|Hz|bps|W|Wh|iB)$")
_WHOLE = re.compile(r"(?<![\w.,/:+-])\d+(?![\w.,/:%€$£-]|\s?[%€$£])")
_LIST = re.compile(r"(?:[-−]?\d[\d.]*\s*[,;]\s*){20,}[-−]?\d[\d.]*")  # noqa: RUF001
_COMMA = re.compile(r"\s*[,;]\s*")
_MARKS = re.compile("[™℠©®]")
_SPACED_STOP = re.compile(r"\s+([,.;:!?])")
_LONE = re.compile(r"(?<!\S)[,.;:]+(?=\s|$)")
SPOKEN_OF_A_LIST = 5
PROGRAM = "the code on your screen"
AND_SO_ON = ", and so on"


def speakable(text: str, language: str = "en") -> str:
    """The text as it is said: no markup, no signs, no letter that the voice does not know.

    Of a list of more than twenty numbers the first five are said: the page shows it.
    """
    english_text = language.lower().startswith("en")
    text = markup.plain(
        paragraphs(_MARKS.sub("", markup.THIN.sub("", text))), PROGRAM if english_text else ""
    )
    text = markup.mail(text, "at" if english_text else "@")
    text = shortened(text, language)
    text = _CAMEL.sub(_code_name, text)
    if english_text:
        text = english.said(text, language)
    else:
        code = language.split("-")[0].lower()
        text = _WHOLE.sub(
            lambda match: in_words(match.group(), "cardinal", code) or match.group(), text
        )
    text = known(unicodedata.normalize("NFKC", text), language)
    if english_text:
        text = english.unsigned(text)
    text = _LONE.sub(" ", _SPACED_STOP.sub(r"\1", " ".join(text.split())))
    return " ".join(text.split())


def shortened(text: str, language: str = "en") -> str:
    """Of each list of more than twenty numbers the first five."""
    rest = AND_SO_ON if language.lower().startswith("en") else ""
    return _LIST.sub(
        lambda match: ", ".join(_COMMA.split(match.group())[:SPOKEN_OF_A_LIST]) + rest, text
    )


def _code_name(match: re.Match[str]) -> str:
    """`getUserName` and `HashMap` in words; names that people say as they are stay."""
    name = match.group()
    if _BRANDS.search(name) or _UNIT_CASE.search(name):
        return name
    first, *rest = _HUMP.split(name)
    return " ".join([first, *(part if part.isupper() else part.lower() for part in rest)])
