"""Coding answers are read, never run."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.evaluation.code_reader import read_code
from agents.evaluation.code_reading import detect_language, looks_like_code
from agents.evaluation.code_rules import score_code
from interview.nouns import Question, QuestionKind

TWO_SUM = Question(
    number=1, text="Two sum.", kind=QuestionKind.CODING, keywords=("dictionary", "enumerate")
)
PLAIN = Question(number=1, text="Two sum.", kind=QuestionKind.CODING)
PYTHON = '''def two_sum(numbers: list[int], target: int) -> tuple[int, int] | None:
    """Indices of two numbers that add up to target, in O(n)."""
    if not numbers:
        return None
    seen_at: dict[int, int] = {}
    for index, number in enumerate(numbers):
        if target - number in seen_at:
            return seen_at[target - number], index
        seen_at[number] = index
    return None


def test_two_sum():
    assert two_sum([2, 7, 11], 9) == (0, 1)
'''
JAVASCRIPT = """// Indices of two numbers
function twoSum(numbers, target) {
  if (!numbers.length) { return null; }
  const seenAt = new Map();
  for (let i = 0; i < numbers.length; i++) {
    if (seenAt.has(target - numbers[i])) return [seenAt.get(target - numbers[i]), i];
    seenAt.set(numbers[i], i);
  }
  return null;
}
"""
JAVA = """import java.util.*;
public class Solution {
    public int[] twoSum(int[] numbers, int target) {
        Map<Integer, Integer> seenAt = new HashMap<>();
        for (int i = 0; i < numbers.length; i++) {
            if (seenAt.containsKey(target - numbers[i])) {
                return new int[] {seenAt.get(target - numbers[i]), i};
            }
            seenAt.put(numbers[i], i);
        }
        throw new IllegalArgumentException("none");
    }
}
"""
CPP = """#include <vector>
int sum(const std::vector<int>& numbers) {
    int total = 0;
    for (int number : numbers) { total += number; }
    return total;
}
"""
SQL = """SELECT d.name, COUNT(*) AS staff
FROM departments d LEFT JOIN employees e ON e.department_id = d.id
WHERE e.left_at IS NULL GROUP BY d.name HAVING COUNT(*) > 5;
"""


@pytest.mark.parametrize(
    ("code", "language"),
    [
        (PYTHON, "python"),
        (JAVASCRIPT, "javascript"),
        (JAVA, "java"),
        (CPP, "cpp"),
        (SQL, "sql"),
        ("package main\nfunc add(a int, b int) int { return a + b }", "go"),
        ("fn add(a: i32, b: i32) -> i32 { a + b }", "rust"),
        ("interface Pair { a: number }\nconst x: number = 1;", "typescript"),
        ("hello there, nice to meet you", "unknown"),
    ],
)
def test_languages_are_told_apart(code: str, language: str) -> None:
    assert detect_language(code) == language


@pytest.mark.parametrize("code", [PYTHON, JAVASCRIPT, JAVA, CPP, SQL])
def test_sound_code_has_no_error_and_quotes_its_lines(code: str) -> None:
    scores, reading = score_code(PLAIN, code)
    assert reading.syntax_error is None and reading.stub is None
    for score in scores.values():
        assert score.value is not None and 2 <= score.value <= 8.5
        assert score.evidence and all(quote.quote in code for quote in score.evidence)


def test_what_python_code_holds() -> None:
    reading = read_code(PYTHON)
    assert [f.what for f in reading.functions] == ["function two_sum", "function test_two_sum"]
    assert reading.tests and reading.edge_cases and reading.structures and reading.typed
    assert reading.loop_nesting == 1
    assert not reading.undefined


def test_tests_and_edge_cases_lift_the_scores() -> None:
    bare = (
        "def two_sum(numbers, target):\n    return [n for n in numbers if target - n in numbers]\n"
    )
    full, _ = score_code(PLAIN, PYTHON)
    thin, _ = score_code(PLAIN, bare)
    for name in ("depth", "problem_solving", "communication_clarity"):
        assert (full[name].value or 0) > (thin[name].value or 0), name


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("def f(x):\n    y = (x +\n    return y\n", 2),
        ("function f(x) {\n  return [x;\n}\n", 2),
        ("public class A {\n  int f() { return 1; }\n", 1),
        ('const s = "never closed;\nconsole.log(s);', 1),
        ("SELECT FROM WHERE", 1),
    ],
)
def test_a_syntax_error_is_low_with_its_line(code: str, line: int) -> None:
    scores, reading = score_code(PLAIN, code)
    assert reading.syntax_error is not None and reading.syntax_error.line == line
    accuracy = scores["technical_accuracy"]
    assert accuracy.value is not None and accuracy.value <= 2
    assert accuracy.evidence[0].quote == code.split("\n")[line - 1].strip()
    assert all((score.value or 0) <= 4 for score in scores.values())


@pytest.mark.parametrize("code", ["def two_sum(a, b):\n    pass\n", "def f(x):\n    return None\n"])
def test_a_function_without_a_body_is_worth_nothing(code: str) -> None:
    assert score_code(PLAIN, code)[0]["technical_accuracy"].value == 0.5


def test_undefined_names_count_against_correctness() -> None:
    code = "def f(x):\n    return helper(x) + missing\n"
    scores, reading = score_code(PLAIN, code)
    assert {f.what for f in reading.undefined} == {
        "helper is not defined",
        "missing is not defined",
    }
    assert scores["technical_accuracy"].value == 2.5


def test_what_the_task_names_counts() -> None:
    with_it, _ = score_code(TWO_SUM, PYTHON.replace("seen_at", "dictionary"))
    without, _ = score_code(TWO_SUM, "def two_sum(a, b):\n    return a[0] + b\n")
    assert (with_it["technical_accuracy"].value or 0) > (without["technical_accuracy"].value or 0)


def test_nothing_is_executed(tmp_path: Path) -> None:
    target = tmp_path / "ran"
    code = f"import pathlib\npathlib.Path({str(target)!r}).write_text('ran')\nprint('done')\n"
    score_code(PLAIN, code)
    assert not target.exists()


@pytest.mark.parametrize(
    "code",
    [
        "x = " + "(" * 5_000,
        "x = " + "-" * 15_000 + "1",
        "x = " + "[" * 90 + "]" * 90 + "\nprint(x)",
        "if.length" * 2_000,
        "{" * 20_000,
        "*" * 20_000,
        "\n" * 20_000 + "def f(: pass",
        "def f(x):\n\x00 return 1",
        "\t" * 5_000 + "def f(): ...",
        "select\n" * 3_000,
        "'" * 20_000,
        "// a\n" * 4_000,
    ],
)
@pytest.mark.timeout(20)
def test_hostile_code_is_read_in_bounded_time(code: str) -> None:
    scores, _ = score_code(PLAIN, code)
    for score in scores.values():
        assert score.value is None or 0 <= score.value <= 8.5


def test_code_typed_into_the_answer_box_is_recognised() -> None:
    assert looks_like_code(PYTHON)
    assert looks_like_code(SQL)
    assert not looks_like_code("I would select a dictionary from the options and loop over it.")
