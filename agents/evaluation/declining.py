"""Answers that give none: giving up, questions back to the interviewer, and keys hit. Pure.

A short answer declines when a phrase of giving up stands in it and hardly anything is left beside
it: "I don't know, perhaps the main method" is an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from agents.evaluation.passages import STOPWORDS, content_words, stem, tokens

MAX_WORDS = 25
LETTERS_A_PIECE = 1.3  # below it no words were typed: "fjdajf" 1.2, "k" 1.0; "MQTT" has 1.33
LEFT_OVER_WORDS = 2  # so many words of meaning beside the giving up are an answer

_ADVERB = r"(?:(?:really|just|honestly|actually|truly|quite|unfortunately|also|even)\s+)*"
_NOT = (
    rf"{_ADVERB}(?:(?:do|did|could|would|have|had|was|am|will)(?: not|n'?t)|can(?: ?not|'?t)|"
    rf"won'?t|(?:have )?never)\s+{_ADVERB}"
)
_IT = r"(?:that|this|it|one|these|those|such)"
_KNOWING = (
    r"(?:know|remember|recall|learn(?:ed|t)?|stud(?:y|ied)|cover(?:ed)?|hear(?:d)? of|understand|"
    r"understood|think of|come across|work(?:ed)? with|answer|say|tell|explain|get|got|"
    rf"have (?:an?|any|the|much|enough)|(?:seen|used?|done?|read|see|heard) {_IT}|looked|dealt|"
    r"sure|certain|familiar|able|aware|comfortable|qualified|come up with|"
    r"encounter(?:ed)?|prepared?)"
)
# What may still follow without being an answer: "… that question", "… about this topic yet".
_ABOUT = (
    r"(?:,?(?:\s+[\w']+){0,2}?\s+(?:that|this|it|one|answer|question|idea|topic|term|concept|clue|"
    r"yet|before|much|anything|about|off|moment|now|least|exactly|certain|sure|with|how|what|of|"
    r"for|area|subject|class|here|help|later|next|please|to|far|on|in|know)\b)*"
)
_GIVING_UP = (
    rf"(?:\b(?:i|we)(?:'m)?\s+|^\W*|\b(?:but|and|sorry),?\s+){_NOT}{_KNOWING}\b{_ABOUT}",
    rf"\b(?:i|we) (?:have yet to|(?:was|were) never|(?:would|'d|will|'ll)(?: have)? (?:need )?to)"
    rf"\s+(?:learn|study|be taught|taught|google|look|check|ask)\b{_ABOUT}",
    rf"(?:^\W*|\b(?:i'?m|i am)\s+)(?:unable to|blanking on|drawing blanks?)\b(?:\s+answer)?"
    rf"{_ABOUT}",
    r"\b(?:that|this|it) (?:was|is)(?:n'?t| not| never) (?:covered|taught|part of)\b"
    r"(?:\s+\w+){0,4}",
    rf"\b(?:that|this|it)(?:'s| is| was) (?:unknown|unfamiliar|new|foreign) to me\b{_ABOUT}",
    rf"\b(?:i'?m|i am)\s+{_ADVERB}(?:not|un)\s*{_ADVERB}(?:sure|certain|familiar|aware|able|"
    rf"comfortable|confident|good|qualified|too sure)\b{_ABOUT}",
    r"\b(?:i(?:'?m| am)\s+)?(?:afraid|sorry)\b,?(?:\s+(?:but|about that))?",
    r"(?<!has )\b(?:(?:i(?:'?ve| have)?(?: got)?|there is|with)\s+)?"
    r"(?:absolutely |really |got )?no\s+(?:\w+\s+)?"
    rf"(?:idea|clue|answer|knowledge|recollection|memory|experience|thought|comment|guess)s?\b{_ABOUT}",
    r"\b(?:it|this|that|the answer|my mind)?(?:'s| is| has)?\s*(?:(?:completely|totally|just)\s+)?"
    r"(?:escapes me|slipped my mind|blank|gone blank|beats me|over my head|beyond me|new to me|"
    r"not something (?:that )?i(?:'ve| have)? (?:know|learned|studied|covered|done|used)|"
    r"not (?:in )?my (?:area|field|strength|strong suit)(?: of expertise)?)\b",
    r"\bmy mind (?:is|went|has gone)\s+(?:completely\s+)?blank\b",
    r"\b(?:dunno|don'?t know|do not know|not sure|no idea|idk|i give up|i forg[eo]t|unsure|"
    r"i(?:'ve| have) forgotten|i(?:'d| would) (?:rather|have to) (?:skip|pass|look|guess|not)"
    r"(?: it up)?|you(?:'ve)? got me|search me|beats me|who knows|hard to say|no clue|"
    r"not familiar with|never heard of|nothing comes to mind|drawing a (?:\w+ )?blank|"
    r"(?:not|haven'?t) (?:a|the) (?:faintest|slightest|foggiest|clue|idea)(?: idea)?|"
    rf"i draw a blank|i(?:'m| am) (?:stuck|lost)|n/?a)\b{_ABOUT}",
    r"\b(?:(?:can|could|may|shall|let'?s?|let us|i(?:'d| would) like to|i(?:'ll| will)|"
    r"i want to|please|prefer to)\s+(?:we |i |me )?(?:please )?)+(?:skip|pass|move on|go on|"
    rf"leave|come back|go to the next)\b{_ABOUT}",
    r"\b(?:next|another) (?:question|one)(?:,? please)?\b",
    rf"\bi (?:don'?t|do not) think (?:that )?i (?:can|could|know|have|am able)\b{_ABOUT}",
    r"\b(?:i(?:'ve| have) (?:not|never)|i lack|i have (?:little|zero))\s+(?:\w+\s+)?"
    rf"(?:come across|knowledge|experience|idea|understanding|known|met)\b{_ABOUT}",
    rf"\bi have nothing (?:to (?:say|add|offer)|on)\b{_ABOUT}",
    r"\b(?:my |the )?(?:knowledge|experience|understanding)\b[\w\s']*\b"
    r"(?:zero|nil|none|lacking|limited|missing)\b",
    rf"\bi(?:'m| am) (?:clueless|stumped|at a loss|completely lost|ignorant)\b{_ABOUT}",
    r"\b(?:we|they|you) (?:have|did)(?:n'?t| not) (?:\w+ )?(?:learn(?:ed|t)?|cover(?:ed)?|do|done|"
    rf"get|got|taught|teach|stud(?:y|ied)|had?)\b{_ABOUT}",
)
_PATTERNS = tuple(re.compile(pattern, re.IGNORECASE) for pattern in _GIVING_UP)
_WHOLE = re.compile(
    r"(?:(?:i(?:'ll| will)?|let me|i'd)\s+)?(?:pass|skip)(?:\s+(?:on\s+)?"
    r"(?:this|that|it|one|this one|that one|this question))?(?:\s*,?\s*please)?|"
    r"idk|can'?t say|dont know|n/?a|\?+|no answer|not (?:really|sure)|no comment|sorry|next",
    re.IGNORECASE,
)
_BACK = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:could|can|would|will) you (?:please |maybe |just )*(?:repeat|rephrase|say|explain|"
        r"clarify|give|tell|elaborate|reword|read|ask|define|go over|speak|be more)\b",
        r"\bwhat (?:exactly |precisely )?(?:do|did) you (?:mean|ask|say|want)\b",
        r"\b(?:do|did) you mean\b.*\?",
        r"\bwhat (?:was|is) (?:the|your) question\b",
        r"\b(?:please |kindly )?(?:repeat|rephrase) (?:the|that|this|your|it)\b",
        r"\b(?:say|ask) (?:that|it) again\b|\bcome again\b|\b(?:i beg your )?pardon(?: me)?\s*\?",
        r"\bi (?:didn'?t|did not|couldn'?t|could not|can'?t) (?:quite |really )?"
        r"(?:hear|catch|get|understand) (?:you|that|the question|your question|what you)",
        r"\bwhat does (?:that|this|it|the question) mean\b",
        r"\b(?:sorry|excuse me|what|pardon|huh)\s*\?\s*$",
        r"\bi (?:don'?t|do not) understand (?:the|your|this) question\b",
        r"\bare you (?:asking|talking|looking)\b.*\?",
        r"\bshould i (?:explain|talk|answer|describe|give|go)\b.*\?",
        r"\bhow much time\b|\bis this (?:about|being|still)\b.*\?",
    )
)
_EMPTY = STOPWORDS | frozenset(
    "sorry well okay ok yes yeah hmm um uh honestly unfortunately afraid question answer right sir "
    "madam think guess really actually maybe perhaps now moment moment's thanks thank oh hi please "
    "sure certain idea that's let exactly one anything something know but expertise admit honest "
    "say tell been".split()
)


def declines(text: str, question: str = "") -> bool:
    """Whether a short answer says that there is none, and little that was not asked besides."""
    if len(tokens(text)) > MAX_WORDS:
        return False
    if _WHOLE.fullmatch(text.strip().rstrip(".!… ").strip()):
        return True
    rest, found = text, False
    for pattern in _PATTERNS:
        rest, count = pattern.subn(" ", rest)
        found = found or count > 0
    asked = set(content_words(question))
    left = [word for word in tokens(rest) if word not in _EMPTY and stem(word) not in asked]
    return found and len(left) < LEFT_OVER_WORDS


def asks_back(text: str) -> bool:
    """Whether a short answer is a question to the interviewer."""
    return len(tokens(text)) <= MAX_WORDS and any(pattern.search(text) for pattern in _BACK)


def has_no_words(text: str, pieces: int, known: Iterable[str]) -> bool:
    """Whether a short answer is letters that make no words ("k", "fjdajf").

    `pieces` is how many pieces of its vocabulary the sentence model needs for it. What stands in
    one of the texts `known` (question, expected points), and what has figures or signs, may mean
    something.
    """
    said = tokens(text)
    letters = re.sub(r"[\s.,!?]", "", text)
    if not letters.isalpha() or len(said) > MAX_WORDS:
        return False
    if set(said) & {word for each in known for word in tokens(each)}:
        return False
    return len(letters) < LETTERS_A_PIECE * pieces
