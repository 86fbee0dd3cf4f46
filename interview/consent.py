"""Whether a reply to "Are you ready to begin?" is a yes, a refusal, or neither.

Whole words, with negation. Only a clear yes is consent; only a clear refusal declines; all else is
`unclear` and is asked again. English, as the avatar's own lines.
"""

from __future__ import annotations

import re
from typing import Literal

Understanding = Literal["yes", "no", "unclear"]

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})  # noqa: RUF001
_CONTRACTIONS = {
    "can't": "can not",
    "cannot": "can not",
    "won't": "will not",
    "shan't": "shall not",
    "ain't": "is not",
    "i'm": "i am",
    "i'd": "i would",
    "i'll": "i will",
    "i've": "i have",
    "let's": "let us",
    "lets": "let us",
    "we're": "we are",
    "it's": "it is",
    "that's": "that is",
    "dont": "do not",
    "im": "i am",
    "wont": "will not",
    "cant": "can not",
}
_HARMLESS = (
    # phrases with a negative word that negate nothing
    r"no (?:problem|problems|worries|worry|doubt|objection|objections|issue|issues|questions?)"
    r"(?: at all)?",
    r"not (?:a problem|an issue)(?: at all)?",
    r"why not",
    r"(?:i )?(?:do not|would not) mind",
    r"(?:i )?can not wait(?: to)?",
    r"could not be (?:more ready|readier)",
    r"no need to wait",
    r"(?:when|whenever|if) you are(?: ready)?",
)
_REFUSALS = (
    r"i refuse",
    r"i (?:do not|will not|can not|would not) (?:give (?:you )?(?:my )?)?(?:consent|agree|accept)"
    r"(?! yet)",
    r"i (?:do not|would not) (?:want|wish|like)(?: you)? to"
    r"(?: (?:do|take|have|start|begin|continue|go|participate|be|give|proceed|record|answer)\b|$)",
    r"i (?:do not|would not) want (?:this|that|it|any of (?:this|that))",
    r"no,? i (?:do not|would not) want",
    r"i (?:am|would be) not (?:willing|interested|going to (?:do|take part|participate|continue))",
    r"i (?:decline|disagree|withdraw|object|opt out)",
    r"i (?:want|would like) to (?:stop|quit|leave|cancel|withdraw|opt out)",
    r"i (?:will|would|would rather) (?:not|rather not) "
    r"(?:do|take part|participate|continue|be recorded|be interviewed)",
    r"not interested",
    r"(?:stop|cancel|end) (?:the|this) interview",
    r"i do not consent",
)
_POSTPONED = (
    # a refusal's words about now, not about taking part
    r"\byet\b",
    r"\bright now\b",
    r"\bnot now\b",
    r"\bin a (?:minute|moment|second|sec|bit|while)\b",
    r"\b(?:one|a|another|give me|just a|need a) (?:minute|moment|second|sec)\b",
    r"\b(?:two|five|ten|\d+|few|couple of|some) (?:more )?(?:minutes?|seconds?|time)\b",
    r"\b(?:wait|hold on|hang on|later|tomorrow|almost|nearly)\b",
)
_NEGATIONS = frozenset("no not never nor neither without hardly unable unsure nope nah".split())
_DOUBTS = frozenset("maybe perhaps unsure doubt might if unless before until when after".split())
_YES = (
    r"yes",
    r"yeah",
    r"yea",
    r"yep",
    r"yup",
    r"yah",
    r"aye",
    r"sure",
    r"okay",
    r"ok",
    r"okey",
    r"okie dokie",
    r"alright",
    r"all right",
    r"right",
    r"absolutely",
    r"definitely",
    r"certainly",
    r"of course",
    r"sounds good",
    r"ready",
    r"go ahead",
    r"go on",
    r"go for it",
    r"please (?:start|begin|proceed|continue|go)",
    r"(?:let us|we can|you can|you may|can|happy to|want to|would like to|like to|shall we|"
    r"i will|ready to|good to|time to) (?:begin|start|go|proceed|continue|do (?:it|this))",
    r"(?:start|begin|proceed|continue)(?: now| please| the interview)?$",
    r"i (?:do )?(?:agree|consent|accept)",
    r"agreed",
    r"by all means",
    r"fine",
    r"great",
    r"good to go",
    r"do it",
    r"why not",
)
_YES_PATTERN = re.compile(r"\b(?:" + "|".join(_YES) + r")(?:\b|$)")
_REFUSAL_PATTERN = re.compile(r"\b(?:" + "|".join(_REFUSALS) + r")")
_HARMLESS_PATTERN = re.compile(r"\b(?:" + "|".join(_HARMLESS) + r")\b")
_POSTPONED_PATTERN = re.compile("|".join(_POSTPONED))
_CLAUSE = re.compile(r"[.!?;,:\n]+|\bbut\b|\bso\b|\band\b|\bthough\b|\bthen\b")
_QUESTION = re.compile(
    r"^(?:are|is|do|does|did|what|who|how|why|where|when|could|would|will|may)\b"
)


def understand(text: str) -> Understanding:
    """Read one reply.

    The last clause that says anything decides, since people correct themselves: "no problem, let's
    start" is a yes, "yes, but I am not ready" is not. A refusal anywhere declines, unless it only
    puts off ("I don't want to start yet").
    """
    words = _plain(text)
    if not words:
        return "unclear"
    if _REFUSAL_PATTERN.search(_joined(words)):
        return "unclear" if _POSTPONED_PATTERN.search(words) else "no"
    found: Understanding = "unclear"
    for clause in _clauses(words):
        read = _read_clause(clause)
        if read is not None:
            found = read
    return found


def _joined(words: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"[,.;:!?]+", " ", words)).strip()


def _plain(text: str) -> str:
    lowered = text.lower().translate(_APOSTROPHES)
    words = [_expanded(word) for word in re.findall(r"[a-z']+|\d+|[.!?;,:\n]", lowered)]
    return " ".join(words).strip()


def _expanded(word: str) -> str:
    word = word.strip("'")
    if word in _CONTRACTIONS:
        return _CONTRACTIONS[word]
    if word.endswith("n't"):
        return f"{word[:-3]} not"
    return word


def _clauses(words: str) -> list[str]:
    softened = _HARMLESS_PATTERN.sub(" fine ", words)
    return [part for part in (" ".join(p.split()) for p in _CLAUSE.split(softened)) if part]


def _read_clause(clause: str) -> Understanding | None:
    """A yes, a doubt (unclear), or None when the clause says nothing about it."""
    words = clause.split()
    if _NEGATIONS & set(words) or _DOUBTS & set(words):
        return "unclear"
    if _POSTPONED_PATTERN.search(clause) or _QUESTION.match(clause):
        return "unclear"
    return "yes" if _YES_PATTERN.search(clause) else None
