"""What a coding answer is made of, read without ever running it.

Pure. Python is parsed by `ast`; JavaScript, TypeScript, Java, C, C++, C#, Go, Rust and SQL are read
by their brackets, quotes, comments and keywords, which finds gross errors only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_CODE_CHARS = 20_000


@dataclass(frozen=True, slots=True)
class Finding:
    """Something at a line (from 1), with the line itself as it stands in the code."""

    line: int
    text: str
    what: str


@dataclass(frozen=True, slots=True)
class CodeReading:
    """`complexity` is 1 + branches of the most branching function; `nesting` its deepest block."""

    language: str
    parsed: bool
    lines: int
    syntax_error: Finding | None = None
    functions: tuple[Finding, ...] = ()
    names: tuple[str, ...] = ()
    complexity: int = 1
    nesting: int = 0
    loop_nesting: int = 0
    longest_function: int = 0
    stub: Finding | None = None
    undefined: tuple[Finding, ...] = ()
    tests: tuple[Finding, ...] = ()
    edge_cases: tuple[Finding, ...] = ()
    error_handling: tuple[Finding, ...] = ()
    structures: tuple[Finding, ...] = ()
    comments: tuple[Finding, ...] = ()
    results: tuple[Finding, ...] = ()
    typed: bool = False


_MARKS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.MULTILINE | re.IGNORECASE))
    for name, pattern in (
        (
            "python",
            r"^[ \t]*(?:def \w+\s*\([^\n]*:|class \w+[^\n]*:|from \w[\w.]* import |import \w+\s*$|"
            r"elif .*:|for \w+(?:, *\w+)* in .*:|if __name__|print\(|except\b.*:|while .*:\s*$)",
        ),
        (
            "sql",
            r"^[ \t]*(?:select\b[\s\S]*?\bfrom\b|insert into|update \w+ set|delete from|"
            r"create (?:table|index|view)|with \w+ as\s*\()",
        ),
        (
            "typescript",
            r"^[ \t]*(?:interface \w+ \{|type \w+ =)|\b(?:const|let|function \w+\()[^=\n]*"
            r":\s*(?:number|string|boolean|void)\b",
        ),
        (
            "javascript",
            r"\b(?:const|let|var) \w+\s*=|=>|\bfunction\b\s*\w*\s*\(|console\.log|===|"
            r"module\.exports",
        ),
        (
            "java",
            r"\bpublic (?:static |final |abstract )*(?:class|void|int|boolean|String|List)|"
            r"System\.out|\bimport java",
        ),
        ("csharp", r"^[ \t]*using System|\bnamespace \w+|Console\.Write"),
        (
            "cpp",
            r"#include\s*<|\bstd::|using namespace std|\bcout\s*<<|\bvector<|"
            r"\bint main\s*\(",
        ),
        ("go", r"^[ \t]*package \w+|\bfunc (?:\(\w+ \*?\w+\) )?\w+\(|:="),
        ("rust", r"\bfn \w+\s*(?:<[^>]*>)?\(|\blet mut\b|\bimpl\b|println!"),
    )
)
LANGUAGE_NAMES = {
    "python": "Python",
    "sql": "SQL",
    "typescript": "TypeScript",
    "javascript": "JavaScript",
    "java": "Java",
    "csharp": "C#",
    "cpp": "C or C++",
    "go": "Go",
    "rust": "Rust",
    "unknown": "an unrecognised language",
}


def detect_language(code: str) -> str:
    """The language whose marks occur most often; "unknown" when there are none."""
    counts = {name: len(pattern.findall(code)) for name, pattern in _MARKS}
    if counts["typescript"]:
        counts["typescript"] += counts["javascript"]
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else "unknown"


def looks_like_code(text: str) -> bool:
    """Whether text typed into an answer box is a program rather than prose."""
    lines = [line for line in text.splitlines() if line.strip()]
    if detect_language(text) == "unknown" or not lines:
        return False
    marked = sum(bool(re.search(r"[{};=()\[\]]|:\s*$|^\s{2,}\S", line)) for line in lines)
    return marked >= max(1, len(lines) // 2)


def at_line(code: str, line: int, what: str) -> Finding:
    """A finding with the text of that line, or of the nearest line that has any."""
    lines = code.split("\n")
    index = min(max(line, 1), len(lines)) - 1
    for candidate in [*range(index, -1, -1), *range(index + 1, len(lines))]:
        if lines[candidate].strip():
            return Finding(candidate + 1, lines[candidate].strip(), what)
    return Finding(index + 1, "", what)
