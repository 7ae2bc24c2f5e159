"""Rate limits: how many requests a key may make in a span of time, counted in this process.

Every process counts by itself: with three of them a key may make up to three times as many. What is counted is the
instant at which the whole allowance is there again; each request moves it ahead by its share, so that an allowance
comes back bit by bit and never all at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

_SECOND = 1_000_000  # microseconds


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a request found: whether it may pass, how many more may, and seconds until all, or the next one, may."""

    passed: bool
    remaining: int
    whole_in: int
    next_in: int


class RateLimit:
    """So many requests in so many seconds, for each key.

    Time is counted in whole parts: microseconds times requests. So a request's share of the span is a whole number
    too, and exactly the allowance passes.
    """

    def __init__(self, requests: int, seconds: int) -> None:
        self.policy = f'"default";q={requests};w={seconds}'
        self._requests = requests
        self._share = seconds * _SECOND
        self._whole = self._share * requests
        self._whole_at: dict[UUID, int] = {}
        self._lock = Lock()

    def take(self, key: UUID, elapsed: float) -> Allowance:
        """Count a request at a reading of a clock that never goes back."""
        now = round(elapsed * _SECOND) * self._requests
        with self._lock:
            used = max(self._whole_at.get(key, 0) - now, 0)
            ahead = used + self._share
            passed = ahead <= self._whole
            if passed:
                self._whole_at[key] = now + ahead
        if passed:
            return Allowance(True, (self._whole - ahead) // self._share, self._seconds(ahead), 0)
        return Allowance(False, 0, self._seconds(used), self._seconds(ahead - self._whole))

    def headers(self, allowance: Allowance) -> Mapping[str, str]:
        """The headers of the IETF's draft "RateLimit header fields for HTTP", and the usual one of a refusal."""
        told = {
            "RateLimit-Policy": self.policy,
            "RateLimit": f'"default";r={allowance.remaining};t={allowance.whole_in}',
        }
        return told if allowance.passed else {**told, "Retry-After": str(allowance.next_in)}

    def _seconds(self, parts: int) -> int:
        """Parts as seconds, rounded up."""
        return -(-parts // (self._requests * _SECOND))
