"""Orders, charges and refunds: the values in which money is described."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from goodterms.domain.money import Money
from goodterms.domain.value import dataclass


class OrderKind(StrEnum):
    """A first purchase or a renewal (R27, R28)."""

    INITIAL = "initial"
    RENEWAL = "renewal"


class ChargeState(StrEnum):
    """Intended and unknown are open: while one is open for a term, no other may start."""

    INTENDED = "intended"
    UNKNOWN = "unknown"
    SUCCEEDED = "succeeded"
    DECLINED = "declined"

    @property
    def open(self) -> bool:
        """Whether its outcome is still to come."""
        return self in (ChargeState.INTENDED, ChargeState.UNKNOWN)


# Codes of charges that we let go ourselves, because the gateway never saw them: no card has declined anything.
CANCELED_BEFORE_SENT = "canceled_before_sent"
TOO_LATE = "too_late"
_LET_GO = (CANCELED_BEFORE_SENT, TOO_LATE)

#: Where a policy charges at the very end of a term, the charge may come this much later, and no more.
CHARGED_AT_THE_END_WITHIN = timedelta(days=1)

#: Where the seller charges, its report of a renewal may come this much after the end of the term before it.
REPORTED_WITHIN = timedelta(days=2)


class RefundState(StrEnum):
    """Intended (and unknown): not known to be accepted. Pending and succeeded: initiated. Failed: no money moved."""

    INTENDED = "intended"
    UNKNOWN = "unknown"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"

    @property
    def open(self) -> bool:
        """Whether the gateway has not yet told us that it accepted or refused."""
        return self in (RefundState.INTENDED, RefundState.UNKNOWN)

    @property
    def initiated(self) -> bool:
        """Whether the gateway accepted it (S20: "once initiated")."""
        return self in (RefundState.PENDING, RefundState.SUCCEEDED)


class RefundWay(StrEnum):
    """How money goes back: to the original payment method (R38, A30), or by bank transfer after that failed."""

    ORIGINAL = "original"
    BANK_TRANSFER = "bank_transfer"
    EXTERNAL = "external"  # made by somebody in the gateway's dashboard


class RefundEffect(StrEnum):
    """What a refund does to its order's term, frozen when it is approved (S22-S24)."""

    DROP_TERM = "drop_term"  # asked for before the term had begun: the running term lives on (R46, R47)
    REVOKE_TERM = "revoke_term"  # the term had begun: access ends at initiation (R42, R44)
    END_LATER = "end_later"  # the term had begun: access ends at an instant frozen on the refund; nothing renews
    MONEY_ONLY = "money_only"  # the term is over (R43), or a partial refund outside the policy


class DisputeState(StrEnum):
    """What the card's bank says of a disputed payment. Opened and under review are open; the others are decided."""

    OPENED = "opened"
    UNDER_REVIEW = "under_review"
    WON = "won"  # the money came back to us
    LOST = "lost"  # the cardholder keeps it
    REVERSED = "reversed"  # it had been lost, and the money came back after all

    @property
    def open(self) -> bool:
        """Whether the card's bank has still to decide."""
        return self in (DisputeState.OPENED, DisputeState.UNDER_REVIEW)

    @property
    def holds(self) -> bool:
        """Whether the money is away: held by the card's bank, or gone."""
        return self.open or self is DisputeState.LOST


@dataclass(frozen=True, slots=True)
class Order:
    """One sale or renewal; pays for exactly one term. Amounts in minor units of one currency, tax included.

    `placed_at` of a renewal is the committed intent of the charge that succeeded (R25, A3). `refunded_minor` counts
    every refund that has not failed, `disputed_minor` every dispute that is open or lost; `excess_minor` what left
    beyond the charge. `disputed`: the card's bank is looking into it now. `origin` tells how the charge came
    about, in the words of `policy_words` ("trial_conversion"); None is a plain purchase or renewal where it was
    charged here, and not known where it was imported.
    """

    bucket: int
    id: UUID
    customer_id: UUID
    subscription_id: UUID
    term_number: int
    number: str
    kind: OrderKind
    placed_at: datetime
    buyer_name: str
    buyer_email: str
    buyer_timezone: str | None
    channel: str
    merchant_of_record: str
    amount: Money
    tax_minor: int
    policy_digest: str
    charge_id: UUID | None
    gateway: str
    gateway_ref: str | None
    refunded_minor: int = 0
    excess_minor: int = 0
    disputed: bool = False
    origin: str | None = None
    disputed_minor: int = 0

    @property
    def refundable(self) -> Money:
        """What can still be paid back: the charge less refunds that have not failed and what disputes took (R48)."""
        return Money(self.amount.minor - self.refunded_minor - self.disputed_minor, self.amount.currency)

    def tax_of(self, amount: Money) -> int:
        """The tax inside an amount of this order, in proportion; the whole carries all of it."""
        if not self.amount.minor:
            return 0
        return Money(self.tax_minor, self.amount.currency).share(amount.minor, self.amount.minor).minor

    def gone(self, disputes: Iterable[Dispute]) -> int:
        """What has gone back of the charge for good, in minor units: by refunds, and by disputes that were lost."""
        return min(self.refunded_minor + sum(d.inside.minor for d in self._lost(disputes)), self.amount.minor)

    def _lost(self, disputes: Iterable[Dispute]) -> list[Dispute]:
        return [d for d in disputes if d.order_id == self.id and d.state is DisputeState.LOST]

    def tax_in(self, amount: Money, refunds: Iterable[Refund], disputes: Iterable[Dispute] = ()) -> int:
        """The tax inside one more refund of `amount` after `refunds` (of any order; `refunded_minor` counts them).

        It is the tax of all that is then paid back less what the others carry, so that parts add up to the whole.
        What lost `disputes` took counts like refunds.
        """
        lost = self._lost(disputes)
        carried = sum(r.tax_minor for r in refunds if r.order_id == self.id and r.state is not RefundState.FAILED)
        carried += sum(d.tax_minor for d in lost)
        back = Money(self.refunded_minor + sum(d.inside.minor for d in lost) + amount.minor, amount.currency)
        return max(0, min(amount.minor, self.tax_of(back) - carried))


