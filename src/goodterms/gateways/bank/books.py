"""The bank's books: one SQLite file in the bank's own directory.

goodterms itself knows one database engine only, PostgreSQL. The bank is not goodterms: it is the outside
world, and must not share a server, a transaction or a backup with the product, or the failures it is there to
show (an answer lost after the money moved, a product restored from yesterday's backup while the bank moved
on) could not happen. SQLite gives it books of its own with nothing to install. WAL with `synchronous=FULL`
means that an answer is sent only after its commit is on disk, so books survive a SIGKILL and a power cut.

Numbers are counters kept in the file: the same requests in the same order give the same ids.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from goodterms.gateways.bank.cards import Delivery
from goodterms.gateways.bank.clock import BankClock, to_text

KEY_LIFETIME = timedelta(hours=24)

SCHEMA = """
CREATE TABLE IF NOT EXISTS charges (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    reference TEXT NOT NULL,
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    currency TEXT NOT NULL,
    payment_method TEXT NOT NULL,
    description TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('succeeded', 'failed')),
    failure_code TEXT,
    refunded_minor INTEGER NOT NULL DEFAULT 0 CHECK (refunded_minor BETWEEN 0 AND amount_minor),
    created_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS charges_reference ON charges (reference);

CREATE TABLE IF NOT EXISTS refunds (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    charge_n INTEGER NOT NULL REFERENCES charges (n),
    reference TEXT,
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    currency TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'succeeded', 'failed')),
    failure_code TEXT,
    bank_reference TEXT,
    created_at TEXT NOT NULL,
    settled_at TEXT,
    next_status TEXT,
    next_at TEXT
);
CREATE INDEX IF NOT EXISTS refunds_reference ON refunds (reference);
CREATE INDEX IF NOT EXISTS refunds_charge ON refunds (charge_n);
CREATE INDEX IF NOT EXISTS refunds_due ON refunds (next_at, n) WHERE next_at IS NOT NULL;

CREATE TABLE IF NOT EXISTS lines (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('charge', 'refund', 'dispute')),
    charge_n INTEGER NOT NULL REFERENCES charges (n),
    refund_n INTEGER REFERENCES refunds (n),
    outcome TEXT NOT NULL,
    effect_minor INTEGER NOT NULL,
    balance_minor INTEGER NOT NULL,
    at TEXT NOT NULL,
    dispute_n INTEGER REFERENCES disputes (n)
);
CREATE INDEX IF NOT EXISTS lines_charge ON lines (charge_n);
CREATE TABLE IF NOT EXISTS disputes (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    charge_n INTEGER NOT NULL REFERENCES charges (n),
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    currency TEXT NOT NULL,
    reason TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('opened', 'under_review', 'won', 'lost', 'reversed')),
    created_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS disputes_charge ON disputes (charge_n);

