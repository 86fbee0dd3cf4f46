"""Words of an answer that talk to the examiner's software instead of answering.

Pure. Such sentences are neither scored nor shown to a model, they are never evidence, and their
number is recorded as a measure so that a person sees it. A candidate who speaks *about* prompt
injection loses at most those sentences.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.evaluation.passages import Sentence

_TOP = r"(?:10|ten|100|full marks|maximum|max|perfect|highest|top)\b"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}"
        r"\b(?:previous|prior|above|earlier|your|all|these|system)\b.{0,30}"
        r"\b(?:instruction|prompt|rule|guideline|rubric|direction|criteria)",
        r"\b(?:ignorier|vergiss|missachte)\w*\b.{0,60}\b(?:anweisung|regel|vorgabe)",
        r"\b(?:ignor|oubli|olvid|desconsider|dimentic)\w*\b.{0,60}"
        r"\b(?:instru[ck]|instruç|consigne|istruzion|règle|regla|regra)",
        r"(?:忽略|无视|無視).{0,20}(?:指令|指示|说明|規則|规则)",
        r"игнориру\w*.{0,60}(?:инструкц|указани|правил)",
        r"\b(?:give|award|assign|grade|score|rate|mark)\s+"
        r"(?:me|this answer|my answer|this candidate|the candidate|this response|everything)\b"
        rf".{{0,50}}\b{_TOP}",
        rf"\b(?:score|rating|grade|marks?)\s+(?:of|is|must be|should be|to)\s+{_TOP}",
        r"[\"']?\b(?:overall|score|technical_accuracy|relevance|depth|confidence|problem_solving)"
        r"(?:_score)?\b[\"']?\s*[:=]\s*(?:10|9|100)\b",
        r"</?\s*(?:system|assistant|user|instructions?|answer|prompt)\s*>",
        r"<\|[a-z_]{2,20}\|>|\[/?INST\]|<<SYS>>",
        r"\b(?:system prompt|developer message|new instructions?\s*:)",
        r"\byou (?:are now|must now|will now|should now)\b.{0,40}"
        r"\b(?:evaluator|examiner|assistant|model|grader|respond|give|act)",
        r"\b(?:respond|reply|answer|output)\s+(?:only\s+)?(?:with|in)\b.{0,20}\bjson\b",
        r"\bas an? (?:ai|large) (?:language )?(?:model|evaluator|examiner|assistant)\b",
    )
)


def is_attempt(text: str) -> bool:
    """Whether the sentence or line addresses the evaluation instead of the question."""
    return any(pattern.search(text) for pattern in _PATTERNS)


def without_attempts(found: Sequence[Sentence]) -> tuple[tuple[Sentence, ...], int]:
    """The sentences that answer, and how many were left out."""
    kept = tuple(sentence for sentence in found if not is_attempt(sentence.text))
    return kept, len(found) - len(kept)


def lines_without_attempts(code: str) -> tuple[str, int]:
    """The code with such lines emptied (line numbers stay), and how many there were."""
    lines = code.split("\n")
    flagged = [is_attempt(line) for line in lines]
    kept = ["" if bad else line for line, bad in zip(lines, flagged, strict=True)]
    return "\n".join(kept), sum(flagged)
