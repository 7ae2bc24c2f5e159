"""The simulated bank's books: in memory, outside every process, so that they survive crashes and restored backups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from goodterms.domain.money import Money
from goodterms.gateways.protocol import DisputeWord, Movement, Outcome

#: How long a repeated key is recognized, as at real gateways (failures.md A8).
KEY_LIFETIME = timedelta(hours=24)


@dataclass
class BookedCharge:
    """Money asked of a card, and what came of it. `outcome` is PENDING while a slow method has not decided."""

    ref: str
    key: str
    reference: str
    payment_method: str
    amount: Money
    at: datetime
    outcome: Outcome
    code: str | None = None
    decides_at: datetime | None = None
    term: tuple[str, int] = ("", 0)  # whose and which term it pays for, as was committed when it was asked for


@dataclass
class BookedRefund:
    """Money paid back, or on its way. `next` is what becomes of it at `changes_at`."""

    ref: str
    key: str | None
    reference: str | None
    charge_ref: str
    amount: Money
    at: datetime
    outcome: Outcome
    failure: str | None = None
    next: tuple[Outcome, ...] = ()
    changes_at: datetime | None = None
    bank_reference: str | None = None


@dataclass
class BookedDispute:
    """What a cardholder's bank took back, and how that stands. `next` is what it says later, after so many days."""

    ref: str
    charge_ref: str
    amount: Money
    at: datetime
    word: DisputeWord
    next: tuple[tuple[int, DisputeWord], ...]
    changes_at: datetime | None = None
    reference: None = None

    @property
    def outcome(self) -> Outcome:
        """As the statement says it."""
        if self.word in ("won", "reversed"):
            return Outcome.DECLINED
        return Outcome.SUCCEEDED if self.word == "lost" else Outcome.PENDING

    @property
    def holds(self) -> bool:
        """Whether the money is away."""
        return self.outcome is not Outcome.DECLINED


Booked = BookedCharge | BookedRefund | BookedDispute


@dataclass
class BankBooks:
    """Everything that happened at the bank. `keys` maps a key to its instant and what was answered to it."""

    charges: dict[str, BookedCharge] = field(default_factory=dict)
    refunds: dict[str, BookedRefund] = field(default_factory=dict)
    disputes: dict[str, BookedDispute] = field(default_factory=dict)
    lines: list[Movement] = field(default_factory=list)
    keys: dict[str, tuple[datetime, str]] = field(default_factory=dict)
    stuck: set[str] = field(default_factory=set)  # keys whose answer is an error for as long as they live

    def remembered(self, key: str, now: datetime) -> str | None:
        """What was made under a key, while the bank still knows it."""
        known = self.keys.get(key)
        return known[1] if known is not None and now - known[0] < KEY_LIFETIME else None

    def charges_of(self, reference: str) -> list[BookedCharge]:
        """All charges with a reference of ours; what did not fail is first."""
        found = [c for c in self.charges.values() if c.reference == reference]
        return sorted(found, key=lambda c: c.outcome is Outcome.DECLINED)

    def refunds_with(self, reference: str) -> list[BookedRefund]:
        """All refunds with a reference of ours; what did not fail is first."""
        found = [r for r in self.refunds.values() if r.reference == reference]
        return sorted(found, key=lambda r: r.outcome is Outcome.DECLINED)

    def refunds_of(self, charge_ref: str) -> list[BookedRefund]:
        """Refunds of a charge whose money has left or will."""
        return [r for r in self.refunds.values() if r.charge_ref == charge_ref and r.outcome is not Outcome.DECLINED]

    def paid_back(self, charge_ref: str) -> int:
        """How much of a charge was given back or is on its way, or was taken by a dispute, in minor units."""
        taken = sum(d.amount.minor for d in self.disputes.values() if d.charge_ref == charge_ref and d.holds)
        return taken + sum(r.amount.minor for r in self.refunds_of(charge_ref))

    def write(self, it: Booked, at: datetime) -> None:
        """A line of the statement."""
        self.lines.append(self.line_of(it, at, f"line_{len(self.lines) + 1:06d}"))

    def line_of(self, it: Booked, at: datetime, cursor: str = "") -> Movement:
        """How something stands now."""
        refund = it if isinstance(it, BookedRefund) else None
        dispute = it if isinstance(it, BookedDispute) else None
        return Movement(
            kind="refund" if refund else "dispute" if dispute else "charge",
            gateway_ref=it.ref,
            charge_ref=None if isinstance(it, BookedCharge) else it.charge_ref,
            reference=it.reference,
            amount=it.amount,
            outcome=it.outcome,
            at=at,
            cursor=cursor,
            failure=refund.failure if refund else None,
            bank_reference=refund.bank_reference if refund else None,
            dispute=dispute.word if dispute else None,
            reason="not recognized" if dispute else None,
        )

    def dispute(self, charge: BookedCharge, at: datetime, next: tuple[tuple[int, DisputeWord], ...]) -> BookedDispute:
        """A cardholder does not recognize a payment: what is left of it is taken at once."""
        left = charge.amount.minor - self.paid_back(charge.ref)
        booked = BookedDispute(
            f"dp_{len(self.disputes) + 1:06d}", charge.ref, Money(left, charge.amount.currency), at, "opened", next,
            at + timedelta(days=next[0][0]),
        )  # fmt: skip
        self.disputes[booked.ref] = booked
        self.write(booked, at)
        return booked

    def due(self) -> datetime | None:
        """When something changes by itself next."""
        waiting: Iterable[datetime | None] = (
            *(c.decides_at for c in self.charges.values()),
            *(r.changes_at for r in self.refunds.values()),
            *(d.changes_at for d in self.disputes.values()),
        )
        return min((at for at in waiting if at is not None), default=None)

    def tick(self, now: datetime) -> list[Booked]:
        """Let everything happen that is due; returns what has changed."""
        changed: list[Booked] = []
        for charge in self.charges.values():
            if charge.decides_at is not None and charge.decides_at <= now:
                charge.outcome = Outcome.DECLINED if charge.code else Outcome.SUCCEEDED
                at, charge.decides_at = charge.decides_at, None
                changed.append(charge)
                if charge.outcome is Outcome.SUCCEEDED:
                    self.write(charge, at)
        for refund in self.refunds.values():
            while refund.changes_at is not None and refund.changes_at <= now:
                self._turn(refund, refund.changes_at)
                changed.append(refund)
        for dispute in self.disputes.values():
            while dispute.changes_at is not None and dispute.changes_at <= now:
                at = dispute.changes_at
                (_, dispute.word), dispute.next = dispute.next[0], dispute.next[1:]
                dispute.changes_at = at + timedelta(days=dispute.next[0][0]) if dispute.next else None
                self.write(dispute, at)
                changed.append(dispute)
        return changed

    def _turn(self, refund: BookedRefund, at: datetime) -> None:
        refund.outcome, refund.next = refund.next[0], refund.next[1:]
        if refund.outcome is Outcome.SUCCEEDED:
            refund.bank_reference = f"arn_{refund.ref}"
        else:
            refund.failure = "card_closed"
        refund.changes_at = at + timedelta(days=9) if refund.next else None
        self.write(refund, at)
