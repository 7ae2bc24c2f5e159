"""Tries that a history lost in a restore may have made after the one at hand: looked for before anything is sent.

A database that was put back numbers its tries as the lost one did. What was declined under a number may have been
tried again under the next, at which the gateway is still, so that no statement tells of it yet.
"""

from __future__ import annotations

from goodterms.domain.payment import Charge, Order, Refund
from goodterms.domain.public_id import CHARGE, REFUND, encode
from goodterms.domain.recovering import charges_after, refunds_after
from goodterms.gateways.protocol import Answer, Gateway, Outcome

#: As many as are looked through when a statement's line is taken in that is known by its number only.
MOST_CHARGES, MOST_REFUNDS = 12, 40
NO_MORE = Answer(Outcome.UNKNOWN, None, "not_found", None, None, not_found=True)


def find_charge(gateway: Gateway, charge: Charge) -> Answer:
    """What the gateway knows of a charge."""
    reference = encode(CHARGE, charge.bucket, charge.id)
    return gateway.find_charge(key=charge.key, reference=reference, payment_method=charge.payment_method)


def find_charge_after(gateway: Gateway, charge: Charge) -> Answer:
    """What the gateway knows of the tries after a charge: the first that was not declined, or that there is none."""
    answers = (find_charge(gateway, later) for later in charges_after(charge, attempts=MOST_CHARGES))
    return next((answer for answer in answers if answer.outcome is not Outcome.DECLINED), NO_MORE)


def find_refund(gateway: Gateway, refund: Refund) -> Answer:
    """What the gateway knows of a refund."""
    reference = encode(REFUND, refund.bucket, refund.id)
    return gateway.find_refund(key=refund.key, reference=reference, charge_ref=refund.charge_ref)


def find_refund_after(gateway: Gateway, refund: Refund, order: Order) -> Answer:
    """What the gateway knows of the tries after a refund: the first that was not declined, or that there is none."""
    answers = (find_refund(gateway, later) for later in refunds_after(refund, order, attempts=MOST_REFUNDS))
    return next((answer for answer in answers if answer.outcome is not Outcome.DECLINED), NO_MORE)
