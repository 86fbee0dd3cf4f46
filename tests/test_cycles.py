"""No module imports one that imports it, however far round; types and late imports count too."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("interview", "storage", "server", "agents", "proctoring", "realtime", "sidecars")
TS_IMPORT = re.compile(r"""(?:from|import)\s*\(?\s*["'](\.[^"']+)["']""")


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def python_imports() -> dict[str, set[str]]:
    """Who imports whom among our own modules."""
    files = {module_of(p): p for package in PACKAGES for p in (ROOT / package).rglob("*.py")}
    found: dict[str, set[str]] = {}
    for module, path in files.items():
        named: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module:
                named.add(node.module)
                named |= {f"{node.module}.{alias.name}" for alias in node.names}
            elif isinstance(node, ast.Import):
                named |= {alias.name for alias in node.names}
        found[module] = {name for name in named & files.keys() if name != module}
    return found


def web_imports() -> dict[str, set[str]]:
    """Who imports whom in the pages."""
    source = ROOT / "web" / "src"
    files = {str(p.relative_to(source).with_suffix("")): p for p in source.rglob("*.ts")}
    found: dict[str, set[str]] = {}
    for name, path in files.items():
        targets = (path.parent / target for target in TS_IMPORT.findall(path.read_text()))
        resolved = {str(Path(t.resolve()).relative_to(source.resolve())) for t in targets}
        found[name] = {target for target in resolved & files.keys() if target != name}
    return found


def circle(graph: Mapping[str, Iterable[str]]) -> list[str]:
    """One circle of the graph, or nothing."""
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        return list(error.args[1])
    return []


def test_python_modules_do_not_import_in_circles() -> None:
    graph = python_imports()
    assert len(graph) > 200 and circle(graph) == []


def test_pages_do_not_import_in_circles() -> None:
    graph = web_imports()
    assert len(graph) > 60 and circle(graph) == []


def test_a_circle_is_found() -> None:
    assert circle({"a": ["b"], "b": ["c"], "c": ["a"]})