@dataclass(frozen=True, slots=True)
class Charge:
    """A wish to be paid, committed before the gateway hears of it, and what came of it.

    `key` follows from the subscription, term and attempt; the amount, card and term are frozen in it.
    `intended_at` is the instant of its commit. `sent_at` is set when a worker takes it: from then on it is never sent
    again without a look-up. `check_at` is when it is next due to be sent or looked up.
    """

    bucket: int
    id: UUID
    subscription_id: UUID
    term_number: int
    attempt: int
    kind: OrderKind
    amount: Money
    tax_minor: int
    payment_method: str
    starts_at: datetime
    ends_at: datetime
    policy_digest: str
    gateway: str
    state: ChargeState
    intended_at: datetime
    sent_at: datetime | None = None
    check_at: datetime | None = None
    looked_up: int = 0
    gateway_ref: str | None = None
    decline_code: str | None = None
    retryable: bool = True
    settled_at: datetime | None = None

    @property
    def key(self) -> str:
        """What the gateway knows this attempt by, and charges once."""
        return f"gt-charge-{self.subscription_id.hex}-{self.term_number}-{self.attempt}"

    @property
    def let_go(self) -> bool:
        """Whether we gave it up ourselves before the gateway saw it."""
        return self.state is ChargeState.DECLINED and self.decline_code in _LET_GO


@dataclass(frozen=True, slots=True)
class Refund:
    """Money going back for an order; one row per attempt and way.

    `credit_from_on` and `due_on` are the promised dates (R39); `late_at` is set when the promise was missed (R40).
    `excess_minor` is the part beyond what was left of the charge, which only an external refund can have; `tax_minor`
    the tax in the rest. `access_until_at` (exclusive) is when access ends, with the effect `END_LATER` and only then.
    """

    bucket: int
    id: UUID
    customer_id: UUID
    subscription_id: UUID
    order_id: UUID
    request_id: UUID | None
    attempt: int
    way: RefundWay
    key: str
    amount: Money
    tax_minor: int
    gateway: str
    charge_ref: str | None
    state: RefundState
    intended_at: datetime
    effect: RefundEffect
    initiated_at: datetime | None = None
    credit_from_on: date | None = None
    due_on: date | None = None
    due_at: datetime | None = None
    settled_at: datetime | None = None
    sent_at: datetime | None = None
    check_at: datetime | None = None
    looked_up: int = 0
    gateway_ref: str | None = None
    bank_reference: str | None = None
    failure: str | None = None
    late_at: datetime | None = None
    excess_minor: int = 0
    access_until_at: datetime | None = None

    @property
    def inside(self) -> Money:
        """The part within the charge; the order counts it as refunded."""
        return Money(self.amount.minor - self.excess_minor, self.amount.currency)

    @property
    def excess(self) -> Money:
        """The part beyond the charge."""
        return Money(self.excess_minor, self.amount.currency)


@dataclass(frozen=True, slots=True)
class Dispute:
    """A cardholder's bank took a payment back, all or part of it, until it is decided who keeps the money.

    `excess_minor` is the part beyond what was left of the charge; `tax_minor` the tax in the rest, once it is lost.
    `opened_at` is the gateway's instant. `stopped_renewal` tells whether it has turned auto-renew off. `effect` is
    what losing it did to the term, at `ended_at`. `check_at` is when the gateway is asked again how it stands.
    """

    bucket: int
    id: UUID
    customer_id: UUID
    subscription_id: UUID
    order_id: UUID
    gateway: str
    gateway_ref: str
    state: DisputeState
    amount: Money
    reason: str
    opened_at: datetime
    stopped_renewal: bool = False
    tax_minor: int = 0
    excess_minor: int = 0
    effect: RefundEffect = RefundEffect.MONEY_ONLY
    ended_at: datetime | None = None
    decided_at: datetime | None = None
    check_at: datetime | None = None

    @property
    def inside(self) -> Money:
        """The part within the charge."""
        return Money(self.amount.minor - self.excess_minor, self.amount.currency)

    @property
    def excess(self) -> Money:
        """The part beyond the charge."""
        return Money(self.excess_minor, self.amount.currency)
