"""Tries that a history lost in a restore may have made beside the one at hand: looked for before anything is sent.

A database that was put back numbers its tries as the lost one did. What was declined under a number may have been
tried again under the next, at which the gateway is still, so that no statement tells of it yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from goodterms.domain.payment import Charge, Order, Refund
from goodterms.domain.public_id import CHARGE, REFUND, encode
from goodterms.domain.recovering import charges_after, other_refunds
from goodterms.domain.subscription import Subscription
from goodterms.gateways.protocol import Answer, Gateway, Outcome

#: As many as are looked through when a statement's line is taken in that is known by its number only.
MOST_CHARGES, MOST_REFUNDS = 12, 40
#: So many numbers in a row may have left nothing at the gateway: let go before they were sent, or refused outright.
_GAP = 3
Try = TypeVar("Try", Charge, Refund)


def find_charge(gateway: Gateway, charge: Charge) -> Answer:
    """What the gateway knows of a charge."""
    reference = encode(CHARGE, charge.bucket, charge.id)
    return gateway.find_charge(key=charge.key, reference=reference, payment_method=charge.payment_method)


def find_charge_after(gateway: Gateway, charge: Charge) -> Answer:
    """What the gateway says of the first try after a charge that was not declined: it stands, or no answer came."""
    found = _first(charges_after(charge, attempts=MOST_CHARGES), lambda later: find_charge(gateway, later))
    return found[1] if found else NO_MORE


def find_refund(gateway: Gateway, refund: Refund) -> Answer:
    """What the gateway knows of a refund."""
    reference = encode(REFUND, refund.bucket, refund.id)
    return gateway.find_refund(key=refund.key, reference=reference, charge_ref=refund.charge_ref)


def find_other_refund(
    gateway: Gateway, subscription: Subscription, refund: Refund, order: Order
) -> tuple[Refund, Answer] | None:
    """A refund of an order that is not known here and was not declined: as it is called, and what was said of it.

    An answer without a reference of the gateway is none: it may stand. None when there is no such refund.
    """
    known = frozenset(one.id for one in subscription.refunds)
    others = other_refunds(refund, order, known, attempts=MOST_REFUNDS)
    return _first(others, lambda other: find_refund(gateway, other))


def _first(tries: Iterable[Try], find: Callable[[Try], Answer]) -> tuple[Try, Answer] | None:
    unseen = 0
    for one in tries:
        answer = find(one)
        if answer.not_found:
            unseen += 1
            if unseen == _GAP:
                break
        elif answer.outcome is Outcome.DECLINED:
            unseen = 0
        else:
            return one, answer
    return None


NO_MORE = Answer(Outcome.UNKNOWN, None, "not_found", None, None, not_found=True)
