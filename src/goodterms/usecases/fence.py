"""The fence: a database that was restored or copied sends nothing outward before somebody resumed it (DESIGN 4.4).

Three things tell. The database knows the cluster and timeline it lived in. A file outside of it holds the highest mark
this host has seen: a database behind it was put back. And the gateway is a witness: a charge or refund that names
one of ours, which we do not know, was made by a history that is lost. An intent is committed before the gateway hears
of it, so there is no such thing as one that is not known *yet*.

Charges, refunds, purchases and mails ask here, through `World.held`. What people may use, and what they cancel, does
not.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

import structlog
from django.db import connection

from goodterms.domain.public_id import CHARGE, REFUND, PublicIdError, decode
from goodterms.gateways.protocol import GatewayUnavailableError, Movement
from goodterms.storage import fence as rows
from goodterms.storage.fence_file import FenceFileError, Mark, read_mark, write_mark
from goodterms.storage.load import NotFound, subscription_of
from goodterms.storage.queries.orders import order_by_gateway_ref
from goodterms.storage.statement import cursor_of

if TYPE_CHECKING:
    from goodterms.usecases.world import World

log = structlog.get_logger("goodterms.fence")

#: Nothing leaves on the strength of a check older than this.
CHECKED_EVERY = timedelta(minutes=1)
#: A charge that was lost with a history may be decided so long after the gateway took it. Until then its statement
#: does not name it, so that a charge of the same term is looked for there before it is sent.
LOST_CHARGES_SHOW_WITHIN = timedelta(days=60)
_LINES = 500
#: How far this host's clock and the database's may differ: one of them would charge at wrong times.
CLOCKS_DIFFER_BY = timedelta(minutes=2)

#: Why nothing leaves, in words for operators.
REASONS = {
    "another_cluster": "the database was copied or restored into another database server",
    "another_timeline": "the database was recovered to a point in time, or a standby took over",
    "another_environment": "the database belongs to another environment than this process (GOODTERMS_ENVIRONMENT), or "
    "one of the two works with test money and the other with real money",
    "behind_the_file": "the database is older than what this host remembers of it: an earlier state was put back",
    "another_history": "the fence file of this host belongs to another history of the database",
    "another_database": "the fence file of this host belongs to another database; see DATABASE_URL",
    "unknown_at_gateway": "a gateway knows a charge or refund of ours that the database does not",
    "file_unusable": "the fence file can not be used",
    "witness_silent": "this host is new to the database, and a gateway does not say yet whether it is whole",
    "clock_differs": "the clocks of this host and of the database differ by more than two minutes",
}
#: What is wrong with this host alone: other hosts go on.
_OF_THIS_HOST = frozenset({"another_database", "file_unusable", "witness_silent", "clock_differs"})
REFUSED = "This is not possible at the moment. Nothing was charged. Please try again later."


@dataclass(frozen=True, slots=True)
class Fence:
    """Nothing may be sent outward: why (a key of `REASONS`) and since when.

    From `lacks_since` on the database may lack history. It is None where only this host is the trouble.
    """

    reason: str
    since: datetime
    lacks_since: datetime | None = None
    lost_until: datetime | None = None
    detail: str = ""

    @property
    def words(self) -> str:
        """Why, in a sentence for operators."""
        return REASONS.get(self.reason, self.reason) + (f": {self.detail}" if self.detail else "")


class Guard:
    """Whether this process may send anything, asked as often as somebody likes and found out once a minute.

    Each session with the database is checked before its first use, so that one that was put back under a running
    process is noticed at once. Without a `file` the host remembers nothing; without an `environment` any will do.
    """

    def __init__(self, file: Path | None = None, environment: str = "") -> None:
        self.file, self.environment = file, environment
        self._lock = threading.Lock()
        self._sessions: WeakSet[Any] = WeakSet()
        self._checked_at: datetime | None = None
        self._signed_at: datetime | None = None
        self._said_at: datetime | None = None
        self._found: Fence | None = None
        self._lately_resumed = False

    def found(self, world: World) -> Fence | None:
        """The fence, if one is up."""
        now = world.now()
        if self._fresh(now):
            return self._found
        with self._lock:
            if not self._fresh(now):
                signs = not _within(self._signed_at, now)
                self._found, resumed_at = _checked(world, self.file, self.environment, signs=signs)
                self._lately_resumed = resumed_at is not None and now < resumed_at + LOST_CHARGES_SHOW_WITHIN
                self._checked_at = now
                self._signed_at = now if signs else self._signed_at
                if connection.connection is not None:
                    self._sessions.add(connection.connection)
                self._say(now)
            return self._found

    @property
    def lately_resumed(self) -> bool:
        """Whether gateways may still be deciding about charges that a restore has lost, as was found last."""
        return self._lately_resumed

    @property
    def last(self) -> Fence | None:
        """What was found last, without asking."""
        return self._found

    def forget(self) -> None:
        """Find out anew at the next question."""
        self._checked_at = self._signed_at = None

    def _fresh(self, now: datetime) -> bool:
        return _within(self._checked_at, now) and connection.connection in self._sessions

    def _say(self, now: datetime) -> None:
        if self._found is None:
            self._said_at = None
        elif not _within(self._said_at, now):
            self._said_at = now
            log.error(
                "nothing is sent outward", reason=self._found.reason, why=self._found.words,
                since=self._found.since.isoformat(), to_do="goodterms resume",
            )  # fmt: skip


def _within(before: datetime | None, now: datetime) -> bool:
    return before is not None and before <= now < before + CHECKED_EVERY


def check(world: World, file: Path | None = None, environment: str = "") -> Fence | None:
    """Compare the database with itself, with the host's file and, on a host that is new, with the gateways.

    Puts the fence up where they differ, and gives a sign of life where they do not. Returns the fence that is up.
    """
    return _checked(world, file, environment, signs=True)[0]


def _checked(
    world: World, file: Path | None, environment: str, *, signs: bool
) -> tuple[Fence | None, datetime | None]:
    """The fence that is up, and when the database was last resumed after a restore.

    Without `signs` no sign of life is given: this process gave one a moment ago.
    """
    try:
        told = read_mark(file) if file else None  # first: the database may only be ahead of the file
    except FenceFileError as problem:
        return Fence("file_unusable", world.now(), detail=str(problem)), None
    place, row = rows.read_place_and_row()
    lost = told is not None and row is None and rows.anything_sold()
    if row is None:
        row = rows.adopt(place, secrets.token_hex(16), environment, world.now())
    reason = "behind_the_file" if lost else _difference(row, place, told, environment)
    if not reason and _clocks_differ(world):
        reason = "clock_differs"
    if row.fenced_at is None and reason and reason not in _OF_THIS_HOST:
        rows.put_up(world.now(), reason, row.beat_at, told.at if told else None)
        row = rows.read_row() or row
    if row.fenced_at is not None:
        return Fence(row.reason, row.fenced_at, row.lacks_since, row.lost_until), row.resumed_at
    if reason in _OF_THIS_HOST:
        return Fence(reason, world.now()), row.resumed_at
    if file is not None and (told is None or told.token != row.token) and (doubt := _ask_witnesses(world)):
        return doubt, row.resumed_at
    return _give_sign(world, file, place, row.token, environment) if signs else None, row.resumed_at


def _difference(row: rows.Row, place: rows.Place, told: Mark | None, environment: str) -> str:
    """Why this is not the database that it says it is, or not the state that was seen last; empty when it is."""
    if row.system_identifier != place.system_identifier:
        return "another_cluster"
    if row.timeline != place.timeline:
        return "another_timeline"
    if row.environment and environment and row.environment != environment:
        return "another_environment"
    if told is None or told.token in row.earlier_tokens:
        return ""  # a new host, or one that has not seen the latest restore: the database is newer
    same_place = (told.system_identifier, told.timeline) == (place.system_identifier, place.timeline)
    if told.token != row.token:
        return "another_history" if same_place else "another_database"
    if told.beat > row.beat or (same_place and told.wal > place.wal):
        return "behind_the_file"
    return ""


def _clocks_differ(world: World) -> bool:
    """Whether this host's clock is not that of the database; a world with a clock of its own has none to compare."""
    if world.wall is None:
        return False
    before, there, after = world.wall(), rows.read_clock(), world.wall()
    return not before - CLOCKS_DIFFER_BY <= there <= after + CLOCKS_DIFFER_BY


