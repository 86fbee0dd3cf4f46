"""Made-up texts that are no answer, for any question: what the map must hold down.

Pure. They stand beside the graded answers in the fit, and each kind is left out once to see whether
one of a kind never seen is held down too (`bench/scoring.py`).
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agents.evaluation.passages import STOPWORDS, tokens

_OPENING = re.compile(
    r"^(?:what (?:is|are|does|do)|why (?:is|are|do|did|does|was|were)|how (?:do|does|can|are|is)|"
    r"explain(?: why)?|briefly,?|describe|in one sentence,?)\s+",
    re.IGNORECASE,
)
PADDINGS = (
    "So the question is about {topic}, and basically what we are being asked here is {topic}, "
    "which is to say {topic}.",
    "Regarding {topic}: one could say that {topic} is exactly what one should consider when "
    "considering {topic}.",
)
BLUFFS = (
    "I have worked with this a lot. Last year in our project we had a problem with {topic}, and I "
    "decided to look into it carefully. First I talked to the team, then I made a plan, and as a "
    "result we solved it and the customer was very happy.",
    "That is a very good question. {topic} is something that is really important in the industry, "
    "and I always make sure to take it seriously because it matters for quality and performance.",
    "Well, when I think about {topic}, there are many different aspects and approaches, and it "
    "depends on the situation. You have to weigh the advantages and disadvantages.",
    "I am very passionate about {topic}. I studied it at university and I have several years of "
    "hands-on experience, so I can say that I am an expert in this area and I learn quickly.",
    "When my manager asked me about {topic} I stayed calm, split the task into small steps, asked "
    "the right people and delivered before the deadline. That taught me a lot about {topic}.",
)
OFF_TOPIC = (
    "I really like pizza and football. My name is Anna and I live in Berlin with two cats.",
    "The weather has been quite nice lately and I went hiking in the mountains with my family.",
    "Our company sells shoes online and my job is to help customers with their returns.",
)


@dataclass(frozen=True, slots=True)
class Probe:
    """A text that is no answer to a question, and of which kind."""

    kind: str
    text: str


def probes(question: str, ideal: str, others: Sequence[str], chance: random.Random) -> list[Probe]:
    """Probes for one question; `others` are answers that people gave to other questions."""
    topic = _OPENING.sub("", question.strip().rstrip("?. "))
    found = [Probe("copy", question), Probe("copy", f"{topic}. {question}")]
    found += [Probe("padding", text.format(topic=topic)) for text in PADDINGS]
    found += [Probe("bluff", text.format(topic=topic)) for text in BLUFFS]
    found += [Probe("off topic", text) for text in OFF_TOPIC]
    found += [Probe("other answer", text) for text in others]
    return found + list(lists(ideal, chance))


def lists(ideal: str, chance: random.Random) -> Iterator[Probe]:
    """The ideal answer's words without its sentence: shuffled, and as a list of terms."""
    words = tokens(ideal)
    meant = [word for word in dict.fromkeys(words) if word not in STOPWORDS]
    if len(meant) < 6:
        return  # such an ideal answer is little more than its terms
    shuffled = chance.sample(words, len(words))
    yield Probe("list", " ".join(shuffled).capitalize() + ".")
    yield Probe("list", ", ".join(meant) + ".")
    yield Probe("list", " ".join(chance.sample(meant, len(meant))) + ".")
