"""Mistakes in stopping, and in what a stop means for access."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from goodterms.domain import cancellation, charging, subscription
from goodterms.domain.decision import Decision, Draft
from goodterms.domain.renewal import next_step_at
from goodterms.domain.subscription import Subscription
from goodterms.domain.value import replace
from goodterms.simulation.plants.plant import Change, Plant, found_as, instead, without_constraint, without_index
from goodterms.storage import load, save

Real = Callable[..., Any]


def with_subscription(decision: Any, **changed: Any) -> Any:
    """A decision whose subscription is another."""
    if not isinstance(decision, Decision):
        return decision
    updates = tuple(replace(row, **changed) if isinstance(row, Subscription) else row for row in decision.updates)
    return replace(decision, updates=updates)


def _goes_on(real: Real) -> Real:
    def decide(sub: Subscription, policy: Any, *args: Any, **more: Any) -> Any:
        renews = replace(sub, auto_renew=True, announced=None)
        return with_subscription(
            real(sub, policy, *args, **more), auto_renew=True, next_step_at=next_step_at(renews, policy)
        )

    return decide


def unlocked(real: Real) -> Real:
    def loaded(*args: Any, **more: Any) -> Any:
        return real(*args, **{**more, "lock": False})

    return loaded


def _a_day_early(real: Real) -> Real:
    def end(terms: Any) -> Any:
        said = real(terms)
        return said and said - timedelta(days=1)

    return end


def _silent(kind: str) -> Callable[[Real], Real]:
    """Decide as ever, but write no mail of a kind."""

    def changed(real: Real) -> Real:
        def message(draft: Draft, said: str, *args: Any, **more: Any) -> None:
            if said != kind:
                real(draft, said, *args, **more)

        return message

    return changed


def _whoever_canceled(real: Real) -> Real:
    return lambda charge, now, *, auto_renew: real(charge, now, auto_renew=True)  # noqa: ARG005


CANCELING = (
    Plant(
        "cancel-forgotten", "a cancellation is confirmed and the subscription renews all the same; a second may stand",
        lambda: [instead(cancellation, "decide_cancellation", _goes_on), without_index("cancellations_one_standing")],
        found_as("charged after cancel"),
    ),
    Plant(
        "cancel-not-looked-at-again", "a charge the bank never saw is sent although it was canceled meanwhile",
        lambda: [instead(charging, "still_wanted", _whoever_canceled)],
        found_as("sent after cancel"),
    ),
    Plant(
        "lock-forgotten",
        "nobody locks a subscription to decide on it, nor compares its version; two facts may have one number",
        lambda: [
            instead(load, "load_subscription", unlocked), instead(load, "load_subscriptions", unlocked), any_version(),
            without_index("cancellations_one_standing"),
            without_constraint("postings", "postings_bucket_stream_seq_fkey"),
            without_constraint("postings", "postings_pkey"), without_constraint("facts", "facts_pkey"),
        ],
        found_as("fact missing"),
    ),
    Plant(
        "expires-a-day-early", "access ends a day before the paid term does",
        lambda: [instead(subscription, "access_end", _a_day_early)],
        found_as("locked out"),
    ),
    Plant(
        "confirmation-forgotten", "a cancellation is not confirmed by mail",
        lambda: [_writes_no("cancellation_confirmed")],
        found_as("no confirmation"),
    ),
    Plant(
        "announcement-forgotten", "a renewal counts as announced and no mail tells of it",
        lambda: [_writes_no("renewal_coming")],
        found_as("no announcement"),
    ),
    Plant(
        "receipt-forgotten", "a charge has no receipt",
        lambda: [_writes_no("receipt")],
        found_as("no receipt"),
    ),
)  # fmt: skip


def _writes_no(kind: str) -> Change:
    return patch.object(Draft, "message", _silent(kind)(Draft.message))


def any_version() -> Change:
    """Write over whatever is there: the last one wins."""

    def careless(real: Real) -> Real:
        return lambda name, *rest: real(name, *rest).replace(" AND t.version = v.version - 1", "")

    return instead(save, "_update_sql", careless)
