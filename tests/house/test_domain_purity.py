"""The domain is pure: the same arguments give the same decision, today and in ten years."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.house.sources import assert_none, dotted, in_package, name_of, tree

#: Modules of the standard library without I/O, clock or randomness.
ALLOWED_MODULES = frozenset(
    [
        *("__future__", "abc", "base64", "bisect", "calendar", "collections", "contextlib", "copy"),
        *("dataclasses", "datetime", "decimal", "difflib", "enum", "fractions", "functools", "graphlib"),
        *("hashlib", "heapq", "hmac", "itertools", "json", "math", "operator", "re", "string", "struct"),
        *("textwrap", "tomllib", "types", "typing", "unicodedata", "uuid", "zoneinfo"),
    ]
)
CLOCK = {"now", "utcnow", "today"}
RANDOM = {"uuid1", "uuid4", "uuid6", "uuid7", "urandom", "random", "randint", "token_hex", "token_urlsafe"}
IO_CALLS = {"open", "print", "input", "exec", "eval", "breakpoint"}


def impurities(module: ast.Module) -> list[tuple[int, str]]:
    """Return the lines of a module that are not pure, each with what is wrong."""
    found: list[tuple[int, str]] = []
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            found += [(node.lineno, p) for alias in node.names if (p := _bad_module(alias.name))]
        elif isinstance(node, ast.ImportFrom):
            if problem := _bad_module(node.module or "."):
                found.append((node.lineno, problem))
            found += [
                (node.lineno, f"imports {alias.name}: ids are made in wiring and passed in")
                for alias in node.names
                if alias.name in RANDOM
            ]
        elif isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            found.append((node.lineno, f"float literal {node.value}: amounts and days are integers"))
        elif isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
            found.append((node.lineno, "true division makes floats: use // or divmod, or Fraction"))
        elif isinstance(node, ast.Call) and (problem := _bad_call(dotted(node.func))):
            found.append((node.lineno, problem))
    return found


def _bad_module(name: str) -> str:
    top = name.split(".")[0]
    if top in ALLOWED_MODULES or name == "goodterms" or name.startswith("goodterms.domain"):
        return ""
    return f"imports {name}: only pure modules of the standard library and the domain itself"


def _bad_call(name: str) -> str:
    last = name.rsplit(".", 1)[-1]
    if last in CLOCK and "." in name:
        return f"{name}() reads the clock: `now` is an argument"
    if last in RANDOM:
        return f"{name}() is random: ids are made in wiring and passed in"
    if name in IO_CALLS:
        return f"{name}() is I/O"
    if name == "float":
        return "float(): amounts and days are integers"
    return ""


def test_domain_is_pure() -> None:
    """No framework, I/O, clock, randomness or float in the domain."""
    broken = [
        f"{name_of(path)}:{line}: {problem}"
        for path in in_package("domain")
        for line, problem in impurities(tree(path))
    ]
    assert_none(broken, "The domain is pure, so that every decision can be replayed to the same outcome (R52).")


@pytest.mark.parametrize(
    "code",
    [
        "import django.db",
        "import os",
        "from time import sleep",
        "from uuid import uuid4",
        "import uuid\nkey = uuid.uuid4()",
        "from datetime import datetime\nat = datetime.now()",
        "from datetime import date\non = date.today()",
        "rate = 0.5",
        "half = 10 / 2",
        "n = 10\nn /= 2",
        "n = float(3)",
        "text = open('x').read()",
        "print('x')",
    ],
)
def test_impurity_is_noticed(code: str) -> None:
    """Each kind of impurity is found by the check above."""
    assert impurities(ast.parse(code))


def _costly(path: Path) -> list[str]:
    imported = {
        alias.name
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.module == "dataclasses"
        for alias in node.names
    }
    frozen = "frozen=True" in path.read_text(encoding="utf-8")
    return [f"{name_of(path)}: {name}" for name in imported & {"replace", *(["dataclass"] if frozen else [])}]


def test_values_are_cheap() -> None:
    """Frozen values are made by `domain.value`, whose `dataclass` and `replace` cost a fraction."""
    broken = [place for path in in_package("domain") if path.name != "value.py" for place in _costly(path)]
    assert_none(broken, "A renewal makes some thirty values: take `dataclass` and `replace` from domain.value.")


def _undocumented(path: Path) -> list[str]:
    module = tree(path)
    missing = [] if ast.get_docstring(module) else [f"{name_of(path)}:1: module"]
    for node in module.body:
        public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        if not public:
            continue
        if not ast.get_docstring(node):
            missing.append(f"{name_of(path)}:{node.lineno}: {node.name}")
        if isinstance(node, ast.ClassDef):
            missing += [
                f"{name_of(path)}:{inner.lineno}: {node.name}.{inner.name}"
                for inner in node.body
                if isinstance(inner, ast.FunctionDef)
                and not inner.name.startswith("_")
                and not ast.get_docstring(inner)
            ]
    return missing


def test_domain_is_documented() -> None:
    """Every public function, method and class of the domain says what it does."""
    broken = [place for path in in_package("domain") for place in _undocumented(path)]
    assert_none(broken, "The domain holds the rules customers argue about: each public name says what it means.")
