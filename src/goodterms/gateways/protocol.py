"""The one protocol every gateway speaks: the built-in bank, Stripe, resellers.

A gateway is asked with an *intent* that was committed before, and replies with an *answer*. Three rules hold
for all:

* An answer that did not arrive, or can not be trusted, is `UNKNOWN`: never an exception, never taken for a
  decline.
* A look-up never creates anything. "Not found" is a statement (`not_found`), not the absence of one.
* The same intent may be sent again only under the same key, and after `Abilities.key_lifetime` only when a
  look-up said `not_found`.
* A call that was begun is over within `CALL_ENDS_WITHIN`, with an answer or as `UNKNOWN`.

`tests/gateways/contract.py` holds every adapter to this page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, Protocol, runtime_checkable

from goodterms.domain.money import Money
from goodterms.gateways.gate import Gate
from goodterms.gateways.selling import Sale

DisputeWord = Literal["opened", "under_review", "won", "lost", "reversed"]

#: Who holds a lease on what is sent begins no call later than this before its end.
CALL_ENDS_WITHIN = timedelta(minutes=1)


class GatewayUnavailableError(Exception):
    """The statement could not be read. Nothing was skipped: ask again from the same cursor."""


class WebhookRefusedError(Exception):
    """What came in is no webhook of this gateway: not signed by it, too old, dated in the future, or unreadable.

    Its text says why, without quoting what came in.
    """


class Outcome(StrEnum):
    """What came of a charge or a refund.

    For refunds, `PENDING` and `SUCCEEDED` both mean that the gateway accepted it (initiated), and `DECLINED`
    that it was rejected, or failed later and the money stayed with the merchant.
    """

    SUCCEEDED = "succeeded"
    PENDING = "pending"
    DECLINED = "declined"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a gateway can do, declared by its adapter.

    `charges_itself`: it decides when to charge (a reseller's own engine) and `charge` must not be called. It is told
    to stop renewing or to go on, and reports its sales (`selling.Seller`).
    `refunds_in_dashboard`: people can refund there without us; such refunds arrive through `movements`.
    `test_cards`: no real money moves; a database that has served real money sends nothing with it, and the reverse.
    `key_lifetime`: how long a repeated key is recognized; after that, look up before sending.
    `card_page`: cards are entered on a page of the gateway's own (`CardPages`).
    `answers_later`: what it is asked for stays unknown until it reports, which may take a day.
    `files`: it is spoken to through files (`selling.FileExchange`).
    `traces_refunds`: it tells when a refund has arrived, with the bank's number, and why one failed. Where it does
    not, the statement has no line for an arrival: a refund that was accepted long ago and not taken back counts as
    arrived when it is asked about.
    `statement_days`: how many days back the statement reaches; None: to the beginning.
    """

    charges_itself: bool
    refunds_in_dashboard: bool
    test_cards: bool
    key_lifetime: timedelta
    card_page: bool = False
    answers_later: bool = False
    files: bool = False
    traces_refunds: bool = True
    statement_days: int | None = None


@dataclass(frozen=True, slots=True)
class ChargeIntent:
    """A wish to be paid. `reference` is our own charge id, which the gateway keeps as metadata."""

    key: str
    reference: str
    amount: Money
    payment_method: str
    description: str


@dataclass(frozen=True, slots=True)
class RefundIntent:
    """A wish to pay back all or part of the charge the gateway calls `charge_ref`."""

    key: str
    reference: str
    charge_ref: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gateway said, or that it said nothing we can use.

    `code` names a decline or the reason of an `UNKNOWN`; codes are a closed table per adapter, and a decline
    with a code outside of it is `UNKNOWN`. `retryable` counts for declines only: False means never try this
    card again. `not_found`: the gateway conclusively knows nothing by this key or reference; said by look-ups,
    and of charges that were not sent at all (`NOT_SENT`). `at` is the gateway's own instant. `amount` is what
    the gateway says the charge or refund is about; a look-up can not compare it with the intent, so the caller
    must. `bank_reference` lets a cardholder's bank trace a refund.
    """

    outcome: Outcome
    gateway_ref: str | None
    code: str | None
    message: str | None
    at: datetime | None
    retryable: bool = True
    not_found: bool = False
    amount: Money | None = None
    bank_reference: str | None = None


#: The answer to a charge that `charge_many` did not begin: as certain as a look-up that finds nothing.
NOT_SENT = Answer(Outcome.UNKNOWN, None, "not_sent", None, None, not_found=True)


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of the gateway's statement: money moved, or what moved changed its state.

    `charge_ref` is set for refunds and disputes. `reference` is ours, or None for what somebody did in the gateway's
    dashboard and for disputes. A refund has one line when accepted (at some gateways not before something came of it)
    and another, with a later `cursor`, when it settled or failed (`failure`). A dispute has a line for each `dispute`
    state; its outcome is pending while it is open, succeeded when the cardholder keeps the money and declined when it
    came back; `reason` is the cardholder's. The amount is positive in both directions. `sale` is set for charges of a
    gateway that charges by itself, paid or not.
    """

    kind: Literal["charge", "refund", "dispute"]
    gateway_ref: str
    charge_ref: str | None
    reference: str | None
    amount: Money
    outcome: Outcome
    at: datetime
    cursor: str
    failure: str | None
    bank_reference: str | None = None
    dispute: DisputeWord | None = None
    reason: str | None = None
    sale: Sale | None = None


