"""What a journey needs besides its arguments: the clock, ids, gateways. Built by `wiring`, passed in by every door."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection

from goodterms.domain.business_days import BusinessCalendar
from goodterms.domain.policy import Policy
from goodterms.domain.subscription import Subscription
from goodterms.gateways.protocol import Gateway
from goodterms.gateways.shut import ShutGateway
from goodterms.storage.calendars import PROMISED, business_calendar
from goodterms.storage.load import load_subscription
from goodterms.storage.policies import policy_of_plan
from goodterms.usecases.fence import Fence, Guard
from goodterms.usecases.tally import Tally
from goodterms.usecases.webhooks.reach import Reach


@dataclass(frozen=True, slots=True)
class World:
    """The outside of a journey. `now` reads the one clock, `new_id` makes time-ordered ids, `draw_bucket` a bucket.

    `tally` counts what work in batches came to. `threads` makes a pool of so many threads with such a name, for calls
    to gateways side by side. `fence` knows whether anything may be sent outward, `reach` where facts may be sent to.
    `wall` reads the clock that everybody else has, which in a demo is not the world's.
    """

    now: Callable[[], datetime]
    new_id: Callable[[], UUID]
    draw_bucket: Callable[[], int]
    gateways: Mapping[str, Gateway]
    site_url: str
    tally: Tally = field(default_factory=Tally)
    threads: Callable[[int, str], Executor] = ThreadPoolExecutor
    reach: Reach = field(default_factory=Reach)
    wall: Callable[[], datetime] | None = None
    fence: Guard = field(default_factory=Guard)

    def wall_now(self) -> datetime:
        """The instant as everybody outside this world has it."""
        return (self.wall or self.now)()

    def held(self) -> Fence | None:
        """Why nothing may be sent outward now, from a check that is at most a minute old; None when it may."""
        return self.fence.found(self)

    def gateway(self, name: str) -> Gateway:
        """The gateway of that name, for a call outside any transaction.

        Raises RuntimeError inside one: a call that hangs would hold locks, and its answer could be rolled back. While
        the fence is up it answers look-ups and moves nothing.
        """
        if connection.in_atomic_block:
            raise RuntimeError("a gateway is never called inside a database transaction")
        gateway = self.gateways[name]
        return ShutGateway(gateway) if self.held() else gateway


def charges_itself(world: World, gateway: str) -> bool:
    """Whether a gateway sells and renews by itself: then we plan no charge there, and follow what it reports."""
    plugged = world.gateways.get(gateway)
    return plugged is not None and plugged.abilities.charges_itself


def calendar_for(policy: Policy, now: datetime, since: datetime | None = None) -> BusinessCalendar:
    """The policy's business days from an instant of the past, at least the year before, to the longest promises.

    `since` is the first contact of a request, which may be answered or looked at again years later.
    """
    return business_calendar(policy, min(now.year, (since or now).year) - 1, now.year + PROMISED)


def locked(bucket: int, id: UUID, now: datetime) -> tuple[Subscription, Policy]:
    """A subscription under lock and the policy that renews it at `now`. Raises `NotFound`."""
    subscription = load_subscription(bucket, id, at=now, lock=True)
    return subscription, policy_of_plan(subscription.plan, now)
