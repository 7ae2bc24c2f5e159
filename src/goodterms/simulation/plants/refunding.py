"""Mistakes in paying back, and in what that does to access."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from goodterms.domain import approval, refund_effects, refunding
from goodterms.domain.payment import RefundEffect
from goodterms.domain.refunding import RefundResult
from goodterms.domain.value import replace as changed
from goodterms.gateways.protocol import GatewayUnavailableError
from goodterms.simulation.plants.canceling import any_version, unlocked
from goodterms.simulation.plants.charging import other_key
from goodterms.simulation.plants.plant import (
    Change,
    Plant,
    answers,
    found_as,
    instead,
    without_constraint,
    without_index,
)
from goodterms.storage import load, policies, statement
from goodterms.usecases import cases, pay_back

Real = Callable[..., Any]


def _never_sent_before(real: Real) -> Real:
    return lambda world, claimed: real(world, replace(claimed, sent_before=False))


def _unknown_is(outcome: str) -> Callable[[Real], Real]:
    def made(real: Real) -> Real:
        def result(refund: Any, answer: Any) -> RefundResult:
            said = real(refund, answer)
            return RefundResult(outcome, said.gateway_ref) if said.outcome == "unknown" else said

        return result

    return made


def _uncounted(real: Real) -> Real:
    """The refund is intended, and its order does not know."""

    def intend(draft: Any, order: Any, refund: Any, **more: Any) -> None:
        real(draft, order, refund, **more)
        draft.update(order)
        draft.subscription = changed(
            draft.subscription, orders=tuple(order if o.id == order.id else o for o in draft.subscription.orders)
        )

    return intend


def _cut_at_once(real: Real) -> Real:
    """Access ends with the intent, before the gateway has accepted anything."""

    def intend(draft: Any, order: Any, refund: Any, **more: Any) -> None:
        real(draft, order, refund, **more)
        refund_effects.change_access(draft, refund, order)

    return intend


def _window_of_ninety_days(real: Real) -> Real:
    """The published policy, with another number in it."""
    longer = (('length = "30 days"', 'length = "90 days"'), ('"60 days"', '"120 days"'))

    def published(*args: Any) -> str:
        text: str = real(*args)
        for said, instead_of in longer:
            text = text.replace(said, instead_of)
        return text

    return published


def _never_failed(real: Real) -> Real:
    return lambda refund, result: real(refund, result) and result.outcome != "failed"


def _fails_at_once_or_never(real: Real) -> Real:
    """A refund that was accepted is followed on, whatever is said of it."""

    def fail(draft: Any, refund: Any, result: RefundResult, context: Any) -> None:
        if not refund.state.initiated:
            real(draft, refund, result, context)
        elif refund.state.value == "pending":
            refunding._keep_watching(draft, refund, context)

    return fail


def _keeps_renewing(real: Real) -> Real:
    def change(draft: Any, refund: Any, order: Any) -> None:
        before = draft.subscription
        real(draft, refund, order)
        if before.auto_renew:
            draft.subscription = changed(draft.subscription, auto_renew=True, cancellation=None)
            draft._inserts = [row for row in draft._inserts if type(row).__name__ != "Cancellation"]

    return change


def _money_only(real: Real) -> Real:
    return lambda draft, refund, order: real(draft, changed(refund, effect=RefundEffect.MONEY_ONLY), order)


def _forgets_approvals() -> Change:
    """A decided request can be approved again."""
    return answers(approval, "_not_approvable", None)


def _cursor_first(_real: Real) -> Real:
    """The statement counts as read before its lines are taken in."""

    def read(world: Any, gateway: str, limit: int = 500, on_failure: Any = None) -> int:
        start = statement.cursor_of(gateway)
        try:
            lines = world.gateways[gateway].movements(after=start, limit=limit)
        except GatewayUnavailableError:
            return 0
        if lines:
            statement.move_cursor(gateway, start, lines[-1].cursor)
        for line in lines:
            pay_back._taken_in(world, gateway, line, on_failure)
        return len(lines)

    return read


REFUNDING = (
    Plant(
        "refund-key-of-each-try", "each try at a refund has a key of its own, and nothing is looked up first",
        lambda: [
            instead(pay_back, "RefundIntent", other_key), instead(pay_back, "work_on_refund", _never_sent_before),
        ],
        found_as("refunded twice"),
    ),
    Plant(
        "refund-never-looked-up", "a refund that was sent before is sent again under a key that may be forgotten",
        lambda: [instead(pay_back, "work_on_refund", _never_sent_before)],
        found_as("refunded twice"),
    ),
    Plant(
        "refund-unknown-is-rejected", "a refund without an answer counts as rejected, and is paid in another way",
        lambda: [instead(pay_back, "refund_result", _unknown_is("rejected"))],
        found_as("refunded too much", "refund differs"),
    ),
    Plant(
        "refund-unknown-is-accepted", "a refund counts as accepted before the gateway has said so",
        lambda: [instead(pay_back, "refund_result", _unknown_is("pending"))],
        found_as("not refunded"),
    ),
    Plant(
        "refund-no-answer-is-not-found", "a look-up of a refund without an answer counts as: never seen",
        lambda: [
            instead(pay_back, "refund_result", _unknown_is("not_found")), instead(pay_back, "RefundIntent", other_key),
        ],
        found_as("refunded twice"),
    ),
    Plant(
        "approved-twice", "a decided request is approved again; lock, version and constraints are gone too",
        lambda: [
            _forgets_approvals(), instead(load, "load_subscription", unlocked), instead(cases, "load_case", unlocked),
            any_version(), without_constraint("orders", "orders_never_over_refunded"),
            without_index("refunds_one_open"),
        ],
        found_as("refunded too much", "wrong sum"),
    ),
    Plant(
        "refund-not-counted", "a refund does not count against its order",
        lambda: [instead(approval, "intend_refund", _uncounted)],
        found_as("wrong sum"),
    ),
    Plant(
        "cut-before-accepted", "access ends with the intent of a refund, whatever the gateway says of it",
        lambda: [instead(approval, "intend_refund", _cut_at_once)],
        found_as("cut while paid"),
    ),
    Plant(
        "kept-for-free", "money goes back and the term it had paid for goes on",
        lambda: [instead(refund_effects, "change_access", _money_only)],
        found_as("kept for free"),
    ),
    Plant(
        "renews-after-refund", "a refund does not stop the renewal",
        lambda: [instead(refund_effects, "change_access", _keeps_renewing)],
        found_as("renews after refund"),
    ),
    Plant(
        "window-of-ninety-days", "refunds are granted long after the time the policy page tells",
        lambda: [_published_otherwise()],
        found_as("refund out of time"),
    ),
    Plant(
        "late-failure-ignored", "a refund that fails after it was accepted stays as it was",
        lambda: [instead(pay_back, "_news", _never_failed), instead(refunding, "_fail", _fails_at_once_or_never)],
        found_as("refund differs"),
    ),
    Plant(
        "dashboard-ignored", "what somebody refunds in the bank's dashboard is not taken in",
        lambda: [answers(pay_back, "_take_in_external", True)],
        found_as("refund differs"),
    ),
    Plant(
        "dashboard-counted-again", "a line of the statement is counted each time it is read",
        lambda: [
            _never_known(), without_index("refunds_by_gateway_ref"), answers(statement, "move_cursor", None),
        ],
        found_as("not refunded"),
    ),
    Plant(
        "cursor-before-lines", "a statement counts as read before its lines are taken in",
        lambda: [instead(pay_back, "read_statement", _cursor_first)],
        found_as("paid and not known", "refund differs", "dispute differs"),
    ),
)  # fmt: skip


def _published_otherwise() -> Change:
    return instead(policies, "shipped_policy", _window_of_ninety_days)


def _never_known() -> Change:
    """An external refund is new each time."""

    def real_ref(real: Real) -> Real:
        def decide(subscription: Any, amount: Any, gateway_ref: str, *args: Any, **more: Any) -> Any:
            return real(subscription, amount, f"{gateway_ref}/{subscription.version}", *args, **more)

        return decide

    return instead(refunding, "decide_external_refund", real_ref)
