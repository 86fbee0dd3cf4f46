"""Rules of the house that no linter knows."""

from __future__ import annotations

import re
import subprocess
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OURS = ("agents", "interview", "proctoring", "realtime", "server", "sidecars", "storage")
OURS_ALONE = {
    "piper": "agents/tts",
    "aiosqlite": "storage/backends/sqlite",
    "motor": "storage/backends/mongodb",
    "pymongo": "storage/backends/mongodb",
}


def tracked(pattern: str) -> list[Path]:
    """Files that git tracks, by glob; all files of an export without git."""
    listed = subprocess.run(
        ["git", "ls-files", pattern], cwd=ROOT, capture_output=True, text=True, check=False
    )
    names = listed.stdout.split("\n") if listed.returncode == 0 else []
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_no_installed_distribution_brings_one_of_our_names() -> None:
    taken = packages_distributions()
    assert [name for name in OURS if name in taken] == []


def test_every_package_has_an_init() -> None:
    for top in OURS:
        for folder in {path.parent for path in (ROOT / top).rglob("*.py")}:
            assert (folder / "__init__.py").is_file(), folder


def test_no_unfinished_marks_and_no_swallowed_exceptions() -> None:
    mark = re.compile(r"\b(TODO|FIXME|XXX)\b|raise NotImplementedError")
    swallow = re.compile(r"except( Exception| BaseException)?( as \w+)?:\s*\n\s+(pass|continue)\b")
    for path in tracked("*.py"):
        text = path.read_text()
        if path.name == "test_house.py":
            continue
        assert not mark.search(text), path
        assert not swallow.search(text), path


def test_locks_name_no_registry() -> None:
    hosts = re.compile(r"https?://[^\s\"]*(pypi|npmjs|pythonhosted|yarnpkg)[^\s\"]*")
    module = ("tests/servers/mongo/go.mod", "tests/servers/mongo/go.sum")
    for name in ("requirements.lock", "package-lock.json", "pyproject.toml", "Makefile", *module):
        assert not hosts.search((ROOT / name).read_text()), name


def test_heavy_libraries_stay_home() -> None:
    for library, home in OURS_ALONE.items():
        uses = re.compile(rf"^\s*(from|import) {library}\b", re.MULTILINE)
        for path in (p for top in OURS for p in (ROOT / top).rglob("*.py")):
            if uses.search(path.read_text()):
                where = path.relative_to(ROOT).as_posix()
                assert where.startswith(home), where
