"""What the house checks read: the repository's own files, and how they report a broken rule."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "goodterms"
_SKIPPED = {"node_modules", "__pycache__", ".venv", "build", "dist", "data", ".git"}
_SKIPPED_SUFFIXES = (".egg-info", "_cache")
#: Every kind of text file that people write here.
TEXT_SUFFIXES = frozenset(
    [".py", ".toml", ".md", ".html", ".txt", ".css", ".js", ".svg", ".sql", ".json", ".in", ".typ", ".sh"]
)


def name_of(path: Path) -> str:
    """Return a path as it is written in messages."""
    return path.relative_to(ROOT).as_posix()


def files(*tops: Path, suffixes: Iterable[str]) -> list[Path]:
    """Return the files below the given directories, without generated and foreign ones."""
    wanted = tuple(suffixes)
    found: list[Path] = []
    for top in tops:
        for path in sorted(top.rglob("*")):
            parts = path.relative_to(ROOT).parts
            skipped = any(part in _SKIPPED or part.endswith(_SKIPPED_SUFFIXES) for part in parts)
            if path.is_file() and path.suffix in wanted and not skipped:
                found.append(path)
    return found


def python_files(*tops: Path) -> list[Path]:
    """Return the Python files below the given directories, migrations (generated) excepted."""
    return [path for path in files(*tops, suffixes=[".py"]) if "migrations" not in path.parts]


def in_package(*layers: str) -> list[Path]:
    """Return the Python files of the named layers of the package."""
    return python_files(*(PACKAGE / layer for layer in layers))


@cache
def tree(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(), filename=str(path))


def docstrings(module: ast.Module) -> set[int]:
    """Return the ids of the constants that are docstrings: prose, whatever words it uses."""
    found: set[int] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                found.add(id(first.value))
    return found


def functions(module: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function and method of a module."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def dotted(node: ast.AST) -> str:
    """Return `a.b.c` for a chain of names, calls shown as `()`; other parts as `?`."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    if isinstance(node, ast.Call):
        return f"{dotted(node.func)}()"
    return "?"


def assert_none(broken: Iterable[str], rule: str) -> None:
    """Fail with every place that breaks a rule, and the reason of the rule."""
    places = sorted(broken)
    assert not places, "\n".join([rule, *places])
