"""Mistakes in keeping records: rows, facts, postings, mails, and what is due."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from goodterms.domain.decision import Draft
from goodterms.domain.value import replace as changed
from goodterms.simulation.plants.plant import Change, Plant, instead
from goodterms.storage import claim, messages, save
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


def _posts(make: Callable[[Real], Real]) -> Change:
    return patch.object(Draft, "post", make(Draft.post))


KEEPING = (
    Plant("booked-twice", "each movement of money is booked twice", lambda: [_posts(_booked_twice)]),
    Plant("half-booked", "only the first posting of a decision is booked", lambda: [
        instead(save, "save", _without_postings),
    ]),
    Plant(
        "fact-forgotten", "a renewal is saved without its fact",
        lambda: [instead(save, "save", _without_facts("subscription.renewed"))],
    ),
    Plant(
        "sent-before-given", "a mail counts as sent before the server has it",
        lambda: [instead(deliver, "_deliver", _sent_first)],
    ),
    Plant(
        "mail-given-up", "a mail is given up at the first failure",
        lambda: [instead(messages, "record_failure", _given_up)],
    ),
    Plant(
        "lease-for-ever", "a claimed charge or refund is not found again when its worker dies",
        lambda: [instead(claim, "_claim", _long_lease)],
    ),
    Plant(
        "claim-not-noted", "what was sent before is taken for never sent, and sent again",
        lambda: [instead(claim, "_claim", _unmarked)],
    ),
    Plant("set-aside-for-good", "a paid charge is looked up and its answer is thrown away", lambda: [_thrown_away()]),
)  # fmt: skip


def _thrown_away() -> Change:
    from goodterms.usecases import collect

    return instead(collect, "_look_up", lambda _real: lambda *_args: {})
