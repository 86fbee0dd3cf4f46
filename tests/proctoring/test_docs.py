"""The topic says what the code does."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from proctoring import detectors
from proctoring.base import DetectorSpec, State
from proctoring.policy import Policy, ProctoringSettings, Violation
from tests.fakes.vision import FRONTAL, reading

TOPIC = Path(__file__).resolve().parents[2] / "docs" / "topics" / "proctoring.md"
ROW = re.compile(
    r"^\| `(\w+)` \| `(\w+)` \| ([^|]+?) \| (yes|no) \| (low|medium|high)?[^|]*\|$", re.MULTILINE
)


def test_the_table_of_detectors_is_the_declared_one() -> None:
    written = {
        kind: (name, after, counts, grade)
        for name, kind, after, counts, grade in ROW.findall(TOPIC.read_text())
    }
    declared = {}
    for spec in detectors.load_all():
        for kind in spec.kinds:
            after = f"{kind.duration_s:g} s" if kind.duration_s else "at once"
            grade = kind.severity.value
            if kind.hint:
                after, grade = "never: a hint", ""
            declared[kind.code] = (spec.name, after, "yes" if kind.counts else "no", grade)
    assert written == declared


def example() -> DetectorSpec:
    """The detector of the section that shows how to add one."""
    text = TOPIC.read_text().split("## Adding a detector")[1]
    lines = text.split("\n    ", 1)[1].split("\n\nThe file is found")[0]
    scope: dict[str, object] = {}
    exec(compile(textwrap.dedent("    " + lines), "yawning.py", "exec"), scope)  # noqa: S102
    spec = scope["DETECTOR"]
    assert isinstance(spec, DetectorSpec)
    return spec


def test_the_example_detector_works() -> None:
    spec = example()
    detector, policy = spec.factory(), Policy(spec.kinds, ProctoringSettings())
    wide = FRONTAL.model_copy(update={"mouth": 0.9})
    (calm,) = detector.see(reading(1))
    assert calm.state is State.ABSENT
    found = [
        decision
        for n in range(6)
        for seen in detector.see(reading(2 + n / 2, head=wide))
        for decision in policy.apply(seen)
    ]
    assert [d.kind for d in found if isinstance(d, Violation)] == ["yawning"]
