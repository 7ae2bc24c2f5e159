"""What the reseller has said so far: every file that was taken in, in the order in which that was done.

The files themselves are the store; this is their index in memory, brought up to date before it is read. Of what is
said twice only the first counts, so a file that comes again, or whose rows come again in another, changes nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

from goodterms.gateways.protocol import Hint, Movement, Outcome
from goodterms.gateways.reseller.files import BrokenFileError, Written, digest, parse
from goodterms.gateways.reseller.rows import INCOMING, Event, Latest, Moved, Renewing, Status, read_rows


@dataclass(frozen=True, slots=True)
class Whole:
    """A file that can be taken in: its bytes and what they say."""

    data: bytes
    written: Written
    events: tuple[Event, ...]

    @property
    def digest(self) -> str:
        """By which it is known when it comes again."""
        return digest(self.data)


def read_whole(data: bytes) -> Whole:
    """A file as it can be taken in. Raises `BrokenFileError`."""
    written = parse(data, INCOMING)
    return Whole(data, written, read_rows(written))


def taken_name(number: int) -> str:
    """What a file is called once it was taken in, as the one of that number: there is no gap between them."""
    return f"{number:08d}.csv"


class Journal:
    """The index of the files in a folder. Not for several threads at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.last = 0  # the number under which the latest file was taken in
        self.digests: set[str] = set()
        self.numbers: dict[str, set[int]] = {}
        self.promised: dict[str, int] = {}
        self.status: dict[str, Status] = {}
        self.agreements: dict[str, Renewing] = {}
        self._told: dict[str, Event] = {}
        self._cursors: list[str] = []
        self._lines: list[Movement] = []
        self._latest: dict[tuple[str, str], Movement] = {}
        self._of_reference: dict[str, Movement] = {}

    def refresh(self) -> list[Hint]:
        """Read what was taken in since, by whichever process; what may have changed besides the statement.

        Raises RuntimeError where a file that was taken in can not be read any more.
        """
        hints: list[Hint] = []
        while (path := self._folder / taken_name(self.last + 1)).exists():
            try:
                whole = read_whole(path.read_bytes())
            except BrokenFileError as problem:
                raise RuntimeError(f"{path.name} was whole when it was taken in, and is not any more") from problem
            hints += self._add(self.last + 1, whole)
        return hints

    def told_otherwise(self, whole: Whole) -> int | None:
        """The number of the first row that says something else than was said of the same event; None without one."""
        for n, event in enumerate(whole.events, 1):
            if self._told.get(event.event, event) != event:
                return n
        return None

    def lines(self, after: str | None, limit: int) -> list[Movement]:
        """The statement after a cursor."""
        start = bisect_right(self._cursors, after) if after else 0
        return self._lines[start : start + limit]

    def latest(self, kind: str, ref: str) -> Movement | None:
        """How an object stands, by the reseller's own instants; refunds also by our reference."""
        found = self._latest.get((kind, ref))
        return found or (self._of_reference.get(ref) if kind == "refund" else None)

    def _add(self, number: int, whole: Whole) -> list[Hint]:
        self.last = number
        self.digests.add(whole.digest)
        self.numbers.setdefault(whole.written.kind, set()).add(whole.written.number)
        hints = []
        for n, event in enumerate(whole.events, 1):
            if event.event in self._told:
                continue
            self._told[event.event] = event
            hints += self._take(event, f"{number:08d}.{n:06d}")
        return hints

    def _take(self, event: Event, cursor: str) -> list[Hint]:
        match event:
            case Moved():
                self._line(event, cursor)
            case Status():
                before = self.status.get(event.instruction)
                if before is None or before.at <= event.at:
                    self.status[event.instruction] = event
                return [Hint(event.event, "refund" if event.reference else "instruction", event.instruction, event.at)]
            case Renewing():
                known = self.agreements.get(event.agreement)
                if known is None or known.at <= event.at:
                    self.agreements[event.agreement] = event
                return [Hint(event.event, "agreement", event.agreement, event.at)]
            case Latest():
                self.promised[event.kind] = max(event.number, self.promised.get(event.kind, 0))
        return []

    def _line(self, event: Moved, cursor: str) -> None:
        line = Movement(
            kind=event.kind,
            gateway_ref=event.ref,
            charge_ref=None if event.kind == "charge" else event.order,
            reference=event.reference,
            amount=event.amount,
            outcome=event.outcome,
            at=event.at,
            cursor=cursor,
            failure=event.code if event.outcome is Outcome.DECLINED and event.kind != "dispute" else None,
            bank_reference=event.bank_reference,
            dispute=event.dispute,
            reason=event.code if event.kind == "dispute" else None,
            sale=event.sale,
        )
        before = self._latest.get((line.kind, line.gateway_ref))
        if before is not None and before.at > line.at:
            return  # it comes late, and how the object has stood since is on the statement already
        self._cursors.append(cursor)
        self._lines.append(line)
        self._latest[line.kind, line.gateway_ref] = line
        if line.reference:
            self._of_reference[line.reference] = line
