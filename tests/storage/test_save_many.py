"""Saving many decisions at once takes another road (COPY) and must arrive at the same place."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from goodterms.domain.charging import ChargeResult, decide_charge_outcome, decide_purchase
from goodterms.domain.decision import Decision
from goodterms.domain.entitlement import entitlement
from goodterms.domain.subscription import Subscription
from goodterms.storage.load import load_charges, load_subscriptions, load_terms
from goodterms.storage.models import ChargeRow, FactRow, MessageRow, OrderRow, PaidTermRow, PostingRow, SubscriptionRow
from goodterms.storage.save import MANY, StaleState, save
from tests.support.samples import CUSTOMER, after, at, customer, decided, reference, subscription

BOUGHT = at("2026-05-10")
COUNT = MANY + 20

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]


def _purchases() -> list[Decision]:
    buyers = [customer(n, n) for n in range(1, COUNT + 1)]
    save([Decision(inserts=tuple(buyers))])
    new = [subscription(bought_at=BOUGHT, buyer=buyer, number=buyer.id.int + 1000) for buyer in buyers]
    return [decided(decide_purchase(one, reference(), BOUGHT, CUSTOMER)) for one in new]


def _outcomes(purchases: list[Decision]) -> list[Decision]:
    found = []
    for purchase in purchases:
        sub = after(purchase)
        charge = sub.open_charge
        assert charge is not None
        result = ChargeResult("succeeded", f"ch_{sub.id.int}")
        found.append(decided(decide_charge_outcome(sub, charge, result, reference(), BOUGHT)))
    return found


@pytest.fixture
def bought() -> list[Decision]:
    """Many purchases and their payments, saved; the payments' decisions."""
    with transaction.atomic():
        purchases = _purchases()
        save(purchases)
        outcomes = _outcomes(purchases)
        save(outcomes)
    return outcomes


def _loaded() -> dict[UUID, Subscription]:
    keys = [(n, UUID(int=n + 1000)) for n in range(1, COUNT + 1)]
    return {one.id: one for one in load_subscriptions(keys, at=BOUGHT, lock=False)}


def test_many_are_stored_as_decided(bought: list[Decision]) -> None:
    """Every column of every row written by COPY is read back as it was decided."""
    assert _loaded() == {after(decision).id: after(decision) for decision in bought}


def _rows(many: int) -> list[list[dict[str, object]]]:
    with patch("goodterms.storage.save.MANY", many), transaction.atomic():
        purchases = _purchases()
        save(purchases)
        save(_outcomes(purchases))
        tables = (SubscriptionRow, ChargeRow, OrderRow, PaidTermRow, FactRow, PostingRow, MessageRow)
        rows = [list(table.objects.order_by("pk").values()) for table in tables]
        transaction.set_rollback(True)
    return rows


def test_both_roads_write_the_same_rows() -> None:
    """Every table, JSON included, holds the same whether rows went in by COPY or as arrays."""
    by_copy = _rows(1)

    assert by_copy == _rows(10**9)
    assert [len(rows) for rows in by_copy] == [COUNT * n for n in (1, 1, 1, 1, 3, 2, 1)]


def test_many_on_stale_state_write_nothing(bought: list[Decision]) -> None:
    """One stale subscription among many refuses them all."""
    facts = FactRow.objects.count()

    with pytest.raises(StaleState, match=f"{COUNT} of {COUNT}"), transaction.atomic():
        save([Decision(updates=(after(decision),)) for decision in bought])

    assert FactRow.objects.count() == facts


def test_what_the_database_refuses_is_an_integrity_error(bought: list[Decision]) -> None:
    """A second order for a term among many comes as the error that callers know."""
    orders = [replace(one.orders[0], id=UUID(int=n), number=f"again-{n}") for n, one in enumerate(_loaded().values())]

    with pytest.raises(IntegrityError, match="term_number"), transaction.atomic():
        save([Decision(inserts=tuple(orders))])


def test_many_messages_go_out_once(bought: list[Decision]) -> None:
    """The same mails decided again are the same rows."""
    assert MessageRow.objects.count() == COUNT

    with transaction.atomic():
        save([Decision(messages=decision.messages) for decision in bought])

    assert MessageRow.objects.count() == COUNT


def test_charges_are_loaded_by_key(bought: list[Decision]) -> None:
    """What the gateway is asked about is the charge as stored."""
    wanted = [one.charges[0] for one in _loaded().values()]

    assert sorted(load_charges([(c.bucket, c.id) for c in wanted]), key=lambda c: c.bucket) == wanted


@pytest.mark.requirement("R12")
def test_entitlement_needs_the_terms_alone(bought: list[Decision]) -> None:
    """The terms read by themselves answer as those of the loaded subscription; an unknown one has none."""
    whole = _loaded()[UUID(int=1001)]

    assert load_terms(1, whole.id) == whole.terms
    assert entitlement(load_terms(1, whole.id), BOUGHT).may_use
    assert load_terms(2, whole.id) == ()
