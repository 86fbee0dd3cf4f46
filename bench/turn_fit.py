"""What tells an end from a pause: each piece of evidence by itself, and the weights of all kept.

    python -m bench.turn_fit [--answers FILE]

Takes the pauses of real answers that last longer than any system would wait without evidence
(1.65 s), and the true ends. For each set of evidence a logistic regression is fitted to all
interviews but one and tried on that one, in turn, so that nothing is praised for knowing a speaker.
It prints the area under the curve (0.5: useless) and, at the product's own gaps (half of the ends
answered after 2.8 s, all but a twentieth within 4.4 s), the share of answers asked over.

How long an answer is so far is not among the evidence: no answer is over for having been long.
"""

from __future__ import annotations

import argparse
import math
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agents.turns.pace import Pace
from agents.turns.wording import Ending, ending_of, ends_with_stop, is_murmur
from bench.answers import Answer, default_file, read

LEAST_S = 1.65
SOON_S, LATE_S, LAST_S = 2.8, 4.4, 7.6
SOON_SHARE, LAST_SHARE = 0.52, 0.955
RIDGE = 1.0
CLOSING = re.compile(
    r"(?:^|\W)(?:that's (?:it|all|about it|basically it|pretty much it|how|why|what)\b[^.!?]{0,40}"
    r"|so yeah|but yeah|that was it|or something|and stuff|and everything|so|you know)[.!?]?$",
    re.IGNORECASE,
)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Moment:
    """A silence in an answer, and what is known when it begins."""

    answer: int
    interview: str
    words: int
    end: bool
    pause_s: float
    text: str
    rate: float  # words a second in the last stretch, by that of all before
    longest_s: float
    long_a_minute: float


def moments(answers: Sequence[Answer]) -> list[Moment]:
    """All silences of 1.65 s and more; one pace for each candidate."""
    found: list[Moment] = []
    paces: dict[str, Pace] = {}
    for number, answer in enumerate(answers):
        pace = paces.setdefault(answer.interview, Pace())
        text, longest_s, spoken_s, before_s = "", 0.0, 0.0, 0.0
        ends = [*(part.start_s for part in answer.parts[1:]), math.inf]
        for part, next_s in zip(answer.parts, ends, strict=True):
            text = f"{text} {part.text}".strip()
            pace.heard(part.end_s - before_s)
            spoken_s, before_s = spoken_s + part.end_s - part.start_s, part.end_s
            pause_s = next_s - part.end_s
            rate = len(part.text.split()) / max(0.3, part.end_s - part.start_s)
            usual = len(text.split()) / max(0.3, spoken_s)
            if pause_s > LEAST_S:
                found.append(
                    Moment(
                        number, answer.interview, answer.words, pause_s == math.inf, pause_s,
                        text, math.log((rate + 0.3) / (usual + 0.3)), longest_s, pace.long_a_minute,
                    )
                )  # fmt: skip
            if pause_s != math.inf:
                pace.paused(pause_s)
                longest_s = max(longest_s, pause_s)
    return found


EVIDENCE: dict[str, Callable[[Moment], float]] = {
    "stopped": lambda m: float(ends_with_stop(m.text)),
    "unfinished": lambda m: float(ending_of(m.text) is Ending.UNFINISHED),
    "nothing but a murmur": lambda m: float(is_murmur(m.text)),
    "closing words": lambda m: float(bool(CLOSING.search(m.text))),
    "speech rate": lambda m: m.rate,
    "longest pause": lambda m: math.log(0.5 + m.longest_s),
    "long pauses a minute": lambda m: math.log(m.long_a_minute),
}
KEPT = ("stopped", "unfinished", "nothing but a murmur", "long pauses a minute")


def table(found: Sequence[Moment], names: Sequence[str]) -> Floats:
    """A row for each moment, a column for each piece of evidence, and a one."""
    return np.array([[*(EVIDENCE[name](m) for name in names), 1.0] for m in found])


def fitted(rows: Floats, ends: Floats) -> Floats:
    """Logistic regression by Newton's method, a little ridge on all but the bias."""
    weights = np.zeros(rows.shape[1])
    ridge = np.diag([RIDGE] * (rows.shape[1] - 1) + [0.0])
    for _ in range(30):
        likely = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (likely - ends) + ridge @ weights
        bend = (rows * (likely * (1 - likely))[:, None]).T @ rows + ridge
        weights -= np.linalg.solve(bend, slope)
    return weights


def held_out(found: Sequence[Moment], names: Sequence[str]) -> Floats:
    """The odds of each moment by weights that never saw its interview."""
    rows, ends = table(found, names), np.array([float(m.end) for m in found])
    who = np.array([m.interview for m in found])
    odds = np.zeros(len(found))
    for interview in sorted(set(who)):
        inside = who == interview
        odds[inside] = rows[inside] @ fitted(rows[~inside], ends[~inside])
    return odds


def area(odds: Floats, ends: NDArray[np.bool_]) -> float:
    """The area under the curve: an end's odds against a pause's."""
    return float(np.mean([np.mean(end > odds[~ends]) for end in odds[ends]]))


def asked_over(found: Sequence[Moment], odds: Floats, where: Callable[[Moment], bool]) -> float:
    """Percent of answers with a pause that outlasts the wait that its odds give."""
    ends = np.array([m.end for m in found])
    ranked = np.sort(odds[ends])[::-1]
    soon, last = (ranked[int(share * len(ranked))] for share in (SOON_SHARE, LAST_SHARE))
    waits = np.where(odds >= soon, SOON_S, np.where(odds >= last, LATE_S, LAST_S))
    some = [(m, wait) for m, wait in zip(found, waits, strict=True) if where(m)]
    over = {m.answer for m, wait in some if not m.end and m.pause_s > wait}
    return 100 * len(over) / max(1, sum(m.end for m, _ in some))


def main() -> int:
    """Print what each piece is worth, and the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=Path, default=default_file())
    arguments = parser.parse_args()
    if not arguments.answers.is_file():
        print(f"skipped: no answers at {arguments.answers} (set VIVA_TEST_SHARED or --answers)")
        return 0
    found = moments(read(arguments.answers))
    ends = np.array([m.end for m in found])
    print(f"{int((~ends).sum())} pauses of {LEAST_S} s and more, {int(ends.sum())} ends")
    print(f"\n{'evidence, interviews held out':<44}{'area':>6}{'>= 60 words':>13}{'below':>8}")
    sets = [*((name,) for name in EVIDENCE), KEPT]
    sets += [(*KEPT, name) for name in EVIDENCE if name not in KEPT]
    for names in sets:
        odds = held_out(found, names)
        long = asked_over(found, odds, lambda m: m.words >= 60)
        short = asked_over(found, odds, lambda m: m.words < 60)
        name = " + ".join(names) if len(names) <= len(KEPT) else f"these and {names[-1]}"
        print(f"{name:<44}{area(odds, ends):>6.3f}{long:>12.1f}%{short:>7.1f}%")
    weights = fitted(table(found, KEPT), ends.astype(float))
    print(
        "\nweights: "
        + ", ".join(f"{n} {w:.2f}" for n, w in zip((*KEPT, "bias"), weights, strict=True))
    )
    odds = table(found, KEPT)[ends] @ weights
    shares = (0.02, 0.045, 0.4, 0.45, 0.47, 0.5)
    print("likelihood of true ends: " + ", ".join(
        f"{share:.3f} below {1 / (1 + math.exp(-np.quantile(odds, share))):.3f}" for share in shares
    ))  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
