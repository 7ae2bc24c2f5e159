"""Subscriptions: sold, read, cancelled with a preview, kept after all, paid by another method."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query

from goodterms.api import told
from goodterms.api.calls import Call, call_of
from goodterms.api.finding import after_key, conditions, found, listed
from goodterms.api.problems import Problem, done, raise_refused
from goodterms.api.routes import read, write
from goodterms.api.shapes import CancellationPreview, Subscription, Subscriptions, Terms, UndoPreview
from goodterms.api.wishes import By, Cancel, Mine, NewPaymentMethod, NewSubscription, SubscriptionList
from goodterms.domain.cancellation_undo import UndoOutcome
from goodterms.domain.facts import Actor
from goodterms.domain.public_id import CUSTOMER, ORDER, SUBSCRIPTION, encode
from goodterms.storage.load import load_customer, load_subscriptions
from goodterms.storage.models import CustomerRow, SubscriptionRow
from goodterms.storage.policies import policy_of_plan
from goodterms.storage.queries.pages import page_of
from goodterms.usecases import cancel as canceling
from goodterms.usecases.api_keys import Scope
from goodterms.usecases.cancel_preview import CancellationPreview as Preview
from goodterms.usecases.cancel_preview import show_cancellation
from goodterms.usecases.purchase import Bought, Purchase, finish_purchase, purchase
from goodterms.wiring import world

TAG = "Subscriptions"


@read("/subscriptions", Scope.SUBSCRIPTIONS_READ, TAG, Subscriptions)
def list_subscriptions(request: HttpRequest, query: Query[SubscriptionList]) -> Any:
    """List subscriptions with their terms."""
    wanted = conditions(customer_id=(CUSTOMER, query.customer))
    after = after_key(SUBSCRIPTION, query.after)
    if wanted is None:
        return listed([], query.limit)
    wanted.update(product=query.product, plan=query.plan)
    rows = page_of(SubscriptionRow, wanted, after, query.limit + 1)
    now = world().now()
    loaded = load_subscriptions([(row.bucket, row.id) for row in rows], at=now, lock=False)
    return listed([dict(told.subscription(one, now)) for one in loaded], query.limit)


@read("/subscriptions/{sub}", Scope.SUBSCRIPTIONS_READ, TAG, Subscription)
def get_subscription(request: HttpRequest, sub: str, query: Query[Mine]) -> Any:
    """One subscription with its terms."""
    row = found(SubscriptionRow, sub, query.customer)
    return told.subscription_by_key(world(), row.bucket, row.id)


@read("/subscriptions/{sub}/terms", Scope.SUBSCRIPTIONS_READ, TAG, Terms, sparse=False)
def list_terms(request: HttpRequest, sub: str, query: Query[Mine]) -> Any:
    """The terms of a subscription."""
    row = found(SubscriptionRow, sub, query.customer)
    return {"data": told.subscription_by_key(world(), row.bucket, row.id)["terms"]}


@write("/subscriptions", Scope.SUBSCRIPTIONS_WRITE, TAG, Subscription, status=201)
def create_subscription(request: HttpRequest, body: NewSubscription) -> Any:
    """Sell a plan: charge the first term. Access begins when `latest_charge` has succeeded.

    A payment that is declined is answered by 402. One whose outcome is unknown is looked up, never made twice.
    """
    call = call_of(request)
    owner = found(CustomerRow, body.customer)
    if call.acted:
        bought = finish_purchase(call.world, owner.bucket, call.id)
    else:
        customer = load_customer(owner.bucket, owner.id)
        wish = Purchase(body.plan, body.currency, body.payment_method, body.gateway, body.channel)
        made = done(purchase(call.world, customer, wish, actor=customer_actor(owner)))
        assert isinstance(made, Bought)
        bought = made
    id = encode(SUBSCRIPTION, bought.bucket, bought.subscription_id)
    if bought.charge_state == "declined":
        raise Problem("payment_declined", "Nothing was charged. Choose another payment method.", subscription=id)
    return told.subscription_by_key(call.world, bought.bucket, bought.subscription_id)


@read("/subscriptions/{sub}/cancellation-preview", Scope.SUBSCRIPTIONS_READ, TAG, CancellationPreview, sparse=False)
def preview_cancellation(request: HttpRequest, sub: str, query: Query[Mine]) -> Any:
    """What cancelling would mean now. Nothing is changed."""
    row = found(SubscriptionRow, sub, query.customer)
    shown = show_cancellation(world(), row.bucket, row.id)
    if not isinstance(shown, Preview):
        raise_refused(shown)
    outcome, now = shown.outcome, world().now()
    policy = policy_of_plan(row.plan, now)
    stops = outcome.dropped_charge is not None
    plan = told.subscription_by_key(world(), row.bucket, row.id)["next_charge"]
    return {
        "access_until": outcome.access_until, "ends_now": shown.ends_now, "stops": plan if stops else None,
        "last_charge": told.next_charge(outcome.last_charge), "charge_under_way": outcome.charge_under_way,
        "early_billed_from": outcome.early_billed_from,
        "pays_back": told.paid_back(outcome.paid_back, policy, now) if outcome.paid_back else None,
        "to_confirm": told.amount(outcome.to_confirm) if outcome.to_confirm else None,
        "refundable": encode(ORDER, row.bucket, outcome.refund.order_id) if outcome.refund else None,
        "policy": shown.policy or policy.label, "clause": shown.clause, "law": shown.law, "because": shown.because,
        "questions": list(shown.questions), "fingerprint": outcome.fingerprint,
    }  # fmt: skip


@write("/subscriptions/{sub}/cancel", Scope.SUBSCRIPTIONS_WRITE, TAG, Subscription, versioned=True)
def cancel_subscription(request: HttpRequest, sub: str, query: Query[Mine], body: Cancel) -> Any:
    """Cancel exactly as previewed; `preview_changed` asks to show a new preview. Done before: nothing is changed."""
    call, row = _to_write(request, sub, query.customer)
    if not call.acted:
        done(canceling.cancel(
            call.world, row.bucket, row.id, actor=actor_for(call, body.by, row),
            channel="account" if body.by == "customer" else "support", shown=body.shown,
        ))  # fmt: skip
    return told.subscription_by_key(call.world, row.bucket, row.id)


@read("/subscriptions/{sub}/undo-preview", Scope.SUBSCRIPTIONS_READ, TAG, UndoPreview, sparse=False)
def preview_undo(request: HttpRequest, sub: str, query: Query[Mine]) -> Any:
    """What keeping a cancelled subscription would mean now. Nothing is changed."""
    row = found(SubscriptionRow, sub, query.customer)
    shown = canceling.preview_undo(world(), row.bucket, row.id, actor=customer_actor(row))
    if not isinstance(shown, UndoOutcome):
        raise_refused(shown)
    return {"paid_through": shown.paid_through, "next_charge": told.next_charge(shown.plan)}


@write("/subscriptions/{sub}/undo", Scope.SUBSCRIPTIONS_WRITE, TAG, Subscription, versioned=True)
def undo_cancellation(request: HttpRequest, sub: str, query: Query[Mine], body: By) -> Any:
    """Take a cancellation back. Done before: nothing is changed."""
    call, row = _to_write(request, sub, query.customer)
    if not call.acted:
        done(canceling.undo(call.world, row.bucket, row.id, actor=actor_for(call, body.by, row)))
    return told.subscription_by_key(call.world, row.bucket, row.id)


@write("/subscriptions/{sub}/payment-method", Scope.SUBSCRIPTIONS_WRITE, TAG, Subscription, versioned=True)
def change_payment_method(request: HttpRequest, sub: str, query: Query[Mine], body: NewPaymentMethod) -> Any:
    """Pay by another method from now on; a failing renewal is tried on it at once."""
    call, row = _to_write(request, sub, query.customer)
    if not call.acted:
        actor = actor_for(call, body.by, row)
        canceling.change_payment_method(call.world, row.bucket, row.id, body.payment_method, actor=actor)
    return told.subscription_by_key(call.world, row.bucket, row.id)


def _to_write(request: HttpRequest, sub: str, customer: str | None) -> tuple[Call, SubscriptionRow]:
    call, row = call_of(request), found(SubscriptionRow, sub, customer)
    call.expect(request, row.id, row.version)
    return call, row


def actor_for(call: Call, by: str, row: Any) -> Actor:
    """Who acts: the customer, through the program, or the program for support."""
    return customer_actor(row) if by == "customer" else call.actor


def customer_actor(row: Any) -> Actor:
    """The customer of a row, as an actor."""
    id = row.id if isinstance(row, CustomerRow) else row.customer_id
    return Actor("customer", encode(CUSTOMER, row.bucket, id))
