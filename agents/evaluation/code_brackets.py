"""Answers in other languages, read by brackets, quotes, comments and keywords. Pure."""

from __future__ import annotations

import re

from agents.evaluation.code_reading import CodeReading, Finding, at_line

_PAIRS = {")": "(", "]": "[", "}": "{"}
_SCRAP = {
    "sql": re.compile(r"--[^\n]*|/\*[\s\S]*?\*/|'(?:[^']|'')*'"),
    "other": re.compile(
        r"//[^\n]*|/\*[\s\S]*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`"
    ),
}
_COMMENT = re.compile(r"^[ \t]*(?://|/\*|\*|--|#(?!include|define))\s*\w.{3,}", re.MULTILINE)
_FUNCTION = re.compile(
    r"\bfunction\b\s*\*?\s*(\w+)?\s*\(|\b(?:const|let|var)\s+(\w+)\s*=\s*(?:async\s*)?"
    r"(?:\([^()]*\)|\w+)\s*=>|\bfunc\s+(?:\([^)]*\)\s*)?(\w+)\s*\(|\bfn\s+(\w+)|"
    r"^[ \t]*(?:(?:public|private|protected|static|final|inline|async|override)\s+)*"
    r"[\w<>\[\],:*&]+[ \t]+[*&]*(\w+)\s*\([^;{}()]*\)\s*(?:const\s*)?(?:throws\s+[\w, ]+)?\{",
    re.MULTILINE,
)
_NOT_FUNCTIONS = frozenset("if for while switch catch return else new do".split())
_NAME = re.compile(
    r"\b(?:const|let|var|int|long|double|float|bool|boolean|auto|char|string|String|mut|let mut)\s+"
    r"(\w+)\b(?!\s*\()|\b(\w+)\s*:="
)
_BRANCH = re.compile(
    r"\b(?:if|for|while|case|catch|when|match)\b|&&|\|\||\?(?![.:?])", re.IGNORECASE
)
_LOOP = re.compile(r"\b(?:for|while|loop)\b|\.forEach\(")
_GUARD = re.compile(
    r"!\w|null|nil|undefined|None|\.length|\.size\(\)|isEmpty|empty\(\)|== ?0|<= ?0|< ?2|<= ?1"
)
_LEAVES = re.compile(r"\b(?:return|throw|continue|break|panic)\b")
_ERRORS = re.compile(r"\b(?:try|catch|throw|throws|panic|Err\(|error\b)")
_TESTS = re.compile(
    r"\b(?:assert\w*|expect|describe|it|test)\s*\(|@Test\b|#\[test\]|\bassert(?:_eq)?!|"
    r"console\.assert|\bfunc Test\w+"
)
_STRUCTURE = re.compile(
    r"\bnew (?:Map|Set|HashMap|HashSet|TreeMap|ArrayDeque|PriorityQueue|LinkedList)\b|"
    r"\b(?:unordered_map|unordered_set|priority_queue|std::map|std::set|HashMap|HashSet|BTreeMap|"
    r"make\(map|map\[|Dictionary<)"
)
_RESULT = re.compile(r"\breturn\b\s*[^;\s}]|console\.log|System\.out|cout\s*<<|println")
_SQL_CLAUSE = re.compile(
    r"\b(?:join|where|group by|having|order by|limit|over\s*\(|with|union|coalesce|exists)\b",
    re.IGNORECASE,
)
_SQL_SHAPE = re.compile(
    r"\bselect\b\s+(?!from\b)[\s\S]+?\bfrom\b\s+[\w(\"`\[]|\binsert\s+into\b\s+\w|"
    r"\bupdate\b\s+\w[\w.]*\s+set\b|\bdelete\s+from\b\s+\w|\bcreate\s+\w+(?:\s+\w+)?\s+\w",
    re.IGNORECASE,
)


def read_other(code: str, language: str) -> CodeReading:
    """What can be seen without a parser: only unbalanced brackets and quotes count as errors."""
    bare = _blank_out(code, language)
    error = _unbalanced(bare, code) or _open_quote(bare, code)
    if language == "sql":
        return _read_sql(code, bare, error)
    functions = _functions(code, bare)
    return CodeReading(
        language=language,
        parsed=False,
        lines=len([line for line in code.split("\n") if line.strip()]),
        syntax_error=error,
        functions=functions,
        names=tuple(a or b for a, b in _NAME.findall(bare)),
        complexity=1 + len(_BRANCH.findall(bare)) // max(1, len(functions)),
        nesting=max(0, _deepest(bare) - 1),
        loop_nesting=_loop_depth(bare),
        longest_function=_longest_block(bare) if functions else 0,
        stub=None if re.search(r"[=;(]\s*\S", _bodies(bare)) else at_line(code, 1, "an empty body"),
        tests=_lines(_TESTS, bare, code, "a test"),
        edge_cases=_guards(bare, code),
        error_handling=_lines(_ERRORS, bare, code, "handles an error"),
        structures=_lines(_STRUCTURE, bare, code, "uses a map, set or queue"),
        comments=_lines(_COMMENT, code, code, "a comment"),
        results=_lines(_RESULT, bare, code, "gives a result"),
        typed=language not in ("javascript", "unknown"),
    )


