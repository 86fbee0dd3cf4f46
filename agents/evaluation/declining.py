"""Answers that give none: giving up, questions back to the interviewer, and keys hit. Pure.

A short answer declines when a phrase of giving up stands in it and hardly anything is left beside
it: "I don't know, perhaps the main method" is an answer. Words of giving up and of asking back that
no phrase knows are found by meaning: the sentence model's vectors beside those of `DECLINED` and
`ASKED_BACK`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from agents.evaluation.encoded import Encoded, Vector
from agents.evaluation.passages import STOPWORDS, content_words, stem, tokens

MAX_WORDS = 25
MEANT = 0.5  # cosine; right answers of the graded sets come to 0.37 beside `DECLINED` at most
MEANT_OF_ONESELF = 0.4  # where a few words say that "I" do not; other such sentences come to 0.37
MEANT_BACK = 0.62  # and to 0.37 beside `ASKED_BACK`; what is said about hearing, to 0.58
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
    r"encounter(?:ed)?|prepared?|(?:wish|want|care|like) to (?:answer|say)|"
    r"have (?:\w+ )?(?:experience|knowledge)(?: (?:with|of|in)(?: \w+){1,3})?)"
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
    r"^\W*blank\W*$|\b(?:it|this|that|the answer|my mind)?(?:'s| is| has)?\s*"
    r"(?:(?:completely|totally|just)\s+)?(?:escapes me|slipped my mind|gone blank|beats me|"
    r"over my head|beyond me|new to me|a (?:complete |total )?mystery to me|"
    r"not something (?:that )?i(?:'ve| have)? (?:come across|"
    r"know|learned|studied|covered|done|used)|"
    r"not (?:in )?my (?:area|field|strength|strong suit)(?: of expertise)?)\b",
    r"\bmy (?:mind|memory|head) (?:is|went|has gone|fails)\b(?: me)?"
    r"(?:\s+(?:completely\s+)?blank)?",
    rf"\b(?:i(?:'d| would)(?: only| just)? be|i(?:'m| am)(?: only| just)?) guessing\b{_ABOUT}",
    r"\b(?:your|my|anyone's|anybody's) guess is as good as (?:mine|yours|any)\b|"
    r"\bon the tip of my tongue\b(?:,? but i (?:can'?t|cannot) (?:get|find|remember) it)?|"
    r"\bnot the (?:right|best) (?:person|one) (?:to ask|for (?:this|that))\b|"
    r"\b(?:you(?:'d| would)? (?:have to|should|better|need to) )?ask (?:someone|somebody) else\b|"
    r"\bi wish i (?:knew|could (?:say|tell|answer|remember))\b|"
    r"\btoo (?:hard|difficult|advanced|tough) for me\b|"
    r"\bnothing (?:springs|comes) to mind\b|"
    r"\bnot that i know of\b|\bbeyond my (?:knowledge|understanding|abilities|skills?|expertise)\b",
    rf"\b(?:i(?:'m| am) )?still learning (?:about )?{_IT}\b",
    rf"\bi(?:'ve| have)?(?: really)? got (?:absolutely )?nothing\b{_ABOUT}",
    r"\bi (?:would |'d )?prefer not to (?:answer|say)\b|\bi do?n'?t no\b|\bidek\b|\bdunno\b|"
    r"^\W*not known\W*$",
    r"\b(?:dunno|don'?t know|do not know|not sure|no idea|idk|i give up|i forg[eo]t|unsure|"
    r"i(?:'ve| have) forgotten|i(?:'d| would) (?:rather|have to) (?:skip|pass|look|guess|not)"
    r"(?: it up)?|you(?:'ve)? got me|search me|beats me|who knows|hard to say|no clue|"
    r"not familiar with|never heard of|nothing comes to mind|"
    r"(?:draw(?:ing)?|i'?m|i am) (?:a )?(?:\w+ )?blank|"
    r"(?:not|haven'?t) (?:a|the) (?:faintest|slightest|foggiest|clue|idea)(?: idea)?|"
    rf"i draw a blank|i(?:'m| am) (?:stuck|lost)|n/?a)\b{_ABOUT}",
    r"\b(?:(?:can|could|may|shall|let'?s?|let us|i(?:'d| would) like to|i(?:'ll| will)|"
    r"(?:i(?:'m| am) )?going to(?: have to)?|i(?:'ll| will)? have to|i want to|please|prefer to)\s+"
    r"(?:we |i |me )?(?:please )?)+(?:skip|pass|move on|go on|"
    rf"leave|come back|go to the next)\b{_ABOUT}",
    r"\b(?:next|another) (?:question|one)(?:,? please)?\b",
    rf"\bi (?:don'?t|do not) think (?:that )?i (?:can|could|know|have|am able)\b{_ABOUT}",
    r"\b(?:i(?:'ve| have) (?:not|never)|i lack|i have (?:little|zero))\s+(?:\w+\s+)?"
    rf"(?:come across|knowledge|experience|idea|understanding|known|met)\b{_ABOUT}",
    rf"\bi (?:\w+ )?have nothing (?:to (?:say|add|offer)|on)\b{_ABOUT}",
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
        r"^\W*(?:sorry,? |please,? |kindly )*(?:repeat|rephrase)"
        r" (?:(?:the|that|this|your) (?:last )?question|that|this|it)(?: again)?(?: please)?\W*$",
        r"\bwould you mind (?:repeating|rephrasing|saying|explaining|clarifying|asking|going)\b",
        r"^\W*(?:sorry,? |please,? )*(?:once more|one more time|say again|in (?:what|which) sense|"
        r"how so|what was that|like what|such as what)(?:,? please)?\W*$",
        r"\b(?:hear|have|read|get|see) (?:the|that|your|this) question"
        r" (?:once more|again|one more time)",
        r"^\W*(?:(?:hello|hi|sorry)\W+)*(?:(?:can|do) you hear me|"
        r"are you (?:still )?(?:there|here))(?: now| okay)?\W*$",
        r"\b(?:your|the) (?:audio|sound|voice) (?:cut out|broke up|breaks up|dropped|froze|went|"
        r"is (?:breaking|cutting|dropping))\b",
        r"\bmay i ask (?:for|what|you|a question|if|whether|which)\b",
        r"^\W*(?:do|must|am) i (?:need|have|supposed|allowed|to)\b.*\?",
        r"\bis (?:that|this) (?:the|a|your) (?:\w+ )?question\b.*\?",
        r"\bnot (?:\w+ )?sure (?:that )?i"
        r" (?:understand|understood|got|get|follow|heard) (?:you|the|your|this|that|what)\b",
        r"\bi (?:have |just )?missed (?:(?:part of )?(?:the|your) (?:last )?question|"
        r"what you|that\W*$)",
        r"\b(?:say|ask) (?:that|it) again\b|\bcome again\b|\b(?:i beg your )?pardon(?: me)?\s*\?",
        r"\bi (?:didn'?t|did not|couldn'?t|could not|can'?t) (?:quite |really )?"
        r"(?:hear|catch|get|understand) (?:you|that|the question|your question|what you)",
        r"\bwhat does (?:that|this|it|the question) mean\b|^\W*what (?:does|do) .{1,40} mean\b.*\?",
        r"\b(?:sorry|excuse me|what|pardon|huh)\s*\?\s*$",
        r"\bi (?:don'?t|do not) understand (?:the|your|this) question\b",
        r"\bare you (?:asking|talking|looking)\b.*\?",
        r"\bshould i (?:explain|talk|answer|describe|give|go)\b.*\?",
        r"\bhow much time\b|\bis this (?:about|being|still)\b.*\?",
    )
)
# What somebody does when they do not know is an answer.
_TELLS = re.compile(
    r"^\W*(?:when|whenever|if|once)\b|"
    r"\b(?:so|then|until) (?:i|we) (?!can|could|would|have|am|do|will|'ll|give|pass|skip|guess)\w+",
    re.IGNORECASE,
)
_QUOTES = re.compile(r"(?<=\w)[\"`´‘’ʼ′](?=\w)")  # what people type for an apostrophe
_EMPTY = STOPWORDS | frozenset(
    "sorry well okay ok yes yeah hmm um uh honestly unfortunately afraid question answer right sir "
    "madam think guess really actually maybe perhaps now moment moment's thanks thank oh hi please "
    "sure certain idea that's let exactly one anything something know but expertise admit honest "
    "say tell been".split()
)


# Any wording near one of these gives up; none speaks of passing, skipping or nothing, which answers
# do as well.
DECLINED = (
    "I don't know the answer",
    "I have no idea",
    "I can't answer this question",
    "I am not able to answer that",
    "I don't remember",
    "I forgot how this works",
    "I have never heard of this",
    "I have never worked with this",
    "I have no experience with this",
    "I haven't learned about this yet",
    "I am not familiar with this topic",
    "this is outside my area of expertise",
    "I am not sure about this one",
    "nothing comes to my mind",
    "I can't think of anything",
    "I have nothing to say about this",
    "this question is too difficult for me",
    "I would only be guessing",
    "I would have to look it up",
    "we did not cover this at school",
    "I would rather not answer this",
    "I wish I knew the answer",
    "please ask somebody else",
    "no clue at all",
    "I do not understand this subject",
    "I give up",
    "this question has me stumped",
    "that does not ring a bell",
    "I was absent when this was taught",
    "I lack the background for this",
    "I do not have the necessary knowledge",
    "I do not feel qualified to answer",
    "I have not had the chance to use it yet",
    "I have yet to work with that",
    "we never used this where I worked",
    "I need more time to think about it",
    "please don't ask me that",
    "it is a mystery to me",
    "I have absolutely nothing",
    "I have read about it but cannot remember",
    "I never really understood it",
    "I have to leave this question",
    "I have no thoughts on this",
    "that was never part of my job",
    "sorry, I am lost here",
    "I struggle with this question",
)
ASKED_BACK = (
    "could you repeat the question please",
    "I did not understand the question",
    "what exactly do you mean by that",
    "could you rephrase the question",
    "I did not hear the question",
    "sorry, I missed what you said",
    "can you explain what you are asking",
    "what was the question again",
    "can you hear me",
    "please say that once more",
)


_OF_ONESELF = re.compile(r"\b(?:i|me|my|i'\w+)\b", re.IGNORECASE)
_DENIES = re.compile(r"n't\b|\b(?:not|no|never|nothing|cannot|none|lack)\b", re.IGNORECASE)
FEW_WORDS = 12


def means_to_decline(text: str, nearness: float) -> bool:
    """Whether a text so near to `DECLINED` gives up; less is enough where "I" do not."""
    said = _QUOTES.sub("'", text)
    if _TELLS.search(said):
        return False
    few = len(tokens(said)) <= FEW_WORDS
    of_oneself = few and _OF_ONESELF.search(said) and _DENIES.search(said)
    return nearness >= (MEANT_OF_ONESELF if of_oneself else MEANT)


def means(answer: Vector, ways: Sequence[Encoded], expected: Sequence[Encoded]) -> float:
    """How near an answer is to the nearest of the ways to say something, 0-1.

    `answer` is a unit vector. 0 where it is nearer to something that was expected.
    """
    nearest = max((_cosine(answer, way) for way in ways), default=0.0)
    return nearest if nearest > max((_cosine(answer, e) for e in expected), default=0.0) else 0.0


def _cosine(answer: Vector, text: Encoded) -> float:
    return float(answer @ text.vector) / max(float((text.vector @ text.vector) ** 0.5), 1e-9)


def declines(text: str, question: str = "") -> bool:
    """Whether a short answer says that there is none, and little that was not asked besides."""
    if len(tokens(text)) > MAX_WORDS:
        return False
    text = _QUOTES.sub("'", text)
    if _TELLS.search(text):
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
    said = _QUOTES.sub("'", text)
    return len(tokens(text)) <= MAX_WORDS and any(pattern.search(said) for pattern in _BACK)


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
