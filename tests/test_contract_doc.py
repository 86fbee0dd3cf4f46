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


@pytest.mark.parametrize("number,state,tests", rows())
def test_row_names_tests_that_exist(number: int, state: str, tests: list[str]) -> None:
    assert tests or state != "done", f"row {number} is done and names no test"
    for name in tests:
        path, _, function = name.partition("::")
        tree = ast.parse((ROOT / path).read_text())
        names = {
            node.name
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        }
        assert function in names, f"row {number}: {path} has no {function}"
