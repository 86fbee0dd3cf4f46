"""English as it is written to English as it is said: money, dates, times, formulae, code. Pure.

The order of the rules matters: a date is no subtraction, a version no decimal.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from agents.tts.numbers import amount, cardinal, digits, ordinal, roman, year
from agents.tts.written import usual

Rule = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]

_NUM = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_BEFORE = r"(?<![\w.,])"
_AFTER = r"(?![\w]|[.,]\d)"
_MINUS = r"[-−–]"  # noqa: RUF001
_CURRENCIES = {
    "$": ("dollar", "dollars", "cents"),
    "US$": ("US dollar", "US dollars", "cents"),
    "€": ("euro", "euros", "cents"),
    "£": ("pound", "pounds", "pence"),
    "¥": ("yen", "yen", ""),
    "₹": ("rupee", "rupees", "paise"),
    "USD": ("US dollar", "US dollars", "cents"),
    "EUR": ("euro", "euros", "cents"),
    "GBP": ("pound", "pounds", "pence"),
    "CHF": ("Swiss franc", "Swiss francs", ""),
    "INR": ("rupee", "rupees", "paise"),
    "JPY": ("yen", "yen", ""),
}
_SIGN = r"US\$|[$€£¥₹]|(?:USD|EUR|GBP|CHF|INR|JPY)\s"
_SIGN_AFTER = r"[$€£¥₹]|\s(?:[$€£¥₹]|(?:USD|EUR|GBP|CHF|INR|JPY)\b)"
_SCALES = {
    "k": "thousand", "m": "million", "mn": "million", "mm": "million", "b": "billion",
    "bn": "billion", "t": "trillion", "tn": "trillion", "million": "million",
    "billion": "billion", "trillion": "trillion", "thousand": "thousand",
}  # fmt: skip
_SCALE = r"(?:\s?(?:thousand|million|billion|trillion)|(?:bn|mn|mm|tn|[kKmMbBtT]))(?!\w)"
_UNITS = {
    "B": "byte", "kB": "kilobyte", "KB": "kilobyte", "MB": "megabyte", "GB": "gigabyte",
    "TB": "terabyte", "PB": "petabyte", "KiB": "kibibyte", "MiB": "mebibyte", "GiB": "gibibyte",
    "kbps": "kilobit per second", "Mbps": "megabit per second", "Gbps": "gigabit per second",
    "Mbit/s": "megabit per second", "Gbit/s": "gigabit per second",
    "MB/s": "megabyte per second", "GB/s": "gigabyte per second",
    "ns": "nanosecond", "µs": "microsecond", "us": "microsecond", "ms": "millisecond",
    "s": "second", "sec": "second", "min": "minute", "h": "hour", "hr": "hour", "hrs": "hour",
    "Hz": "hertz", "kHz": "kilohertz", "MHz": "megahertz", "GHz": "gigahertz",
    "mm": "millimetre", "cm": "centimetre", "m": "metre", "km": "kilometre",
    "km/h": "kilometre per hour", "mph": "mile per hour", "mg": "milligram", "g": "gram",
    "kg": "kilogram", "lb": "pound", "lbs": "pound", "ml": "millilitre", "l": "litre",
    "W": "watt", "kW": "kilowatt", "kWh": "kilowatt hour", "V": "volt", "px": "pixel",
    "fps": "frame per second", "rps": "request per second", "qps": "query per second",
    "rpm": "revolution per minute", "dB": "decibel", "°C": "degree Celsius",
    "°F": "degree Fahrenheit", "° C": "degree Celsius", "°": "degree", "%": "percent",
}  # fmt: skip
_UNIT = "|".join(sorted((re.escape(unit) for unit in _UNITS), key=len, reverse=True))
_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_MONTH = "|".join(_MONTHS) + "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
_SAID_AS_TWO = {(24, 7), (9, 11), (20, 20)}
_HALVES = {2: ("half", "halves"), 4: ("quarter", "quarters")}
_GLYPHS = {
    "½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅛": "1/8",
}  # fmt: skip
_POWERS = {"²": "squared", "³": "cubed"}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁿ", "0123456789-n")
_BRITISH = ("en-gb", "en-au", "en-nz", "en-ie", "en-in", "en-za")


def said(text: str, language: str = "en") -> str:
    """The text with everything spelled out that a voice would stumble over."""
    for glyph, written in _GLYPHS.items():
        text = re.sub(rf"(\d){glyph}", rf"\1 and {written}", text).replace(glyph, written)
    text = usual(text)
    day_first = language.lower() in _BRITISH
    text = _NUMERIC_DATE.sub(lambda m: _numeric_date(m, day_first=day_first), text)
    for pattern, words in RULES:
        text = pattern.sub(words, text)
    return text


def unsigned(text: str) -> str:
    """What is left of signs, when everything that they could mean has been said."""
    text = _SILENT.sub(" ", text)
    return text.replace("&", " and ").replace("%", " percent ")


# --- money ---------------------------------------------------------------------------------------


def _money(match: re.Match[str]) -> str:
    sign = (match["sign"] or match["after"]).strip()
    one, many, hundredth = _CURRENCIES[sign]
    minus = "minus " if match["minus"] or match["inner"] else ""
    if match["scale"]:
        scale = _SCALES[match["scale"].strip().lower()]
        return f"{minus}{cardinal(match['number'])} {scale} {many}"
    return minus + amount(match["number"].replace(" ", ""), one, many, hundredth)


def _money_range(match: re.Match[str]) -> str:
    _, many, _ = _CURRENCIES[match["sign"].strip()]
    scale = _SCALES[match["scale"].strip().lower()] + " " if match["scale"] else ""
    lead, to = ("between ", "and") if match["between"] else ("", "to")
    return f"{lead}{cardinal(match['low'])} {to} {cardinal(match['high'])} {scale}{many}"


# --- dates and times ------------------------------------------------------------------------------


def _month(name: str) -> str:
    return next(month for month in _MONTHS if month.startswith(name[:3]))


def _date(number: int, day: int, written_year: str) -> str:
    return f"{_MONTHS[number - 1]} {ordinal(str(day))}, {year(written_year)}"


def _iso_date(match: re.Match[str]) -> str:
    number, day = int(match[2]), int(match[3])
    if not 1 <= number <= 12 or not 1 <= day <= 31:
        return match.group()
    return _date(number, day, match[1]) + (" at " if match[4] else "")


_SILENT = re.compile(r"[{}\[\]\\^|<>*=_~`$€£¥₹]|;(?=\s*(?:$|[})\]]))")
_NUMERIC_DATE = re.compile(
    rf"{_BEFORE}(\d{{1,2}})([/.])(\d{{1,2}})\2(\d{{4}}|(?<=/)\d\d(?!/)){_AFTER}"
)


def _numeric_date(match: re.Match[str], *, day_first: bool) -> str:
    first, second = int(match[1]), int(match[3])
    swapped = day_first or match[2] == "." or first > 12
    number, day = (second, first) if swapped else (first, second)
    if not 1 <= number <= 12 or not 1 <= day <= 31:
        return match.group()
    return _date(number, day, match[4])


def _day_month(match: re.Match[str]) -> str:
    tail = f", {year(match['year'])}" if match["year"] else ""
    if match.groupdict().get("the"):
        return f"{match['the']} {ordinal(match['day'])} of {_month(match['month'])}{tail}"
    return f"{_month(match['month'])} {ordinal(match['day'])}{tail}"


def _time(match: re.Match[str]) -> str:
    hour, minute = int(match["hour"]), match["minute"]
    half = f" {match['half'][0].lower()} m" if match["half"] else ""
    if hour > 24 or int(minute or 0) > 59:
        return match.group()
    words = cardinal(str(hour))
    if minute is None or minute == "00":
        plain = "" if half else " o'clock" if 1 <= hour <= 12 else " hundred"
        words += plain
    else:
        words += f" oh {cardinal(minute[1])}" if minute[0] == "0" else f" {cardinal(minute)}"
    seconds = (match["second"] or "").strip("0")
    return words + (f" and {cardinal(str(int(match['second'])))} seconds" if seconds else "") + half


# --- numbers with something --------------------------------------------------------------------


def _fraction(match: re.Match[str]) -> str:
    above, below = int(match[1]), int(match[2])
    if (above, below) in _SAID_AS_TWO or above == below:
        return f"{cardinal(match[1])} {cardinal(match[2])}"
    if not 0 < above < below <= 20:
        return f"{cardinal(match[1])} over {cardinal(match[2])}"
    one, many = _HALVES.get(below, (ordinal(match[2]), ordinal(match[2]) + "s"))
    return f"{cardinal(match[1])} {one if above == 1 else many}"


def _unit(match: re.Match[str]) -> str:
    number, unit = match["number"], _UNITS[match["unit"]]
    name, _, rest = unit.partition(" per ")
    head, _, tail = name.partition(" ")
    if number not in ("1", "-1") and not head.endswith(("percent", "hertz")):
        head = f"{head[:-1]}ies" if head == "query" else f"{head}s"
    words = " ".join(part for part in (head, tail) if part) + (f" per {rest}" if rest else "")
    return f"{cardinal(number)} {words}"


def _power(match: re.Match[str]) -> str:
    exponent = match["exponent"].translate(_SUPERSCRIPTS)
    minus = "minus " if exponent.startswith("-") else ""
    exponent = exponent.lstrip("-")
    short = {"2": "squared", "3": "cubed"}
    if exponent in short and not minus:
        return f"{match['base']} {short[exponent]}"
    named = cardinal(exponent) if exponent.isdecimal() else exponent
    return f"{match['base']} to the power of {minus}{named}"


def _range(match: re.Match[str]) -> str:
    low, high = match["low"], match["high"]
    falling = float(low.replace(",", "")) > float(high)
    spaced = match.group()[len(low)].isspace()
    return f"{cardinal(low)} {'minus' if spaced and falling else 'to'} {high}"


def _phone(match: re.Match[str]) -> str:
    plus = "plus " if match.group().startswith("+") else ""
    return plus + ", ".join(digits(group) for group in re.findall(r"\d+", match.group()))


def _dotted(match: re.Match[str]) -> str:
    parts = match.group().removeprefix("v").split(".")
    address = len(parts) == 4 and all(len(part) <= 3 for part in parts) and len(match.group()) > 7
    say, dot = (digits, " dot ") if address else (cardinal, " point ")
    return ("version " if match.group().startswith("v") else "") + dot.join(map(say, parts))


def _decade(match: re.Match[str]) -> str:
    tens = next(group for group in match.groups() if group)
    words = year(tens + "0") if len(tens) > 1 else cardinal(tens + "0")
    return f"{words[:-1]}ies" if words.endswith("y") else f"{words}s"


def _scaled(match: re.Match[str]) -> str:
    return f"{cardinal(match['number'])} {_SCALES[match['scale'].lower()]}"


def _cardinal(match: re.Match[str]) -> str:
    return cardinal(match.group())


_YEAR_BEFORE = (
    rf"\b(?:in|since|by|from|until|till|before|after|year|years|during|of|between|and|to|or|for"
    rf"|early|late|mid|around|circa|spring|summer|autumn|fall|winter|quarter\s[1-4]|{_MONTH}),?\s+"
)
_COUNTED = r"\s+(?!(?:was|is|this|its|has|as|does|plus|versus|thus)\b)[a-z]+s\b"
_OPERATORS: tuple[tuple[str, str], ...] = (
    (r"^\s*(?:=>|->|[→⇒])\s*", ""),
    (r"\s*=>\s*|\s*->\s*|\s*[→⇒]\s*", " to "),
    (r"\bSELECT \*", "SELECT star"),
    (r"\(\*\)", " star"),
    (r"\s*!==?\s*|\s*≠\s*", " is not equal to "),
    (r"\s*(?:===?)\s*", " equals "),
    (r"\s*(?:>=|≥)\s*", " at least "),
    (r"\s*(?:<=|≤)\s*", " at most "),
    (r"\s*&&\s*", " and "),
    (r"\s*\|\|\s*", " or "),
    (r"\+\+", " plus plus"),
    (r"(?<=\w)--(?!\w)", " minus minus"),
    (r"(?<![\w!])!(?=[A-Za-z(])", " not "),
    (r"(?<=\b[a-z])\s[-−]\s(?=[a-z]\b)", " minus "),  # noqa: RUF001
    (r"(?<=[\w)\]]\s)>(?=\s)", "greater than"),
    (r"(?<=[\w)\]]\s)<(?=\s)", "less than"),
    (r"(?<![\w<])<\s?(?=\d)", "less than "),
    (r"(?<![\w>])>\s?(?=\d)", "more than "),
    (r"(?<=[\w)])\s\*\s(?=[\w(])", " times "),
    (r"\s*\+=\s*", " plus equals "),
    (r"\s*-=\s*", " minus equals "),
    (r"(?<=\w)\s*=\s*(?=[\w\"'(\[{-])|(?<=\s)=(?=\s)", " equals "),
    (r"(?<=[\w)])\s*×\s*(?=[\w(])|(?<=\d)\s*\*\s*(?=\d)", " times "),
    (r"(?<=[\w)])\s*÷\s*(?=[\w(])|(?<=\d)\s/\s(?=\d)", " divided by "),
    (r"(?<=[\w)])\s\+\s(?=[\w(])|(?<=\w)\+(?=\w)|(?<![\w+])\+(?=\d)", " plus "),
    (r"(?<=[\w)])\s[-−]\s(?=[\d(])", " minus "),  # noqa: RUF001
    (r"(?<=\d)\+(?!\d)", " plus"),
    (r"≈\s*|(?<![\w~])~(?=\d)", "about "),
    (r"±\s*", " plus or minus "),
    (r"∞", " infinity "),
    (r"√", " the square root of "),
)
_ABBREVIATIONS: tuple[tuple[str, str], ...] = (
    (r"\be\.g\.,?", "for example,"),
    (r"\bi\.e\.,?", "that is,"),
    (r"\betc\.", "et cetera"),
    (r"\bvs\.?(?=\s)", "versus"),
    (r"\bapprox\.", "approximately"),
    (r"\bDr\.(?=\s)", "Doctor"),
    (r"\bMr\.(?=\s)", "Mister"),
    (r"\bMrs\.(?=\s)", "Missis"),
    (r"\bMs\.(?=\s)", "Miz"),
    (r"\bProf\.(?=\s)", "Professor"),
    (r"\bSt\.(?=\s[A-Z])", "Saint"),
    (r"\b[Nn]o\.(?=\s*\d)", "number"),
    (r"№\s*(?=\d)", "number "),
    (r"§+\s*(?=\d)", "section "),
    (r"\bQ([1-4])\s?['’](?=\d\d\b)", r"Q\1 20"),
    (r"\bFig\.(?=\s*\d)", "figure"),
    (r"\bw/o\b", "without"),
    (r"\bw/(?=\s)", "with"),
    (r"\bc/o\b", "care of"),
    (r"\bQ(?=[1-4]\b)", "quarter "),
    (r"\breqs?/s\b", "requests per second"),
    (r"(?<![\w<=>-])<\s?(?=\d)", "less than "),
    (r"(?<![\w<=>-])>\s?(?=\d)", "more than "),
    (r"(?<=[a-z])/s\b", " per second"),
    (r"(?<=\d)-to-(?=\d)", " to "),
    (r"\b(localhost|\d+\.\d+\.\d+\.\d+):(\d{2,5})\b", r"\1 port \2"),
    (r"(?<!\w)@(?=[A-Za-z])", "at "),
    (r"(?<!\w)#(?=[A-Za-z])", ""),
)
_NAMES: tuple[tuple[str, str], ...] = (
    (r"\bC\+\+", "C plus plus"),
    (r"\b([CF])#", r"\1 sharp"),
    (r"\bASP\.NET\b", "A S P dot net"),
    (r"(?<!\w)\.NET\b", "dot net"),
    (r"\b(\w+)\.js\b", r"\1 J S"),
    (r"\b([\w-]+)\.(py|ts|tsx|json|ya?ml|toml|md|txt|csv|sql|html?|css|java|cpp|rs|go|sh|env|lock"
     r"|conf|xml|pdf|png|jpe?g|zip|exe|ini|cfg|log)\b", r"\1 dot \2"),
    (r"(?<!\w)\.(env|gitignore|dockerignore|bashrc|git|ssh)\b", r"dot \1"),
    (r"\bCI/CD\b", "C I C D"),
    (r"\bk8s\b", "kubernetes"),
    (r"\bi18n\b", "internationalization"),
    (r"\bl10n\b", "localization"),
    (r"\ba11y\b", "accessibility"),
    (r"\b[Oo]\(([^()]+)\)", r"O of \1"),
    (r"\band/or\b", "and or"),
    (r"\b(he|she|his|her|him)/(she|he|her|his|him)\b", r"\1 or \2"),
)  # fmt: skip


def _rules(pairs: tuple[tuple[str, str], ...]) -> list[Rule]:
    return [(re.compile(pattern), words) for pattern, words in pairs]


RULES: list[Rule] = [
    *_rules(_NAMES),
    *_rules(_ABBREVIATIONS),
    # money
    (re.compile(rf"(?P<between>\bbetween\s)?(?P<sign>{_SIGN})\s?(?P<low>{_NUM})(?:{_SCALE})?\s?(?:{_MINUS}|to)\s?(?:{_SIGN})?\s?"
                rf"(?P<high>{_NUM})(?P<scale>{_SCALE})?(?![\w])"), _money_range),
    (re.compile(rf"(?<!\w)(?P<minus>{_MINUS}?)(?P<sign>{_SIGN})\s?(?P<inner>{_MINUS}?)"
                rf"(?P<number>\d{{1,3}}(?: \d{{3}})+|{_NUM})(?P<scale>{_SCALE})?(?P<after>)"),
     _money),
    (re.compile(rf"(?<![\w.])(?P<minus>{_MINUS}?)(?P<inner>)(?P<sign>)(?P<number>{_NUM})"
                rf"(?P<scale>{_SCALE})?(?P<after>{_SIGN_AFTER})(?!\w)"), _money),
    (re.compile(r"(?<=[a-z])\s?/\s?(hour|day|week|month|year|minute|second|user|seat|person|request"
                r"|unit|item|GB|TB)\b"), r" per \1"),
    # dates, times, telephones, versions, addresses
    (re.compile(rf"{_BEFORE}(\d{{4}})[-/](\d{{2}})[-/](\d{{2}})(?!\d)(T(?=\d))?"), _iso_date),
    (re.compile(rf"\b(?P<month>{_MONTH})\.?\s(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\b(?!:|\.\d)"
                r"(?:,?\s(?P<year>\d{4})\b)?"), _day_month),
    (re.compile(rf"\b(?:(?P<the>[Tt]he)\s)?(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?:\sof)?\s(?P<month>{_MONTH})\b\.?"
                r"(?:,?\s(?P<year>\d{4})\b)?"), _day_month),
    (re.compile(r"(?i)(?<![\w:.,/-])(\d{1,2}(?::\d\d)?(?:\s?[ap]m)?)\s?[-−–]\s?"  # noqa: RUF001
                r"(?=\d{1,2}(?::\d\d(?![\d:])|(?::\d\d)?\s?[ap]m\b))"), r"\1 to "),
    (re.compile(r"(?<![\w:.])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?"
                r"(?:\s?(?P<half>[aApP]\.?[mM]\b\.?)|Z)?(?![\w:])"), _time),
    (re.compile(r"(?<![\w:.])(?P<hour>\d{1,2})(?P<minute>)(?P<second>)"
                r"\s?(?P<half>(?:[ap]\.?m|[AP]\.?M)\b\.?)(?!\w)"),
     lambda m: f"{cardinal(m['hour'])} {m['half'][0].lower()} m"),
    (re.compile(r"(?<!\w)\+\d{1,3}[\s-]?\(?\d{1,5}\)?(?:[\s-]\d{2,6})+(?!\w)"
                r"|\(\d{3}\)\s?\d{3}-\d{4}\b|(?<![\w-])\d{3}-\d{3}-\d{4}\b"), _phone),
    (re.compile(r"\b(\d{1,3}(?:\.\d{1,3}){3})/(\d{1,2})(?![\w/]|\.\d)"), r"\1 slash \2"),
    (re.compile(r"(?<![\w.])v?\d+(?:\.\d+){2,}(?![\w]|\.\d)"), _dotted),
    (re.compile(r"\bv(\d+\.\d+)(?![\w.]|\.\d)"), lambda m: f"version {cardinal(m[1])}"),
    (re.compile(r"(?<![\w.,])(\d+)['’]\s?(\d{1,2})(?:\"|''|″)"),
     lambda m: f"{cardinal(m[1])} foot {cardinal(m[2])}"),
    # years
    (re.compile(r"\b(1[1-9]\d|20\d)0['’]?s\b"), _decade),
    (re.compile(r"(?<!\w)['’](\d)0s\b|(?<=\bthe )([2-9])0s\b"), _decade),
    (re.compile(rf"\b(1[5-9]\d\d|20\d\d)\s?{_MINUS}\s?(1[5-9]\d\d|20\d\d)\b"),
     lambda m: f"{year(m[1])} to {year(m[2])}"),
    (re.compile(rf"(?i:({_YEAR_BEFORE}))(1[1-9]\d\d|20\d\d)\b(?![,.]\d|%|{_COUNTED})"),
     lambda m: m[1] + year(m[2])),
    (re.compile(r"\b(19\d\d|20\d\d)(?=\s(?:was|is|had|has|will|saw)\b)"), lambda m: year(m[1])),
    # numbers that Rome wrote, where they can be nothing else
    (re.compile(r"\b((?i:chapter|volume|act|war|part|section|phase|type|stage|tier)(?=\s[IVX]{2})"
                r"|(?:Chapter|Volume|War|Part|Phase|Type|Stage|Tier|Act|Section)(?=\s[IVX](?:[,.;:?!)]|\s(?:of|and|to|errors?|trials?)\b|$)))\s"
                r"(X?(?:IX|IV|V?I{1,3}|V)|X)\b(?!['’.]\w)"), lambda m: f"{m[1]} {roman(m[2])}"),
    # powers, fractions, units, ratios, ranges
    (re.compile(r"(?P<base>\b\w+)\s?\^\s?(?P<exponent>-?\w+)"), _power),
    (re.compile(r"(?P<base>\b\w*[A-Za-z0-9)])(?P<exponent>[⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁿ]+)"), _power),
    (re.compile(r"(?<![\w.,/])(\d{1,3})/(\d{1,3})(?![\w/]|[.,]\d)"), _fraction),
    (re.compile(rf"(?<![\w.,])(?P<low>{_NUM})\s?{_MINUS}\s?(?P<high>\d+(?:\.\d+)?)"
                rf"(?=\s?(?:{_UNIT}|x|bn|[kKMB])?(?![\w]|{_MINUS}|[.,]\d))"),
     _range),
    (re.compile(rf"(?<![\w.,)\]]){_MINUS}(?=\d)"), "minus "),
    (re.compile(r"(?<![\w:.])(\d{1,3}):(\d{1,3})(?![\w:])"),
     lambda m: f"{cardinal(m[1])} to {cardinal(m[2])}"),
    (re.compile(rf"(?<![\w.,])(?P<number>{_NUM})[\s\u00a0-]?(?P<unit>{_UNIT})(?!\w)"), _unit),
    (re.compile(rf"(?<![\w.,])(?P<number>{_NUM})(?P<scale>[kKMB]|bn|mn)(?!\w)"), _scaled),
    (re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)e([+-]?)(\d+)\b"),
     lambda m: f"{cardinal(m[1])} times ten to the power of "
               f"{'minus ' if m[2] == '-' else ''}{cardinal(m[3])}"),
    (re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)x(?=\s[a-z]{3})"), lambda m: f"{cardinal(m[1])} times"),
    (re.compile(r"(?<![\w.])(\d+\.\d+)x(?!\w|\s?[-+=*^])"), lambda m: f"{cardinal(m[1])} times"),
    (re.compile(r"(?<![\w.])([1-9]\d*)x([1-9]\d*)(?!\w)"),
     lambda m: f"{cardinal(m[1])} by {cardinal(m[2])}"),
    (re.compile(r"(?<![\w.])(\d+)([xyzn])(?!\w)"), lambda m: f"{cardinal(m[1])} {m[2]}"),
    (re.compile(r"#(?=\d)"), "number "),
    (re.compile(r"\b(\d{1,4})(?:st|nd|rd|th)\b"), lambda m: ordinal(m[1])),
    # signs
    *_rules(_OPERATORS),
    (re.compile(r"(?<=\w)\s*&\s*(?=\w)"), " and "),
    (re.compile(r"(?<![\w/])/(?=[a-z])"), "slash "),
    (re.compile(r"(?<=\d)\s*%"), " percent"),
    (re.compile(r"(?<=[A-Za-z])-(?=\d)"), " "),
    (re.compile(r"(?<=[A-Za-z])/(?=[A-Za-z0-9])|(?<=\w)/(?=[A-Za-z])"), " "),
    # what is left
    (re.compile(rf"(?<![\w.])(?:{_NUM})(?!\w|\.\d)"), _cardinal),
]  # fmt: skip
