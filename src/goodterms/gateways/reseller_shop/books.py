"""The shop's books: one SQLite file of its own. It is the outside world and shares nothing with goodterms."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any

from goodterms.gateways.reseller.files import instant, instant_text

SCHEMA = """
CREATE TABLE IF NOT EXISTS agreements (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    plan TEXT NOT NULL, amount_minor INTEGER NOT NULL, tax_minor INTEGER NOT NULL, currency TEXT NOT NULL,
    months INTEGER NOT NULL, anchor_at TEXT NOT NULL, terms INTEGER NOT NULL, ends_at TEXT NOT NULL,
    renews INTEGER NOT NULL, told INTEGER NOT NULL DEFAULT 0,
    card TEXT NOT NULL, fails INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0, first_try_at TEXT, charge_at TEXT
);
CREATE TABLE IF NOT EXISTS orders (
    n INTEGER PRIMARY KEY AUTOINCREMENT, agreement_n INTEGER NOT NULL REFERENCES agreements (n),
    amount_minor INTEGER NOT NULL, currency TEXT NOT NULL, paid INTEGER NOT NULL, at TEXT NOT NULL,
    refunded_minor INTEGER NOT NULL DEFAULT 0 CHECK (refunded_minor BETWEEN 0 AND amount_minor)
);
CREATE TABLE IF NOT EXISTS refunds (
    n INTEGER PRIMARY KEY AUTOINCREMENT, order_n INTEGER NOT NULL REFERENCES orders (n),
    reference TEXT NOT NULL, amount_minor INTEGER NOT NULL, state TEXT NOT NULL, settles_at TEXT, at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS disputes (
    n INTEGER PRIMARY KEY AUTOINCREMENT, order_n INTEGER NOT NULL REFERENCES orders (n),
    amount_minor INTEGER NOT NULL, state TEXT NOT NULL, at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS instructions (
    key TEXT PRIMARY KEY, row TEXT NOT NULL, reference TEXT NOT NULL, outcome TEXT NOT NULL, ref TEXT NOT NULL,
    code TEXT NOT NULL, times INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE IF NOT EXISTS files (
    kind TEXT NOT NULL, number INTEGER NOT NULL, data BLOB NOT NULL, deliver_at TEXT, PRIMARY KEY (kind, number)
);
CREATE TABLE IF NOT EXISTS queued (n INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, row TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class Books:
    """The shop's state. Rows are dicts; instants are text as in the files, so they sort."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        """What a query finds."""
        return [dict(row) for row in self._db.execute(sql, values)]

    def one(self, sql: str, *values: object) -> dict[str, Any] | None:
        """The first row, if any."""
        found = self.rows(sql, *values)
        return found[0] if found else None

    def add(self, table: str, **values: object) -> int:
        """Add a row; its number."""
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        done = self._db.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(values.values()))  # noqa: S608
        return int(done.lastrowid or 0)

    def change(self, table: str, n: int, **values: object) -> None:
        """Change a row."""
        sets = ", ".join(f"{name} = ?" for name in values)
        self._db.execute(f"UPDATE {table} SET {sets} WHERE n = ?", [*values.values(), n])  # noqa: S608

    def run(self, sql: str, *values: object) -> None:
        """Any other statement."""
        self._db.execute(sql, values)

    @property
    def now(self) -> datetime:
        """The shop's clock."""
        row = self.one("SELECT value FROM settings WHERE name = 'now'")
        return instant(row["value"]) if row else instant("2026-01-01T00:00:00Z")

    @now.setter
    def now(self, at: datetime) -> None:
        self.run("INSERT OR REPLACE INTO settings VALUES ('now', ?)", instant_text(at))
