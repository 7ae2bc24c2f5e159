"""What a decision is: the next state and everything that follows from it, to be saved together by one function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import Any
from uuid import UUID

from goodterms.domain.customer import Customer
from goodterms.domain.facts import Actor, Data, Fact, FactName
from goodterms.domain.instruction import Instruction, InstructionState, Wish
from goodterms.domain.ledger import Move, Posting
from goodterms.domain.money import Money
from goodterms.domain.payment import Charge, Dispute, Order, Refund
from goodterms.domain.public_id import derived_id
from goodterms.domain.refund_request import RefundRequest
from goodterms.domain.subscription import Cancellation, Subscription
from goodterms.domain.term import Term
from goodterms.domain.value import dataclass, replace


@dataclass(frozen=True, slots=True)
class Refusal:
    """A decision not to: a stable code for programs, a reason in words, and the values it rests on.

    `already` marks a refusal that only says that the wish is fulfilled: doors treat it as success (repeating a click
    changes nothing).
    """

    code: str
    reason: str
    values: Mapping[str, str] = field(default_factory=dict)
    already: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """A mail that must go out because of a decision. One per `(kind, subject)`, whatever is repeated.

    `to` is None for the customer's own address. `data` holds what its text needs, as JSON values.
    """

    bucket: int
    id: UUID
    customer_id: UUID | None
    kind: str
    subject: str
    to: str | None
    at: datetime
    data: Data


@dataclass(frozen=True, slots=True)
class TermRow:
    """A term with the keys of its row; `previous` is the number and closing instant of the term before it."""

    bucket: int
    subscription_id: UUID
    term: Term
    previous: tuple[int, datetime] | None


Row = (
    Customer | Subscription | Charge | Order | TermRow | Cancellation | RefundRequest | Refund | Dispute | Instruction
)


@dataclass(frozen=True, slots=True)
class Decision:
    """Rows to insert and to update, facts, postings and messages. `outcome` is what a preview shows."""

    inserts: tuple[Row, ...] = ()
    updates: tuple[Row, ...] = ()
    facts: tuple[Fact, ...] = ()
    postings: tuple[Posting, ...] = ()
    messages: tuple[Message, ...] = ()
    outcome: object = None


class Draft:
    """Collects one decision about one subscription while it is being made; gives facts their sequence.

    The caller replaces `draft.subscription` as it goes; `done` bumps the version and returns the `Decision`. Where the
    seller renews by itself and the decision turns that off or on, the seller is told: unless it was the seller
    who said so (`told_by_seller`).
    """

    def __init__(
        self, subscription: Subscription, *, now: datetime, actor: Actor, policy_digest: str | None, new: bool = False
    ) -> None:
        self.subscription = subscription
        self.now = now
        self.actor = actor
        self.policy_digest = policy_digest
        self.told_by_seller = False
        self._new = new
        self._renewed = subscription.auto_renew
        self._seq = subscription.last_fact
        self._inserts: list[Row] = []
        self._updates: list[Row] = []
        self._facts: list[Fact] = []
        self._postings: list[Posting] = []
        self._messages: list[Message] = []

    def fact(self, name: FactName, /, *, at: datetime | None = None, **data: object) -> int:
        """Record that something happened (now, unless it happened at another instant); returns its sequence."""
        self._seq += 1
        sub = self.subscription
        self._facts.append(
            Fact(
                sub.bucket, sub.id, self._seq, name, at or self.now, self.actor, self.policy_digest, plain(data),
            )
        )  # fmt: skip
        return self._seq

    def post(self, moves: tuple[Move, ...], order: Order) -> None:
        """Book movements under the fact recorded last."""
        sub = self.subscription
        first = sum(1 for p in self._postings if p.seq == self._seq)
        self._postings.extend(
            Posting(sub.bucket, sub.id, self._seq, first + i, debit, credit, amount, self.now, order.id)
            for i, (debit, credit, amount) in enumerate(moves)
        )

    def insert(self, row: Row) -> None:
        """A row that does not exist yet."""
        self._inserts.append(row)

    def update(self, row: Row) -> None:
        """A row that exists, in its new state; it replaces what this decision said of the same row before."""
        key = _row_key(row)
        for rows in (self._inserts, self._updates):
            for i, earlier in enumerate(rows):
                if _row_key(earlier) == key:
                    rows[i] = row
                    return
        self._updates.append(row)

    def message(self, kind: str, subject: str, /, *, to: str | None = None, **data: object) -> None:
        """A mail to the customer (or to `to`), once per kind and subject."""
        sub = self.subscription
        self._messages.append(
            Message(
                sub.bucket, derived_id(sub.id, f"message/{kind}/{subject}"), sub.customer_id, kind,
                f"{sub.id.hex}/{subject}", to, self.now, plain(data),
            )
        )  # fmt: skip

    def done(self, outcome: object = None, **last: Any) -> Decision:
        """The decision; the subscription's row is always part of it, with its version raised by one.

        `last` are fields of the subscription that follow from all others.
        """
        sub = replace(self.subscription, version=self.subscription.version + 1, last_fact=self._seq, **last)
        self.subscription = sub
        if sub.seller_charges and sub.auto_renew != self._renewed and not (self._new or self.told_by_seller):
            self.insert(_instruction(sub, self.now))
        rows = (sub,)
        return Decision(
            (*rows, *self._inserts) if self._new else tuple(self._inserts),
            tuple(self._updates) if self._new else (*rows, *self._updates),
            tuple(self._facts),
            tuple(self._postings),
            tuple(self._messages),
            outcome,
        )


def _instruction(sub: Subscription, now: datetime) -> Instruction:
    return Instruction(
        bucket=sub.bucket,
        id=sub.derived_id(f"instruction/{sub.version}"),
        customer_id=sub.customer_id,
        subscription_id=sub.id,
        gateway=sub.gateway,
        agreement=sub.payment_method or "",
        number=sub.version,
        wish=Wish.GO_ON if sub.auto_renew else Wish.STOP,
        state=InstructionState.INTENDED,
        intended_at=now,
        check_at=now,
    )


def _row_key(row: Row) -> tuple[object, ...]:
    if isinstance(row, TermRow):
        return (TermRow, row.subscription_id, row.term.number)
    return (type(row), row.id)


def plain(data: Mapping[str, object]) -> dict[str, object]:
    """Values as JSON: instants and dates in ISO 8601 (instants in UTC with Z), ids as text, money as two entries."""
    out: dict[str, object] = {}
    for key, value in data.items():
        kind = type(value)
        if kind in _AS_IT_IS:
            out[key] = value
        elif kind is UUID:
            out[key] = str(value)
        elif isinstance(value, Money):
            out[f"{key}_minor"] = value.minor
            out[f"{key}_currency"] = value.currency
        else:
            out[key] = plain_value(value)
    return out


_AS_IT_IS = frozenset((str, int, bool, type(None)))


def plain_value(value: object) -> object:
    """One value as JSON."""
    if type(value) in _AS_IT_IS:
        return value
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, Mapping):
        return plain(value)
    if isinstance(value, list | tuple):
        return [plain_value(v) for v in value]
    if isinstance(value, bool | int):
        return value
    return str(value)


def iso(at: datetime) -> str:
    """An instant in ISO 8601, UTC, with Z."""
    text = at.isoformat()
    return f"{text[:-6]}Z" if text[-6:] == "+00:00" else text
