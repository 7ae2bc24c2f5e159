"""Replaying what was decided, and what stands open, under another policy."""

from __future__ import annotations

from goodterms.domain.decision import Decision
from goodterms.domain.facts import Actor
from goodterms.domain.policy import Policy
from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.storage.models import SubscriptionRow
from goodterms.storage.policies import shipped_policy
from goodterms.usecases import cancel, review
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
