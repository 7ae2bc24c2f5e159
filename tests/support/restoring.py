"""Backups of the tests' database, put back as a dump and its restore would, and what must agree afterwards."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.core import mail
from django.db import connections

from goodterms.domain.decision import Decision
from goodterms.domain.facts import Actor
from goodterms.domain.public_id import CHARGE, REFUND, PublicIdError, decode
from goodterms.gateways.protocol import Movement
from goodterms.storage.load import load_subscription
from goodterms.storage.models import ChargeRow, FactRow, RefundRow
from goodterms.usecases import review
from goodterms.usecases.mail.deliver import deliver_mail
from tests.support.books import assert_books_agree
from tests.support.crew import statement
from tests.support.fold import fold, state_of
from tests.support.worlds import Sale, Sandbox

SAM = Actor("agent", "sam@desk.example")

_TABLES = """
    SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations' ORDER BY 1
"""


class Backup:
    """What the tables held at one instant."""

    def __init__(self) -> None:
        self._rows: dict[str, bytes] = {}
        with self._owner() as owner, owner.transaction():
            owner.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            for (table,) in owner.execute(_TABLES).fetchall():
                with owner.cursor().copy(f"COPY (SELECT {_columns(owner, table)} FROM {table}) TO STDOUT") as copy:  # type: ignore[call-overload]
                    self._rows[table] = b"".join(copy)

    def restore(self) -> None:
        """Put everything back to what it was; sessions are new afterwards, as they would be."""
        connections.close_all()
        with self._owner() as owner, owner.transaction():
            owner.execute("SET LOCAL session_replication_role = replica")
            owner.execute(f"TRUNCATE {', '.join(self._rows)} CASCADE")  # type: ignore[call-overload]
            for table, data in self._rows.items():
                with owner.cursor().copy(f"COPY {table} ({_columns(owner, table)}) FROM STDIN") as copy:  # type: ignore[call-overload]
                    copy.write(data)

    @contextmanager
    def _owner(self) -> Iterator[psycopg.Connection[tuple[str, ...]]]:
        url = os.environ["DATABASE_OWNER_URL"].replace("//goodterms_owner@", "//postgres@")
        with psycopg.connect(url, autocommit=True) as owner:
            yield owner


def _columns(owner: psycopg.Connection[tuple[str, ...]], table: str) -> str:
    found = owner.execute(
        "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute "
        "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
        [table],
    ).fetchone()
    assert found is not None
    return found[0]


def bank_agrees(sandbox: Sandbox) -> None:
    """The bank's statement and ours are the same set: every charge once, every refund in its state."""
    lines = statement(sandbox.bank)
    paid = Counter(key for line in lines if (key := _id(line)) and line.kind == "charge")
    assert set(paid.values()) <= {1}, "charged twice"
    ours = set(ChargeRow.objects.filter(state="succeeded").values_list("bucket", "id"))
    assert set(paid) == ours
    back = {line.gateway_ref: line for line in lines if line.kind == "refund"}  # the last line of each counts
    states = {"declined": "failed"}
    assert {ref: states.get(line.outcome.value, line.outcome.value) for ref, line in back.items()} == dict(
        RefundRow.objects.exclude(gateway_ref=None).values_list("gateway_ref", "state")
    )
    terms = Counter(ChargeRow.objects.filter(state="succeeded").values_list("subscription_id", "term_number"))
    assert set(terms.values()) <= {1}


def _id(line: Movement) -> tuple[int, Any] | None:
    try:
        return decode(CHARGE if line.kind == "charge" else REFUND, line.reference or "")
    except PublicIdError:
        return None


def all_agree(sandbox: Sandbox, *sales: Sale) -> None:
    """The bank, the books, and the journal, of which nothing is missing."""
    bank_agrees(sandbox)
    for sale in sales:
        assert_books_agree(sale)
        sub = load_subscription(sale.bucket, sale.subscription_id, at=sandbox.now, lock=False)
        facts = list(FactRow.objects.filter(bucket=sale.bucket, stream=sale.subscription_id).order_by("seq"))
        assert [f.seq for f in facts] == list(range(1, sub.last_fact + 1))
        assert fold(facts) == state_of(sub)


def live(sandbox: Sandbox, days: int) -> None:
    """Let days pass with the worker running every day, or every fifth of many."""
    step = 5 if days > 20 else 1
    for _ in range(days // step):
        sandbox.advance(days=step)
        sandbox.work()
    sandbox.advance(days=days % step)
    sandbox.work()


def restore(sandbox: Sandbox, backup: Backup) -> None:
    """The backup is put back; the worker runs on it and sends nothing."""
    backup.restore()
    before, mails = statement(sandbox.bank), len(mail.outbox)
    sandbox.advance(hours=1)
    sandbox.work()
    deliver_mail(sandbox.world)
    assert len(statement(sandbox.bank)) == len(before)
    assert len(mail.outbox) == mails
    found = sandbox.world.held()
    assert found is not None
    assert found.reason == "behind_the_file"


def approve(sandbox: Sandbox, sale: Sale) -> None:
    """The newest order is asked back and granted."""
    request = sale.ask_refund()
    decision = review.approve(sandbox.world, request.bucket, request.id, actor=SAM)
    assert isinstance(decision, Decision), decision
