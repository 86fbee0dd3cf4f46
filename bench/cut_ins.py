"""Being talked over while thinking: the whole curve of gap against cut-ins.

    python -m bench.cut_ins [--turns 300] [--seed 2] [--long]

The same turns (`bench/pause_set.py`), the same voice activity and the same models' verdicts
(`bench/turn_evidence.py`) for all; each system applies its own rules to them:

* ours: `TurnPolicy` itself, replayed on its virtual clock, words arriving when the recogniser
  really had them; the pause tolerance is varied (3 s is the default of a question). What counts
  is when the next question is asked; "spoke" lines say when the acknowledgement is said;
* livekit-agents: its turn detector v1-mini and fixed endpointing; `min_delay` is varied, the
  rest are its defaults (threshold 0.36 for English, max_delay 2.5 s; 0.3 s is its own min_delay);
* pipecat: smart-turn v3.2 after 0.2 s of silence, else `stop_secs`, which is varied (3 s is its
  default).

A cut-in is a reply that begins before the candidate has finished. The gap is from the true end of
the turn to the decision, for the turns that were not cut into.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

from agents.turns.decisions import Act, Decisions
from agents.turns.policy import TurnPolicy
from agents.turns.profile import INTERVIEW, Expectation, TurnProfile
from bench.pause_set import KINDS, Recipe, Turn, describe
from bench.speech import speech_folder
from bench.turn_evidence import SPEECH, STILL_SPEECH, WINDOW_S, Evidence, Silence, gather
from interview.nouns import Word

LIVEKIT_THRESHOLD, LIVEKIT_MAX_S = 0.36, 2.5
SMART_TURN_THRESHOLD, SMART_TURN_AFTER_S = 0.5, 0.2
PREDICTION_S = 0.03
QUIET_S = 40.0
GOAL = 2.0

Decide = Callable[[Turn, Evidence], "float | None"]


@dataclass
class Point:
    """One setting of one system on the whole set."""

    name: str
    gaps: list[float] = field(default_factory=list)
    paused: dict[str, int] = field(default_factory=dict)
    cut: dict[str, int] = field(default_factory=dict)
    turns: int = 0
    cut_turns: int = 0
    lost: int = 0

    def share(self, kind: str | None = None) -> float:
        """Cut-ins in a hundred pauses (of a kind)."""
        cut = sum(self.cut.values()) if kind is None else self.cut.get(kind, 0)
        paused = sum(self.paused.values()) if kind is None else self.paused.get(kind, 0)
        return 100 * cut / max(1, paused)

    def gap(self, share: float) -> float:
        """A percentile of the gaps."""
        ordered = sorted(self.gaps)
        return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def ours(profile: TurnProfile, tolerance_s: float, *acts: Act) -> Decide:
    """Replay the policy: when it first ends a turn (or decides one of `acts`)."""
    wanted = acts or (Act.END, Act.COMMAND)

    def decide(turn: Turn, evidence: Evidence) -> float | None:
        policy = TurnPolicy(profile)
        policy.expect(Expectation(pause_tolerance_s=tolerance_s), 0.0)
        coming = _coming(evidence, profile)
        quiet = round(QUIET_S / WINDOW_S)
        for index, probability in enumerate([*evidence.windows, *[0.0] * quiet]):
            now_s = (index + 1) * WINDOW_S
            speech = probability >= (STILL_SPEECH if policy.speaking else SPEECH)
            decisions = policy.window(speech, now_s)
            while coming and coming[0][0] <= now_s:
                decisions += coming.pop(0)[1](policy)
            for decision in decisions:
                if decision.act in wanted:
                    return now_s
        return None

    return decide


def _coming(
    evidence: Evidence, profile: TurnProfile
) -> list[tuple[float, Callable[[TurnPolicy], Decisions]]]:
    """What the models will say, by the time at which they say it."""
    found: list[tuple[float, Callable[[TurnPolicy], Decisions]]] = []
    for silence in evidence.silences:
        if silence.probability is not None:
            at_s = silence.start_s + 0.2 + PREDICTION_S
            found.append((at_s, _predict(silence.probability, at_s)))
        if silence.text is not None:
            at_s = silence.start_s + profile.prepare_s + silence.lag_s
            found.append((at_s, _tell(silence, at_s)))
    return sorted(found, key=lambda each: each[0])


def _predict(probability: float, at_s: float) -> Callable[[TurnPolicy], Decisions]:
    return lambda policy: policy.predicted(probability, at_s)


def _tell(silence: Silence, at_s: float) -> Callable[[TurnPolicy], Decisions]:
    said = tuple(
        Word(text=word, start_s=0, end_s=silence.start_s, confidence=1)
        for word in (silence.text or "").split()
    )
    return lambda policy: policy.heard(said, "", silence.start_s, at_s)


def livekit(min_delay_s: float, max_delay_s: float = LIVEKIT_MAX_S) -> Decide:
    """livekit-agents' rule on the same silences."""

    def wait(silence: Silence) -> float:
        sure = (silence.probability or 0.0) >= LIVEKIT_THRESHOLD
        return max(min_delay_s if sure else max_delay_s, 0.25 + PREDICTION_S)

    return _by_silence(wait)


