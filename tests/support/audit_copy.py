"""A database with a bit of everything in it, and copies of it to be corrupted by hand."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection, connections, transaction

from goodterms.domain.payment import DisputeState, RefundState
from goodterms.storage.embedded import locate_server
from goodterms.storage.models import MessageRow, Plan, Price, User
from goodterms.storage.roles import APP_ROLE
from tests.conftest import DBNAME
from tests.support.samples import AGENT
from tests.support.stored_life import StoredLife

TEMPLATE, COPY = f"{DBNAME}_whole", f"{DBNAME}_copy"
#: When it is looked at: nothing is late then.
NOW = datetime(2027, 6, 16, 12, tzinfo=UTC)


def subscription_id(number: int) -> UUID:
    """The id of a life's subscription, of which the bucket is the number itself."""
    return UUID(int=10_000_000 + number)


def a_bit_of_everything() -> None:
    """Ten lives: renewed, paid back, refunded elsewhere, never begun, refunded, unsure, over, retried, disputed."""
    _renewed(StoredLife.bought(1, number=1), 3)
    _goodwill(StoredLife.bought(12, number=2))
    _dashboard(StoredLife.bought(12, number=3))
    StoredLife.bought(12, number=4).settle("declined")
    _refunded(StoredLife.bought(12, number=5))
    _unsure(StoredLife.bought(1, number=6))
    _over(StoredLife.bought(1, number=7))
    again = StoredLife.bought(12, number=8, owner=7)
    again.settle("succeeded")
    _retried(StoredLife.bought(1, number=9))
    _disputed(StoredLife.bought(12, number=10))
    User.objects.create_user(AGENT.name, role=User.Role.SPECIALIST)
    before = NOW - timedelta(days=300)
    plan = Plan.objects.create(code="shield-year", product="shield", name="Shield", created_at=before)
    Price.objects.create(
        plan=plan, currency="EUR", amount_minor=100, effective_at=NOW, created_at=before, created_by="agent:test"
    )
    for row in MessageRow.objects.all():
        MessageRow.objects.filter(bucket=row.bucket, id=row.id).update(send_at=None, sent_at=row.at)


def _renewed(life: StoredLife, terms: int) -> None:
    life.settle("succeeded")
    while len(life.sub.terms) < terms:
        life.live(1)
        life.settle("succeeded")
    _to_now(life)


def _to_now(life: StoredLife) -> None:
    while life.now < NOW - timedelta(days=2):
        life.live(1)
        life.settle("succeeded")


def _asked(life: StoredLife) -> None:
    life.settle("succeeded")
    life.live(3)
    life.ask(0, True)


def _goodwill(life: StoredLife) -> None:
    _asked(life)
    life.approve(0, False, 50)
    life.approve(0, True, 50)
    for outcome in ("pending", "succeeded", "failed"):
        life.refund_outcome(0, outcome)
    assert life.sub.refunds[0].state is RefundState.FAILED


def _dashboard(life: StoredLife) -> None:
    life.settle("succeeded")
    life.external(0, 50, settled=True)
    life.cancel()
    assert life.sub.expired_at is None


def _refunded(life: StoredLife) -> None:
    life.now = NOW - timedelta(days=3)
    _asked_long_ago(life)
    life.refund_outcome(0, "pending")
    assert life.sub.terms[0].revoked_at is not None


def _asked_long_ago(life: StoredLife) -> None:
    life.now = datetime(2027, 1, 31, 10, tzinfo=UTC)
    _asked(life)
    life.now = NOW - timedelta(days=3)
    life.approve(0, False, 0)


def _unsure(life: StoredLife) -> None:
    _renewed(life, 3)
    while life.sub.open_charge is None:
        life.live(1)
    life.settle("unknown")


def _over(life: StoredLife) -> None:
    life.settle("succeeded")
    life.cancel()
    life.live(40)
    assert life.sub.expired_at is not None


def _retried(life: StoredLife) -> None:
    life.settle("succeeded")
    while life.sub.open_charge is None:
        life.live(1)
    life.settle("declined")
    while life.sub.open_charge is None:
        life.live(1)
    life.settle("succeeded")
    _to_now(life)


def _disputed(life: StoredLife) -> None:
    life.settle("succeeded")
    life.live(20)
    for state in (DisputeState.OPENED, DisputeState.LOST):
        life.dispute(0, 100, state)
        life.live(10)
    assert life.sub.terms[0].revoked_at is not None


def keep_as_template() -> None:
    """Set what the test database holds aside, to be copied."""
    connections.close_all()
    with admin() as superuser:
        superuser.execute(f'DROP DATABASE IF EXISTS "{TEMPLATE}"')  # type: ignore[call-overload]
        superuser.execute(f'CREATE DATABASE "{TEMPLATE}" TEMPLATE "{DBNAME}"')  # type: ignore[call-overload]


def admin(dbname: str = "postgres") -> psycopg.Connection[Any]:
    """The superuser, committing every statement."""
    server = locate_server(Path(os.environ["GOODTERMS_TEST_DATA"]))
    return psycopg.connect(server.superuser_url(dbname), autocommit=True)


@contextmanager
def corrupted_at_will() -> Iterator[None]:
    """A copy, in use by Django while inside, as the superuser: what is done in a transaction there can be undone."""
    with admin() as superuser:
        superuser.execute(f'DROP DATABASE IF EXISTS "{COPY}"')  # type: ignore[call-overload]
        superuser.execute(f'CREATE DATABASE "{COPY}" TEMPLATE "{TEMPLATE}"')  # type: ignore[call-overload]
        user = {"USER": superuser.info.user, "PASSWORD": superuser.info.password}
    connections.close_all()
    before = dict(connection.settings_dict)
    connection.settings_dict.update(NAME=COPY, **user)
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict.update(before)


@contextmanager
def tried_out() -> Iterator[Callable[[], None]]:
    """A transaction that is taken back, where no foreign key is checked; call what is given to be the app's role."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield lambda: cursor.execute(f"SET LOCAL ROLE {APP_ROLE}")
        transaction.set_rollback(True)


def drop_template() -> None:
    """Take both away."""
    with admin() as superuser:
        for name in (COPY, TEMPLATE):
            superuser.execute(f'DROP DATABASE IF EXISTS "{name}"')  # type: ignore[call-overload]
