"""How far the scores agree with people: `python -m bench.scoring [FOLDER] [--model URL NAME]`.

FOLDER holds graded sets (default: `graded` in the folder of shared test material). Every answer is
scored by the product's own evaluator with a map that never saw its question (ten folds by
question). Beside it: plain baselines and the figures that others published.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agents.evaluation.calibration import HumanScale
from agents.evaluation.calibration.fit import (
    BINARY,
    FITTED_PROBES,
    Seen,
    fit,
    gather,
    out_of_fold,
    probes_for,
    with_uncertainty,
)
from agents.evaluation.calibration.graded import Graded, folds, read_graded
from agents.evaluation.embeddings import MODEL_NAME, Embedder, MiniLmEmbedder, Vectors
from agents.evaluation.encoded import Encoded, plain
from agents.evaluation.passages import tokens
from agents.evaluation.rules import RuleEvaluator
from bench.model_scoring import print_model
from bench.wordings import ASKING_BACK, NO_ANSWER, NO_ANSWER_BY_MEANING
from interview.bands import CLEAR_FROM
from interview.nouns import Evaluation

ROOT = Path(__file__).resolve().parent.parent
WRONG_BELOW = 0.5
RIGHT_FROM = 0.95
LOW = 3.0
DRAWS = 6
PUBLISHED = (
    ("two graders with each other", 0.60),
    ("bag of words, SVM (Mohler et al. 2011)", 0.48),
    ("alignment, ridge (Sultan et al. 2016)", 0.59),
    ("a larger sentence embedder", 0.52),
    ("tuned transformers, split within questions", 0.74),
)

Floats = NDArray[np.float64]


class Remembering:
    """An embedder that encodes no text twice, so that the same texts can be scored often."""

    def __init__(self, embedder: MiniLmEmbedder) -> None:
        self._embedder = embedder
        self._known: dict[str, Encoded] = {}
        self.name, self.version = embedder.name, embedder.version

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """As the embedder."""
        return await self._embedder.embed(texts)

    async def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """As the embedder, from memory where possible."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        for text, found in zip(new, await self._embedder.encode(new), strict=True):
            self._known[text] = found
        return [self._known[text] for text in texts]

    async def aclose(self) -> None:
        """End the process."""
        await self._embedder.aclose()


@dataclass(frozen=True, slots=True)
class Scored:
    """A graded answer or a probe with what the evaluator made of it."""

    row: Graded
    evaluation: Evaluation
    kind: str = ""

    def value(self, name: str = "technical_accuracy") -> float | None:
        """One of the scores of 10."""
        return self.evaluation.scores[name].value


async def score_all(
    rows: Sequence[Graded], embedder: Embedder, maps: Mapping[int, HumanScale]
) -> list[Scored]:
    """Graded answers and probes, each by a map that never saw its question."""
    fold = folds(row.question_id for row in rows)
    rules = {index: RuleEvaluator(embedder, scale) for index, scale in maps.items()}
    wanted = [(row, "", row.answer) for row in rows]
    wanted += [(row, probe.kind, probe.text) for row, probe in probes_for(rows, seed=11)]
    found = []
    for row, kind, text in wanted:
        evaluation = await rules[fold[row.question_id]].evaluate(row.request(text))
        found.append(Scored(row, evaluation, kind))
    return found


def correlation(a: Sequence[float | None], b: Sequence[float]) -> float:
    """Pearson's r over those that have a value; a null score is a zero, as a reader takes it."""
    return float(np.corrcoef([value or 0.0 for value in a], b)[0, 1])


def kappa(a: Floats, b: Floats, grades: int = 6) -> float:
    """Cohen's kappa, quadratic weights, of values 0-1 in so many grades."""
    first, second = (np.clip(np.round(v * (grades - 1)), 0, grades - 1).astype(int) for v in (a, b))
    seen = np.zeros((grades, grades))
    np.add.at(seen, (first, second), 1)
    apart = (np.arange(grades)[:, None] - np.arange(grades)[None, :]) ** 2
    chance = np.outer(seen.sum(axis=1), seen.sum(axis=0)) / seen.sum()
    return float(1 - (apart * seen).sum() / (apart * chance).sum())


def error_of_five(values: Sequence[float | None], human: Sequence[float]) -> float:
    """Root mean square error as graders of 5 see it."""
    shown = np.array([(value or 0.0) / 2 for value in values])
    return float(np.sqrt(np.mean((shown - 5 * np.array(human)) ** 2)))


