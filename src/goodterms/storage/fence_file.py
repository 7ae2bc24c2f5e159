"""The fence's file: what a host remembers of the database outside of it.

A database that was put back to an earlier state can not tell so by itself. The file can: it holds the highest mark
that this host has seen. It is written whole or not at all, and reaches the disk before anything relies on it.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path


class FenceFileError(Exception):
    """The file can not be read or written; the text says why, in words for the operator."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a host saw last: which history of which database, and how far it had come, when."""

    token: str
    system_identifier: str
    timeline: int
    wal: int
    beat: int
    at: datetime


def read_mark(path: Path) -> Mark | None:
    """The mark in a file; None where there is no file. Raises `FenceFileError`."""
    try:
        text = path.read_text()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as problem:
        raise FenceFileError(f"{path} can not be read ({type(problem).__name__})") from None
    try:
        told = json.loads(text)
        return Mark(
            str(told["token"]), str(told["system_identifier"]), int(told["timeline"]), int(told["wal"]),
            int(told["beat"]), datetime.fromisoformat(told["at"]),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError):
        raise FenceFileError(f"{path} is no fence file, or a damaged one") from None


def write_mark(path: Path, mark: Mark) -> None:
    """Keep a mark, unless another process has kept a higher one of the same history. Raises `FenceFileError`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _alone(path):
            there = read_mark(path)
            if there is None or there.token != mark.token or there.beat < mark.beat:
                _replace(path, json.dumps({**asdict(mark), "at": mark.at.isoformat()}, indent=1) + "\n")
    except OSError as problem:
        raise FenceFileError(f"{path} can not be written ({type(problem).__name__})") from None


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _replace(path: Path, text: str) -> None:
    fresh = path.with_suffix(".new")
    with fresh.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
