"""Django's PostgreSQL engine on connections of which every statement, commit and answer passes the stage.

psycopg runs its protocol as generators, all of them through `Connection.wait`: there an actor lets others go first,
and there a statement that waits for another actor's lock is noticed, so that the holder can move on.
"""

from __future__ import annotations

import re
import select
from collections.abc import Callable, Generator
from typing import Any

import psycopg
from django.db.backends.postgresql import base as postgresql
from psycopg import waiting

from goodterms.simulation.engine.seam import seam_of_thread

_SILENT_MS = 3
_TABLE = re.compile(r'(?:FROM|INTO|UPDATE|COPY|TABLE)\s+"?([a-z_]+)')
_MASKS = {
    int(waiting.WAIT_R): select.POLLIN,
    int(waiting.WAIT_W): select.POLLOUT,
    int(waiting.WAIT_RW): select.POLLIN | select.POLLOUT,
}
_WRITES = ("INSERT", "UPDATE", "DELETE", "COPY", "WITH")


class SteppingConnection(psycopg.Connection[Any]):
    """A connection whose actor may be anywhere else before and after each of its statements."""

    _wrote = False  # in the transaction that is open

    def wait(self, gen: Generator[Any, Any, Any], interval: float = 0.1, timeout: float | None = None) -> Any:
        """Run a piece of the protocol, as an actor on stage does; for anybody else as always."""
        seam = seam_of_thread()
        if seam is None:
            return super().wait(gen, interval, timeout)
        label = _label(gen)
        if label == "set_autocommit":  # nothing goes to the server
            return super().wait(gen, interval, timeout)
        lost = seam.before(label)
        if lost == "request lost":
            seam.hang_up(self)
            raise psycopg.OperationalError("the connection was lost before the statement arrived")
        answer = _drive(gen, self.pgconn.socket, lambda: seam.silent(self))
        self._wrote = self._wrote or label.startswith(_WRITES)
        if self.pgconn.transaction_status == psycopg.pq.TransactionStatus.IDLE:
            wrote, self._wrote = self._wrote and label != "rollback", False
            seam.transaction_ended(wrote=wrote)
        if lost:
            seam.hang_up(self)
            raise psycopg.OperationalError("the connection was lost before the answer arrived")
        return answer


def _drive(gen: Generator[Any, Any, Any], socket: int, silent: Callable[[], None]) -> Any:
    """Run a generator of the protocol on its socket; a silence is a lock, or a slow machine."""
    poll = select.poll()
    try:
        poll.register(socket, _MASKS[int(next(gen))])
        while True:
            events = poll.poll(_SILENT_MS)
            if not events:
                silent()
                gen.send(waiting.READY_NONE)
                continue
            ready = 0
            if events[0][1] & select.POLLIN:
                ready |= int(waiting.READY_R)
            if events[0][1] & select.POLLOUT:
                ready |= int(waiting.READY_W)
            if not ready:
                raise psycopg.OperationalError("the connection's socket is closed")
            poll.modify(socket, _MASKS[int(gen.send(waiting.Ready(ready)))])
    except StopIteration as end:
        return end.value


def _label(gen: Any) -> str:
    """What a piece of the protocol is about: a verb and a table, a commit."""
    kind: str = gen.__name__.strip("_").removesuffix("_gen")
    local = gen.gi_frame.f_locals if gen.gi_frame is not None else {}
    query = local.get("query", local.get("statement"))
    if query is None:
        return kind
    text = query.decode() if isinstance(query, bytes) else query if isinstance(query, str) else query.as_string()
    tables = [name for name in _TABLE.findall(text) if name != "unnest"]
    return f"{text.lstrip().split(None, 1)[0].upper()} {tables[0] if tables else ''}".strip()


class _Driver:
    """psycopg with connections that pass the stage."""

    connect = SteppingConnection.connect

    def __getattr__(self, name: str) -> Any:
        return getattr(psycopg, name)


class DatabaseWrapper(postgresql.DatabaseWrapper):
    """Django's connection, with the seam in it."""

    Database = _Driver()  # type: ignore[assignment]

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect; the session belongs to the actor that asked for it."""
        connection = super().get_new_connection(conn_params)
        seam = seam_of_thread()
        if seam is not None:
            seam.connected(connection)
        return connection
