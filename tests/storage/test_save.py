"""One save for one decision or thousands, and what the database refuses by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch
from uuid import UUID

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from goodterms.domain.cancellation import decide_cancellation
from goodterms.domain.charging import ChargeResult, decide_charge_outcome, decide_purchase, term_row
from goodterms.domain.decision import Decision
from goodterms.domain.payment import ChargeState
from goodterms.domain.renewal import plan_renewal
from goodterms.domain.subscription import Subscription
from goodterms.domain.term import Term
from goodterms.storage.load import NotFound, load_customer, load_subscription, load_subscriptions
from goodterms.storage.models import FactRow, OrderRow, PaidTermRow, PostingRow, SubscriptionRow
from goodterms.storage.policy_numbers import policy_digest, policy_number
from goodterms.storage.save import StaleState, save
from tests.support.samples import CUSTOMER, at, bought, customer, decided, reference, renewed, subscription

BOUGHT = at("2026-05-10")

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("published")]


def _store(*, number: int = 1, bucket: int = 7) -> Subscription:
    """Save a customer and the purchase, charge and first term of a subscription; as loaded afterwards."""
    buyer = customer(bucket, number)
    new = subscription(bought_at=BOUGHT, buyer=buyer, number=number + 1000)
    purchase = decided(decide_purchase(new, reference(), BOUGHT, CUSTOMER))
    with transaction.atomic():
        save([Decision(inserts=(buyer,)), purchase])
        loaded = load_subscription(bucket, new.id, at=BOUGHT, lock=True)
        charge = loaded.open_charge
        assert charge is not None
        save(
            [
                decided(
                    decide_charge_outcome(
                        loaded, charge, ChargeResult("succeeded", f"ch_{number}"), reference(), BOUGHT
                    )
                )
            ]
        )
    return load_subscription(bucket, new.id, at=BOUGHT, lock=False)


def test_what_is_saved_is_what_is_loaded() -> None:
    """Every column of a subscription, its terms, orders and charges survives the way there and back."""
    in_memory = bought(BOUGHT, buyer=customer(7, 1), number=1001)

    stored = _store(number=1)

    charges = tuple(replace(c, gateway_ref="ch_1") for c in in_memory.charges)
    orders = tuple(replace(o, gateway_ref="ch_1") for o in in_memory.orders)
    assert stored == replace(in_memory, charges=charges, orders=orders)


def test_a_customer_is_loaded_as_saved() -> None:
    """A customer's row round-trips."""
    _store(number=3)

    assert load_customer(7, UUID(int=3)) == customer(7, 3)


def test_a_thousand_decisions_are_one_call() -> None:
    """The renewal of many customers is the same save, a fixed number of statements whatever their number."""
    buyers = [customer(n % 4096, n) for n in range(1, 301)]
    purchases = [
        decided(
            decide_purchase(
                subscription(bought_at=BOUGHT, buyer=b, number=b.id.int + 1000), reference(), BOUGHT, CUSTOMER
            )
        )
        for b in buyers
    ]
    statements: list[str] = []
    copy = psycopg.Cursor.copy

    def count(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        statements.append(sql)
        return execute(sql, params, many, context)

    with (
        transaction.atomic(),
        connection.execute_wrapper(count),
        patch.object(psycopg.Cursor, "copy", autospec=True, side_effect=copy) as copies,
    ):
        save([Decision(inserts=tuple(buyers)), *purchases])

    assert SubscriptionRow.objects.count() == 300
    assert len(statements) + copies.call_count == 5  # customers, subscriptions, charges, facts, and which are new


def test_saving_outside_a_transaction_is_refused(transactional_db: None) -> None:
    """State that was not locked can not be written."""
    with pytest.raises(RuntimeError, match="transaction"):
        save([])


def test_a_decision_on_stale_state_writes_nothing() -> None:
    """Two decisions from the same loaded state: the second is refused as a whole."""
    loaded = _store()
    cancel = decided(
        decide_cancellation(loaded, reference(), BOUGHT, actor=CUSTOMER, channel="account", id=UUID(int=9))
    )
    other = decided(plan_renewal(loaded, reference(), BOUGHT))
    facts = FactRow.objects.count()
    with transaction.atomic():
        save([other])

    with pytest.raises(StaleState), transaction.atomic():
        save([cancel])

    assert FactRow.objects.count() == facts
    assert load_subscription(7, loaded.id, at=BOUGHT, lock=False).auto_renew


@pytest.mark.requirement("R1")
def test_one_order_per_subscription_and_term() -> None:
    """A second order for a term is refused by the database."""
    loaded = _store()
    order = replace(loaded.orders[0], id=UUID(int=77), number="another")

    with pytest.raises(IntegrityError, match="term_number"), transaction.atomic():
        save([Decision(inserts=(order,))])


@pytest.mark.requirement("R2")
def test_terms_never_overlap() -> None:
    """A term that starts before the one before it closed is refused by the database."""
    loaded = _store()
    order = replace(loaded.orders[0], id=UUID(int=78), number="next", term_number=2)
    early = Term(2, loaded.terms[0].ends_at - timedelta(days=1), loaded.terms[0].ends_at + timedelta(days=300))

    with pytest.raises(IntegrityError, match="never_overlap"), transaction.atomic():
        save([Decision(inserts=(order, term_row(loaded, early)))])


def test_a_term_with_a_successor_can_not_be_dropped() -> None:
    """The chain of terms holds: only the latest one can be dropped."""
    loaded = _store()
    order = replace(loaded.orders[0], id=UUID(int=79), number="next", term_number=2)
    second = Term(2, loaded.terms[0].ends_at, loaded.terms[0].ends_at + timedelta(days=365))
    with transaction.atomic():
        save([Decision(inserts=(order, term_row(loaded, second)))])

    with pytest.raises(IntegrityError), transaction.atomic():
        PaidTermRow.objects.filter(bucket=7, subscription_id=loaded.id, number=1).update(dropped_at=BOUGHT)


@pytest.mark.requirement("R48")
def test_refunds_never_exceed_the_charge() -> None:
    """The counter on the order is limited by the database."""
    loaded = _store()
    order = replace(loaded.orders[0], refunded_minor=loaded.orders[0].amount.minor + 1)

    with pytest.raises(IntegrityError, match="over_refunded"), transaction.atomic():
        save([Decision(updates=(order,))])


def test_one_open_charge_per_term() -> None:
    """A second charge of a term can not be intended while one is open or has succeeded."""
    loaded = _store()
    open_ = ChargeState.INTENDED
    again = replace(loaded.charges[0], id=UUID(int=80), attempt=2, state=open_, settled_at=None, check_at=BOUGHT)

    with pytest.raises(IntegrityError, match="one_open"), transaction.atomic():
        save([Decision(inserts=(again,))])


def test_an_attempt_is_there_once() -> None:
    """No two charges have the same attempt, so none has the key of another: by id, and by the index of a term."""
    loaded = _store()
    paid = loaded.charges[0]
    second = {"attempt": 2, "gateway_ref": None}
    declined = replace(paid, id=UUID(int=81), state=ChargeState.DECLINED, **second)
    with transaction.atomic():
        save([Decision(inserts=(declined,))])
    twins = [(replace(declined, id=UUID(int=82)), "one_open"), (replace(declined, term_number=3), "charges_pkey")]

    for twin, refused_by in twins:
        with pytest.raises(IntegrityError, match=refused_by), transaction.atomic():
            save([Decision(inserts=(twin,))])


@pytest.mark.requirement("R2")
def test_a_term_needs_the_order_of_its_number() -> None:
    """A term that no order pays for is refused by the database."""
    loaded = _store()
    unpaid = Term(2, loaded.terms[0].ends_at, loaded.terms[0].ends_at + timedelta(days=365))

    with pytest.raises(IntegrityError, match="orders"), transaction.atomic():
        save([Decision(inserts=(term_row(loaded, unpaid),))])


def test_rows_name_their_policy_by_its_digest() -> None:
    """Rows keep the number of a policy; what reads them sees and filters by the digest."""
    loaded = _store()
    digest = reference().digest

    assert FactRow.objects.filter(stream=loaded.id, policy_digest=digest).count() == loaded.last_fact
    assert set(FactRow.objects.values_list("policy_digest", flat=True)) == {digest}
    assert [order.policy_digest for order in loaded.orders] == [digest]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT p.digest FROM orders o JOIN policies p ON p.number = o.policy WHERE o.bucket = 7"
        )
        assert cursor.fetchall() == [(digest,)]


