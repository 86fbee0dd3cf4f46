"""Sentences that are meant for the interviewer, not for the answer. Pure; English."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from agents.turns.wording import plain_words

MAX_COMMAND_WORDS = 14


class CommandKind(StrEnum):
    """What the candidate asks for."""

    DONE = "done"
    REPEAT = "repeat"
    MOMENT = "moment"
    SKIP = "skip"
    PATIENCE = "patience"


@dataclass(frozen=True, slots=True)
class SpokenCommand:
    """A command at the end of what was said: its words begin at `start`, counted in words."""

    kind: CommandKind
    start: int


_LEAD = (
    r"(?:(?:um|uh|er|erm|hm|hmm|well|okay|ok|so|sorry|oh|please|yes|yeah|no|excuse me|i'm sorry|"
    r"i think|and|right|alright|actually|but|now) )*"
)
_TAIL = (
    r"(?: (?:please|thanks|thank you|now|then|again|from me|for me|really|i think|"
    r"if you don't mind|if that's okay))*"
)
_QUESTION = r"(?:that|it|this|the question|your question|that question|the last question|that one)"
_TIME = r"(?:a|one|just a|just one|another) (?:moment|second|sec|minute|min|bit|little while)"
_THINK = r"(?: (?:to think|to think about (?:it|that|this)|to consider|here|for a moment))?"
_ASK = r"(?:could|can|would|will) you(?: please| kindly| just| maybe)?"
_DONE = (
    r"(?:that's|that is|that'll be|that will be|that would be|this is)"
    r" (?:all|it|everything|my answer|my whole answer|the end)",
    r"(?:i'm|i am|i think i'm|i'm all) (?:done|finished|through)(?: with (?:this|that|it|my answer|"
    r"the answer|this question))?",
    r"(?:nothing|i have nothing|i've nothing) (?:else|more|further)(?: to (?:add|say))?",
    r"end of (?:my )?answer",
)
_DONE_ALONE = (r"done", r"finished", r"i'm good", r"that's all i have", r"that's all i can say")
_NEXT = (
    r"(?:the )?next (?:question|one)",
    r"(?:let's|let us|we can|you can|can we|could we|shall we) (?:move on|go on|continue)"
    r"(?: to the next (?:question|one))?",
    r"move on to the next (?:question|one)",
    r"go to the next (?:question|one)",
)
_REPEAT = (
    rf"{_ASK} (?:repeat|rephrase|say)(?: {_QUESTION})?(?: (?:again|once more|one more time))?",
    rf"{_ASK} (?:ask|read) (?:me )?{_QUESTION}(?: (?:again|once more|one more time))",
    rf"(?:can|could|may) i hear {_QUESTION} (?:again|once more|one more time)",
    r"what was (?:that|the question|your question|the last question)(?: again)?",
    rf"(?:i )?(?:didn't|did not|couldn't|could not) (?:quite )?(?:catch|hear|get|understand)"
    rf" {_QUESTION}",
)
_REPEAT_ALONE = (
    rf"(?:repeat|say)(?: {_QUESTION})?(?: (?:again|once more|one more time))?",
    r"(?:i beg your )?pardon(?: me)?",
    r"come again",
    r"(?:once more|one more time|again)",
)
_MOMENT = (
    rf"(?:give|allow) me {_TIME}{_THINK}",
    rf"(?:i|i'd|i'll) (?:need|would need|like|would like|just need) {_TIME}{_THINK}",
    rf"(?:can|could|may) i (?:have|take|get) {_TIME}{_THINK}",
    rf"let me (?:think|think about (?:it|that|this|that one)) for {_TIME}",
)
_MOMENT_ALONE = (
    rf"(?:just )?{_TIME}",
    r"(?:just |one )?(?:moment|second|sec|minute)",
    r"(?:hold on|hang on|wait)(?: (?:a|one) (?:moment|second|sec|minute))?",
)
_LONGER = r"(?:a little |a bit |much )?(?:more time|longer)"
_PATIENCE = (
    rf"(?:i|i'd|i'll|i will|i would) (?:need|like|would like|usually need|often need|always need)"
    rf" {_LONGER}(?: (?:to think|to answer|to speak|for my answers|for my pauses|between sentences|"
    r"when i speak|in general|for each question|than others|than that))*",
    rf"(?:{_ASK} )?(?:please )?(?:give me|allow me|wait) {_LONGER}"
    r"(?: (?:to think|to answer|to speak|for my answers|from now on|in general|"
    r"when i pause|before you go on|before you continue))*",
    rf"(?:{_ASK} )?(?:please )?be (?:more |a bit more |a little more )?patient(?: with me)?",
    r"(?:please )?(?:don't|do not) (?:interrupt me|cut me off)(?: when i pause| while i think)?",
)
_SKIP = (
    r"(?:can|could|may) (?:we|i|you) (?:please )?(?:skip|pass on|pass)"
    rf"(?: {_QUESTION}| this one| this question)?",
    r"(?:i'd|i would|i want|i'd like|i would like|i'll|i will|i'm going|i am going|let's|let us|"
    r"i'd prefer|i have)(?: like| prefer| have)?(?: to)? (?:skip|pass)"
    rf"(?: on)?(?: {_QUESTION}| this one| this question)?",
    r"(?:i'd|i would) rather not (?:answer|say)(?: (?:that|this|it|this question|that question))?",
)
_SKIP_ALONE = (rf"(?:skip|pass)(?: on)?(?: {_QUESTION}| this one| this question)?",)


def _whole(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"{_LEAD}(?:{'|'.join(patterns)}){_TAIL}")


_ANYWHERE = (
    # unmistakable at the end of anything that was said
    (CommandKind.REPEAT, _whole(_REPEAT)),
    (CommandKind.MOMENT, _whole(_MOMENT)),
    (CommandKind.SKIP, _whole(_SKIP)),
    (CommandKind.DONE, _whole(_DONE)),
)
_OWN_SENTENCE = (
    # may be part of an answer ("we had to move on"): only as a sentence of their own
    (CommandKind.REPEAT, _whole(_REPEAT_ALONE)),
    (CommandKind.MOMENT, _whole(_MOMENT_ALONE)),
    (CommandKind.SKIP, _whole(_SKIP_ALONE)),
    (CommandKind.PATIENCE, _whole(_PATIENCE)),
    (CommandKind.DONE, _whole(_DONE_ALONE)),
)
_NEXT_PATTERN = _whole(_NEXT)


def spoken_command(
    words: Sequence[str], *, answered: bool = False, coding: bool = False, language: str = "en"
) -> SpokenCommand | None:
    """The command that ends these words, if there is one.

    Args:
        words: What was said, a word each, punctuation attached as recognised.
        answered: Whether the answer has other words already. "Next question" without an answer
            leaves the question out.
        coding: Code is handed in by hand: words do not end a coding question.
        language: Only English is understood.
    """
    if not language.lower().startswith("en"):
        return None
    plain = [" ".join(plain_words(word)) for word in words]
    for start in range(max(0, len(words) - MAX_COMMAND_WORDS), len(words)):
        said = " ".join(word for word in plain[start:] if word)
        if not said:
            continue
        own = start == 0 or words[start - 1].endswith((".", "!", "?", "…"))
        kind = _kind(said, own=own, answered=answered or start > 0)
        if kind is None or (not own and _takes_object(plain, start)):
            continue
        if coding and kind in (CommandKind.DONE, CommandKind.SKIP):
            return None
        return SpokenCommand(kind, start)
    return None


def _kind(said: str, *, own: bool, answered: bool) -> CommandKind | None:
    for kind, pattern in _ANYWHERE:
        if pattern.fullmatch(said):
            return kind
    if not own:
        return None
    if _NEXT_PATTERN.fullmatch(said):
        return CommandKind.DONE if answered else CommandKind.SKIP
    for kind, pattern in _OWN_SENTENCE:
        if pattern.fullmatch(said):
            return kind
    return None


def _takes_object(plain: Sequence[str], start: int) -> bool:
    """In mid-sentence, a word before it that makes it reported speech ("they said that's it")."""
    before = plain[start - 1]
    return before in {"said", "say", "says", "think", "thought", "if", "whether", "asked", "told"}