def _give_sign(world: World, file: Path | None, place: rows.Place, token: str, environment: str) -> Fence | None:
    """The mark grows in the database first, then in the file: not inside a transaction, which may be taken back."""
    if connection.in_atomic_block:
        return None
    mark = rows.beat(world.now(), environment)
    if mark is None:  # somebody has put the fence up meanwhile
        return current()
    if file is not None:
        try:
            write_mark(file, Mark(token, place.system_identifier, place.timeline, place.wal, mark, world.now()))
        except FenceFileError as problem:
            return Fence("file_unusable", world.now(), detail=str(problem))
    return None


def current() -> Fence | None:
    """The fence as the database has it, for doors that only show it."""
    row = rows.read_row()
    if row is None or row.fenced_at is None:
        return None
    return Fence(row.reason, row.fenced_at, row.lacks_since, row.lost_until)


def _ask_witnesses(world: World) -> Fence | None:
    """On a host without a memory: do the gateways' statements, from where they were read last, agree with us?"""
    if connection.in_atomic_block:
        return Fence("witness_silent", world.now())
    for name in world.gateways:
        try:
            for line in lines_after(world, name, cursor_of(name)):
                if not known(name, line):
                    return betrayed(world, line)
        except GatewayUnavailableError:
            return Fence("witness_silent", world.now(), detail=name)
    return None


def lines_after(world: World, gateway: str, seen: str | None) -> Iterator[Movement]:
    """The lines of a gateway's statement after a cursor, to its end. Raises `GatewayUnavailableError`."""
    while lines := world.gateways[gateway].movements(after=seen, limit=_LINES):
        yield from lines
        seen = lines[-1].cursor
        if len(lines) < _LINES:
            return


def known(gateway: str, line: Movement) -> bool:
    """Whether we know what a line is about, or it is none of ours."""
    if line.kind not in ("charge", "refund"):
        return True
    kind, table = (CHARGE, "charges") if line.kind == "charge" else (REFUND, "refunds")
    try:
        bucket, id = decode(kind, line.reference or "")
    except PublicIdError:
        return True
    try:
        subscription_of(table, bucket, id)
    except NotFound:
        # A charge of the past that was imported has its order, and no charge of ours.
        return line.kind == "charge" and order_by_gateway_ref(gateway, line.gateway_ref) is not None
    return True


def betrayed(world: World, line: Movement) -> Fence | None:
    """A gateway knows something of ours that we do not: from here on nothing leaves."""
    now = world.now()
    if rows.read_row() is None:
        rows.adopt(rows.read_place(), secrets.token_hex(16), world.fence.environment, now)
    rows.put_up(now, "unknown_at_gateway", min(line.at, now), None)
    world.fence.forget()
    return current()
