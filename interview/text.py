"""Text that people type, made safe to store, show and say: one cleaning for all of it. Pure.

What nobody can see is taken out: control characters, zero-width ones, overrides of the writing
direction, fillers, tags, half characters. What remains is composed (NFC), so that it compares and
sorts as it looks. Joiners stay where a script or an emoji needs them.
"""

from __future__ import annotations

import re
import unicodedata

MAX_MARKS = 8
_LINE_ENDS = re.compile("\r\n|[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_JOINERS = "\u200c\u200d"
_UNSEEN = frozenset({"Cf", "Cc", "Cs", "Co"})
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2065\u3164\uffa0\u180b\u180c\u180d\u180f")
_BLANKS = frozenset("\u2800")
_SELECTORS = frozenset(chr(code) for code in range(0xFE00, 0xFE10))
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_HALF = re.compile("[\ud800-\udfff]")
_HALF_ESCAPE = re.compile(
    r"(?<!\\)((?:\\\\)*)(?:"
    r"(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)


def line(text: str) -> str:
    """One line: a name, a title. Runs of white space become one space."""
    return " ".join(paragraphs(text).split())


def paragraphs(text: str) -> str:
    """Several lines: a question, an answer, a note. Ends are trimmed, line breaks are `\\n`."""
    text = unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text))
    kept: list[str] = []
    marks = 0
    for place, char in enumerate(text):
        marks = marks + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        if marks > MAX_MARKS:
            continue
        if char in _JOINERS:
            if _joins(text, place):
                kept.append(char)
        elif char in _SELECTORS:
            if kept and kept[-1] not in _SELECTORS and not kept[-1].isspace():
                kept.append(char)
        else:
            kept.append(_visible(char))
    return "".join(kept).strip()


def code(text: str) -> str:
    """A program: as typed, without what an editor does not show or shows in another order."""
    return _HALF.sub("\ufffd", _UNPRINTABLE.sub("", _DIRECTION.sub("", text)))


def whole_characters(json_text: str) -> str:
    """JSON whose escapes of half characters (an emoji that was cut in two) are replaced."""
    return _HALF_ESCAPE.sub(
        lambda match: match[1] + (match[2] or "\\ufffd"), _HALF.sub("\ufffd", json_text)
    )


def readable(text: str) -> bool:
    """Whether there is a letter or a digit in it."""
    return any(char.isalnum() for char in text)


def _visible(char: str) -> str:
    if char in "\n\t":
        return char
    if char in _BLANKS or unicodedata.category(char) in ("Zs", "Zl", "Zp"):
        return " "
    if char in _INVISIBLE or 0xE0100 <= ord(char) <= 0xE01EF or _no_character(char):
        return ""
    return "" if unicodedata.category(char) in _UNSEEN else char


def _no_character(char: str) -> bool:
    return ord(char) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF


def _joins(text: str, place: int) -> bool:
    """Whether a joiner stands where one belongs: between letters that join, or emoji."""
    if not 0 < place < len(text) - 1:
        return False
    return _may_join(text[place - 1]) and _may_join(text[place + 1])


def _may_join(char: str) -> bool:
    if char in _SELECTORS:
        return True
    kind = unicodedata.category(char)
    if kind in ("So", "Sk"):
        return True
    return kind[0] in "LM" and not unicodedata.name(char, "LATIN").startswith(
        ("LATIN", "GREEK", "CYRILLIC", "COMBINING")
    )
