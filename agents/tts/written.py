"""Other ways of writing the same, brought to the ones that `english.py` reads. Pure.

Numbers as Switzerland, India and most of Europe group them, times with a zone, telephones, paths,
currencies by their letters, units with an exponent, signs of mathematics.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from agents.tts.numbers import cardinal, digits

Rule = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]

_MINUS = r"[-−–]"  # noqa: RUF001
_NUM = r"\d[\d,]*(?:\.\d+)?"
_MONEY = {
    "A$": "Australian dollars", "AU$": "Australian dollars", "C$": "Canadian dollars",
    "CA$": "Canadian dollars", "NZ$": "New Zealand dollars", "HK$": "Hong Kong dollars",
    "S$": "Singapore dollars", "R$": "reais", "₩": "won", "₽": "roubles", "₺": "lira",
    "₴": "hryvnias", "₪": "shekels", "₫": "dong", "₦": "naira", "₱": "pesos", "₿": "bitcoins",
    "AUD": "Australian dollars", "CAD": "Canadian dollars", "NZD": "New Zealand dollars",
    "CNY": "yuan", "RMB": "yuan", "BRL": "reais", "KRW": "won", "PLN": "zlotys", "zł": "zlotys",
    "SEK": "Swedish kronor", "NOK": "Norwegian kroner", "DKK": "Danish kroner", "kr": "kroner",
    "TRY": "lira", "ZAR": "rand", "MXN": "Mexican pesos", "SGD": "Singapore dollars",
    "AED": "dirhams",
}  # fmt: skip
_CURRENCY = "|".join(sorted(map(re.escape, _MONEY), key=len, reverse=True))
_SCALE = r"(?P<scale>\s?(?:thousand|million|billion|trillion)\b|(?:k|K|m|M|bn|B)\b)?"
_SCALES = {"k": "thousand", "m": "million", "bn": "billion", "b": "billion"}
_SIGNS = {
    "↔": "to and from", "⇔": "if and only if", "←": "from", "⇐": "from", "↑": "up", "↓": "down",
    "∑": "the sum", "∏": "the product", "∫": "the integral of", "∂": "partial", "∇": "nabla",
    "∈": "in", "∉": "not in", "∀": "for all", "∃": "there is", "∅": "the empty set",
    "∧": "and", "∨": "or", "¬": "not", "∪": "union", "∩": "intersection", "⊂": "a subset of",
    "⊆": "a subset of", "∝": "proportional to", "≡": "is equivalent to", "≪": "much less than",
    "≫": "much more than", "∴": "therefore",
}  # fmt: skip
_SIGN = re.compile(f"[{''.join(_SIGNS)}]")
_LENGTHS = {"mm": "millimetres", "cm": "centimetres", "km": "kilometres", "m": "metres"}


def usual(text: str) -> str:
    """The text with everything in the form that is usual in English."""
    text = "".join(map(_plain_numeral, text))
    for pattern, words in _RULES:
        text = pattern.sub(words, text)
    return _SIGN.sub(lambda match: f" {_SIGNS[match.group()]} ", text)


def _plain_numeral(char: str) -> str:
    """Ⅳ is a number and no letter."""
    if "\u2160" <= char <= "\u2188":
        return str(int(unicodedata.numeric(char)))
    return char


def _grouped(match: re.Match[str]) -> str:
    return f"{int(re.sub(r'[^0-9]', '', match[1])):,}"


def _continental(match: re.Match[str]) -> str:
    return f"{_grouped(match)}.{match[2]}" if match[2] else _grouped(match)


def _zone(match: re.Match[str]) -> str:
    if match["utc"]:
        return f" {match['time']} UTC"
    hours = f"{cardinal(str(int(match['hours'])))}"
    minutes = int(match["minutes"] or 0)
    half = f" {cardinal(str(minutes))}" if minutes else ""
    side = "plus" if match["side"] == "+" else "minus"
    return f" {match['time']} UTC {side} {hours}{half}"


def _money(match: re.Match[str]) -> str:
    name = _MONEY[(match["before"] or match["after"]).strip()]
    scale = (match["scale"] or "").strip()
    return f"{match['number']} {_SCALES.get(scale.lower(), scale)} {name}".replace("  ", " ")


def _digits(match: re.Match[str]) -> str:
    plus = "plus " if match[2].startswith("+") else ""
    said = ", ".join(digits(group) for group in re.findall(r"\d+", match[2]))
    return f"{match[1] or ''}{plus}{said}"


def _counted_down(match: re.Match[str]) -> str:
    return ", ".join(cardinal(part) for part in match.group().split("-"))


def _colons(match: re.Match[str]) -> str:
    said = []
    for part in re.findall(r":|[0-9A-Fa-f]+|/\d+", match.group()):
        if part == ":":
            said.append("colon")
        elif part.startswith("/"):
            said.append(f"slash {cardinal(part[1:])}")
        else:
            said.append(" ".join(digits(char) if char.isdecimal() else char for char in part))
    return " ".join(said)


def _area(match: re.Match[str]) -> str:
    kind = "square" if match["power"] in ("²", "2") else "cubic"
    return f"{match['number']} {kind} {_LENGTHS[match['unit']]}"


_RULES: list[Rule] = [
    # numbers
    (re.compile(r"(?<![\w.,])(\d{1,2}(?:,\d{2})+,\d{3})(?![\w,])"), _grouped),
    (re.compile(r"(?<![\w.,])(\d{1,3}(?:['’]\d{3})+)(?![\w'’])"), _grouped),
    (re.compile(r"(?<![\w.,+()-] )(?<![\w.,+()-])(\d{1,3}(?: 000)+|[1-9]\d?(?: \d{3}){2,})"
                r"(?![\w]| ?[-\d]|[.,]\d)"), _grouped),
    (re.compile(r"(?<![\w.,])(\d{1,3}(?:\.\d{3})+)(?:,(\d+))(?![\w,]|\.\d)"), _continental),
    (re.compile(r"(?<![\w.,])(\d{1,3}(?:\.\d{3}){2,})()(?![\w,]|\.\d)"), _continental),
    (re.compile(r"(?<![\w.,])0,(\d{1,3})(?![\w]|,\d)"), r"0.\1"),
    (re.compile(r"(?<!\w)\$\.(\d\d)\b"), r"$0.\1"),
    (re.compile(r"\b(?:10|100|1000)s(?= of\b)"),
     lambda m: {"10s": "tens", "100s": "hundreds"}.get(m.group(), "thousands")),
    (re.compile(r"(?<![\w.,/-])(\d{1,3}) (?=[1-9]/[2-9]\b(?!/))"), r"\1 and "),
    (re.compile(r"(?<![\w.,/-])(\d{1,2})-\1(?![\w-]|[.,]\d)"), r"\1 \1"),
    (re.compile(r"(?<![\w.,/-])\d(?:-\d){2,}(?![\w-]|[.,]\d)"), _counted_down),
    (re.compile(rf"(?<=\d)\s?%\s?{_MINUS}\s?(?=\d[\d.]*\s?%)"), "-"),
    (re.compile(rf"\b((?:19|20)(?=\d\d))(\d\d)\s?{_MINUS}\s?(\d\d)(?![\w/-]|[.,]\d)"),
     r"\1\2-\1\3"),
    (re.compile(r"(?i:\bn)[°º]\s?(?=\d)"), "number "),
    (re.compile(r"(?<=\d)[πτ](?!\w)"), lambda m: f" {m.group()}"),
    (re.compile(r"\blog[₂2] (?=\w)"), "log base two of "),
    # money
    (re.compile(rf"(?<![\w])(?P<before>{_CURRENCY})\s?(?P<number>{_NUM}){_SCALE}(?P<after>)(?!\w)"),
     _money),
    (re.compile(rf"(?<![\w.,])(?P<number>{_NUM}){_SCALE}\s?(?P<after>{_CURRENCY})(?P<before>)(?!\w)"),
     _money),
    (re.compile(r"(?<![\w.,])1\s?¢"), "1 cent"),
    (re.compile(r"(?<=\d)\s?¢"), " cents"),
    (re.compile(r"\b(USD|EUR|GBP|CHF|INR|JPY)(?=\d)"), r"\1 "),
    # times, telephones, networks
    (re.compile(r"(?<=\d{4}-\d{2}-\d{2})[ T](?P<time>\d\d:\d\d(?::\d\d)?)(?:\.\d+)?"
                r"(?:(?P<utc>Z)|(?P<side>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d)?)"
                r"(?!\w)"), lambda m: " at" + _zone(m)),
    (re.compile(r"(?<=\d{4}-\d{2}-\d{2}) (?=\d\d:\d\d)"), " at "),
    (re.compile(r"(?<![\w:.-])00:00(?!:|\w)"), "midnight"),
    (re.compile(r"(?i:(?<![\w-])((?:call|dial|phone|ring|tel|telephone|mobile|fax)[.:]*\s))"
                r"((?:911|112|999)(?! \d)"
                r"|\+?(?=(?:\D?\d){6})[\d(][\d ()-]+\d)(?![\w/]|[.,:]\d)"), _digits),
    (re.compile(r"(?<![\w.,/:$€£-])(?<!\) )()(\d{3}-\d{4})(?![\w-]|[.,]\d)"), _digits),
    (re.compile(r"(?<![\w:.])(?=[0-9A-Fa-f:]*::|(?:[0-9A-Fa-f]{1,4}:){7})"
                r"(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?:/\d{1,3})?(?![\w:])"), _colons),
    # measures
    (re.compile(rf"(?<![\w.,])(?P<number>{_NUM})\s?(?P<unit>[cmk]?m)(?P<power>[²³23])(?!\w)"),
     _area),
    (re.compile(r"(?<=\d)\s?μ(?=[sm]\b)"), " µ"),
    (re.compile(rf"(?<![\w.,])({_NUM})\s?(k|M|G)Wh(?!\w)"),
     lambda m: f"{m[1]} {dict(k='kilo', M='mega', G='giga')[m[2]]}watt hours"),
    (re.compile(rf"(?<![\w.,])({_NUM})\s?ft(?:\s({_NUM})\s?in)?(?!\w)"),
     lambda m: f"{m[1]} feet" + (f" {m[2]} inches" if m[2] else "")),
    (re.compile(rf"(?<![\w.,])({_NUM})\s?mi(?!\w)"), r"\1 miles"),
    (re.compile(rf"(?<![\w.,])({_NUM})\s?oz(?!\w)"), r"\1 ounces"),
    (re.compile(r"\bpp\.\s?(?=\d)"), "pages "),
    (re.compile(r"\bp\.\s?(?=\d)"), "page "),
    # code
    (re.compile(r"\b(C)\+\+(?=\d)"), r"\1++ "),
    (re.compile(r"(?<=[\w>])::(?=[A-Za-z_~])"), " "),
    (re.compile(r"(?<=[\w)])\s<<\s(?=[\w(])"), " shifted left by "),
    (re.compile(r"(?<=[\w)])\s>>\s(?=[\w(])"), " shifted right by "),
    (re.compile(r"(?<=\b[a-z])\s?%\s?(?=[a-z0-9]\b)"), " modulo "),
    (re.compile(r"(?<=[A-Za-z0-9])·(?=[A-Za-z0-9])"), " × "),
    (re.compile(r"(?<![\w/.~])~/(?=[\w.])"), "home /"),
    (re.compile(r"(?<![\w/.~])\./(?=[\w.])"), "dot /"),
    (re.compile(r"(?<![\w/.~])\.\./(?=[\w.])"), "dot dot /"),
    (re.compile("[¶†‡]"), " "),
]  # fmt: skip
