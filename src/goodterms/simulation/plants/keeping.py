"""Mistakes in keeping records: rows, facts, postings, mails, and what is due."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from goodterms.domain.decision import Draft
from goodterms.domain.value import replace as changed
from goodterms.simulation.plants.plant import Change, Plant, found_as, instead
from goodterms.storage import claim, messages, save
from goodterms.usecases import collect
from goodterms.usecases.mail import deliver

Real = Callable[..., Any]


def _booked_twice(real: Real) -> Real:
    def post(draft: Any, moves: Any, order: Any) -> None:
        real(draft, moves, order)
        real(draft, moves, order)

    return post


def _without_facts(name: str) -> Callable[[Real], Real]:
    """Everything is written but the facts of one name."""

    def made(real: Real) -> Real:
        def save_(decisions: Any) -> None:
            real([changed(d, facts=tuple(f for f in d.facts if f.name != name)) for d in decisions])

        return save_

    return made


def _without_postings(real: Real) -> Real:
    return lambda decisions: real([changed(d, postings=d.postings[:1]) for d in decisions])


def _sent_first(real: Real) -> Real:
    """A mail counts as sent before it is given to the server."""

    def deliver_(world: Any, backend: Any, mail: Any, *rest: Any) -> bool:
        messages.record_sent(mail, world.now(), subject="", text="", html="")
        done: bool = real(world, backend, mail, *rest)
        return done

    return deliver_


def _given_up(real: Real) -> Real:
    return lambda mail, error, _again_at: real(mail, error, None)


def _long_lease(real: Real) -> Real:
    def claimed(table: str, condition: str, now: Any, limit: int, **more: Any) -> Any:
        found = real(table, condition, now, limit, **more)
        for one in found:
            claim.postpone(table, one.bucket, one.id, now + timedelta(days=400))
        return found

    return claimed


def _unmarked(real: Real) -> Real:
    """A claim does not note that the row is being sent: whoever comes next sends it again."""
    return lambda *args, **more: [replace(one, sent_before=False) for one in real(*args, **more)]


def _set_aside(real: Real) -> Real:
    def settle(world: Any, claimed: Any) -> Any:
        for one in claimed:
            if one.sent_before:
                claim.postpone("charges", one.bucket, one.id, world.now() + timedelta(days=400))
        return real(world, [one for one in claimed if not one.sent_before])

    return settle


def _posts(make: Callable[[Real], Real]) -> Change:
    return patch.object(Draft, "post", make(Draft.post))


KEEPING = (
    Plant(
        "booked-twice", "each movement of money is booked twice",
        lambda: [_posts(_booked_twice)],
        found_as("ledger"),
    ),
    Plant(
        "half-booked", "only the first posting of a decision is booked",
        lambda: [instead(save, "save", _without_postings)],
        found_as("ledger"),
    ),
    Plant(
        "fact-forgotten", "a renewal is saved without its fact",
        lambda: [instead(save, "save", _without_facts("subscription.renewed"))],
        found_as("fact missing"),
    ),
    Plant(
        "sent-before-given", "a mail counts as sent before the server has it",
        lambda: [instead(deliver, "_deliver", _sent_first)],
        found_as("mail lost"),
    ),
    Plant(
        "mail-given-up", "a mail is given up at the first failure",
        lambda: [instead(messages, "record_failure", _given_up)],
        found_as("mail given up"),
    ),
    Plant(
        "lease-for-ever", "a claimed charge or refund is not found again when its worker dies",
        lambda: [instead(claim, "_claim", _long_lease)],
        found_as("still open"),
    ),
    Plant(
        "claim-not-noted", "what was sent before is taken for never sent, and sent again",
        lambda: [instead(claim, "_claim", _unmarked)],
        found_as("charged twice", "refunded twice"),
    ),
    Plant(
        "set-aside-for-good", "a charge that was sent and had no answer is set aside, and nobody comes back to it",
        lambda: [instead(collect, "settle_charges", _set_aside)],
        found_as("still open"),
    ),
)  # fmt: skip
