"""Replaying what was decided, and what stands open, under another policy."""

from __future__ import annotations

from goodterms.domain.customer import Customer
from goodterms.domain.decision import Decision
from goodterms.domain.facts import Actor
from goodterms.domain.policy import Policy
from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.storage.models import SubscriptionRow
from goodterms.storage.policies import publish, shipped_policy
from goodterms.usecases import cancel, customers, review
from goodterms.usecases.backtest import Affected, Report, backtest
from tests.support.worlds import Sale, Sandbox


def _other(*changes: tuple[str, str]) -> Policy:
    text = shipped_policy()
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return parse_policy(text, "other")


_SHORTER = ('length = "30 days"', 'length = "10 days"')
_EARLIER = ('charge_before_end = "14 days"   #', 'charge_before_end = "20 days"   #')


def _paying_back() -> Policy:
    """Cancelling pays the unused part back."""
    lines = [line for line in shipped_policy().splitlines() if not line.startswith(("effective = ", "refund = "))]
    return parse_policy("\n".join(lines).replace("[refund]\n", f"{_UNUSED_BACK}\n[refund]\n"), "other")


def _run(sandbox: Sandbox, policy: Policy) -> tuple[Report, list[Affected]]:
    affected: list[Affected] = []
    return backtest(sandbox.world, policy, on_affected=affected.append), affected


def _refunded(sandbox: Sandbox, after_days: int, email: str) -> Sale:
    """Bought, asked back after some days, approved and paid back."""
    sale = sandbox.sell(sandbox.customer(email))
    sandbox.advance(days=after_days)
    request = sale.ask_refund()
    approved = review.approve(sandbox.world, sale.bucket, request.id, actor=Actor("agent", "sam@desk.example"))
    assert isinstance(approved, Decision), approved
    sandbox.work()
    return sale


def test_under_its_own_policy_nothing_changes(sandbox: Sandbox) -> None:
    """A refund that was granted is granted again, though its term has been revoked since."""
    _refunded(sandbox, 20, "a@example.org")
    sandbox.sell(sandbox.customer("b@example.org"))

    report, affected = _run(sandbox, _other())

    assert affected == []
    assert report.counts["past request", "same"] == 1
    assert report.counts["refund today", "same"] == 1
    assert report.counts["cancellation today", "same"] == 1
    assert not report.customers
    assert (report.subscriptions, report.orders) == (2, 2)


def test_a_shorter_window_refuses_what_was_granted(sandbox: Sandbox) -> None:
    """Day 20 is outside 10 days: the money that was paid back would not have been, and it is told for whom."""
    sale = _refunded(sandbox, 20, "a@example.org")
    _refunded(sandbox, 5, "c@example.org")

    report, affected = _run(sandbox, _other(_SHORTER))

    assert report.counts["past request", "refused"] == 1
    assert report.counts["past request", "same"] == 1
    assert report.money["past request", "AUD"] == [2 * 5995, 5995]
    assert [(one.customer, one.kind, one.change) for one in affected] == [
        (sale.customer_public_id, "past request", "refused")
    ]
    assert affected[0].before == "grant by FIRST-PURCHASE-30-DAYS"
    assert affected[0].after == "deny by OUTSIDE-WINDOW"


def test_what_runs_today_is_judged_too(sandbox: Sandbox) -> None:
    """A refund that could be asked for today and could not under the other policy; and a charge that would come
    earlier."""
    sandbox.sell()
    sandbox.advance(days=15)

    report, _ = _run(sandbox, _other(_SHORTER, _EARLIER))

    assert report.counts["refund today", "refused"] == 1
    assert report.moved == {"charged earlier": 1}
    assert len(report.customers) == 1


def test_past_cancellations_are_replayed_at_their_instant(sandbox: Sandbox) -> None:
    """Canceled then, the subscription renews no more; the cancellation is judged as of its own instant."""
    sale = sandbox.sell()
    sandbox.advance(days=40)
    done = cancel.cancel(
        sandbox.world, sale.bucket, sale.subscription_id, actor=Actor("customer", sale.customer_public_id),
        channel="account",
    )  # fmt: skip
    assert done

    report, affected = _run(sandbox, _paying_back())

    assert report.counts["past cancellation", "more money"] == 1
    assert [one.after for one in affected if one.kind == "past cancellation"] == ["grant by UNUSED-BACK"]
    assert ("cancellation today", "same") not in report.counts


