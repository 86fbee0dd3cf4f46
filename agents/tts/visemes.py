"""Phonemes in time to mouth shapes in time. Pure.

Phonemes are IPA, as Piper and espeak-ng write them; a string of several symbols shares its time
among them. Shapes are the fifteen of `interview.nouns.VISEMES`.

Source: the viseme set of Oculus/Meta lip-sync and its reference phonemes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from interview.nouns import Viseme

SILENCE = "sil"
SHORTEST_S = 0.04
SHORTEST_REST_S = 0.08
CLOSURES = frozenset({"PP", "FF"})  # an eye misses these first: they keep their time
CLOSURE_S = 0.055

_SYMBOLS = {
    "PP": "pbmɓʙ",
    "FF": "fvɱʋ",
    "TH": "θð",
    "DD": "tdʈɖɾ",
    "kk": "kgɡqxɣcɟχ",
    "CH": "ʃʒɕʑçʂʐ",
    "SS": "sz",
    "nn": "nlŋɲɳɫʎɭ",
    "RR": "rɹɻʁʀɝɚ",
    "aa": "aɑæʌɐɒ",
    "E": "eɛəɜɘɵø",
    "ih": "iɪjyɨ",
    "oh": "oɔœɤ",
    "ou": "uʊwʉɯ",
}
SHAPE_OF = {symbol: shape for shape, symbols in _SYMBOLS.items() for symbol in symbols}
LEANS_FORWARD = frozenset("hɦʔˈˌ'")  # takes the shape of what follows
LEANS_BACK = frozenset("ːˑʰʲʷ̩̯̃̈ˤ-")  # goes on with the shape before


@dataclass(frozen=True, slots=True)
class TimedPhoneme:
    """A phoneme (or pause) and its stretch of audio."""

    symbol: str
    start_s: float
    end_s: float


@dataclass(slots=True)
class _Span:
    shape: str
    start_s: float
    end_s: float

    @property
    def length_s(self) -> float:
        return self.end_s - self.start_s


def visemes_of(phonemes: Iterable[TimedPhoneme]) -> tuple[Viseme, ...]:
    """Mouth shapes that cover the phonemes' time without a gap, hardly any shorter than 40 ms."""
    spans = _merged(_shaped([part for item in phonemes for part in _symbols(item)]))
    spans = _merged(_without_short(spans))
    return tuple(
        Viseme(
            at_s=round(span.start_s, 3),
            duration_s=round(span.end_s - span.start_s, 3),
            shape=span.shape,
        )
        for span in _with_visible_closures(spans)
    )


def _symbols(item: TimedPhoneme) -> list[TimedPhoneme]:
    """One entry for each symbol with a shape of its own; marks cost no time."""
    letters = [c for c in unicodedata.normalize("NFC", item.symbol) if not _mark(c)]
    if len(letters) < 2:
        return [TimedPhoneme(letters[0] if letters else item.symbol, item.start_s, item.end_s)]
    step = (item.end_s - item.start_s) / len(letters)
    return [
        TimedPhoneme(letter, item.start_s + i * step, item.start_s + (i + 1) * step)
        for i, letter in enumerate(letters)
    ]


def _mark(char: str) -> bool:
    return char in "ˈˌ" or char in LEANS_BACK or unicodedata.combining(char) > 0


def _shaped(parts: Sequence[TimedPhoneme]) -> list[_Span]:
    """Give every part a shape; marks and breath borrow a neighbour's."""
    shapes = [_own_shape(part.symbol) for part in parts]
    for index in range(len(parts) - 2, -1, -1):  # t + ʃ is one sound
        pair = parts[index].symbol in ("t", "d") and parts[index + 1].symbol in ("ʃ", "ʒ")
        if pair:
            shapes[index] = "CH"
        if parts[index].symbol in LEANS_FORWARD:
            shapes[index] = shapes[index + 1]
    spans: list[_Span] = []
    for part, shape in zip(parts, shapes, strict=True):
        before = spans[-1].shape if spans else SILENCE
        spans.append(_Span(shape or before, part.start_s, part.end_s))
    return [span for span in spans if span.length_s > 0]


def _own_shape(symbol: str) -> str | None:
    """The shape of one symbol; None for a mark or an unknown sound (the mouth stays)."""
    if symbol in SHAPE_OF:
        return SHAPE_OF[symbol]
    if symbol in LEANS_FORWARD or symbol in LEANS_BACK or symbol.isalpha():
        return None
    return SILENCE


def _merged(spans: Sequence[_Span]) -> list[_Span]:
    merged: list[_Span] = []
    for span in spans:
        if merged and merged[-1].shape == span.shape:
            merged[-1].end_s = span.end_s
        else:
            merged.append(_Span(span.shape, span.start_s, span.end_s))
    return merged


def _without_short(spans: Sequence[_Span]) -> list[_Span]:
    """Too short to be seen: the shape before goes on (a closure stays; a short rest is none).

    After silence even a short shape stays: the mouth must not open late.
    """
    kept: list[_Span] = []
    for span in spans:
        shortest = SHORTEST_REST_S if span.shape == SILENCE else SHORTEST_S
        speaking = bool(kept) and kept[-1].shape != SILENCE
        if speaking and span.shape not in CLOSURES and span.length_s < shortest:
            kept[-1].end_s = span.end_s
        else:
            kept.append(span)
    return kept


def _with_visible_closures(spans: list[_Span]) -> list[_Span]:
    """Lips close a little early: a short closure takes time from the shape before it."""
    for before, span in zip(spans, spans[1:], strict=False):
        want_s = CLOSURE_S - span.length_s
        if span.shape in CLOSURES and want_s > 0:
            take_s = min(want_s, max(0.0, before.length_s - SHORTEST_S))
            before.end_s -= take_s
            span.start_s -= take_s
    return spans