CREATE TABLE IF NOT EXISTS events (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    body TEXT NOT NULL,
    created_at TEXT NOT NULL,
    due_at TEXT,
    tries INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS events_due ON events (due_at, n) WHERE due_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS balances (currency TEXT PRIMARY KEY, minor INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS keys (
    key TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    made TEXT NOT NULL,
    created_at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tries (name TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


#: Books of the time before there were disputes had a narrower table of lines.
_WIDER = """
ALTER TABLE lines RENAME TO narrow_lines;
{schema}
INSERT INTO lines (n, kind, charge_n, refund_n, outcome, effect_minor, balance_minor, at)
    SELECT n, kind, charge_n, refund_n, outcome, effect_minor, balance_minor, at FROM narrow_lines;
DROP TABLE narrow_lines;
"""


class RefusedError(Exception):
    """A request the bank does not carry out: nothing happened and nothing is remembered."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer in the making. `made` names what was created; only such answers are remembered."""

    status: int
    body: dict[str, Any]
    made: str | None = None
    delivery: Delivery = Delivery.ANSWER
    headers: dict[str, str] = field(default_factory=dict)


def error_body(code: str, message: str) -> dict[str, Any]:
    """The one form of an error."""
    return {"error": {"code": code, "message": message}}


class Books:
    """The open file. Used by one thread at a time, inside the transactions that `clerk.Clerk` makes."""

    def __init__(self, directory: Path, *, test_clock: bool = False) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._lock = (directory / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RuntimeError(f"another bank is running on {directory}") from None
        self.db = sqlite3.connect(directory / "bank.sqlite3", isolation_level=None, check_same_thread=False)
        self.db.row_factory = sqlite3.Row
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=FULL")
        self.db.execute("PRAGMA foreign_keys=ON")
        columns = [row["name"] for row in self.db.execute("PRAGMA table_info(lines)")]
        self.db.executescript(_WIDER.format(schema=SCHEMA) if columns and "dispute_n" not in columns else SCHEMA)
        self.clock = self._kept_clock() if test_clock else BankClock()
        kept = self.db.execute("SELECT value FROM settings WHERE name = 'webhook_url'").fetchone()
        self.tells = bool(kept and kept["value"])  # whether there is an address to tell of what happens

    def close(self) -> None:
        """Close the file and let another bank open it."""
        self.db.close()
        self._lock.close()

    def _kept_clock(self) -> BankClock:
        row = self.db.execute("SELECT value FROM settings WHERE name = 'clock'").fetchone()
        return BankClock.from_setting(row["value"]) if row else BankClock()

    def set_clock(self, clock: BankClock) -> None:
        """Move the clock. Never behind the last line of the statement, which no bank would re-write."""
        last = self.db.execute("SELECT at FROM lines ORDER BY n DESC LIMIT 1").fetchone()
        if last and to_text(clock.now()) < last["at"]:
            raise RefusedError(422, "clock_behind_books", f"the last line of the books is of {last['at']}")
        self.db.execute("INSERT OR REPLACE INTO settings VALUES ('clock', ?)", (clock.setting(),))
        self.clock = clock

    def count_try(self, name: str) -> int:
        """Count one more try of `name`; the first is 1."""
        row = self.db.execute(
            "INSERT INTO tries VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET n = n + 1 RETURNING n", (name,)
        ).fetchone()
        return int(row["n"])

    def write_line(
        self,
        *,
        charge_n: int,
        refund_n: int | None,
        outcome: str,
        effect_minor: int,
        currency: str,
        at: str,
        dispute_n: int | None = None,
    ) -> None:
        """Append a line to the statement, and an event where the merchant wants to be told.

        `effect_minor` is what the line does to the merchant's balance.
        """
        kind = "dispute" if dispute_n is not None else "charge" if refund_n is None else "refund"
        balance = self.db.execute(
            "INSERT INTO balances VALUES (?, ?) ON CONFLICT (currency)"
            " DO UPDATE SET minor = minor + excluded.minor RETURNING minor",
            (currency, effect_minor),
        ).fetchone()["minor"]
        line = self.db.execute(
            "INSERT INTO lines (kind, charge_n, refund_n, outcome, effect_minor, balance_minor, at, dispute_n)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (kind, charge_n, refund_n, outcome, effect_minor, balance, at, dispute_n),
        )
        if self.tells:
            n = refund_n or dispute_n or charge_n
            body = {"type": f"{kind}.{outcome}", "kind": kind, "n": n, "line": line.lastrowid}
            self.db.execute(
                "INSERT INTO events (body, created_at, due_at) VALUES (?, ?, ?)", (json.dumps(body), at, at)
            )


def fingerprint(path: str, body: dict[str, Any]) -> str:
    """What "the same request" means: the same path and the same JSON, whatever its order and spacing."""
    canonical = json.dumps([path, body], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def once_per_key(
    books: Books,
    now: datetime,
    *,
    key: str,
    request: str,
    act: Callable[[], Reply],
    sticky_error: bool = False,
) -> Reply:
    """Act, or repeat what was answered to the same key less than 24 hours ago.

    After that the key is forgotten and the same request would act a second time, as at real gateways: callers
    look up first. `sticky_error` acts, but answers (and remembers) a 500, as does a card whose delivery is an
    error.
    """
    row = books.db.execute("SELECT * FROM keys WHERE key = ?", (key,)).fetchone()
    if row and row["created_at"] <= to_text(now - KEY_LIFETIME):
        books.db.execute("DELETE FROM keys WHERE key = ?", (key,))
        row = None
    if row and row["fingerprint"] != request:
        raise RefusedError(422, "key_reused", "This idempotency key was used for another request.")
    if row:
        return Reply(row["status"], json.loads(row["body"]), headers={"Idempotent-Replayed": "true"})
    reply = act()
    if reply.made is None:
        return reply
    if sticky_error or reply.delivery is Delivery.ERROR:
        reply = Reply(500, error_body("server_error", "Something went wrong at the bank."), reply.made)
    books.db.execute(
        "INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?)",
        (key, request, reply.status, json.dumps(reply.body), reply.made, to_text(now)),
    )
    return reply


def made_under(books: Books, now: datetime, key: str) -> str | None:
    """The id of the object made under a key that has not expired."""
    row = books.db.execute(
        "SELECT made FROM keys WHERE key = ? AND created_at > ?", (key, to_text(now - KEY_LIFETIME))
    ).fetchone()
    return row["made"] if row else None


def api_key_of(directory: Path) -> str:
    """The merchant's API key, made at the first start and readable for the directory's owner only."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / "api-key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(f"bank_test_{secrets.token_hex(16)}\n")
    return path.read_text().strip()