@pytest.mark.parametrize("digest", ["0" * 64, "7" + "f" * 63, "8" + "0" * 63, "f" * 64])
def test_the_number_of_a_policy_fits_its_column(digest: str) -> None:
    """The first 64 bits of any digest are a bigint, and different ones stay different."""
    number = policy_number(digest)

    assert -(1 << 63) <= number < 1 << 63
    assert f"{number % (1 << 64):016x}" == digest[:16]


def test_a_policy_that_was_never_published() -> None:
    """A number that no published policy has says so."""
    with pytest.raises(LookupError, match="no policy"):
        policy_digest(-1)


def test_one_living_subscription_per_product() -> None:
    """A customer can not have the same product twice at a time."""
    _store()
    twin = subscription(bought_at=BOUGHT, buyer=customer(7, 1), number=5000)

    with pytest.raises(IntegrityError, match="one_living"), transaction.atomic():
        save([decided(decide_purchase(twin, reference(), BOUGHT, CUSTOMER))])


def test_a_message_goes_out_once_per_kind_and_subject() -> None:
    """The same mail decided twice is one row."""
    loaded = _store()
    decision = decided(
        decide_cancellation(loaded, reference(), BOUGHT, actor=CUSTOMER, channel="account", id=UUID(int=9))
    )

    with transaction.atomic():
        save([Decision(messages=decision.messages)])
        save([Decision(messages=decision.messages)])

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM messages WHERE bucket = 7 AND kind = 'cancellation_confirmed'")
        assert cursor.fetchone() == (1,)


def test_missing_rows_are_named() -> None:
    """Loading what is not there says so."""
    with pytest.raises(NotFound):
        load_subscription(1, UUID(int=1), at=BOUGHT, lock=False)
    assert load_subscriptions([], at=BOUGHT, lock=True) == []


@settings(max_examples=20, deadline=None)
@given(renewals=st.integers(0, 4))
def test_postings_and_orders_agree(renewals: int) -> None:
    """Cash in the ledger is the sum of the orders, however many terms were paid."""
    with transaction.atomic():
        sub = bought(BOUGHT, buyer=customer(9, 500), number=1500)
        for _ in range(renewals):
            sub = renewed(sub)
        rows = [term_row(replace(sub, terms=sub.terms[:i]), t) for i, t in enumerate(sub.terms)]
        save([Decision(inserts=(customer(9, 500), sub, *sub.charges, *sub.orders, *rows))])
        loaded = load_subscription(9, sub.id, at=BOUGHT, lock=False)
        transaction.set_rollback(True)

    assert loaded == sub
    assert OrderRow.objects.count() == PostingRow.objects.count() == 0