@dataclass(frozen=True, slots=True)
class Hint:
    """What a webhook (or a file) comes down to: something may have changed with this object; ask the gateway what.

    `event_id` is the gateway's, the same each time it sends the event again. `kind` is "other" for what does not
    concern us.
    """

    event_id: str
    kind: Literal["charge", "refund", "dispute", "agreement", "instruction", "other"]
    gateway_ref: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class CardPage:
    """A page of the gateway's on which a customer saves a card: what the gateway calls it, and its address."""

    ref: str
    url: str


@runtime_checkable
class CardPages(Protocol):
    """What a gateway with the ability `card_page` can do besides. Raises GatewayUnavailableError like `movements`."""

    def open_card_page(self, *, reference: str, email: str, payment_method: str | None, back_url: str) -> CardPage:
        """Open a page for somebody whom we call `reference`; the customer comes back to `back_url`.

        The address gets `page=<ref>` where a card was saved. `payment_method` is the one that is used now, if any.
        """
        ...

    def card_saved(self, page_ref: str, *, reference: str) -> str | None:
        """The payment method saved on a page that was opened for this reference; None where there is none."""
        ...


class Gateway(Protocol):
    """A place that moves money. Never call it inside an open database transaction.

    All methods that take a key raise ValueError for an empty one. A network error, a timeout, a 5xx and an
    answer that does not match the intent give `UNKNOWN`.
    """

    @property
    def name(self) -> str:
        """Short name stored with charges and refunds: "bank", "stripe", "reseller", "paddle"."""
        ...

    @property
    def abilities(self) -> Abilities:
        """What this gateway can do."""
        ...

    @property
    def gate(self) -> Gate:
        """Through which all calls go: how fast it may be asked from this process, and whether it rests."""
        ...

    def charge(self, intent: ChargeIntent) -> Answer:
        """Take the money once. The same intent again gives the answer of the first time."""
        ...

    def charge_many(self, intents: Sequence[ChargeIntent], *, within: timedelta | None = None) -> list[Answer]:
        """Like `charge` for each, at the pace of the gate; one answer per intent in the same order.

        No call is begun later than `within` from now, nor once the gateway begins to rest or the gate is shut: to
        those the answer is `NOT_SENT`.
        """
        ...

    def refund(self, intent: RefundIntent) -> Answer:
        """Give money back once. Initiated when the outcome is pending or succeeded."""
        ...

    def find_charge(self, *, key: str, reference: str, payment_method: str | None = None) -> Answer:
        """Look for a charge by its key, then by our reference in the metadata. Creates nothing.

        Where the card that was to be charged is known, it helps a gateway that can not look by key.
        """
        ...

    def find_refund(self, *, key: str, reference: str, charge_ref: str | None = None) -> Answer:
        """Look for a refund by its key, then by our reference in the metadata. Creates nothing.

        Where the charge is known, it helps a gateway that can not look by key.
        """
        ...

    def movements(self, *, after: str | None, limit: int = 500) -> list[Movement]:
        """The statement after a cursor (None: from the beginning), oldest first; empty at its end.

        Raises GatewayUnavailableError when it can not be read, because an empty list would be believed.
        """
        ...

    def current(self, kind: Literal["charge", "refund", "dispute"], gateway_ref: str) -> Movement | None:
        """How an object stands now, as its last line of the statement would say; None when there is no such object.

        The cursor of what is returned is empty. Raises GatewayUnavailableError when it can not be read.
        """
        ...

    def read_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> list[Hint]:
        """What a webhook hints at, once its signature over the raw bytes and its date have been checked.

        Calls nothing. Names of headers are in lower case. Raises WebhookRefusedError for everything else, whatever the
        bytes are.
        """
        ...
