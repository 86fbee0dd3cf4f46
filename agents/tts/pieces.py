"""A text in pieces that are synthesised one by one: sentences, lines, halves of long ones. Pure."""

from __future__ import annotations

import re

from agents.tts.markup import FENCE
from agents.tts.speakable import shortened, speakable
from interview.abbreviations import goes_on
from interview.text import paragraphs

MIN_CHARS = 12
MAX_SPOKEN_CHARS = 280
SPOKEN_CHARS_PER_DIGIT = 7
_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9\"'(])|(?<=[。！？])\s*")  # noqa: RUF001
_SEAMS = (
    re.compile(r"(?<=[;:])\s+"),
    re.compile(r"(?<=,)\s+"),
    re.compile(r"(?<=,)(?=\S)"),
    re.compile(r"\s+(?=(?:and|or|but|which|that|with|und|oder|et|ou|y|o)\s)"),
    re.compile(r"\s+"),
)


def pieces(text: str, language: str) -> list[str]:
    """What can be said of the text, in order; a piece holds about 280 spoken characters at most.

    Very short sentences stay with their neighbour ("Yes."). What has no sound (a rule, an emoji) is
    left out. Empty when nothing can be said.
    """
    found: list[str] = []
    for block in _blocks(shortened(paragraphs(text), language)):
        for sentence in sentences(block):
            found += _short(sentence)
    return [piece for piece in found if _said(piece, language)]


def sentences(text: str) -> list[str]:
    """The text in sentences; very short ones stay with their neighbour."""
    found: list[str] = []
    for piece in _END.split(text.strip()):
        short = bool(found) and len(found[-1]) < MIN_CHARS
        if found and (short or goes_on(found[-1], piece)):
            found[-1] = f"{found[-1]} {piece}"
        else:
            found.append(piece)
    return found or [text]


def _blocks(text: str) -> list[str]:
    """Fenced programs whole, everything else line by line."""
    blocks: list[str] = []
    at = 0
    for fence in FENCE.finditer(text):
        blocks += text[at : fence.start()].split("\n")
        blocks.append(fence.group())
        at = fence.end()
    blocks += text[at:].split("\n")
    return [block for block in blocks if block.strip()]


def _said(piece: str, language: str) -> bool:
    return any(char.isalnum() for char in speakable(piece, language))


def _short(piece: str) -> list[str]:
    """The piece, or its halves until each is short enough; cut where a speaker would breathe."""
    spoken = len(piece) + SPOKEN_CHARS_PER_DIGIT * sum(char.isdecimal() for char in piece)
    cut = _seam(piece) if spoken > MAX_SPOKEN_CHARS else None
    if cut is None:
        return [piece]
    return [*_short(piece[:cut].strip()), *_short(piece[cut:].strip())]


def _seam(piece: str) -> int | None:
    """The place nearest to the middle, at the strongest kind of seam that is not at an end."""
    middle = len(piece) / 2
    for seam in _SEAMS:
        places = [match.end() for match in seam.finditer(piece)]
        inner = [place for place in places if len(piece) * 0.2 < place < len(piece) * 0.8]
        if inner:
            return min(inner, key=lambda place: abs(place - middle))
    return len(piece) // 2 if len(piece) > MAX_SPOKEN_CHARS else None
