"""The 51 invariants by number, and why the audit can not ask for some of them in a live database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from goodterms.storage.audit import charges, entitlement, journal, ledger, refunds, system, terms
from goodterms.storage.audit.rule import Needed, Rule

RULES: Final[tuple[Rule, ...]] = tuple(
    sorted(
        (
            *terms.RULES, *charges.RULES, *refunds.RULES, *ledger.RULES, *entitlement.RULES, *journal.RULES,
            *system.RULES,
        ),
        key=lambda rule: rule.number,
    )
)  # fmt: skip
NEEDED: Final[tuple[Needed, ...]] = (*terms.NEEDED, *charges.NEEDED, *refunds.NEEDED, *ledger.NEEDED, *journal.NEEDED)

#: What is asked of the gateways' statements, of privileges, of the fence, of the server, of the journal as a whole.
AT_GATEWAY: Final = frozenset({15, 16, 17, 24, 25, 33})
PRIVILEGES: Final = frozenset({28, 46})
IDENTITY: Final = frozenset({48})
SERVER: Final = frozenset({50})
REPLAY: Final = frozenset({51})


@dataclass(frozen=True, slots=True)
class Invariant:
    """What must hold. `reason` tells why the audit does not ask for it; empty where it does."""

    number: int
    text: str
    reason: str = ""

    @property
    def applies(self) -> bool:
        """Whether the audit asks for it."""
        return not self.reason

    @property
    def how(self) -> tuple[str, ...]:
        """In which ways it is asked for."""
        number = self.number
        ways = (
            ("assertion", any(number in rule.numbers for rule in RULES)),
            ("constraint", any(one.number == number for one in NEEDED)),
            ("privilege", number in PRIVILEGES),
            ("gateway's statement", number in AT_GATEWAY),
            ("identity of the database", number in IDENTITY),
            ("server's counters", number in SERVER),
            ("replay of the journal", number in REPLAY),
        )
        return tuple(way for way, used in ways if used)


_BETWEEN = "it is about what happens between two commits, which no snapshot shows; the simulation looks after each"

INVARIANTS: Final = (
    Invariant(1, "Terms of a subscription are numbered 1, 2, 3 without a gap."),
    Invariant(2, "No two terms of a subscription overlap."),
    Invariant(3, "A term starts where the one before it closes and ends at a boundary of its anchor."),
    Invariant(4, "A customer has at most one living subscription to a product."),
    Invariant(5, "After a cancellation no charge is intended, until it is taken back."),
    Invariant(6, "What has ended has nothing planned, and no charge that stays open."),
    Invariant(7, "Every term has its order with price, tax, currency and published policy; renewals were announced."),
    Invariant(8, "Attempts, keys and the gateway's references of charges are unique."),
    Invariant(9, "A term has at most one open charge."),
    Invariant(10, "A term is paid at most once."),
    Invariant(11, "Charges change state only as allowed; what has succeeded stays so."),
    Invariant(12, "Amount, currency and key of a charge never change."),
    Invariant(13, "What was paid is what order, term and announcement say."),
    Invariant(14, "A renewal is charged after its notice and not after the term before it is over."),
    Invariant(15, "Every charge of ours at the gateway is one that we know, with that amount and outcome."),
    Invariant(16, "Every charge that we hold for paid is paid at the gateway, with that amount."),
    Invariant(17, "The gateway was paid at most once for a term."),
    Invariant(18, "No charge waits for its answer for more than 15 minutes unasked, or 72 hours unknown."),
    Invariant(
        19, "No charge belongs to another environment.",
        "a database serves one environment and stores none: test and live are told apart by the gateway's key",
    ),
    Invariant(20, "Refunds that have not failed are at most the charge; the order counts them."),
    Invariant(21, "A refund is positive and in the currency of its order."),
    Invariant(22, "A request pays an order back once; above the limit two people have approved."),
    Invariant(23, "A refund gives back a charge that succeeded."),
    Invariant(24, "Every refund that we hold for arrived has arrived at the gateway, with that amount."),
    Invariant(25, "Every refund at the gateway is known here, ours or somebody's in its dashboard."),
    Invariant(26, "No refund waits beyond its bound without an alert."),
    Invariant(27, "A refund that failed after it had succeeded is booked back, and the customer is told."),
    Invariant(28, "Journal and ledger can be added to only."),
    Invariant(29, "Every posting moves a positive amount of one currency between two books."),
    Invariant(30, "Every posting has its fact; a sale is booked once."),
    Invariant(31, "Cash is what was charged less what was paid back; debts and excess are those of refunds."),
    Invariant(32, "Sales and tax of an order are its price less what was paid back."),
    Invariant(33, "The cash of every order is what the gateway's statement says."),
    Invariant(
        34, "The chain of hashes over ledger and record is unbroken.",
        "there is no chain of hashes; what protects the journal is 28, and 51 tells whether it fits the state",
    ),
    Invariant(35, "Access runs exactly as far as paid terms do, and every term is paid."),
    Invariant(36, "An unknown charge turns access neither off nor on.", _BETWEEN),
    Invariant(37, "A term that was paid back gives no access after its end."),
    Invariant(
        38, "Programs are told of a change within seconds.",
        "there is no copy to be late: the answer is made of the terms themselves, asked for each time",
    ),
    Invariant(39, "What the gateway reports is taken in once."),
    Invariant(40, "A letter is written once for its kind and subject."),
    Invariant(41, "Facts of a subscription are numbered 1, 2, 3 without a gap."),
    Invariant(42, "A letter about money is about an order or a refund that is so far."),
    Invariant(43, "No letter and no step waits beyond its bound; none was given up unseen."),
    Invariant(44, "Every refund, price and policy says who decided it."),
    Invariant(45, "Nobody approves a refund to himself."),
    Invariant(46, "Published policies and placed orders never change."),
    Invariant(
        47, "Nothing personal is left of customers who were erased.",
        "customers can not be erased yet, so there is none of whom something could be left",
    ),
    Invariant(48, "The database is the one that it was, or nothing goes out."),
    Invariant(49, "Nothing is dated in the future, and every instant has its time zone."),
    Invariant(50, "The server has met no deadlock since the last audit."),
    Invariant(51, "The facts of every customer add up to the state."),
)  # fmt: skip