def overlap(row: Graded) -> float:
    """The share of the ideal answer's words that the answer has."""
    ideal = set(tokens(row.ideal))
    return len(ideal & set(tokens(row.answer))) / len(ideal)


async def cosine(rows: Sequence[Graded], embedder: Embedder) -> list[float]:
    """The plain cosine of ideal answer and answer."""
    found = []
    for row in rows:
        ideal, answer = await embedder.encode([plain(row.ideal) or "-", plain(row.answer) or "-"])
        found.append(float(ideal.vector @ answer.vector))
    return found


def print_agreement(scored: Sequence[Scored], cosines: Mapping[int, float]) -> None:
    """The table of agreement, a column for each set."""
    sources = sorted({one.row.source for one in scored})
    graded = {s: [o for o in scored if o.row.source == s and not o.kind] for s in sources}
    print(
        f"{'Pearson r with the graders':38}"
        + "".join(f"{s + ' ' + format(len(graded[s]), ','):>16}" for s in sources)
    )
    lines: dict[str, Callable[[Scored], float | None]] = {
        "coverage of the expected points": lambda o: o.value(),
        "overall": lambda o: o.value("overall"),
        "plain MiniLM cosine": lambda o: cosines[id(o.row)],
        "plain word overlap": lambda o: overlap(o.row),
    }
    for name, of in lines.items():
        rs = [
            correlation([of(o) for o in graded[s]], [o.row.human for o in graded[s]])
            for s in sources
        ]
        print(f"{name:38}" + "".join(f"{r:16.3f}" for r in rs))
    for name, r in PUBLISHED:
        print(f"  published for Mohler: {name:50} {r:.2f}")
    for source in sources:
        print_levels(source, graded[source])


def print_levels(source: str, mine: Sequence[Scored]) -> None:
    """How the shown numbers lie beside people's marks."""
    values = [o.value() for o in mine]
    human = [o.row.human for o in mine]
    shown = np.array([(v or 0.0) / 10 for v in values])
    wrong = [o for o in mine if o.row.human < WRONG_BELOW]
    upper = sum((o.value() or 0.0) >= CLEAR_FROM for o in wrong)
    right = [o for o in mine if o.row.human >= RIGHT_FROM]
    found = sum((o.value() or 0.0) >= CLEAR_FROM for o in right)
    short = [o for o in right if o.row.short]
    nothing = sum(not o.value() for o in right)
    print(
        f"{source}: RMSE {error_of_five(values, human):.2f} of 5; bias "
        f"{10 * (shown.mean() - np.mean(human)):+.1f} of 10; kappa "
        f"{kappa(shown, np.array(human)):.2f}; n {len(mine)}"
    )
    print(
        f"  wrong answers in the upper band: {upper} of {len(wrong)} "
        f"({upper / max(1, len(wrong)):.0%}); right ones in it: {found / max(1, len(right)):.0%}"
    )
    if short:
        mean = np.mean([o.value() or 0.0 for o in short])
        theirs = 10 * np.mean([o.row.human for o in short])
        print(
            f"  short right answers: mean {mean:.1f}, people {theirs:.1f}, n {len(short)}; "
            f"right answers with 0 or null: {nothing} of {len(right)}"
        )


def print_probes(scored: Sequence[Scored], left_out: Mapping[str, Sequence[float]]) -> None:
    """What is no answer: mean, highest of 95 %, share at most 3."""
    print(
        f"\n{'no answer':16}{'n':>6}{'coverage':>10}{'overall':>9}{'95 %':>7}{'<= 3':>7}"
        f"{'kind never seen':>18}"
    )
    for kind in dict.fromkeys(one.kind for one in scored if one.kind):
        mine = [one for one in scored if one.kind == kind]
        values = np.array([one.value() or 0.0 for one in mine])
        whole = np.array([one.value("overall") or 0.0 for one in mine])
        unseen = f"{np.mean(left_out[kind]):18.1f}" if kind in left_out else f"{'not fitted':>18}"
        print(
            f"{kind:16}{len(mine):6}{values.mean():10.1f}{whole.mean():9.1f}"
            f"{np.quantile(values, 0.95):7.1f}{(values <= LOW).mean():7.0%}{unseen}"
        )


def kinds_left_out(seen: Sequence[Seen]) -> dict[str, list[float]]:
    """Each kind of probe by maps that saw neither the kind nor the question."""
    found: dict[str, list[float]] = {}
    fold = folds(one.row.question_id for one in seen)
    for kind in sorted(FITTED_PROBES):
        maps = out_of_fold([one for one in seen if one.kind != kind])
        found[kind] = [
            maps[fold[one.row.question_id]].of(one.signs) for one in seen if one.kind == kind
        ]
    return found


