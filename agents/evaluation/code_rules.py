"""The coding rubric by rules: correctness, problem solving, code quality, depth.

Pure. The code is never run, so correctness is only what can be seen: it parses, it gives a result,
it uses what the task names. The bands are strict: no score by rules goes above `CEILING`, and
correctness not above `SEEN_CEILING` (docs/topics/evaluation.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from agents.evaluation.code_reader import read_code
from agents.evaluation.code_reading import LANGUAGE_NAMES, CodeReading, Finding, at_line
from agents.evaluation.passages import content_words, counted, tokens
from agents.evaluation.points import expected_points
from agents.evaluation.reading import insufficient
from interview.nouns import EvidenceQuote, Question, Score

MIN_CODE_CHARS = 15
CEILING = 8.5
SEEN_CEILING = 7.5
BROKEN_CEILING = 4.0
LONG_FUNCTION = 40
DEEP_NESTING = 4
_INDEX_NAMES = frozenset("i j k n m x y a b _ e f s t c".split())


def score_code(question: Question, code: str) -> tuple[dict[str, Score], CodeReading]:
    """The four scores of the coding rubric under their shared names, and the reading."""
    reading = read_code(code)
    if len(code.strip()) < MIN_CODE_CHARS:
        short = insufficient(f"{len(code.strip())} characters of code.")
        names = ("technical_accuracy", "problem_solving", "communication_clarity", "depth")
        return dict.fromkeys(names, short), reading
    return {
        "technical_accuracy": _correctness(question, code, reading),
        "problem_solving": _problem_solving(code, reading),
        "communication_clarity": _quality(code, reading),
        "depth": _depth(code, reading),
    }, reading


def _correctness(question: Question, code: str, reading: CodeReading) -> Score:
    language = LANGUAGE_NAMES[reading.language]
    if reading.syntax_error is not None:
        found = reading.syntax_error
        return _score(1.5, f"Read as {language}; line {found.line}: {found.what}.", [found])
    if reading.stub is not None:
        return _score(0.5, f"Line {reading.stub.line}: {reading.stub.what}.", [reading.stub])
    value = 5.5 if reading.results else 4.0
    notes = ["gives a result" if reading.results else "gives no result (no return, no output)"]
    share = covered_share(question, code)
    if share is not None:
        value = 3.0 + 4.5 * share if reading.results else 2.0 + 3.0 * share
        notes.append(f"uses {share:.0%} of what the task names")
    if reading.tests:
        value += 0.5
        notes.append("has tests")
    if reading.undefined:
        value -= min(3.0, 1.5 * len(reading.undefined))
        notes += [f"line {f.line}: {f.what}" for f in reading.undefined[:3]]
    parsed = "parses" if reading.parsed else "brackets and quotes match"
    evidence = [*reading.undefined[:2], *reading.results[:1], *reading.functions[:1]]
    return _score(
        min(value, SEEN_CEILING),
        f"{language}: {parsed}, {', '.join(notes)}. The code was not run.",
        evidence or [at_line(code, 1, "the code")],
    )


def covered_share(question: Question, code: str) -> float | None:
    """The share of the expected points whose words occur in the code; None without points."""
    points = [point.text for point in expected_points(question)]
    if not points:
        return None
    said = {
        part for word in tokens(code.replace("_", " ")) for part in (word, *content_words(word))
    }
    shares = []
    for point in points:
        wanted = set(content_words(point.replace("_", " "))) or {point.casefold()}
        shares.append(len(wanted & said) / len(wanted))
    return sum(shares) / len(shares)


def _problem_solving(code: str, reading: CodeReading) -> Score:
    value = 3.0
    notes: list[str] = []
    for found, one, more, what in (
        (reading.functions, 1.0, 2.0, "function"),
        (reading.edge_cases, 1.25, 2.0, "guarded edge case"),
        (reading.structures, 1.25, 1.5, "fitting structure"),
        (reading.error_handling, 0.5, 0.75, "guarded error"),
    ):
        value += 0 if not found else one if len(found) == 1 else more
        notes.append(counted(len(found), what))
    if reading.loop_nesting >= 3:
        value -= 1.5
        notes.append(f"loops {reading.loop_nesting} deep")
    if reading.stub is not None:
        value = 1.0
    evidence = [*reading.edge_cases[:1], *reading.structures[:1], *reading.functions[:1]]
    return _score(_bounded(value, reading), ", ".join(notes) + ".", evidence or _first(code))


def _quality(code: str, reading: CodeReading) -> Score:
    value, notes = 5.0, []
    names = [name for name in reading.names if name not in _INDEX_NAMES]
    if names:
        mean = sum(len(name) for name in names) / len(names)
        value += 1.0 if mean >= 5 else 0.0 if mean >= 3 else -1.5
        notes.append(f"names of {mean:.0f} letters on average")
    for wrong, minus, what in (
        (reading.longest_function > LONG_FUNCTION, 1.5, f"a function over {LONG_FUNCTION} lines"),
        (reading.nesting > DEEP_NESTING, 1.5, f"blocks {reading.nesting} deep"),
        (any(len(line) > 120 for line in code.split("\n")), 0.5, "lines over 120 characters"),
        (reading.complexity > 10, 1.0, f"{reading.complexity} branches in one function"),
    ):
        if wrong:
            value -= minus
            notes.append(what)
    if reading.comments:
        value += 1.0
        notes.append(counted(len(reading.comments), "comment"))
    if reading.typed:
        value += 0.5
        notes.append("types are stated")
    evidence = [*reading.comments[:1], *reading.functions[:1]]
    return _score(
        _bounded(value, reading), ", ".join(notes or ["short"]) + ".", evidence or _first(code)
    )


def _depth(code: str, reading: CodeReading) -> Score:
    value, notes = 2.5, []
    for found, plus, what in (
        (reading.tests, 2.5, "tests"),
        (reading.edge_cases, 1.5, "edge cases"),
        (reading.error_handling, 1.0, "error handling"),
        (reading.comments, 0.5, "comments"),
    ):
        if found:
            value += plus
            notes.append(what)
    if "O(" in code:
        value += 1.0
        notes.append("its cost is stated")
    if reading.lines >= 10:
        value += 1.0
    evidence = [*reading.tests[:1], *reading.edge_cases[:1], *reading.error_handling[:1]]
    reason = counted(reading.lines, "line") + "; " + (", ".join(notes) or "no tests, no edge cases")
    return _score(_bounded(value, reading), reason + ".", evidence or _first(code))


def _bounded(value: float, reading: CodeReading) -> float:
    broken = reading.syntax_error is not None or reading.stub is not None
    return max(0.0, min(value, BROKEN_CEILING if broken else CEILING))


def _first(code: str) -> list[Finding]:
    return [at_line(code, 1, "the code")]


def _score(value: float, reason: str, evidence: Sequence[Finding]) -> Score:
    return Score(
        value=round(max(0.0, value), 1),
        reason=reason[:1].upper() + reason[1:],
        evidence=tuple(_quotes(evidence)),
    )


def _quotes(findings: Iterable[Finding]) -> Iterable[EvidenceQuote]:
    seen: set[str] = set()
    for finding in findings:
        text = finding.text[:200].strip()
        if text and text not in seen:
            seen.add(text)
            yield EvidenceQuote(quote=text)
