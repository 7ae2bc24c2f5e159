"""The form of every file that goes between us and the reseller, and how one is written and read whole.

    #renewals,1,000042,2027-03-01T10:00:00Z        kind, version of the form, number, when it was written
    event,at,order,...                             the names of the columns
    ...                                            rows
    #end,3,9f86d081...                             how many rows, and the SHA-256 of all bytes before this line

UTF-8, comma-separated as RFC 4180 has it, lines end in a line feed. A file is written under a name that begins with a
dot and renamed when it is whole, so a name without one is either whole or broken.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

VERSION = "1"
#: No file of a reseller is larger; what is was not written by one.
MOST_BYTES = 64 * 1024 * 1024

Row = dict[str, str]


class BrokenFileError(ValueError):
    """A file that can not be taken in; its text says why, in words for people, without quoting what is in it."""


class CutOffError(BrokenFileError):
    """It has no last line: it is still being written, or was cut off."""


@dataclass(frozen=True, slots=True)
class Written:
    """A whole file: what it is, and its rows by the names of their columns."""

    kind: str
    number: int
    made_at: datetime
    rows: tuple[Row, ...]


def file_name(kind: str, number: int) -> str:
    """What a numbered file is called."""
    return f"{kind}-{number:06d}.csv"


def digest(data: bytes) -> str:
    """A short digest by which two files are told apart."""
    return hashlib.sha256(data).hexdigest()[:16]


def instant(text: str) -> datetime:
    """An instant in UTC, as `2027-03-01T10:00:00Z`. Raises ValueError for anything else."""
    at = datetime.fromisoformat(text)
    if not text.endswith("Z") or at.utcoffset() is None:
        raise ValueError(text)
    return at


def instant_text(at: datetime) -> str:
    """The inverse."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def render(
    kind: str, number: int, made_at: datetime, columns: Sequence[str], rows: Iterable[Mapping[str, str]]
) -> bytes:
    """A file's bytes. Raises ValueError for a row with other columns."""
    rows = list(rows)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    out.write(f"#{kind},{VERSION},{number:06d},{instant_text(made_at)}\n")
    writer.writeheader()
    writer.writerows(rows)
    body = out.getvalue().encode()
    return body + f"#end,{len(rows)},{hashlib.sha256(body).hexdigest()}\n".encode()


def parse(data: bytes, columns: Mapping[str, Sequence[str]]) -> Written:
    """Read a whole file. `columns` are those of each kind. Raises `BrokenFileError`: nothing of it is to be used."""
    body, sep, last = data.rstrip(b"\n").rpartition(b"\n")
    if not sep or not last.startswith(b"#end,") or not data.endswith(b"\n"):
        raise CutOffError("it is cut off: its last line is missing")
    body += b"\n"
    end = last.decode("ascii", "replace").split(",")
    if len(end) != 3 or not end[1].isdecimal():
        raise BrokenFileError("its last line is not as it should be")
    if hashlib.sha256(body).hexdigest() != end[2]:
        raise BrokenFileError("its content does not fit the checksum in its last line")
    try:
        lines = list(io.StringIO(body.decode("utf-8"), newline=""))
    except UnicodeDecodeError:
        raise BrokenFileError("it is not UTF-8") from None
    kind, number, made_at = _head(lines[0])
    if kind not in columns:
        raise BrokenFileError("it is of a kind that is not known")
    rows = _rows(lines[1:], columns[kind])
    if len(rows) != int(end[1]):
        raise BrokenFileError(f"it has {len(rows)} rows, its last line says {end[1]}")
    return Written(kind, number, made_at, rows)


def _head(line: str) -> tuple[str, int, datetime]:
    head = line.rstrip("\n").split(",")
    if len(head) != 4 or not head[0].startswith("#") or not head[2].isdecimal():
        raise BrokenFileError("its first line is not as it should be")
    if head[1] != VERSION:
        raise BrokenFileError("it is written in a version of the form that is not known")
    try:
        return head[0][1:], int(head[2]), instant(head[3])
    except ValueError:
        raise BrokenFileError("the instant in its first line can not be read") from None


def _rows(lines: list[str], columns: Sequence[str]) -> tuple[Row, ...]:
    try:
        found = list(csv.reader(lines, strict=True))
    except csv.Error:
        raise BrokenFileError("its rows can not be read as comma-separated values") from None
    if not found or found[0] != list(columns):
        raise BrokenFileError("its columns are not those of its kind")
    for n, row in enumerate(found[1:], 1):
        if len(row) != len(columns):
            raise BrokenFileError(f"row {n} has {len(row)} values, not {len(columns)}")
    return tuple(dict(zip(columns, row, strict=True)) for row in found[1:])


def write_whole(path: Path, data: bytes) -> None:
    """Write a file under a name that nobody reads, and give it its own when it is on the disk."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    with part.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
