"""docs/contract.md names tests that exist, and every row that is done names one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROW = re.compile(r"^\| (\d+) \| (.+?) \| ([^|]+?) \| (done|seam|later) \|(.*)\|$")


def rows() -> list[tuple[int, str, list[str]]]:
    """(number, state, named tests) of each row."""
    found = []
    for line in (ROOT / "docs" / "contract.md").read_text().splitlines():
        match = ROW.match(line)
        if match:
            found.append((int(match[1]), match[4], re.findall(r"`([^`]+)`", match[5])))
    return found


def test_all_109_rows_are_listed_once() -> None:
    assert [number for number, _, _ in rows()] == list(range(1, 110))


def exists(test: str) -> bool:
    """Whether a test of that path and name is there."""
    path, _, function = test.partition("::")
    tree = ast.parse((ROOT / path).read_text())
    return any(
        node.name == function
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    )


@pytest.mark.parametrize("number,state,tests", rows())
def test_row_names_tests_that_exist(number: int, state: str, tests: list[str]) -> None:
    assert tests or state != "done", f"row {number} is done and names no test"
    for name in tests:
        assert exists(name), f"row {number}: there is no {name}"


def test_each_fault_that_was_shown_has_a_test_in_its_place() -> None:
    _, _, faults = (ROOT / "docs" / "contract.md").read_text().partition("## Faults")
    lines = [line for line in faults.splitlines() if line.startswith("| ")][1:]
    assert len(lines) >= 8
    for line in lines:
        named = re.findall(r"`(tests/[^`]+)`", line)
        assert named and all(exists(name) for name in named), line


def test_what_is_promised_across_processes_is_tested_with_two() -> None:
    tests = {number: named for number, _, named in rows()}
    for number in (7, 13, 14, 25, 27):
        assert any("test_two_processes.py::" in name for name in tests[number]), number