def _read_sql(code: str, bare: str, error: Finding | None) -> CodeReading:
    if error is None and not _SQL_SHAPE.search(bare):
        error = at_line(code, 1, "syntax error: no complete statement")
    clauses = _lines(_SQL_CLAUSE, bare, code, "uses a clause that shapes the result")
    return CodeReading(
        language="sql",
        parsed=False,
        lines=len([line for line in code.split("\n") if line.strip()]),
        syntax_error=error,
        names=tuple(re.findall(r"\bas\s+(\w+)", bare, re.IGNORECASE)),
        edge_cases=_lines(
            re.compile(r"\b(?:is (?:not )?null|coalesce|left join|exists|nullif)\b", re.IGNORECASE),
            bare,
            code,
            "guards an edge case",
        ),
        structures=clauses,
        comments=_lines(_COMMENT, code, code, "a comment"),
        results=_lines(re.compile(r"\bselect\b", re.IGNORECASE), bare, code, "gives a result"),
        typed=True,
    )


def _blank_out(code: str, language: str) -> str:
    """Comments and quoted text replaced by spaces; line breaks and columns stay."""

    def blank(match: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " ", match.group())

    return _SCRAP["sql" if language == "sql" else "other"].sub(blank, code)


def _unbalanced(bare: str, code: str) -> Finding | None:
    open_at: list[tuple[str, int]] = []
    line = 1
    for character in bare:
        line += character == "\n"
        if character in "([{":
            open_at.append((character, line))
        elif character in _PAIRS:
            if not open_at:
                return at_line(code, line, f"syntax error: {character} closes nothing")
            if open_at[-1][0] != _PAIRS[character]:
                opener, where = open_at[-1]
                return at_line(code, where, f"syntax error: {opener} is never closed")
            open_at.pop()
    if open_at:
        character, line = open_at[-1]
        return at_line(code, line, f"syntax error: {character} is never closed")
    return None


def _open_quote(bare: str, code: str) -> Finding | None:
    for number, line in enumerate(bare.split("\n"), start=1):
        if '"' in line:
            return at_line(code, number, "syntax error: a quote is never closed")
    return None


def _functions(code: str, bare: str) -> tuple[Finding, ...]:
    found = []
    for match in _FUNCTION.finditer(bare):
        name = next((group for group in match.groups() if group), "anonymous")
        if name not in _NOT_FUNCTIONS and not re.match(r"\s*(?:return|else|new)\b", match.group()):
            place = match.start() + len(match.group()) - len(match.group().lstrip())
            line = bare.count("\n", 0, place) + 1
            found.append(at_line(code, line, f"function {name}"))
    return tuple(found)


def _guards(bare: str, code: str) -> tuple[Finding, ...]:
    """Lines that test for an empty or missing value and leave at once."""
    lines = bare.split("\n")
    return tuple(
        at_line(code, number, "guards an edge case")
        for number, line in enumerate(lines, start=1)
        if re.search(r"\bif\b", line)
        and _GUARD.search(line)
        and _LEAVES.search(" ".join(lines[number - 1 : number + 2]))
    )


def _bodies(bare: str) -> str:
    start = bare.find("{")
    return bare[start + 1 :] if start >= 0 else bare


def _deepest(bare: str) -> int:
    level = deepest = 0
    for character in bare:
        level += (character == "{") - (character == "}")
        deepest = max(deepest, level)
    return deepest


def _loop_depth(bare: str) -> int:
    """How deep loops lie in one another, by braces."""
    open_loops: list[int] = []
    level = deepest = 0
    pending = False
    for token in re.finditer(r"[{}]|" + _LOOP.pattern, bare):
        text = token.group()
        if text == "{":
            level += 1
            if pending:
                open_loops.append(level)
                deepest, pending = max(deepest, len(open_loops)), False
        elif text == "}":
            if open_loops and open_loops[-1] == level:
                open_loops.pop()
            level -= 1
        else:
            pending = True
            deepest = max(deepest, len(open_loops) + 1)
    return deepest


def _longest_block(bare: str) -> int:
    starts: list[int] = []
    longest = 0
    line = 1
    for character in bare:
        line += character == "\n"
        if character == "{":
            starts.append(line)
        elif character == "}" and starts:
            longest = max(longest, line - starts.pop() + 1)
    return longest


def _lines(pattern: re.Pattern[str], text: str, code: str, what: str) -> tuple[Finding, ...]:
    """One finding for each line in which a match begins."""
    numbers = dict.fromkeys(
        text.count("\n", 0, match.end() - len(match.group().lstrip())) + 1
        for match in pattern.finditer(text)
    )
    return tuple(at_line(code, number, what) for number in numbers)
