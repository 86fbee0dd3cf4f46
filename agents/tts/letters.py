"""Letters and signs that a voice does not know: folded to what it can say, or left out. Pure."""

from __future__ import annotations

import re
import unicodedata

from anyascii import anyascii

# Languages whose voices read Latin letters; the others keep their script.
LATIN = frozenset(
    "en de fr es it pt nl sv no nb nn da fi is pl cs sk sl hr hu ro tr et lv lt ca eu gl cy ga id "
    "ms sw vi af sq bs".split()
)
KNOWN_LETTERS = 0x17F  # up to here espeak-ng's rules read a letter, or its plain form
_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu",
    "ξ": "xi", "ο": "omicron", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "υ": "upsilon",
    "φ": "phi", "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip
_QUOTES = str.maketrans("“”„«»‘’‚′″", "\"\"\"\"\"'''''")
_MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff\u0e31-\u0e4e\u200c\u200d"
_WORD = re.compile(rf"(?:[^\W\d_]|[{_MARKS}])+")
_CONSONANTS = ("ARABIC", "HEBREW", "SYRIAC", "THAANA")  # without vowels nothing to be said
_VOWEL = re.compile(r"[aeiouy]", re.IGNORECASE)


def known(text: str, language: str) -> str:
    """The text in letters that the language's voice can read; signs without a sound are gone."""
    text = text.translate(_QUOTES)
    if language.split("-")[0].lower() in LATIN:
        text = _WORD.sub(lambda match: _folded(match.group(), language), text)
    return "".join(_heard(char) for char in text)


def _folded(word: str, language: str) -> str:
    if all(ord(char) <= KNOWN_LETTERS for char in word) or language.startswith("vi"):
        return word
    if len(word) == 1 or any(char.isascii() for char in word):  # signs in a formula
        word = "".join(f" {_GREEK[c.lower()]} " if c.lower() in _GREEK else c for c in word)
    if any(unicodedata.name(char, "").startswith(_CONSONANTS) for char in word):
        return ""
    plain = "".join(_plain(char) for char in unicodedata.normalize("NFC", word)).strip()
    return plain if _VOWEL.search(plain) else ""


def _plain(char: str) -> str:
    """One letter: as it is, without its marks, or in Latin letters."""
    if ord(char) <= KNOWN_LETTERS:
        return char
    base = unicodedata.normalize("NFKD", char)[0]
    if ord(base) <= KNOWN_LETTERS:
        return base
    latin = anyascii(char)
    ideograph = unicodedata.name(char, "").startswith(("CJK", "HANGUL"))
    return f"{latin} " if ideograph else latin


def _heard(char: str) -> str:
    kind = unicodedata.category(char)
    if ord(char) <= KNOWN_LETTERS and kind != "So":
        return char
    if 0xFE00 <= ord(char) <= 0xFE0F or kind == "Me":  # how the sign before it is drawn
        return ""
    if kind in ("So", "Sk", "Cn", "Co", "Cf"):
        return " "
    if kind == "Pd":
        return ", "
    return char
