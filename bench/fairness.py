"""What a manner of speaking does to a score: `python -m bench.fairness [FOLDER]`.

Graded answers (every eighth, of at least eight words) are said again in another manner with the
same content. Printed is how far each score moves of 10: mean, mean size, and what 95 % stay within.
Names and words of sex are swapped: nothing may move.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from agents.evaluation.calibration.graded import Graded, read_graded
from agents.evaluation.embeddings import MODEL_NAME, MiniLmEmbedder
from agents.evaluation.rules import RuleEvaluator
from bench.scoring import Remembering, shared_graded

STEP = 8
MIN_WORDS = 8
SHOWN = ("technical_accuracy", "overall", "relevance", "depth", "communication_clarity")

Manner = Callable[[str, random.Random], str]

_ARTICLES = re.compile(r"\b(?:a|an|the)\s+", re.IGNORECASE)
_HELPERS = re.compile(
    r"\b(?:a|an|the|is|are|was|were|be|been|being|that|which|it)\s+", re.IGNORECASE
)
_SOUNDS_LIKE = {
    "two": "to", "their": "there", "by": "buy", "for": "four", "know": "no", "write": "right",
    "whole": "hole", "where": "wear", "one": "won", "which": "witch", "its": "it's", "than": "then",
    "and": "an", "in": "and", "of": "off", "are": "our", "has": "as", "can": "could",
}  # fmt: skip


def fillers(text: str, chance: random.Random) -> str:
    """A hesitation or a set phrase before one word in six."""
    words = [
        f"{chance.choice(('um', 'uh', 'you know', 'like', 'I mean'))}, {word}"
        if chance.random() < 1 / 6
        else word
        for word in text.split()
    ]
    return " ".join(words)


def no_punctuation(text: str, chance: random.Random) -> str:
    """As a recogniser without punctuation writes it."""
    del chance
    return re.sub(r"[^\w\s'+*\[\]()&-]", " ", text).lower()


def shorter(text: str, chance: random.Random) -> str:
    """Telegraphic: without articles and helping verbs."""
    del chance
    return _HELPERS.sub("", text)


def non_native(text: str, chance: random.Random) -> str:
    """Articles left out, endings lost, prepositions changed."""
    found = _ARTICLES.sub(lambda m: "" if chance.random() < 0.7 else m.group(), text)
    found = re.sub(r"\b(\w{4,})s\b", lambda m: m[1] if chance.random() < 0.4 else m[0], found)
    swaps = {"in": "on", "on": "in", "at": "in", "of": "from", "to": "for"}
    return re.sub(
        r"\b(?:in|on|at|of|to)\b",
        lambda m: swaps[m.group()] if chance.random() < 0.3 else m.group(),
        found,
    )


def misheard(text: str, chance: random.Random) -> str:
    """One word in ten lost, doubled, or heard as one that sounds alike."""
    words: list[str] = []
    for word in text.split():
        if chance.random() >= 0.1:
            words.append(word)
            continue
        kind = chance.randrange(3)
        if kind == 0:
            words.append(_SOUNDS_LIKE.get(word.lower(), word[:-1] if len(word) > 3 else "the"))
        elif kind == 1:
            words += [word, "the"]
    return " ".join(words) or text


def hedged(text: str, chance: random.Random) -> str:
    """Unsure wording around the same statements."""
    opening = chance.choice(("I think ", "I guess ", "Maybe ", "I'm not sure, but "))
    closing = chance.choice((", I suppose", ", or something like that", ", probably", ""))
    return opening + text[:1].lower() + text[1:].rstrip(". ") + closing + "."


def reordered(text: str, chance: random.Random) -> str:
    """Sentences in reverse; one sentence turned at its comma."""
    del chance
    parts = [part for part in re.split(r"(?<=[.!?;])\s+", text.strip()) if part]
    if len(parts) > 1:
        return " ".join(reversed(parts))
    halves = text.rstrip(". ").split(", ")
    return ", ".join(reversed(halves)) + "."


MANNERS: dict[str, Manner] = {
    "fillers": fillers,
    "no punctuation": no_punctuation,
    "shorter (telegraphic)": shorter,
    "non-native grammar": non_native,
    "10 % misheard": misheard,
    "hedged": hedged,
    "reordered": reordered,
}
SWAPS = (
    ("Emily told me that she", "Jamal told me that he"),
    (
        "My colleague Maria said to her brother that",
        "My colleague Mohammed said to his sister that",
    ),
    ("Mr. Smith, a man I know, says that his", "Mrs. Okafor, a woman I know, says that her"),
    ("Lakisha Washington and her husband think that", "Greg Baker and his wife think that"),
    ("As Wei explained to the guys,", "As Priya explained to the girls,"),
)


async def shifts(
    rules: RuleEvaluator, rows: Sequence[Graded], manner: Manner
) -> dict[str, list[float]]:
    """How far each score moves, where it is there both times."""
    chance = random.Random(3)
    found: dict[str, list[float]] = {name: [] for name in SHOWN}
    for row in rows:
        before = (await rules.evaluate(row.request())).scores
        after = (await rules.evaluate(row.request(manner(row.answer, chance)))).scores
        for name in SHOWN:
            a, b = before[name].value, after[name].value
            if a is not None and b is not None:
                found[name].append(b - a)
    return found


async def swapped(rules: RuleEvaluator, rows: Sequence[Graded]) -> float:
    """The largest shift of any score when only names and words of sex differ."""
    largest = 0.0
    for index, row in enumerate(rows):
        first, second = SWAPS[index % len(SWAPS)]
        one = (await rules.evaluate(row.request(f"{first} {row.answer}"))).scores
        other = (await rules.evaluate(row.request(f"{second} {row.answer}"))).scores
        for name, score in one.items():
            a, b = score.value, other[name].value
            largest = max(largest, 10.0 if (a is None) != (b is None) else abs((a or 0) - (b or 0)))
    return largest


def sample(rows: Sequence[Graded]) -> list[Graded]:
    """Answers long enough to be said in another manner."""
    return [row for row in rows if len(row.answer.split()) >= MIN_WORDS][::STEP]


async def main(folder: Path, models: Path) -> None:
    """The table."""
    rows = sample(read_graded(folder))
    embedder = Remembering(MiniLmEmbedder(models / MODEL_NAME))
    rules = RuleEvaluator(embedder)
    try:
        print(f"{len(rows)} answers; shift of 10: mean (mean size; 95 % within)")
        print(f"{'':24}" + "".join(f"{name.split('_')[-1]:>22}" for name in SHOWN))
        for name, manner in MANNERS.items():
            found = await shifts(rules, rows, manner)
            cells = [
                f"{np.mean(v):+.2f} ({np.mean(np.abs(v)):.2f}; {np.quantile(np.abs(v), 0.95):.1f})"
                for v in found.values()
                if v
            ]
            print(f"{name:24}" + "".join(f"{cell:>22}" for cell in cells))
        print(f"names and words of sex swapped: largest shift {await swapped(rules, rows):.1f}")
    finally:
        await embedder.aclose()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=shared_graded())
    parser.add_argument(
        "--models", type=Path, default=Path("~/.cache/vivavoce/models").expanduser()
    )
    given = parser.parse_args()
    asyncio.run(main(given.folder, given.models))
