"""The bank's test cards: which payment method does what.

A payment method is a card name from the table, optionally followed by a dot and anything else, which makes it
another card of the same kind: `pm_ok`, `pm_ok.anna`, `pm_insufficient_funds_2.order-17`. Counts ("the first
two tries") are kept per full payment method, so that every customer of a demo can have a card of their own.

| card                    | charge                                    | refund of that charge                |
| ----------------------- | ----------------------------------------- | ------------------------------------ |
| pm_ok                   | succeeds                                  | pending, settles after 3-6 weekdays  |
| pm_declined             | 402 card_declined, may be tried again     |                                      |
| pm_insufficient_funds   | 402 insufficient_funds, always            |                                      |
| pm_insufficient_funds_N | 402 insufficient_funds N times, then ok   | as pm_ok                             |
| pm_expired              | 402 expired_card, for good                |                                      |
| pm_lost                 | 402 lost_card, for good                   |                                      |
| pm_authentication_required | 402, only the cardholder can confirm it |                                   |
| pm_odd_code             | 402 with a code nobody has documented     |                                      |
| pm_answer_lost          | succeeds, the answer is lost (reset)      | as pm_ok                             |
| pm_request_lost         | first request of each key is lost         | as pm_ok                             |
| pm_hangs                | succeeds, the answer never comes          | as pm_ok                             |
| pm_error_after          | succeeds, but 500 while the key lives     | as pm_ok                             |
| pm_refund_instant       | succeeds                                  | settled at once                      |
| pm_refund_rejected      | succeeds                                  | 402 refund_rejected at once          |
| pm_refund_fails         | succeeds                                  | pending, fails after 2 weekdays      |
| pm_refund_returned      | succeeds                                  | settles, comes back 3 weekdays later |
| pm_refund_answer_lost   | succeeds                                  | accepted, the answer is lost         |

Refunds that fail or come back have the code `card_closed`. Everything else is no payment method: 400
`no_such_payment_method`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class Delivery(Enum):
    """What becomes of the answer on its way back."""

    ANSWER = "answer"
    LOST = "lost"  # the connection breaks
    HANGS = "hangs"  # the connection stays open and silent
    ERROR = "error"  # a 500, remembered under the key like any other answer


class RefundWay(Enum):
    """How refunds to this card go."""

    SETTLES = "settles"
    INSTANT = "instant"
    REJECTED = "rejected"
    FAILS = "fails"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Card:
    """One row of the table. `declines` is how many first tries get `code`; None means every try."""

    code: str | None = None
    declines: int | None = None
    delivery: Delivery = Delivery.ANSWER
    loses_first_request: bool = False
    refund: RefundWay = RefundWay.SETTLES
    refund_delivery: Delivery = Delivery.ANSWER


CARDS = {
    "pm_ok": Card(),
    "pm_declined": Card(code="card_declined"),
    "pm_insufficient_funds": Card(code="insufficient_funds"),
    "pm_expired": Card(code="expired_card"),
    "pm_lost": Card(code="lost_card"),
    "pm_authentication_required": Card(code="authentication_required"),
    "pm_odd_code": Card(code="issuer_says_1a"),
    "pm_answer_lost": Card(delivery=Delivery.LOST),
    "pm_request_lost": Card(loses_first_request=True),
    "pm_hangs": Card(delivery=Delivery.HANGS),
    "pm_error_after": Card(delivery=Delivery.ERROR),
    "pm_refund_instant": Card(refund=RefundWay.INSTANT),
    "pm_refund_rejected": Card(refund=RefundWay.REJECTED),
    "pm_refund_fails": Card(refund=RefundWay.FAILS),
    "pm_refund_returned": Card(refund=RefundWay.RETURNED),
    "pm_refund_answer_lost": Card(refund_delivery=Delivery.LOST),
}

MESSAGES = {
    "card_declined": "The card was declined.",
    "insufficient_funds": "The card has insufficient funds.",
    "expired_card": "The card has expired.",
    "lost_card": "The card was reported lost.",
    "authentication_required": "The cardholder has to confirm the payment.",
    "refund_rejected": "The card's bank does not take refunds.",
    "charge_disputed": "The cardholder disputes the charge; the card's bank decides who keeps the money.",
    "card_closed": "The card's account was closed; the money came back to you.",
}

_COUNTED = re.compile(r"pm_insufficient_funds_([1-9][0-9]?)")


def card_of(payment_method: str) -> Card | None:
    """The card behind a payment method, or None when there is no such card."""
    name = payment_method.split(".", 1)[0]
    if counted := _COUNTED.fullmatch(name):
        return Card(code="insufficient_funds", declines=int(counted.group(1)))
    return CARDS.get(name)


def message_of(code: str) -> str:
    """Words for people for a decline or failure code."""
    return MESSAGES.get(code, "The card's bank said no.")
