"""The faults of a simulated world, and how often each happens at a place where it can."""

from __future__ import annotations

FAULTS: dict[str, float] = {
    "crash": 0.005,  # a process is killed; six times as often at commits and calls to the outside
    "switch": 0.06,  # another goes first
    "freeze": 0.0004,  # an actor stands still for up to an hour, past its claim
    "lost": 0.0008,  # the database's connection breaks; eight times as often with the answer of a commit
    "gateway": 0.04,  # a request or an answer is lost, late, or an error for as long as the key lives
    "mail": 0.03,  # no mail server, a refusal for now, a lost answer
    "outage": 1.0,  # the bank is away for hours or days
    "webhooks": 1.0,  # dropped, twice, late, out of order, under a new name
    "disputes": 1.0,  # cardholders dispute payments; their banks decide one way or the other
    "restore": 1.0,  # a backup is put back over a database that has gone on
    "skew": 1.0,  # workers' clocks differ
}


def odds_of(chosen: tuple[str, ...]) -> dict[str, float]:
    """The odds of the faults that are on; the others never happen."""
    return {name: odds if name in chosen else 0.0 for name, odds in FAULTS.items()}
