"""Real answers through the product: who is talked over, what ends up where, and how long one waits.

    python -m bench.answers [--answers FILE] [--tolerance-s 3] [--lag-s 0.45]

Each answer is sat through on a virtual clock: its stretches of speech as windows of voice activity,
its words as late as the recogniser was measured to be, `TurnPolicy` itself, the session's state
machine (`interview.machine`) behind it, and an avatar whose prompts take as long as their text
does. The candidate of the recording does not react: who goes on after a pause goes on whatever the
avatar has begun to say, which is the worst that can happen.

`FILE` has a line for each answer: `interview` (who), `parts`: `[start_s, end_s, text]`. Without one
it takes `interviews.jsonl` of the folder with test material; where that is missing, it is skipped.

`--made 300` takes the pause set (`pause_set.py`) instead, `--long` its long answers.

Beside ours, what others do with the same evidence (pauses and words, no sound): livekit-agents with
its voice activity alone (min_delay 0.5 s), and the longest patience of pipecat's smart-turn and of
livekit-agents' end-of-turn model, as if their models never took a pause for an end.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from agents.turns.profile import INTERVIEW
from bench.pause_set import LEAD_S, Recipe
from bench.sitting import Heard, Sitting, Spoken
from bench.speech import speech_folder

BUCKETS = ((8, 20), (20, 60), (60, 200), (200, 10_000))
LONG_GOAL, SHORT_GOAL, LOST_GOAL = 5.0, 2.0, 1.0
LAG_S = 0.45
"""From the request for the last words of an utterance until they are there: about its median."""

Sit = Callable[[Sequence[Spoken]], Heard]


@dataclass(frozen=True)
class Answer:
    """One answer of an interview, with its pauses."""

    interview: str
    parts: tuple[Spoken, ...]

    @property
    def words(self) -> int:
        """How many words it has."""
        return sum(len(part.text.split()) for part in self.parts)


def read(path: Path) -> list[Answer]:
    """The answers of a file, in its order."""
    rows = [json.loads(line) for line in path.read_text().splitlines() if line.strip()]
    return [Answer(row["interview"], tuple(Spoken(*part) for part in row["parts"])) for row in rows]


@dataclass
class Row:
    """What one system made of some answers."""

    found: list[Heard]

    def share(self, true: Callable[[Heard], bool]) -> float:
        """Percent of the answers."""
        return 100 * sum(true(each) for each in self.found) / max(1, len(self.found))

    def gap(self, of: Callable[[Heard], float], share: float) -> float:
        """A percentile of a gap, over the answers that were not talked over."""
        ordered = sorted(of(each) for each in self.found if not each.asked_early)
        return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))] if ordered else 0.0

    def line(self, name: str) -> str:
        """One line of the table."""
        shares = (
            self.share(lambda each: each.spoke_early),
            self.share(lambda each: each.asked_early),
            self.share(lambda each: each.unrepaired),
        )
        gaps = [
            self.gap(of, share)
            for of in (lambda each: each.sound_gap_s, lambda each: each.question_gap_s)
            for share in (0.5, 0.95)
        ]
        return (
            f"{name:<34}{len(self.found):>5}"
            + "".join(f"{share:>9.1f}%" for share in shares)
            + "".join(f"{gap:>8.2f}s" for gap in gaps)
        )


def sat(answers: Iterable[Answer], sitting: Callable[[], Sit]) -> list[Heard]:
    """All answers; one candidate's are heard by one policy, as in an interview."""
    found: list[Heard] = []
    voices: dict[str, Sit] = {}
    for answer in answers:
        sit = voices.setdefault(answer.interview, sitting())
        found.append(sit(answer.parts))
    return found


def made(count: int, *, long: bool) -> list[Answer]:
    """The pause set's turns as answers: each of another speaker, its words as written."""
    found = []
    for turn in Recipe(2, speech_folder(), long=long).turns(count):
        parts, from_s, known = [], LEAD_S, 0
        for pause in turn.pauses:
            text = " ".join(pause.words[known:])
            if text:
                parts.append(Spoken(from_s - LEAD_S, pause.start_s - LEAD_S, text))
            from_s, known = pause.end_s, len(pause.words)
        parts.append(Spoken(from_s - LEAD_S, turn.end_s - LEAD_S, " ".join(turn.words[known:])))
        found.append(Answer(turn.name, tuple(parts)))
    return found


