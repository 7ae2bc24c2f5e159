"""Runs the samples of a page as a reader would: one after the other, in one shell and one Python, in one directory.

A fence's first word is its language. Further words say how it is run:

    ```toml file=shop.toml      the text is written to that file; several of one name follow each other in it
    ```bash until=ready         a program that does not end: go on when it has printed that word, stop it at the end
    ```bash exit=1              how it ends, where that is not with 0

What follows a sample as `text` or `json` is what it prints. Ids, instants and numbers of cases are taken as alike;
`...` stands for anything.
"""

from __future__ import annotations

import doctest
import json
import os
import re
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from typing import Any

_FENCE = re.compile(r"^```([^\n`]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PLAIN = (
    (re.compile(r"\b(cus|sub|ord|req|ref|chg|can|fct)_[0-9a-f]{35}\b"), r"\1"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)"), "instant"),
    (re.compile(r"\b\d{4}-\d\d-\d\d\b"), "day"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "id"),
    (re.compile(r"\bgtk_(live|test)_\w+"), "key"),
)
SHELLS, OUTPUTS = ("bash", "sh"), ("text", "json")
_SECONDS = 180
#: One Python for all samples of a page: it is handed texts, and tells what they printed.
_PYTHON = """
import contextlib, io, json, sys, traceback
space = {"__name__": "__main__"}
for line in sys.stdin:
    said, failed = io.StringIO(), ""
    with contextlib.redirect_stdout(said):
        try:
            exec(compile(json.loads(line), "sample", "exec"), space)
        except BaseException:
            failed = traceback.format_exc()
    print(json.dumps([said.getvalue(), failed]), flush=True)
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """One fenced text of a page."""

    page: str
    line: int
    language: str
    text: str
    words: dict[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """Where it stands, for messages."""
        return f"{self.page}:{self.line}"

    @property
    def first(self) -> str:
        """Its first line, by which lists of samples name it."""
        return self.text.partition("\n")[0]


def samples_of(page: str, path: Path) -> list[Sample]:
    """Return every fenced text of a page, in order."""
    text = path.read_text(encoding="utf-8")
    found = []
    for match in _FENCE.finditer(text):
        language, *words = match[1].split() or [""]
        known = dict(word.split("=", 1) for word in words)
        found.append(Sample(page, text[: match.start()].count("\n") + 1, language, match[2], known))
    return found


def plain(text: str) -> str:
    """Return a text with its ids, instants and days made alike."""
    for pattern, name in _PLAIN:
        text = pattern.sub(name, text)
    return text


def same(want: str, got: str, language: str) -> bool:
    """Whether a sample printed what stands under it."""
    if language == "json":
        wanted: Any = json.loads(plain(want))
        return bool(wanted == json.loads(plain(got)))
    return doctest.OutputChecker().check_output(plain(want), plain(got), doctest.ELLIPSIS)


class Reader:
    """Somebody who types in what a page shows."""

    def __init__(self, place: Path, environment: dict[str, str], here: dict[str, str]) -> None:
        self.place, self.environment, self.here = place, environment, here
        self._python: subprocess.Popen[str] | None = None
        self._running: list[subprocess.Popen[str]] = []

    def type_in(self, samples: list[Sample]) -> None:
        """Run the samples in order. Raises AssertionError at the first that fails or prints something else."""
        said: str | None = None
        for sample in samples:
            text = self._here(sample.text)
            if "file" in sample.words:
                with (self.place / sample.words["file"]).open("a", encoding="utf-8") as file:
                    file.write(text)
            elif sample.language in OUTPUTS:
                assert said is not None, f"{sample.place}: what prints this?"
                assert same(text, said, sample.language), f"{sample.place}: it printed\n{said}"
            elif sample.language == "python":
                said = self._run_python(sample, text)
            elif "until" in sample.words:
                said = self._start(sample, text)
            elif sample.language in SHELLS:
                said = self._run_shell(sample, text)
            else:
                raise AssertionError(f"{sample.place}: nobody knows how to run {sample.language!r}")

    def close(self) -> None:
        """Stop everything that was started."""
        if self._python is not None:
            self._python.communicate(timeout=_SECONDS)
        for program in self._running:
            program.terminate()
            program.wait(30)
            assert program.stdout is not None
            program.stdout.close()

    def _here(self, text: str) -> str:
        for there, here in self.here.items():
            text = text.replace(there, here)
        return text

    def _run_shell(self, sample: Sample, text: str) -> str:
        kept = self.place / ".environment"
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", f"{text}\nenv -0 > {kept}"], cwd=self.place, env=self.environment,
            capture_output=True, text=True, timeout=_SECONDS, check=False,
        )  # fmt: skip
        wanted = int(sample.words.get("exit", 0))
        assert done.returncode == wanted, f"{sample.place}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        if kept.exists():
            pairs = (entry.partition("=") for entry in kept.read_text().split("\0") if entry)
            self.environment = {name: value for name, _, value in pairs}
        return done.stdout

    def _run_python(self, sample: Sample, text: str) -> str:
        if self._python is None:
            self._python = subprocess.Popen(
                [sys.executable, "-c", _PYTHON], cwd=self.place, env=self.environment, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip
        assert self._python.stdin is not None
        assert self._python.stdout is not None
        self._python.stdin.write(json.dumps(text) + "\n")
        self._python.stdin.flush()
        said, failed = json.loads(self._python.stdout.readline())
        assert not failed, f"{sample.place}:\n{failed}"
        return str(said)

    def _start(self, sample: Sample, text: str) -> str:
        program = subprocess.Popen(
            ["bash", "-c", f"exec {text}"], cwd=self.place, env={**self.environment, "PYTHONUNBUFFERED": "1"},
            text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        self._running.append(program)
        lines: Queue[str] = Queue()
        assert program.stdout is not None
        threading.Thread(target=lambda: [lines.put(line) for line in program.stdout or ()], daemon=True).start()
        said = ""
        while sample.words["until"] not in said:
            try:
                said += lines.get(timeout=_SECONDS)
            except Empty:
                raise AssertionError(f"{sample.place}: it said only\n{said}") from None
        return said


def reader_environment(programs: Path, client: Path) -> dict[str, str]:
    """Return the environment of somebody who has installed goodterms and its client, and set nothing yet."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "GOODTERMS_"))}
    kept.pop("DJANGO_SETTINGS_MODULE", None)
    return {**kept, "PATH": f"{programs}:{os.environ['PATH']}", "PYTHONPATH": str(client / "src"), "COLUMNS": "400"}
