"""What to do about an invariant that is broken, in a sentence for whoever is on duty."""

from __future__ import annotations

from typing import Final

_AT_THE_GATEWAY: Final = (
    "Compare the charge or refund with the gateway's own pages. Money that was taken twice is paid back there; it is "
    "recorded here by itself. Charges that nobody knows mean that a backup was restored."
)
_WAITING: Final = (
    "Something waits: see whether a worker runs, whether it reaches the gateway and the mail server, and what it logs "
    "about the row."
)
_ELSEWHERE: Final = (
    "Stop the workers until `goodterms resume` has run: the database was copied or restored, and a process that has "
    "not looked yet may charge what is paid."
)
_CHARGED: Final = (
    "The customer may have been charged wrongly: look at the subscription, pay back what was too much, and keep the "
    "rows for those who look for the cause."
)
_ADVICE: Final = (
    ({15, 16, 17, 24, 25, 33}, _AT_THE_GATEWAY),
    ({18, 26, 43}, _WAITING),
    ({5, 9, 10, 14}, _CHARGED),
    ({28, 46}, "Run `goodterms migrate`, which sets the privileges anew; then find out who changed them."),
    ({48}, _ELSEWHERE),
    ({49}, "Compare the clocks of all machines; a wrong one charges at wrong times."),
    ({50}, "Read the server's log about the deadlock; nothing was lost, the work was done again."),
    ({22, 44, 45}, "Ask the person who approved it; the record of the case says who and when."),
)
_OTHERWISE: Final = (
    "Run `goodterms replay CUSTOMER`: it shows which values do not follow from the facts. Rows were changed by hand, "
    "a backup is damaged, or there is a fault in the program; correct nothing before you know which."
)
MISSING: Final = "Run `goodterms migrate` and look at its output: a constraint that protects money is not in force."


def what_to_do(invariant: int, detail: str = "") -> str:
    """The advice for one violation."""
    if detail.startswith(
        ("there is no such", "the index is not valid", "the constraint is not valid", "foreign keys")
    ):
        return MISSING
    return next((said for numbers, said in _ADVICE if invariant in numbers), _OTHERWISE)