def constant(wait_s: float) -> Callable[[], Sit]:
    """A system that speaks after so much silence, and asks at once."""

    def sit(parts: Sequence[Spoken]) -> Heard:
        ends = [*(part.end_s for part in parts)]
        starts = [*(part.start_s for part in parts[1:]), float("inf")]
        for end_s, next_s in zip(ends, starts, strict=True):
            if next_s - end_s > wait_s:
                early = next_s != float("inf")
                return Heard(early, early, early, wait_s, wait_s)
        raise AssertionError("every answer ends")

    return lambda: sit


def table(answers: Sequence[Answer], found: Sequence[Heard], name: str) -> Row:
    """Print a system by length of answer; the line of all comes last."""
    for least, most in BUCKETS:
        some = [h for a, h in zip(answers, found, strict=True) if least <= a.words < most]
        label = f"{least}-{most - 1} words" if most < 10_000 else f"{least} words and more"
        print(Row(some).line(f"{name}: {label}"))
    whole = Row(list(found))
    print(whole.line(f"{name}: all"))
    return whole


HEAD = (
    f"\n{'':<34}{'n':>5}{'spoke':>10}{'asked':>10}{'lost':>10}"
    f"{'sound':>9}{'p95':>9}{'question':>9}{'p95':>9}"
)
KEY = """
spoke: the avatar made a sound before the end; asked: a word of the next question was spoken before
the end; lost: words that ended up under another question or nowhere; sound, question: from the true
end to the avatar's first sound and to the question's first word, where it was not asked before
"""


def verdicts(answers: Sequence[Answer], found: Sequence[Heard]) -> bool:
    """The goals, and whether all are met."""
    pairs = list(zip(answers, found, strict=True))
    long = Row([heard for answer, heard in pairs if answer.words >= 60])
    short = Row([heard for answer, heard in pairs if answer.words < 60])
    whole = Row(list(found))
    seen = [
        ("asked over, 60 words and more, %", long.share(lambda h: h.asked_early), LONG_GOAL),
        ("asked over, below 60 words, %", short.share(lambda h: h.asked_early), SHORT_GOAL),
        ("unrepaired, %", whole.share(lambda h: h.unrepaired), LOST_GOAL),
        ("first sound p50, s", whole.gap(lambda h: h.sound_gap_s, 0.5), 1.8),
        ("question p50, s", whole.gap(lambda h: h.question_gap_s, 0.5), 2.9),
        ("first sound p95, s", whole.gap(lambda h: h.sound_gap_s, 0.95), 4.5),
        ("question p95, s", whole.gap(lambda h: h.question_gap_s, 0.95), 4.5),
    ]
    for name, value, goal in seen:
        print(f"  {name:<36}{value:>7.2f}  goal <= {goal}: {'met' if value <= goal else 'NOT met'}")
    return all(value <= goal for _, value, goal in seen)


def default_file() -> Path:
    """Where the answers lie with the other test material."""
    shared = os.environ.get("VIVA_TEST_SHARED", str(Path(__file__).parents[2] / "shared"))
    return Path(shared) / "turns" / "interviews.jsonl"


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=Path, default=default_file())
    parser.add_argument("--made", type=int, help="so many turns of the pause set instead")
    parser.add_argument("--long", action="store_true", help="made ones of 60 to 200 words")
    parser.add_argument("--tolerance-s", type=float, default=3.0)
    parser.add_argument("--lag-s", type=float, default=LAG_S)
    arguments = parser.parse_args()
    if not arguments.answers.is_file():
        print(f"skipped: no answers at {arguments.answers} (set VIVA_TEST_SHARED or --answers)")
        return 0
    if arguments.made:
        answers = made(arguments.made, long=arguments.long)
    else:
        answers = read(arguments.answers)
    began = time.monotonic()
    interviews = len({answer.interview for answer in answers})
    print(f"{len(answers)} answers of {interviews} interviews")
    print(HEAD)
    found = sat(
        answers,
        lambda: Sitting(INTERVIEW, tolerance_s=arguments.tolerance_s, lag_s=arguments.lag_s).answer,
    )
    table(answers, found, "ours")
    others = (
        ("livekit-agents, VAD, 0.5 s", constant(0.5)),
        ("livekit-agents, longest, 2.5 s", constant(2.5)),
        ("smart-turn, longest, 3 s", constant(3.0)),
        ("constant 1.65 s", constant(1.65)),
        ("constant 4 s", constant(4.0)),
    )
    for name, system in others:
        print(Row(sat(answers, system)).line(f"{name}: all"))
    print(KEY)
    verdicts(answers, found)
    print(f"\n{len(answers)} answers in {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
