"""How clearly and how firmly an answer is worded.

Pure. `confidence` is the firmness of the wording (hedges against plain statements), never an
inference about feelings: voice, pauses, fillers and face have no part in it.
"""

from __future__ import annotations

import re

from agents.evaluation.encoded import plain_words
from agents.evaluation.passages import Sentence, counted
from agents.evaluation.reading import Reading, curve, insufficient
from interview.nouns import Score

MIN_CLARITY_WORDS = 12
MIN_CONFIDENCE_WORDS = 25
RUN_ON_WORDS = 40
LENGTH_CURVE = ((3, 5.5), (8, 6.8), (12, 7.2), (22, 7.2), (32, 6), (45, 5))
UNPUNCTUATED = 7.0  # as sentences of an ordinary length
STOP = re.compile(r"[.!?](?:\s|$)")

SIGNPOST = re.compile(
    r"\b(?:first(?:ly)?|second(?:ly)?|third(?:ly)?|then|next|after that|finally|because|so|"
    r"therefore|for example|for instance|in short|to sum up|as a result|on the one hand|"
    r"on the other hand|the reason|in other words|however|the main)\b",
    re.IGNORECASE,
)
HEDGE = re.compile(
    r"\b(?:i (?:think|guess|suppose) (?:maybe|perhaps|it might)|i guess|i suppose|maybe|perhaps|"
    r"not (?:really )?sure|i don'?t (?:really )?(?:know|remember)|probably|possibly|"
    r"something like that|or something|or whatever|kind of|sort of|i'm not certain|more or less|"
    r"i might be wrong)\b",
    re.IGNORECASE,
)
STATEMENT = re.compile(
    r"\b(?:i|we) (?:\w+ed|built|wrote|found|made|ran|led|chose|decided|know|am sure|use|always|"
    r"never|would|did|will|saw|took|set)\b",
    re.IGNORECASE,
)


def _punctuated(reading: Reading) -> bool:
    """Whether sentences can be told apart: recognisers may write speech without any stops."""
    return bool(STOP.search(reading.text)) or reading.word_count < RUN_ON_WORDS


def communication_clarity(reading: Reading) -> Score:
    """Sentences of a length one can follow, and words that show how they hang together."""
    if reading.word_count < MIN_CLARITY_WORDS:
        return insufficient(f"{reading.word_count} words.")
    lengths = [len(plain_words(sentence.text)) for sentence in reading.sentences]
    mean = sum(lengths) / len(lengths)
    run_on: list[Sentence] = []
    if _punctuated(reading):
        value = curve(mean, LENGTH_CURVE)
        run_on = [s for s in reading.sentences if len(s.words) > RUN_ON_WORDS]
        value -= 2 * len(run_on) / len(lengths)
        reason = f"{counted(len(lengths), 'sentence')} of {mean:.0f} words on average"
    else:
        value = UNPUNCTUATED
        reason = "No full stops, so that the length of sentences is not judged"
    signposts: list[Sentence] = []
    if reading.english:
        signposts = [s for s in reading.sentences if SIGNPOST.search(s.text)]
        value += curve(len(signposts) / len(lengths), ((0, 0), (0.2, 0.8), (0.5, 1.5)))
        reason += f", {len(signposts)} with words that show the order or the reason"
    if run_on:
        reason += f", {len(run_on)} longer than {RUN_ON_WORDS} words"
    evidence = (signposts[:1] + run_on[:1]) or [max(reading.sentences, key=lambda s: len(s.text))]
    return reading.score(value, reason + ".", *evidence)


def confidence(reading: Reading) -> Score:
    """Hedged against plain statements. Indicative; an answer may hedge for good reasons."""
    if not reading.english:
        return insufficient("wording is read in English only.")
    if reading.word_count < MIN_CONFIDENCE_WORDS:
        return insufficient(f"{reading.word_count} words.")
    hedged = [s for s in reading.sentences if HEDGE.search(s.text)]
    plain = [s for s in reading.sentences if s not in hedged and STATEMENT.search(s.text)]
    if not hedged and not plain:
        return insufficient("the answer makes no statement of its own to judge the wording by.")
    hedges = sum(len(HEDGE.findall(s.text)) for s in hedged)
    per_hundred = 100 * hedges / reading.word_count
    value = curve(per_hundred, ((0, 8.5), (1, 7.5), (3, 5.5), (6, 3), (10, 1)))
    return reading.score(
        value,
        f"Firmness of wording only: {counted(hedges, 'hedge')} in {reading.word_count} words, "
        f"{counted(len(plain), 'plain statement')}. Not an inference about feelings.",
        *hedged[:2],
        *plain[: 2 - len(hedged[:2])],
    )