_UNUSED_BACK = """[[cancellation.clause]]
id = "UNUSED-BACK"
when = "always"
outcome = "grant"
amount = "unused_part"
access = "ends_now"
"""


def test_progress_is_told_and_nothing_is_changed(sandbox: Sandbox) -> None:
    """How many of how many; versions of the subscriptions stay."""
    sandbox.sell()
    versions = list(SubscriptionRow.objects.filter(bucket__gte=0).values_list("version", flat=True))
    told: list[tuple[int, int]] = []

    backtest(sandbox.world, _other(_SHORTER), on_progress=lambda done, total: told.append((done, total)))

    assert told == [(1, 1)]
    assert list(SubscriptionRow.objects.filter(bucket__gte=0).values_list("version", flat=True)) == versions


def test_renewals_move_from_where_they_are_in_force(sandbox: Sandbox) -> None:
    """The orders were made under version 1; renewals follow version 2 since that is in force: trying it moves none."""
    sandbox.sell()
    sandbox.advance(days=15)
    second = shipped_policy().replace("version = 1 ", "version = 2 ").replace(*_EARLIER)
    publish(second, at=sandbox.now, by="test", effective_at=sandbox.now)

    assert _run(sandbox, parse_policy(second, "second"))[0].moved == {}
    assert _run(sandbox, _other())[0].moved == {"charged later": 1}


def test_a_schedule_for_some_regions_covers_who_lives_there(sandbox: Sandbox) -> None:
    """Months renew in Germany only: that of a German does, that of somebody else would not."""
    for country in ("DE", "FR"):
        sandbox.sell(_buyer(sandbox, country), plan="shield-month", months=1)

    report, _ = _run(sandbox, _other(*_MONTHS_IN_GERMANY))

    assert report.moved == {"not covered": 1}


_MONTHS_IN_GERMANY = (
    ('terms_from = "1 month"', 'terms_from = "12 months"'),
    ('terms_from = "1 year" ', 'regions = ["DE"]\nterms_from = "1 month" '),
    ('announce_before_end = "30 days"', 'announce_before_charge = "7 days"'),
)


def test_what_a_plan_sells_is_known_as_in_the_case_itself(sandbox: Sandbox) -> None:
    """A German withdraws from a service that was not asked to begin at once: granted then, and granted again."""
    publish(shipped_policy("no-refunds"), at=sandbox.now, by="test")
    plan = sandbox.plan("shield-year", currency="EUR")
    plan.policy_name = "no-refunds"
    plan.save()
    sale = sandbox.sell(_buyer(sandbox, "DE"), currency="EUR")
    sandbox.advance(days=3)
    request = sale.ask_refund(channel="support")
    facts = {"express_request_to_start": False}
    assert isinstance(review.state_facts(sandbox.world, sale.bucket, request.id, facts, actor=_SAM), Decision)

    report, affected = _run(sandbox, parse_policy(shipped_policy("no-refunds"), "no-refunds"))

    assert report.counts["past request", "same"] == 1
    assert report.money["past request", "EUR"] == [5995, 5995]
    assert affected == []


def test_a_country_that_was_stated_has_its_laws(sandbox: Sandbox) -> None:
    """Where the buyer lives was not on record, and was entered with the case."""
    publish(shipped_policy("no-refunds"), at=sandbox.now, by="test")
    plan = sandbox.plan("shield-year", currency="EUR")
    plan.policy_name = "no-refunds"
    plan.save()
    sale = sandbox.sell(sandbox.customer("a@example.org"), currency="EUR")
    sandbox.advance(days=3)
    request = sale.ask_refund(channel="support")
    for facts in ({"country": "DE"}, {"consumer": True, "express_request_to_start": False}):
        assert isinstance(review.state_facts(sandbox.world, sale.bucket, request.id, facts, actor=_SAM), Decision)

    report, _ = _run(sandbox, parse_policy(shipped_policy("no-refunds"), "no-refunds"))

    assert report.money["past request", "EUR"] == [5995, 5995]


_SAM = Actor("agent", "sam@desk.example")


def _buyer(sandbox: Sandbox, country: str) -> Customer:
    return customers.find_or_create_customer(
        sandbox.world, email=f"{country}@example.org", name="Ann Lee", country=country, consumer=True
    )
