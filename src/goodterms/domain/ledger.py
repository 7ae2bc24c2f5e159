"""The ledger: postings that move an amount from one book to another.

A posting has one debit, one credit and one positive amount, so a set of postings can not be out of balance. Books are
names on the customer's own rows; there is no shared cash row.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from goodterms.domain.money import Money
from goodterms.domain.value import dataclass


class Book(StrEnum):
    """Where an amount stands."""

    CASH = "cash"  # at the gateway
    SALES = "sales"  # net of tax
    TAX = "tax"
    REFUNDS_PAYABLE = "refunds_payable"  # approved, not yet known to have arrived
    DISPUTED = "disputed"  # taken by the card's bank until it has decided
    EXCESS = "excess"  # paid back by somebody beyond the charge: to be recovered


@dataclass(frozen=True, slots=True)
class Posting:
    """One movement, caused by the fact `(bucket, stream, seq)`; `ordinal` tells its postings apart."""

    bucket: int
    stream: UUID
    seq: int
    ordinal: int
    debit: Book
    credit: Book
    amount: Money
    at: datetime
    order_id: UUID


Move = tuple[Book, Book, Money]


def sale(amount: Money, tax_minor: int) -> tuple[Move, ...]:
    """A charge succeeded: cash in, against sales and the tax carried in the price."""
    return _split(Book.CASH, amount, tax_minor, into=True)


def owe_refund(amount: Money, tax_minor: int) -> tuple[Move, ...]:
    """A refund is intended: out of sales and tax into what we owe the customer."""
    return _split(Book.REFUNDS_PAYABLE, amount, tax_minor, into=False)


def withdraw_refund(amount: Money, tax_minor: int) -> tuple[Move, ...]:
    """The gateway refused a refund before it began: the debt goes back to sales and tax."""
    return _split(Book.REFUNDS_PAYABLE, amount, tax_minor, into=True)


def pay_refund(amount: Money) -> tuple[Move, ...]:
    """The refund reached the account: the debt is paid from cash."""
    return ((Book.REFUNDS_PAYABLE, Book.CASH, amount),)


def return_refund(amount: Money) -> tuple[Move, ...]:
    """A refund that had been paid came back (closed card): cash in again, still owed."""
    return ((Book.CASH, Book.REFUNDS_PAYABLE, amount),)


def excess_refund(amount: Money) -> tuple[Move, ...]:
    """More left the gateway than the order was charged: kept in a book of its own until a person settles it."""
    return ((Book.EXCESS, Book.CASH, amount),)


def return_excess(amount: Money) -> tuple[Move, ...]:
    """What had left beyond the charge came back."""
    return ((Book.CASH, Book.EXCESS, amount),)


def count_excess(amount: Money) -> tuple[Move, ...]:
    """What had left beyond the charge turns out to have paid a debt: another refund of the order failed."""
    return ((Book.REFUNDS_PAYABLE, Book.EXCESS, amount),)


def hold_disputed(amount: Money) -> tuple[Move, ...]:
    """A dispute was opened: the card's bank holds the money."""
    return ((Book.DISPUTED, Book.CASH, amount),)


def win_dispute(amount: Money) -> tuple[Move, ...]:
    """A dispute was decided for us: the money is back."""
    return ((Book.CASH, Book.DISPUTED, amount),)


def lose_dispute(amount: Money, tax_minor: int) -> tuple[Move, ...]:
    """A dispute was decided against us: the sale is undone, and the tax in it."""
    return _split(Book.DISPUTED, amount, tax_minor, into=False)


def reverse_dispute(amount: Money, tax_minor: int) -> tuple[Move, ...]:
    """A dispute that was lost is reversed: the money is back, and the sale counts again."""
    return _split(Book.CASH, amount, tax_minor, into=True)


def count_disputed_excess(amount: Money) -> tuple[Move, ...]:
    """What a dispute took beyond the charge is within it after all: a refund of the order failed."""
    return ((Book.DISPUTED, Book.EXCESS, amount),)


def _split(book: Book, amount: Money, tax_minor: int, *, into: bool) -> tuple[Move, ...]:
    parts = ((Book.SALES, amount.minor - tax_minor), (Book.TAX, tax_minor))
    return tuple(
        (book, other, Money(minor, amount.currency)) if into else (other, book, Money(minor, amount.currency))
        for other, minor in parts
        if minor > 0
    )
