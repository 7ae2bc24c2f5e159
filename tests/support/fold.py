"""The state of a subscription, folded from its facts alone, and the same shape read off what was loaded.

What is not loaded with a subscription (requests, cancellations that were taken back) is left out of both.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from goodterms.domain import folded_state, folding
from goodterms.domain.subscription import Subscription

LOADED = ("subscription", "term", "order", "charge", "refund", "dispute")


def fold(facts: Iterable[Any]) -> folding.State:
    """Go through facts in order, of the domain or as rows; a refund of which request is not asked."""
    return {part: values for part, values in folding.fold(facts).items() if part[0] in LOADED}


def state_of(sub: Subscription) -> folding.State:
    """The same shape, read off the state."""
    return folded_state.state_of(sub)
