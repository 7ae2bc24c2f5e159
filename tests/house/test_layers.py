"""Arrows point inward: who may import whom."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from tests.house.sources import PACKAGE, ROOT, assert_none, in_package, name_of, tree

DOORS = ("portal", "desk", "api", "cli", "demo")


def _imports(path: Path) -> list[tuple[int, str]]:
    found = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
    return found


def test_import_contracts_hold() -> None:
    """The contracts in pyproject.toml are kept."""
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_doors_do_not_know_the_gateways() -> None:
    """A door that talks to a gateway would move money without a committed intent."""
    broken = [
        f"{name_of(path)}:{line}: imports {module}"
        for path in in_package(*DOORS)
        for line, module in _imports(path)
        if module.startswith("goodterms.gateways")
    ]
    assert_none(broken, "Doors import use cases and storage queries, never gateways: money moves by intents only.")


def test_nobody_imports_relatively() -> None:
    """Full names keep every import findable by search."""
    broken = [
        f"{name_of(path)}:{node.lineno}: relative import"
        for path in in_package(".")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert_none(broken, "Write imports in full (`from goodterms.domain.money import Money`).")


def test_no_admin_site() -> None:
    """The desk is the back office: an admin site would write rows past every decision."""
    broken = [
        f"{name_of(path)}:{line}: imports {module}"
        for path in in_package(".")
        for line, module in _imports(path)
        if module.startswith("django.contrib.admin")
    ]
    settings = (PACKAGE / "site" / "settings.py").read_text()
    if '"django.contrib.admin' in settings:
        broken.append("src/goodterms/site/settings.py: installs django.contrib.admin")
    assert_none(broken, "No django.contrib.admin: it changes rows without a decision, a fact or a posting.")
