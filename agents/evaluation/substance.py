"""Depth and problem solving of a spoken or written answer, by what its sentences do.

Pure. The word lists are English; for other languages the scores that need them are null.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from agents.evaluation.encoded import plain
from agents.evaluation.neutral import without_names
from agents.evaluation.passages import STOPWORDS, Sentence, content_words, counted, stem
from agents.evaluation.reading import Reading, curve, insufficient
from interview.nouns import Score

MIN_DEPTH_WORDS = 8
MIN_PROBLEM_WORDS = 15


def _any(words: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + words + r")\b", re.IGNORECASE)


REASON = _any(
    "because|since|so that|therefore|which means|that is why|the reason|due to|in order to"
)
EXAMPLE = _any("for example|for instance|such as|e\\.g|one time|last (?:year|month|week|spring)")
CONTRAST = _any(
    "however|but|although|instead|rather than|trade-?offs?|on the other hand|alternatively|whereas|"
    "unless|except|compared (?:to|with)|depends"
)
NUMBER = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|forty|fifty|"
    r"hundred|thousand|million|percent|half|twice|double)\b",
    re.IGNORECASE,
)
NAME = re.compile(r"(?<![.!?]\s)(?<!^)\b(?:[A-Z][a-z]+[A-Z]\w*|[A-Z]{2,}\w*|[A-Z][a-z]{2,})\b")
PROBLEM = _any(
    "problem|issue|bug|fail(?:ed|ure|ing|s)?|broke(?:n)?|outage|error|slow|crash(?:ed|es)?|down|"
    "challenge|conflict|deadline|bottleneck|risk|wrong|missing|stuck|constraint|requirement|goal|"
    "incident|leak|edge cases?"
)
ACTION = re.compile(
    r"\b(?:i|we|i'd|we'd|i'll|i've|we've)\s+(?:\w+ly\s+|then\s+|also\s+|first\s+|would\s+|could\s+|"
    r"have\s+|had\s+|will\s+|can\s+)*"
    r"(?:\w+ed|built|wrote|found|made|ran|set|took|led|began|chose|split|cut|saw|drew|taught|sent|"
    r"check|start|look|use|add|build|write|measure|test|profile|ask|split|design|compare|move|"
    r"run|try|choose|make|keep|put|log|cache|index|review|roll|define|break|isolate|reproduce)\b",
    re.IGNORECASE,
)
RESULT = _any(
    "result(?:ed|s)?|as a result|in the end|finally|improved|reduced|increased|saved|fell|dropped|"
    "grew|solved|fixed|recovered|worked|succeeded|learned|learnt|since then|outcome|now it|"
    "went from|shipped|delivered|launched"
)
ASKS_FOR_PROBLEM = _any(
    "a time|how (?:would|did|have) you|what (?:would|did) you|tell (?:me|us) about|"
    "walk (?:me|us) through|difficult|mistake|conflict|challenge|troubleshoot|your approach|"
    "describe (?:a|an|the|your) (?:\\w+ )?(?:time|situation|project|problem|challenge|case)|"
    "you (?:built|solved|fixed|led)"
)


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing an answer should show, its worth of 10, and the sentences that show it."""

    name: str
    worth: float
    found: tuple[Sentence, ...]

    @property
    def points(self) -> float:
        """Three quarters for the first sentence, the rest for a second."""
        return self.worth * (0.75 if len(self.found) == 1 else 1.0) if self.found else 0.0


def specifics(sentence: Sentence) -> int:
    """How many kinds of detail a sentence holds: numbers, names, reasons, examples, contrasts."""
    text = without_names(sentence.text)
    return sum(bool(pattern.search(text)) for pattern in (NUMBER, NAME, REASON, EXAMPLE, CONTRAST))


def depth(reading: Reading) -> Score:
    """How much is said and how specific it is; off-topic sentences do not count."""
    if reading.word_count < MIN_DEPTH_WORDS:
        return insufficient(f"{reading.word_count} words.")
    useful = on_topic(reading)
    ideas = len({word for sentence in useful for word in content_words(plain(sentence.text))})
    kinds = sum(min(2, specifics(sentence)) for sentence in useful) if reading.english else 0
    body = curve(ideas, ((0, 0), (5, 1.5), (15, 3.5), (30, 5), (60, 6), (120, 6.5)))
    detail = curve(kinds, ((0, 0), (1, 0.8), (3, 1.8), (6, 2.8), (10, 3.5)))
    value = body + detail if reading.english else body * 10 / 6.5
    ranked = sorted(useful or reading.sentences, key=lambda s: (-specifics(s), -len(s.text)))
    reason = f"{counted(ideas, 'content word')} in {counted(len(useful), 'sentence')} on the topic"
    reason += (
        f", {counted(kinds, 'mark')} of detail (numbers, names, reasons, examples, contrasts)."
    )
    if not reading.english:
        reason = f"{ideas} different content words; details are read in English only."
    return reading.score(value, reason, *ranked[:2])


def on_topic(reading: Reading) -> list[Sentence]:
    """Sentences near the question, an expected point, or another sentence that is near.

    Without vectors every sentence counts.
    """
    if not reading.closeness.by_meaning:
        return list(reading.sentences)
    near = [
        sentence
        for sentence in reading.sentences
        if reading.closeness.of(reading.question.text, sentence.text) >= 0.12
    ]
    return [
        sentence
        for sentence in reading.sentences
        if sentence in near
        or any(reading.closeness.of(other.text, sentence.text) >= 0.25 for other in near)
    ]


def aspects(reading: Reading) -> list[Aspect]:
    """Problem, action, reasoning, result: the parts of an account of solving something."""
    useful = on_topic(reading)
    asked = {stem(word) for word in content_words(reading.question.text)} - STOPWORDS

    def showing(*patterns: re.Pattern[str]) -> tuple[Sentence, ...]:
        return tuple(s for s in useful if any(pattern.search(s.text) for pattern in patterns))

    problems = tuple(
        sentence for sentence in showing(PROBLEM) if not set(content_words(sentence.text)) <= asked
    )
    return [
        Aspect("problem", 2.0, problems),
        Aspect("action", 3.0, showing(ACTION)),
        Aspect("reasoning", 2.5, showing(REASON, CONTRAST)),
        Aspect("result", 2.5, showing(RESULT)),
    ]


def problem_solving(reading: Reading) -> Score:
    """Whether the answer names a problem, own steps, reasons and an outcome."""
    if not reading.english:
        return insufficient("problem solving is read in English only.")
    if reading.word_count < MIN_PROBLEM_WORDS:
        return insufficient(f"{reading.word_count} words.")
    found = aspects(reading)
    shown = [aspect for aspect in found if aspect.found]
    if len(shown) < 2 and not ASKS_FOR_PROBLEM.search(reading.question.text):
        return insufficient("the question does not ask for it and the answer shows none.")
    missing = [aspect.name for aspect in found if not aspect.found]
    evidence = [aspect.found[0] for aspect in shown] or list(reading.sentences[:1])
    reason = "Shows " + (", ".join(aspect.name for aspect in shown) or "none of the parts")
    if missing:
        reason += "; missing: " + ", ".join(missing)
    return reading.score(max(1.0, sum(a.points for a in found)), reason + ".", *evidence)
