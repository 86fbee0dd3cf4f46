"""Numbers in English words, in each of the ways in which people say them. Pure."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from num2words import num2words

MAX_DIGITS = 15
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_HUNDREDTHS = 2


def cardinal(number: str) -> str:
    """`1,200` or `3.14` in words; digit by digit when it is too long to be said as one."""
    plain = number.replace(",", "").replace(" ", "").replace("\u202f", "")
    whole, _, rest = plain.partition(".")
    if len(whole) > MAX_DIGITS:
        return number
    if len(whole) > 1 and whole.startswith("0"):
        said = digits(whole)
        return f"{said} point {digits(rest)}" if rest else said
    words = in_words(whole or "0", "cardinal") or number
    return f"{words} point {digits(rest)}" if rest else words


def ordinal(number: str) -> str:
    """`2` as "second"."""
    return in_words(number, "ordinal") or number


def year(number: str) -> str:
    """`1999` as "nineteen ninety-nine"; of two digits, one from 1970 to 2069."""
    if len(number) == len("26"):
        number = f"{20 if number < '70' else 19}{number}"
    return in_words(number, "year") or number


def roman(written: str) -> str:
    """`XIV` as "fourteen"; only I, V and X are read."""
    values = [{"I": 1, "V": 5, "X": 10}[letter] for letter in written]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return cardinal(str(sum(-here if here < after else here for here, after in pairs)))


def digits(number: str) -> str:
    """One after the other."""
    return " ".join(DIGITS[int(char)] for char in number if char.isdecimal())


def amount(number: str, one: str, many: str, hundredth: str) -> str:
    """A sum of money: "two dollars and fifty cents"."""
    plain = number.replace(",", "")
    whole, _, rest = plain.partition(".")
    unit = one if whole.lstrip("0") == "1" and not rest else many
    if not rest or len(rest) != _HUNDREDTHS or not hundredth:
        return f"{cardinal(plain)} {unit}"
    parts = []
    if int(whole or "0") or not int(rest):
        parts.append(f"{cardinal(whole)} {one if int(whole) == 1 else many}")
    if int(rest):
        cents = hundredth.removesuffix("s") if int(rest) == 1 else hundredth
        parts.append(f"{cardinal(str(int(rest)))} {cents}")
    return " and ".join(parts)


def in_words(number: str, kind: str, language: str = "en") -> str | None:
    """What num2words says; None when the number is too long, or the language unknown to it."""
    if len(number) > MAX_DIGITS:
        return None
    try:
        value = Decimal(number) if language == "en" else int(number)
        return str(num2words(value, lang=language, to=kind))
    except (InvalidOperation, NotImplementedError, OverflowError, TypeError, ValueError):
        return None
