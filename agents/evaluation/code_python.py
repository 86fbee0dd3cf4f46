"""Python answers, read through their syntax tree. Nothing is run or imported. Pure."""

from __future__ import annotations

import ast
import builtins
import io
import tokenize
import warnings
from collections.abc import Iterator

from agents.evaluation.code_reading import CodeReading, Finding, at_line

_BRANCHES = (
    ast.If,
    ast.For,
    ast.While,
    ast.ExceptHandler,
    ast.IfExp,
    ast.comprehension,
    ast.Assert,
)
_BLOCKS = (ast.If, ast.For, ast.While, ast.Try, ast.With, ast.AsyncFor, ast.AsyncWith)
_LOOPS = (ast.For, ast.While, ast.AsyncFor)
_STRUCTURES = frozenset(
    "dict set deque heapq heappush heappop defaultdict Counter OrderedDict bisect bisect_left "
    "bisect_right lru_cache cache frozenset sorted namedtuple dataclass".split()
)
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def read_python(code: str) -> CodeReading:
    """The reading of Python source, or one that names the syntax error."""
    count = len([line for line in code.split("\n") if line.strip()])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(code)
    except SyntaxError as error:
        what = f"syntax error: {error.msg}"
        return CodeReading("python", False, count, at_line(code, error.lineno or 1, what))
    except (ValueError, RecursionError, MemoryError):
        return CodeReading("python", False, count, at_line(code, 1, "cannot be parsed"))
    try:
        return _read_tree(tree, code, count)
    except RecursionError:
        return CodeReading("python", False, count, at_line(code, 1, "nested too deeply to read"))


def _read_tree(tree: ast.Module, code: str, count: int) -> CodeReading:
    nodes = list(ast.walk(tree))
    functions = [node for node in nodes if isinstance(node, _Function)]
    parts: list[ast.AST] = [*functions] or [tree]
    return CodeReading(
        language="python",
        parsed=True,
        lines=count,
        functions=tuple(at_line(code, f.lineno, f"function {f.name}") for f in functions),
        names=tuple(_names(nodes)),
        complexity=max(1 + _count(part, _BRANCHES) for part in parts),
        nesting=max(_depth(part, _BLOCKS) for part in parts),
        loop_nesting=max(_depth(part, _LOOPS) for part in parts),
        longest_function=max(
            ((f.end_lineno or f.lineno) - f.lineno + 1 for f in functions), default=0
        ),
        stub=_stub(tree, functions, code),
        undefined=tuple(_undefined(tree, nodes, code)),
        tests=tuple(_tests(nodes, code)),
        edge_cases=tuple(_edge_cases(nodes, code)),
        error_handling=tuple(
            at_line(code, node.lineno, "handles an error")
            for node in nodes
            if isinstance(node, ast.Try | ast.Raise)
        ),
        structures=tuple(_structures(nodes, code)),
        comments=tuple(_comments(nodes, code)),
        results=tuple(
            at_line(code, node.lineno, "gives a result")
            for node in nodes
            if (isinstance(node, ast.Return) and node.value is not None)
            or isinstance(node, ast.Yield)
            or (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print")
        ),
        typed=any(f.returns or any(a.annotation for a in f.args.args) for f in functions),
    )


def _count(node: ast.AST, kinds: tuple[type[ast.AST], ...]) -> int:
    return sum(isinstance(child, kinds) for child in ast.walk(node))


def _depth(node: ast.AST, kinds: tuple[type[ast.AST], ...]) -> int:
    """How deep blocks of these kinds lie in one another (an `elif` is no deeper than its `if`)."""
    deepest = 0
    stack: list[tuple[ast.AST, int]] = [(node, 0)]
    while stack:
        current, level = stack.pop()
        level += isinstance(current, kinds)
        deepest = max(deepest, level)
        chain = getattr(current, "orelse", []) if isinstance(current, ast.If) else []
        same = chain[0] if len(chain) == 1 and isinstance(chain[0], ast.If) else None
        for child in ast.iter_child_nodes(current):
            stack.append((child, level - 1 if child is same else level))
    return deepest


def _names(nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def _stub(tree: ast.Module, functions: list[_Function], code: str) -> Finding | None:
    """A function that does nothing, when no function does anything; or an empty program."""
    if any(not _empty(function) for function in functions):
        return None
    if functions:
        return at_line(code, functions[0].lineno, "a function without a body")
    doing = [node for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom)]
    return None if doing else at_line(code, 1, "nothing but imports")


def _empty(function: _Function) -> bool:
    return all(
        isinstance(node, ast.Pass)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        or (isinstance(node, ast.Return) and _constant(node.value))
        or (isinstance(node, ast.Raise) and "NotImplemented" in ast.dump(node))
        for node in function.body
    )


def _constant(node: ast.expr | None) -> bool:
    return node is None or (isinstance(node, ast.Constant) and node.value is None)


def _undefined(tree: ast.Module, nodes: list[ast.AST], code: str) -> Iterator[Finding]:
    """Names read but bound nowhere in the program (an approximation: scopes are ignored)."""
    bound = set(dir(builtins)) | {"__file__", "__name__"} | set(_names(nodes)) | set(_bound(nodes))
    if any(isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in nodes):
        return
    seen: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Name) and node.id not in bound and node.id not in seen:
            seen.add(node.id)
            yield at_line(code, node.lineno, f"{node.id} is not defined")


def _bound(nodes: list[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                yield (alias.asname or alias.name).split(".")[0]
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.name
        elif isinstance(node, ast.Global | ast.Nonlocal):
            yield from node.names
        elif isinstance(node, ast.MatchAs | ast.MatchStar) and node.name:
            yield node.name
        elif isinstance(node, ast.MatchMapping) and node.rest:
            yield node.rest


def _tests(nodes: list[ast.AST], code: str) -> Iterator[Finding]:
    for node in nodes:
        if isinstance(node, ast.Assert):
            yield at_line(code, node.lineno, "an assertion")
        elif isinstance(node, _Function) and node.name.startswith("test"):
            yield at_line(code, node.lineno, "a test")


def _edge_cases(nodes: list[ast.AST], code: str) -> Iterator[Finding]:
    """Guards: an `if` about emptiness, None, zero or a length, which leaves at once."""
    for node in nodes:
        if not isinstance(node, ast.If) or not node.body:
            continue
        leaves = isinstance(node.body[0], ast.Return | ast.Raise | ast.Continue)
        test = ast.unparse(node.test)
        guards = test.startswith("not ") or any(
            mark in test for mark in ("None", "len(", " == 0", " <= 0", " < 0", " < 2", " <= 1")
        )
        if leaves and guards:
            yield at_line(code, node.lineno, "guards an edge case")


def _structures(nodes: list[ast.AST], code: str) -> Iterator[Finding]:
    for node in nodes:
        if isinstance(node, ast.Dict | ast.Set | ast.DictComp | ast.SetComp):
            yield at_line(code, node.lineno, "uses a dictionary or set")
        elif isinstance(node, ast.Name | ast.Attribute):
            name = node.id if isinstance(node, ast.Name) else node.attr
            if name in _STRUCTURES and isinstance(node.ctx, ast.Load):
                yield at_line(code, node.lineno, f"uses {name}")


def _comments(nodes: list[ast.AST], code: str) -> Iterator[Finding]:
    for node in nodes:
        if isinstance(node, _Function) and ast.get_docstring(node):
            yield at_line(code, node.body[0].lineno, "a docstring")
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            if token.type == tokenize.COMMENT and len(token.string) > 4:
                yield at_line(code, token.start[0], "a comment")
    except (tokenize.TokenError, SyntaxError):
        return