def smart_turn(stop_s: float) -> Decide:
    """pipecat's rule on the same silences."""

    def wait(silence: Silence) -> float:
        complete = (silence.smart_turn or 0.0) > SMART_TURN_THRESHOLD
        return SMART_TURN_AFTER_S + PREDICTION_S if complete else stop_s

    return _by_silence(wait)


def _by_silence(wait: Callable[[Silence], float]) -> Decide:
    def decide(turn: Turn, evidence: Evidence) -> float | None:
        for silence in evidence.silences:
            due_s = silence.start_s + wait(silence)
            if due_s < _resumes(evidence, silence.start_s):
                return due_s
        return None

    return decide


def _resumes(evidence: Evidence, start_s: float) -> float:
    """When speech goes on after a silence; never: a long time."""
    run = 0
    for index in range(round(start_s / WINDOW_S) + 1, len(evidence.windows)):
        run = run + 1 if evidence.windows[index] >= SPEECH else 0
        if run == 2:
            return (index + 1) * WINDOW_S
    return start_s + QUIET_S


def measure(name: str, decide: Decide, turns: list[Turn], found: list[Evidence]) -> Point:
    """One system on all turns; a pause counts until the turn is cut into."""
    point = Point(name)
    for turn, evidence in zip(turns, found, strict=True):
        decided_s = decide(turn, evidence)
        point.turns += 1
        cut = decided_s is not None and decided_s < turn.end_s
        point.cut_turns += cut
        for pause in turn.pauses:
            if decided_s is not None and decided_s < pause.start_s:
                break
            point.paused[pause.kind] = point.paused.get(pause.kind, 0) + 1
            inside = decided_s is not None and decided_s < pause.end_s
            point.cut[pause.kind] = point.cut.get(pause.kind, 0) + inside
            went_on_s = pause.end_s - (decided_s or 0.0)
            point.lost += inside and went_on_s > INTERVIEW.repair_window_s
        if not cut:
            point.gaps.append((decided_s or QUIET_S) - turn.end_s)
    return point


def curves() -> list[tuple[str, Decide]]:
    """All systems and settings."""
    return [
        *(
            (f"ours, tolerance {t:.1f} s", ours(INTERVIEW, t))
            for t in (1.0, 1.5, 2, 2.5, 3, 4, 5, 6)
        ),
        *(
            (f"ours, spoke, {t:.1f} s", ours(INTERVIEW, t, Act.OFFER, Act.COMMAND))
            for t in (2, 3, 5)
        ),
        *(
            (f"livekit min_delay {t:.1f} s", livekit(t, max(t, LIVEKIT_MAX_S)))
            for t in (0.3, 0.6, 1.0, 1.5, 2, 3, 4)
        ),
        *((f"smart-turn stop {t:.1f} s", smart_turn(t)) for t in (1.0, 2, 3, 4)),
    ]


def print_table(points: list[Point]) -> None:
    """A line for each setting."""
    kinds = "".join(f"{kind:>10}" for kind in KINDS)
    head = f"{'gap p50':>9}{'p95':>7}{'cut-ins':>9}{'turns':>7}{'lost':>8}"
    print(f"\n{'':<28}{head}   by kind of pause:{kinds}")
    for point in points:
        shares = "".join(f"{point.share(kind):>9.1f}%" for kind in KINDS)
        print(
            f"{point.name:<28}{point.gap(0.5):>8.2f}s{point.gap(0.95):>6.2f}s"
            f"{point.share():>8.1f}%{100 * point.cut_turns / point.turns:>6.1f}%"
            f"{100 * point.lost / max(1, sum(point.paused.values())):>7.1f}%{'':<13}{shares}"
        )
    print(
        "\ncut-ins: of 100 pauses; turns: of 100 turns, those cut into at all; lost: of 100"
        "\npauses, those where the candidate went on more than 1.5 s after the reply had begun, so"
        "\nthat the cut-in is not repaired\n"
    )


def main() -> int:
    """Print the curves."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=300)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--long", action="store_true", help="answers of 60 to 200 words")
    arguments = parser.parse_args()
    if not speech_folder().is_dir():
        print(f"skipped: no recordings in {speech_folder()} (set VIVA_TEST_SHARED)")
        return 0
    turns = Recipe(arguments.seed, speech_folder(), long=arguments.long).turns(arguments.turns)
    print(describe(turns))
    found = gather(turns, arguments.seed, long=arguments.long)
    points = [measure(name, decide, turns, found) for name, decide in curves()]
    print_table(points)
    default = next(point for point in points if point.name == "ours, tolerance 3.0 s")
    verdict = "met" if default.share() <= GOAL else "NOT met"
    print(
        f"  cut-ins at the default tolerance  {default.share():.2f} %  goal <= {GOAL} %: {verdict}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
