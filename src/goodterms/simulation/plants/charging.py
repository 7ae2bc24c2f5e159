"""Mistakes in asking for money."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

from django.db import transaction

from goodterms.domain import charging, renewal
from goodterms.domain.charging import ChargeResult
from goodterms.domain.subscription import Subscription
from goodterms.simulation.plants.plant import Plant, answers, found_as, instead, sees, without_index
from goodterms.usecases import collect, pay_back, renew

Real = Callable[..., Any]
_numbers = count()


def other_key(real: Real) -> Real:
    """An intent whose key is new each time."""

    def intent(key: str, *rest: Any, **more: Any) -> Any:
        return real(f"{key}-{next(_numbers)}", *rest, **more)

    return intent


def _never_sent_before(real: Real) -> Real:
    return lambda world, claimed: real(world, [replace(one, sent_before=False) for one in claimed])


def _unknown_is(outcome: str) -> Callable[[Real], Real]:
    def changed(real: Real) -> Real:
        def result(charge: Any, answer: Any) -> ChargeResult:
            said = real(charge, answer)
            return ChargeResult(outcome, said.gateway_ref) if said.outcome == "unknown" else said

        return result

    return changed


def _called_inside(real: Real) -> Real:
    """Ask the gateway before the intent is committed."""

    def plan(world: Any, limit: int, gateways: frozenset[str]) -> Any:
        with transaction.atomic():
            done = real(world, limit, gateways)
            for one in done[1]:
                collect.charge_all(world.gateways[one.charge.gateway], [one.charge], world.now())
        return done

    return plan


def _earlier(days: int) -> Callable[[Real], Real]:
    return lambda real: lambda *args: real(*args) - timedelta(days=days)


def _passed_under_way(real: Real) -> Real:
    return lambda world, line: real(world, line) is not False


def _price_of_today(real: Real) -> Real:
    def plan(subscription: Any, policy: Any) -> Any:
        said = real(subscription, policy)
        return said and (subscription.price, *said[1:])

    return plan


def _always_retryable(real: Real) -> Real:
    def result(charge: Any, answer: Any) -> ChargeResult:
        said = real(charge, answer)
        return ChargeResult(said.outcome, said.gateway_ref, said.code) if said.outcome == "declined" else said

    return result


CHARGING = (
    Plant(
        "key-of-each-try", "each try at a charge has a key of its own, and nothing is looked up first",
        lambda: [instead(collect, "ChargeIntent", other_key), instead(collect, "settle_charges", _never_sent_before)],
        found_as("charged twice"),
    ),
    Plant(
        "unknown-is-declined", "a charge without an answer counts as declined; that it was paid is not taken in later",
        lambda: [
            instead(collect, "charge_result", _unknown_is("declined")), answers(pay_back, "record_paid_charge", True),
        ],
        found_as("charged twice", "paid and not known"),
    ),
    Plant(
        "unknown-is-paid", "a charge without an answer counts as paid",
        lambda: [instead(collect, "charge_result", _unknown_is("succeeded"))],
        found_as("not paid"),
    ),
    Plant(
        "no-answer-is-not-found", "a look-up without an answer counts as: the gateway never saw it",
        lambda: [instead(collect, "charge_result", _unknown_is("not_found"))],
        found_as("charged twice"),
    ),
    Plant(
        "call-inside-transaction", "the gateway is asked before the intent is committed",
        lambda: [instead(renew, "_plan", _called_inside)],
        found_as("no intent"),
    ),
    Plant(
        "never-looked-up", "a charge that was sent before is sent again under a key that may be forgotten",
        lambda: [instead(collect, "settle_charges", _never_sent_before)],
        found_as("charged twice"),
    ),
    Plant(
        "charged-too-early", "renewals are charged twenty days before the term ends",
        lambda: [instead(renewal, "_lead_point", _earlier(6))],
        found_as("charged at a wrong time"),
    ),
    Plant(
        "charged-unannounced", "a renewal may be charged at once after it was announced",
        lambda: [answers(renewal, "_notice", timedelta(0))],
        found_as("announced too late", "not announced"),
    ),
    Plant(
        "price-of-today", "a renewal is charged at the price in force, whatever was announced",
        lambda: [instead(renewal, "_schedule", _price_of_today)],
        found_as("more than announced"),
    ),
    Plant(
        "tried-in-vain", "a card that has said no for good is tried again",
        lambda: [instead(collect, "charge_result", _always_retryable)],
        found_as("tried in vain"),
    ),
    Plant(
        "open-charge-forgotten", "a renewal goes on beside an open charge; the index against that is gone too",
        lambda: [sees(Subscription, "open_charge", None), without_index("charges_one_open")],
        found_as("charged twice"),
    ),
    Plant(
        "passed-under-way", "a statement is read past a charge that is still being recorded, and past its refund",
        lambda: [instead(pay_back, "record_paid_charge", _passed_under_way)],
        found_as("refund differs"),
    ),
    Plant(
        "sent-after-the-end", "a charge is sent although its term is over; it has a day until then, not two weeks",
        lambda: [answers(charging, "still_wanted", True), instead(renewal, "_lead_point", _earlier(-13))],
        found_as("sent after the end"),
    ),
)  # fmt: skip
