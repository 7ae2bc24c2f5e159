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
from goodterms.simulation.plants.plant import Plant, answers, instead, sees, without_index
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
    ),
    Plant(
        "unknown-is-declined", "a charge without an answer counts as declined; that it was paid is not taken in later",
        lambda: [
            instead(collect, "charge_result", _unknown_is("declined")), answers(pay_back, "record_paid_charge", True),
        ],
    ),
    Plant(
        "unknown-is-paid", "a charge without an answer counts as paid",
        lambda: [instead(collect, "charge_result", _unknown_is("succeeded"))],
    ),
    Plant(
        "no-answer-is-not-found", "a look-up without an answer counts as: the gateway never saw it",
        lambda: [instead(collect, "charge_result", _unknown_is("not_found"))],
    ),
    Plant(
        "call-inside-transaction", "the gateway is asked before the intent is committed",
        lambda: [instead(renew, "_plan", _called_inside)],
    ),
    Plant(
        "never-looked-up", "a charge that was sent before is sent again under a key that may be forgotten",
        lambda: [instead(collect, "settle_charges", _never_sent_before)],
    ),
    Plant(
        "charged-too-early", "renewals are charged twenty days before the term ends",
        lambda: [instead(renewal, "_lead_point", _earlier(6))],
    ),
    Plant(
        "charged-unannounced", "a renewal may be charged at once after it was announced",
        lambda: [answers(renewal, "_notice", timedelta(0)), instead(renewal, "_lead_point", _earlier(17))],
    ),
    Plant(
        "price-of-today", "a renewal is charged at the price in force, whatever was announced",
        lambda: [instead(renewal, "_schedule", _price_of_today)],
    ),
    Plant(
        "tried-in-vain", "a card that has said no for good is tried again",
        lambda: [instead(collect, "charge_result", _always_retryable)],
    ),
    Plant(
        "open-charge-forgotten", "a renewal goes on beside an open charge; the index against that is gone too",
        lambda: [sees(Subscription, "open_charge", None), without_index("charges_one_open")],
    ),
    Plant(
        "passed-under-way", "a statement is read past a charge that is still being recorded, and past its refund",
        lambda: [instead(pay_back, "record_paid_charge", _passed_under_way)],
    ),
    Plant(
        "sent-after-the-end", "a charge is sent although its term is over; it has a day until then, not two weeks",
        lambda: [answers(charging, "still_wanted", True), instead(renewal, "_lead_point", _earlier(-13))],
    ),
)  # fmt: skip
