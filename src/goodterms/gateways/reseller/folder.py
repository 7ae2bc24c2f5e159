"""The folder between us and the reseller, and what lies where in it.

    in/          the reseller puts files here          out/         we put files here, the reseller takes them
    taken/       what was taken in, in that order      sent/        what we put out and got no answer to yet
    quarantine/  what could not be taken in, and why   answered/    what we put out and was answered

`in` and `out` may be a mount of the operator's (SFTP); the others are ours alone, and belong into the backup.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from goodterms.gateways.protocol import Hint
from goodterms.gateways.reseller.files import (
    MOST_BYTES,
    BrokenFileError,
    CutOffError,
    digest,
    file_name,
    parse,
    render,
    write_whole,
)
from goodterms.gateways.reseller.journal import Journal, Whole, read_whole, taken_name
from goodterms.gateways.reseller.rows import INCOMING, OUTGOING
from goodterms.gateways.selling import RefusedFile

#: A file without its last line may still be coming; after so long without a change it is cut off.
SETTLES_WITHIN = timedelta(minutes=2)
#: A file whose number was passed over may be late; after so long it is asked for, and again each day.
LATE_AFTER = timedelta(hours=1)
AGAIN_AFTER = timedelta(days=1)
_PLACES = ("in", "out", "taken", "quarantine", "sent", "answered")
_KIND_ORDER = {kind: n for n, kind in enumerate(("orders", "renewals", "refunds", "agreements", "status", "summary"))}


class Folder:
    """One reseller's folder. `clock` tells the instant; several processes may use the same folder on one machine."""

    def __init__(self, root: Path, clock: Callable[[], datetime]) -> None:
        self.root, self._clock = root, clock
        self._growing: dict[str, tuple[int, int, datetime]] = {}
        self._missed: dict[tuple[str, int], datetime] = {}

    def open(self) -> None:
        """Make what is missing inside; the folder itself is the operator's. Raises OSError."""
        if not self.root.is_dir():
            raise FileNotFoundError(self.root)
        for place in _PLACES:
            (self.root / place).mkdir(exist_ok=True)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One process at a time takes files in."""
        with (self.root / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    # --- what comes in ------------------------------------------------------------------------

    def take(self, journal: Journal) -> list[Hint]:
        """Take in what lies ready, in the order in which it was written; `journal` is up to date before and after."""
        hints: list[Hint] = []
        for path, whole in self._ready(self._clock()):
            if whole.digest not in journal.digests:
                row = journal.told_otherwise(whole)
                if row is not None:
                    self._refuse(path, whole.data, f"row {row}: its event was told otherwise before")
                    continue
                write_whole(self.root / "taken" / taken_name(journal.last + 1), whole.data)
                hints += journal.refresh()
                self._heal(path.name)
            path.unlink()
        return hints

    def _ready(self, now: datetime) -> list[tuple[Path, Whole]]:
        found = []
        for path in sorted((self.root / "in").iterdir()):
            if path.name.startswith(".") or not path.is_file():
                continue
            size = path.stat().st_size
            if size > MOST_BYTES:
                self._refuse(path, b"", f"it has {size} bytes, more than any of the reseller's files")
                continue
            data = path.read_bytes()
            try:
                whole = read_whole(data)
                if path.name != file_name(whole.written.kind, whole.written.number):
                    raise BrokenFileError("its name is not that of its first line")
            except CutOffError as problem:
                if self._settled(path, now):
                    self._refuse(path, data, str(problem))
            except BrokenFileError as problem:
                self._refuse(path, data, str(problem))
            else:
                found.append((path, whole))
        return sorted(
            found, key=lambda one: (one[1].written.made_at, _KIND_ORDER[one[1].written.kind], one[1].written.number)
        )

    def _settled(self, path: Path, now: datetime) -> bool:
        stat = path.stat()
        size, changed, since = self._growing.get(path.name, (-1, -1, now))
        if (size, changed) != (stat.st_size, stat.st_mtime_ns):
            self._growing[path.name] = (stat.st_size, stat.st_mtime_ns, now)
            return False
        return now >= since + SETTLES_WITHIN

    # --- quarantine ---------------------------------------------------------------------------

    def _refuse(self, path: Path, data: bytes, reason: str) -> None:
        self._growing.pop(path.name, None)
        kept = self.root / "quarantine" / f"{path.name}~{digest(data)}"
        write_whole(kept.with_name(f"{kept.name}.why"), reason.encode())
        if data:
            write_whole(kept, data)
            path.unlink()
        else:
            path.replace(kept)  # too large to be read; on a mount this may fail, and it stays where it is

    def refused(self) -> list[RefusedFile]:
        """What lies in quarantine, with the reasons."""
        found = []
        for why in sorted((self.root / "quarantine").glob("*.why")):
            name = why.name.removesuffix(".why")
            found.append(RefusedFile(name, name.rpartition("~")[2], why.read_text()))
        return found

    def again(self, name: str) -> bool:
        """Put a file from quarantine back to where the reseller put it."""
        kept = self.root / "quarantine" / name
        if "/" in name or not kept.is_file():
            return False
        write_whole(self.root / "in" / name.rpartition("~")[0], kept.read_bytes())
        kept.with_name(f"{name}.why").unlink(missing_ok=True)
        kept.unlink()
        return True

    def _heal(self, name: str) -> None:
        """A whole file of that name has come: what was broken of it needs nobody any more."""
        for why in (self.root / "quarantine").glob(f"{name}~*.why"):
            why.rename(why.with_name(why.name.removesuffix(".why") + ".healed"))

    # --- what goes out ------------------------------------------------------------------------

    def put_out(self, name: str, kind: str, row: Mapping[str, str]) -> None:
        """Put a file out. What we keep of it comes first: so what we have no copy of was certainly never out."""
        data = render(kind, 1, self._clock(), OUTGOING[kind], [row])
        write_whole(self.root / "sent" / name, data)
        write_whole(self.root / "out" / name, data)

    def put_out_before(self, name: str) -> Mapping[str, str] | None:
        """The row of a file that was put out, answered or not; None where there was none."""
        for place in ("sent", "answered"):
            path = self.root / place / name
            if path.is_file():
                return parse(path.read_bytes(), OUTGOING).rows[0]
        return None

    def go_after(self, journal: Journal) -> None:
        """Put away what was answered, put out again what was not, and ask for files whose number was passed over."""
        now = self._clock()
        for path in sorted((self.root / "sent").glob("*.csv")):
            written = parse(path.read_bytes(), OUTGOING)
            row = written.rows[0]
            if written.kind == "instruction" and row["instruction"] in journal.status:
                path.replace(self.root / "answered" / path.name)
            elif written.kind == "resend" and int(row["number"]) in journal.numbers.get(row["kind"], ()):
                path.unlink()
            elif now >= written.made_at + AGAIN_AFTER and not (self.root / "out" / path.name).exists():
                self.put_out(path.name, written.kind, row)
        for kind, number in self.missing(journal):
            name = f"resend-{kind}-{number:06d}.csv"
            since = self._missed.setdefault((kind, number), now)
            if now >= since + LATE_AFTER and not (self.root / "sent" / name).exists():
                self.put_out(name, "resend", {"kind": kind, "number": str(number)})

    @staticmethod
    def missing(journal: Journal) -> list[tuple[str, int]]:
        """Numbers that were passed over, of each kind."""
        found = []
        for kind in INCOMING:
            there = journal.numbers.get(kind, set())
            most = max(max(there, default=0), journal.promised.get(kind, 0))
            found += [(kind, number) for number in range(1, most + 1) if number not in there]
        return found
