"""Language codes as people write them, and the ones that engines know. Pure.

Source: BCP 47; ISO 639-1, -2 and -3 codes of the languages that Whisper was trained on.
"""

from __future__ import annotations

RECOGNISED = frozenset(
    "af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw he"
    " hi hr ht hu hy id is it ja jw ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne"
    " nl nn no oc pa pl ps pt ro ru sa sd si sk sl sn so sq sr su sv sw ta te tg th tk tl tr tt uk"
    " ur uz vi yi yo zh".split()
)
OTHERWISE = {
    "nb": "no", "nob": "no", "nor": "no", "nno": "nn", "iw": "he", "heb": "he", "in": "id",
    "ji": "yi", "jv": "jw", "jav": "jw", "fil": "tl", "tgl": "tl", "mo": "ro", "cmn": "zh",
    "yue": "zh", "zho": "zh", "chi": "zh", "eng": "en", "deu": "de", "ger": "de", "fra": "fr",
    "fre": "fr", "spa": "es", "por": "pt", "ita": "it", "nld": "nl", "dut": "nl", "rus": "ru",
    "ukr": "uk", "pol": "pl", "ces": "cs", "cze": "cs", "slk": "sk", "slo": "sk", "swe": "sv",
    "dan": "da", "fin": "fi", "isl": "is", "ice": "is", "tur": "tr", "ara": "ar", "arb": "ar",
    "fas": "fa", "per": "fa", "prs": "fa", "hin": "hi", "urd": "ur", "ben": "bn", "tam": "ta",
    "tel": "te", "mar": "mr", "guj": "gu", "pan": "pa", "mal": "ml", "kan": "kn", "jpn": "ja",
    "kor": "ko", "vie": "vi", "tha": "th", "ind": "id", "msa": "ms", "may": "ms", "zsm": "ms",
    "ell": "el", "gre": "el", "hun": "hu", "ron": "ro", "rum": "ro", "bul": "bg", "srp": "sr",
    "hrv": "hr", "slv": "sl", "lit": "lt", "lav": "lv", "est": "et", "cat": "ca", "eus": "eu",
    "baq": "eu", "glg": "gl", "cym": "cy", "wel": "cy", "swa": "sw", "afr": "af", "sqi": "sq",
    "alb": "sq", "hye": "hy", "arm": "hy", "kat": "ka", "geo": "ka", "aze": "az", "kaz": "kk",
    "uzb": "uz", "mkd": "mk", "mac": "mk", "bos": "bs", "sh": "sr", "als": "sq", "nep": "ne",
    "sin": "si", "khm": "km", "lao": "lo", "mya": "my", "bur": "my", "amh": "am", "som": "so",
    "yor": "yo", "hau": "ha", "mlt": "mt", "ltz": "lb", "tgk": "tg", "mon": "mn",
}  # fmt: skip
NAMES = {
    "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan", "cs": "Czech",
    "cy": "Welsh", "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish",
    "et": "Estonian", "fa": "Persian", "fi": "Finnish", "fr": "French", "gu": "Gujarati",
    "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian",
    "is": "Icelandic", "it": "Italian", "ja": "Japanese", "ko": "Korean", "lt": "Lithuanian",
    "lv": "Latvian", "ml": "Malayalam", "mr": "Marathi", "ms": "Malay", "nl": "Dutch",
    "nn": "Nynorsk", "no": "Norwegian", "pa": "Punjabi", "pl": "Polish", "pt": "Portuguese",
    "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovenian", "sr": "Serbian",
    "sv": "Swedish", "sw": "Swahili", "ta": "Tamil", "te": "Telugu", "th": "Thai",
    "tl": "Tagalog", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese",
    "zh": "Chinese",
}  # fmt: skip


def recognised_as(code: str) -> str | None:
    """The recogniser's code for a language as written: `en` for `en-GB`; None when it has none."""
    primary = code.strip().replace("_", "-").partition("-")[0].lower()
    known = OTHERWISE.get(primary, primary)
    return known if known in RECOGNISED else None


def language_name(code: str) -> str:
    """The language's English name, or its code."""
    known = recognised_as(code) or code
    return NAMES.get(known, known)
