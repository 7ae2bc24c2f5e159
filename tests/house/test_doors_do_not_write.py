"""Doors read through storage's queries and act through use cases: they do not call what writes rows."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.house.sources import PACKAGE, assert_none, name_of, tree

DOORS = ("portal", "desk", "demo", "api", "cli")
_WRITES = re.compile(r"\.(create|update|delete|save|bulk_create|get_or_create|update_or_create|create_user)\(")
_SQL = re.compile(r"\b(INSERT INTO|DELETE FROM)\b|(?<!KEY )(?<!FOR )\bUPDATE\s+[a-z{]")  # not FOR NO KEY UPDATE

#: What a door may call all the same, and why.
ALLOWED = {
    "users": "signing in: a person's own row and its link to the customer, no journey",
    "first_run": "the operator's first commands, before there is anything to decide",
    "clock": "the demo's clock",
    "api_calls": "that a program's call is being done, and what it was answered: no journey",
    "embedded": "starting the database",
    "roles": "preparing the database",
}


def writers() -> set[tuple[str, str]]:
    """`(module, function)` of every function in storage that writes rows, seen by what it calls."""
    found = set()
    for path in sorted((PACKAGE / "storage").glob("*.py")):
        for node in tree(path).body:
            if isinstance(node, ast.FunctionDef):
                text = ast.unparse(node)
                if _WRITES.search(text) or _SQL.search(text):
                    found.add((path.stem, node.name))
    return found


def calls(path: Path) -> set[tuple[str, str]]:
    """`(storage module, function)` that a file imports by name or reaches through an imported module."""
    found, modules = set(), {}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module == "goodterms.storage":
            modules.update({alias.asname or alias.name: alias.name for alias in node.names})
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("goodterms.storage."):
            found.update({(str(node.module).split(".")[2], alias.name) for alias in node.names})
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            found.add((modules[node.value.id], node.attr))
    return found


def test_doors_act_through_use_cases() -> None:
    """A door that wrote rows itself would leave out the decision, the facts and the record of who did it."""
    writing = {pair for pair in writers() if pair[0] not in ALLOWED}
    broken = [
        f"{name_of(path)}: calls storage.{module}.{function}"
        for door in DOORS
        for path in sorted((PACKAGE / door).rglob("*.py"))
        for module, function in sorted(calls(path) & writing)
    ]
    assert_none(broken, "Doors call use cases to act and storage's queries to read.")


def test_the_check_knows_what_writes() -> None:
    """It sees ORM writes and SQL, and leaves readers alone."""
    known = writers()

    assert {("agents", "set_active"), ("company", "save_company"), ("directory", "reserve")} <= known
    assert not {("directory", "look_up"), ("load", "load_subscription"), ("agents", "agents")} & known
