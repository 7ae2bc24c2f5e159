"""A policy that takes effect, and a price that rises: subscriptions that were planned before follow it."""

from __future__ import annotations

from datetime import timedelta

from goodterms.domain.money import Money
from goodterms.domain.subscription import PriceTold, Subscription
from goodterms.storage.load import load_subscription
from goodterms.storage.models import FactRow, MessageRow, Price, SubscriptionRow
from goodterms.storage.policies import publish, shipped_policy
from goodterms.usecases.replan import replan_due
from goodterms.usecases.run_due import run_until_idle
from tests.support.worlds import Sale, Sandbox

SECOND = (
    shipped_policy()
    .replace("version = 1 ", "version = 2 ")
    .replace('announce_before_end = "30 days"', 'announce_before_end = "60 days"')
)


def _now(sale: Sale) -> Subscription:
    return load_subscription(sale.bucket, sale.subscription_id, at=sale.sandbox.now, lock=False)


def test_an_earlier_announcement_reaches_those_who_were_planned_before(sandbox: Sandbox) -> None:
    """When the new version takes effect every renewal moves to its day, in batches, once; a batch later finds none."""
    sales = [sandbox.sell(sandbox.customer(f"ann{n}@example.org")) for n in range(3)]
    assert replan_due(sandbox.world) == 3
    assert replan_due(sandbox.world) == 0
    before = _now(sales[0])
    end = before.paid_through
    assert end is not None
    assert before.next_step_at == end - timedelta(days=30)
    publish(SECOND, at=sandbox.now, by="test", effective_at=sandbox.now + timedelta(days=10))
    assert replan_due(sandbox.world) == 0
    sandbox.advance(days=10)
    assert [replan_due(sandbox.world, limit=2) for _ in range(3)] == [2, 1, 0]
    assert {_now(sale).next_step_at for sale in sales} == {
        _now(sale).paid_through - timedelta(days=60)  # type: ignore[operator]
        for sale in sales
    }
    assert FactRow.objects.filter(stream=before.id).count() == before.last_fact


def test_the_worker_does_it_by_itself(sandbox: Sandbox) -> None:
    """Rounds of the worker plan anew and come to an end; the mail goes out on the new day."""
    sale = sandbox.sell()
    run_until_idle(sandbox.world)
    publish(SECOND, at=sandbox.now, by="test", effective_at=sandbox.now)
    assert run_until_idle(sandbox.world)["renewals planned anew"] == 1
    sandbox.advance(days=305)
    run_until_idle(sandbox.world)
    assert MessageRow.objects.filter(bucket=sale.bucket, kind="renewal_coming").count() == 1


def test_those_who_are_canceled_stay_as_they_are(sandbox: Sandbox) -> None:
    """Only what renews is looked at."""
    sale = sandbox.sell()
    SubscriptionRow.objects.filter(bucket=sale.bucket).update(auto_renew=False)
    assert replan_due(sandbox.world) == 0


def test_a_price_told_too_late_is_charged_a_year_later(sandbox: Sandbox) -> None:
    """The old price once more, with the new one in the mail and in the rows; the year after, the new one."""
    rule = '\n[price_change]\nnotice = "30 days"\nconsent = "not_needed"\n'
    publish(
        shipped_policy().replace("version = 1 ", "version = 2 ") + rule,
        at=sandbox.now,
        by="test",
        effective_at=sandbox.now,
    )
    sale = sandbox.sell()
    sandbox.advance(days=300)
    plan = sandbox.plan()
    Price.objects.create(
        plan=plan, currency="AUD", amount_minor=6995, tax_minor=636, effective_at=sandbox.now,
        created_at=sandbox.now, created_by="test",
    )  # fmt: skip
    sandbox.live(60)
    assert (sale.order.term_number, sale.order.amount_minor) == (2, 5995)
    told = _now(sale).price_told
    assert told == PriceTold(Money(6995, "AUD"), told.at if told else sandbox.now)
    mail = MessageRow.objects.get(bucket=sale.bucket, kind="renewal_coming")
    assert (mail.data["amount_minor"], mail.data["price_after_minor"]) == (5995, 6995)
    sandbox.advance(days=310)
    sandbox.live(60)
    assert (sale.order.term_number, sale.order.amount_minor) == (3, 6995)
