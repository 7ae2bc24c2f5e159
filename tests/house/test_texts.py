"""What is committed speaks of the product alone."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from tests.house.sources import ROOT, TEXT_SUFFIXES, assert_none, name_of

#: Put together here, so that this file does not find itself.
_PLACES = ["/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/[a-z]", "/tm" + "p/gt"]
MACHINE_PATH = re.compile(r"(?<![\w.])(" + "|".join(_PLACES) + ")")
LEFTOVER = re.compile(r"\b(TO" + "DO|FIX" + "ME|XX" + r"X)\b")
ADDRESS = re.compile(r"https?://|--(extra-)?index-url|--find-links|@ file:", re.IGNORECASE)
LOCKS = ("requirements.txt", "requirements-dev.txt", "package-lock.json")


def _committed() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    names = {"Makefile", ".gitignore", ".editorconfig", "run", "package-lock.json"}
    return [p for p in paths if p.is_file() and (p.suffix in TEXT_SUFFIXES or p.name in names)]


def _lines_with(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        f"{name_of(path)}:{number}: {line.strip()[:90]}"
        for path in paths
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_path_of_a_machine() -> None:
    """Nothing depends on where one developer keeps files."""
    assert_none(
        _lines_with(MACHINE_PATH, _committed()),
        "No path of a particular machine: use paths relative to the root.",
    )


def test_no_leftovers() -> None:
    """Work is done or it is written down for users, not left as a note in the code."""
    paths = [path for path in _committed() if path.name not in LOCKS]
    assert_none(_lines_with(LEFTOVER, paths), "No notes to oneself: do it now, or say in the docs what is not there.")


def test_locks_carry_no_address() -> None:
    """A lock names versions and hashes; where they are fetched is the installer's business."""
    broken = _lines_with(ADDRESS, [ROOT / name for name in LOCKS if (ROOT / name).exists()])
    assert_none(broken, "Lock files carry no address: they must work with any mirror.")


def test_every_locked_package_has_hashes() -> None:
    """What is installed is what was locked, byte for byte."""
    broken = []
    for name in LOCKS[:2]:
        for entry in re.split(r"\n(?=[A-Za-z0-9])", (ROOT / name).read_text()):
            if re.match(r"[A-Za-z0-9]", entry) and "--hash=sha256:" not in entry:
                broken.append(f"{name}: {entry.splitlines()[0]}")
    assert_none(broken, "Every locked package carries its hashes: run `make lock`.")


def test_every_locked_node_package_has_integrity() -> None:
    """The same for the packages of the browser tests."""
    lock = ROOT / "package-lock.json"
    packages = json.loads(lock.read_text())["packages"] if lock.exists() else {}
    broken = [f"package-lock.json: {name}" for name, entry in packages.items() if name and "integrity" not in entry]
    assert_none(broken, "Every locked package carries its integrity hash.")