def print_transfer(seen: Sequence[Seen]) -> None:
    """A map of one set's questions on another set: whether it fits more than its own."""
    sources = sorted({one.row.source for one in seen})
    for source in sources:
        scale = fit([one for one in seen if one.row.source != source])
        mine = [one for one in seen if one.row.source == source and not one.kind]
        r = correlation([scale.of(o.signs) for o in mine], [o.row.human for o in mine])
        print(f"fitted without {source}: r {r:.3f} on it")


def print_draws(seen: Sequence[Seen]) -> None:
    """The agreement by several draws of the folds: how much of it is the draw's luck."""
    graded = [one for one in seen if not one.kind]
    for source in sorted({one.row.source for one in graded}):
        mine = [one for one in graded if one.row.source == source]
        rs = []
        for seed in range(DRAWS):
            maps, fold = out_of_fold(seen, seed), folds((o.row.question_id for o in seen), seed)
            values = [maps[fold[o.row.question_id]].of(o.signs) for o in mine]
            rs.append(correlation(values, [o.row.human for o in mine]))
        print(
            f"{source}: r {np.mean(rs):.3f} over {DRAWS} draws of the folds, "
            f"{min(rs):.3f} to {max(rs):.3f}"
        )


async def print_no_answers(rows: Sequence[Graded], embedder: Embedder) -> None:
    """Giving up is 0 or null, asking back null, whatever the words."""
    rules = RuleEvaluator(embedder)
    row = rows[0]
    missed = []
    for texts, fine in ((NO_ANSWER + NO_ANSWER_BY_MEANING, (None, 0.0)), (ASKING_BACK, (None,))):
        for text in texts:
            scores = (await rules.evaluate(row.request(text))).scores
            if any(scores[name].value not in fine for name in ("technical_accuracy", "overall")):
                missed.append(text)
    total = len(NO_ANSWER) + len(NO_ANSWER_BY_MEANING) + len(ASKING_BACK)
    print(f"\ngiving up and asking back: {total - len(missed)} of {total} wordings seen {missed}")


async def print_speed(rows: Sequence[Graded], embedder: MiniLmEmbedder) -> None:
    """Processor time an answer, ours and the sidecar's, one answer after another."""
    rules = RuleEvaluator(embedder)
    long_text = " ".join(row.answer for row in rows[:6])
    for name, answers in (
        ("an answer", [row.answer for row in rows[:60]]),
        (f"a long one ({len(long_text.split())} words)", [f"{long_text} {n}" for n in range(20)]),
    ):
        await rules.evaluate(rows[0].request())
        before = _cpu_s(embedder.pid)
        for answer in answers:
            await rules.evaluate(rows[0].request(answer))
        used = (_cpu_s(embedder.pid) - before) / len(answers)
        print(f"{name}: {1000 * used:.0f} ms of processor time")


def _cpu_s(pid: int | None) -> float:
    """Processor seconds of this process and of the sidecar."""
    mine = time.process_time()
    if pid is None:
        return mine
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return mine + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def main(folder: Path, models: Path, model: Sequence[str] | None) -> None:
    """All tables, or that of a language model."""
    rows = read_graded(folder)
    minilm = MiniLmEmbedder(models / MODEL_NAME)
    embedder = Remembering(minilm)
    try:
        if model is not None:
            await print_model(rows, embedder, *model)
            return
        seen = await gather(rows, RuleEvaluator(embedder))
        scored = await score_all(rows, embedder, out_of_fold(seen))
        cosines = dict(zip(map(id, rows), await cosine(rows, embedder), strict=True))
        print_agreement(scored, cosines)
        print_transfer(seen)
        print_draws(seen)
        print_probes(scored, kinds_left_out(seen))
        await print_no_answers(rows, embedder)
        await print_speed([row for row in rows if row.source not in BINARY], minilm)
        print(f"uncertainty by value: {with_uncertainty(fit(seen), seen).uncertainty}")
    finally:
        await embedder.aclose()


def shared_graded() -> Path:
    """Where the graded sets lie on this machine."""
    return Path(os.environ.get("VIVA_TEST_SHARED", ROOT.parent / "shared")) / "graded"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=shared_graded())
    parser.add_argument(
        "--models", type=Path, default=Path("~/.cache/vivavoce/models").expanduser()
    )
    parser.add_argument("--model", nargs=2, metavar=("URL", "NAME"))
    given = parser.parse_args()
    asyncio.run(main(given.folder, given.models, given.model))
