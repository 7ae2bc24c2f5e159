"""A subscription: an ordered list of paid terms, and what follows from it at an instant."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from goodterms.domain.money import Money
from goodterms.domain.payment import Charge, ChargeState, Dispute, Order, Refund
from goodterms.domain.public_id import derived_id
from goodterms.domain.reminders import NoticeRules
from goodterms.domain.term import Interval, Term, next_term
from goodterms.domain.value import dataclass


class DisplayState(StrEnum):
    """What people are shown; derived, never stored (R13)."""

    ACTIVE = "active"
    NON_RENEWING = "non_renewing"
    PAST_DUE = "past_due"
    EXPIRED = "expired"


class EndReason(StrEnum):
    """Why a subscription expired."""

    CANCELED = "canceled"
    REFUNDED = "refunded"
    PAYMENT_FAILED = "payment_failed"
    DISPUTED = "disputed"  # its payment was taken back through the card's bank
    NOT_CHARGED = "not_charged"  # the charge could not be made in time; nothing is charged afterwards (R14)


@dataclass(frozen=True, slots=True)
class Announcement:
    """A renewal that the customer was told of: which term, the most it may cost, when it was told.

    `at` is the first time, which binds the amount and from which the notice before the charge counts; `again_at` the
    latest repetition, where a law's window needs one.
    """

    term_number: int
    amount: Money
    at: datetime
    again_at: datetime | None = None

    @property
    def told(self) -> tuple[datetime, ...]:
        """When it was told: the first and the latest time."""
        return (self.at,) if self.again_at is None else (self.at, self.again_at)


@dataclass(frozen=True, slots=True)
class PriceTold:
    """A higher price that the customer was told of before it is charged, and when (X38 in the axes of policies)."""

    amount: Money
    at: datetime


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Somebody asked to stop: who, when, by which channel, and what they were told about the end of access.

    `clause` of `rule` (a policy or a law, with its article) decided what it does; empty where nothing was to decide.
    `last_term` is set when it came too late for the next charge: the subscription renews up to the term of that number
    and then ends. `refund_id` is what it pays back by itself, `request_id` the case in which that is decided.
    """

    bucket: int
    id: UUID
    customer_id: UUID
    subscription_id: UUID
    number: str
    requested_at: datetime
    actor: str
    channel: str
    access_until: datetime
    clause: str = ""
    rule: str = ""
    article: str | None = None
    last_term: int | None = None
    refund_id: UUID | None = None
    request_id: UUID | None = None
    undone_at: datetime | None = None
    undone_by: str | None = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """The row that is the lock, with what hangs on it.

    `terms`, `orders`, `charges`, `refunds` and `disputes` are in ascending order and hold at least: the latest
    standing term and everything after it, its order, every charge of the next term, every refund that is open, every
    dispute of a payment that is disputed now. `price` is what the next renewal would cost, tax included; `tax_minor`
    the tax in it. `buyer_country` (ISO 3166-1), `buyer_state` and `buyer_consumer` (buys privately) choose the law;
    None is not known. `next_step_at` is the column by which due work
    is found; None means that something else (an open charge or refund) will move it. `version` counts decisions and
    `last_fact` facts. `notices` are the windows in which laws want its renewal announced, as of now.
    `price_told` is a higher price that is charged one term later, because it was told too late for the next.
    `seller_charges`: the gateway is a seller that renews by itself (a merchant of record). We plan no charge; it is
    told when to stop, and reports what it has charged. `payment_method` is then what it calls the subscription.
    """

    bucket: int
    id: UUID
    customer_id: UUID
    product: str
    plan: str
    interval: Interval
    anchor_at: datetime
    price: Money
    tax_minor: int
    buyer_name: str
    buyer_email: str
    buyer_timezone: str | None
    channel: str
    merchant_of_record: str
    gateway: str
    payment_method: str | None
    auto_renew: bool
    created_at: datetime
    buyer_country: str | None = None
    buyer_state: str | None = None
    buyer_consumer: bool | None = None
    announced: Announcement | None = None
    price_told: PriceTold | None = None
    paid_through: datetime | None = None
    next_step_at: datetime | None = None
    expired_at: datetime | None = None
    end_reason: EndReason | None = None
    version: int = 0
    last_fact: int = 0
    terms: tuple[Term, ...] = ()
    orders: tuple[Order, ...] = ()
    charges: tuple[Charge, ...] = ()
    refunds: tuple[Refund, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    cancellation: Cancellation | None = None
    seller_charges: bool = False
    notices: NoticeRules | None = field(default=None, compare=False)

    @property
    def latest_paid_term(self) -> Term | None:
        """The last term that is paid for and was not given back (R23: "the latest paid period")."""
        return next((term for term in reversed(self.terms) if term.standing), None)

    @property
    def next_number(self) -> int:
        """The number the next term will have; dropped terms keep theirs."""
        return self.terms[-1].number + 1 if self.terms else 1

    @property
    def open_charge(self) -> Charge | None:
        """The charge whose outcome is still to come, if any."""
        return next((charge for charge in reversed(self.charges) if charge.state.open), None)

    @property
    def open_refund(self) -> Refund | None:
        """The refund the gateway has neither accepted nor refused yet, if any."""
        return next((refund for refund in reversed(self.refunds) if refund.state.open), None)

    @property
    def renewal_held(self) -> bool:
        """Whether a dispute that is not decided has stopped the renewal, and nobody has canceled besides."""
        held = any(d.stopped_renewal and d.state.open for d in self.disputes)
        return held and not self.auto_renew and self.cancellation is None

    def order_of(self, term: Term) -> Order | None:
        """The order that paid for a term, if loaded."""
        return next((order for order in self.orders if order.term_number == term.number), None)

    def next_term(self) -> Term:
        """The term that the next renewal would pay for: it starts where the latest paid one ends (R2)."""
        last = self.latest_paid_term
        starts_at = last.ends_at if last else self.anchor_at
        return next_term(self.anchor_at, self.interval, number=self.next_number, starts_at=starts_at)

    def declined_attempts(self, number: int) -> tuple[Charge, ...]:
        """Charges of the term with this number that a card declined, oldest first; those we let go do not count."""
        declined = (c for c in self.charges if c.state is ChargeState.DECLINED and not c.let_go)
        return tuple(c for c in declined if c.term_number == number)

    def derived_id(self, what: str) -> UUID:
        """A deterministic id for something that belongs to this subscription, such as "order/3"."""
        return derived_id(self.id, what)


def access_end(terms: tuple[Term, ...]) -> datetime | None:
    """The instant, exclusive, up to which terms give access; None when there is none.

    A term that was given back before it began gives none, whenever it would have.
    """
    given = (term.access_ends_at for term in terms if term.starts_at < term.access_ends_at)
    return max(given, default=None) or max((term.access_ends_at for term in terms), default=None)


def next_term_given_back(terms: tuple[Term, ...]) -> bool:
    """Whether only a term that never began was refunded, and the one before it runs to its own end (R21)."""
    kept = [term for term in terms if term.dropped_at is None]
    return bool(kept) and terms[-1].dropped_at is not None and kept[-1].revoked_at is None


def ended_by_refund(terms: tuple[Term, ...]) -> bool:
    """Whether the last term that is left, over or not yet, was given back in whole or part: nothing follows it."""
    kept = [term for term in terms if term.dropped_at is None]
    return bool(kept) and kept[-1].revoked_at is not None


def display_state(subscription: Subscription, at: datetime) -> DisplayState:
    """Active, non_renewing, past_due or expired at an instant, from terms and charges alone (R13)."""
    end = access_end(subscription.terms)
    if end is None or at >= end:
        return DisplayState.EXPIRED
    if not subscription.auto_renew:
        return DisplayState.NON_RENEWING
    if subscription.declined_attempts(subscription.next_number):
        return DisplayState.PAST_DUE
    return DisplayState.ACTIVE
