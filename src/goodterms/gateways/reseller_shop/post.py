"""The shop's post: rows become files, files are delivered, and on the way happens what happens to files."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from goodterms.gateways.reseller.files import BrokenFileError, Row, file_name, instant_text, parse, render, write_whole
from goodterms.gateways.reseller.rows import INCOMING, OUTGOING
from goodterms.gateways.reseller_shop.books import Books

#: What can happen to the next file of a kind. `drop`: it is lost. `duplicate`: it comes twice. `truncate`: only its
#: first part comes. `delay`: it comes two days later. `reorder`: it comes after the next of its kind.
#: `garble`: a byte of it has changed.
FileFault = Literal["drop", "duplicate", "truncate", "delay", "reorder", "garble"]
DELAY = timedelta(days=2)


@dataclass
class Faults:
    """Faults that are to happen, each once, in the order given; `of` counts down what each kind still has."""

    files: list[tuple[str, FileFault]] = field(default_factory=list)
    lose_instructions: int = 0
    refuse: list[str] = field(default_factory=list)

    def next_of(self, kind: str) -> FileFault | None:
        """The fault for the next file of a kind, used up."""
        for n, (of, fault) in enumerate(self.files):
            if of in (kind, "any"):
                del self.files[n]
                return fault
        return None


class Post:
    """Files between the shop and the folder."""

    def __init__(self, folder: Path, books: Books, faults: Faults) -> None:
        self._in, self._out = folder / "in", folder / "out"
        self._in.mkdir(parents=True, exist_ok=True)
        self._out.mkdir(exist_ok=True)
        self._books, self.faults = books, faults
        self._behind: dict[str, list[tuple[str, bytes]]] = {}

    def say(self, feed: str, **row: object) -> None:
        """Queue a row for the next file of a feed; it gets an event of its own."""
        whole = dict.fromkeys(INCOMING[feed], "") | {name: str(value) for name, value in row.items()}
        self._books.add("queued", kind=feed, row=json.dumps(whole))

    def send(self, now: datetime) -> None:
        """Write what is queued, a file a kind, and deliver what is due."""
        for kind in INCOMING:
            queued = self._books.rows("SELECT n, row FROM queued WHERE kind = ? ORDER BY n", kind)
            if queued:
                rows = [{**json.loads(one["row"]), "event": f"E{one['n']:08d}"} for one in queued]
                self._write(kind, rows, now)
                self._books.run("DELETE FROM queued WHERE kind = ?", kind)
        for late in self._books.rows("SELECT * FROM files WHERE deliver_at <= ?", instant_text(now)):
            self._deliver(file_name(late["kind"], late["number"]), late["data"])
            self._books.run(
                "UPDATE files SET deliver_at = NULL WHERE kind = ? AND number = ?", late["kind"], late["number"]
            )

    def summary(self, now: datetime) -> None:
        """Say up to which number files have been written."""
        for row in self._books.rows("SELECT kind, max(number) AS number FROM files GROUP BY kind"):
            self.say("summary", at=instant_text(now), kind=row["kind"], number=row["number"])

    def collect(self) -> list[tuple[str, Row]]:
        """Take what we were left: the kind and row of each file, in order, without what was lost on the way."""
        found = []
        for path in sorted(self._out.glob("*.csv")):
            try:
                written = parse(path.read_bytes(), OUTGOING)
            except BrokenFileError:
                continue  # being written; it is read the next time
            path.unlink()
            if written.kind == "instruction" and self.faults.lose_instructions:
                self.faults.lose_instructions -= 1
                continue
            found += [(written.kind, row) for row in written.rows]
        return sorted(found, key=lambda one: int(one[1]["number"] or 0))

    def resend(self, kind: str, number: int) -> None:
        """Deliver a file once more, as it was."""
        row = self._books.one("SELECT data FROM files WHERE kind = ? AND number = ?", kind, number)
        if row:
            self._deliver(file_name(kind, number), row["data"])

    def _write(self, kind: str, rows: list[Row], now: datetime) -> None:
        last = self._books.one("SELECT max(number) AS n FROM files WHERE kind = ?", kind)
        number = int((last and last["n"]) or 0) + 1
        name, data = file_name(kind, number), render(kind, number, now, INCOMING[kind], rows)
        fault = self.faults.next_of(kind)
        late = instant_text(now + DELAY) if fault == "delay" else None
        self._books.add("files", kind=kind, number=number, data=data, deliver_at=late)
        match fault:
            case "drop" | "delay":
                pass
            case "truncate":
                (self._in / name).write_bytes(data[: len(data) // 2])
            case "garble":
                write_whole(self._in / name, data.replace(b",", b";", 3))
            case "reorder":
                self._behind.setdefault(kind, []).append((name, data))
            case _:
                self._deliver(name, data)
                for later in self._behind.pop(kind, []):
                    self._deliver(*later)
                if fault == "duplicate":
                    again = instant_text(now + timedelta(hours=1))
                    self._books.run(
                        "UPDATE files SET deliver_at = ? WHERE kind = ? AND number = ?", again, kind, number
                    )

    def _deliver(self, name: str, data: bytes) -> None:
        write_whole(self._in / name, data)
