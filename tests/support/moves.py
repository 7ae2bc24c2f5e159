"""Moving time over years in a sandbox and listing exactly which facts followed each move."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from goodterms.domain.decision import Decision
from goodterms.domain.entitlement import Entitlement, entitlement
from goodterms.domain.facts import Actor
from goodterms.domain.subscription import Subscription, display_state
from goodterms.storage.load import load_subscription
from goodterms.storage.models import FactRow, MessageRow
from goodterms.storage.queries.due import next_due
from goodterms.usecases import review
from tests.support.worlds import Sale, Sandbox

ANNA = Actor("agent", "anna@desk.example")
BOB = Actor("agent", "bob@desk.example")


def at(text: str) -> datetime:
    """An instant in UTC from `2027-01-31` or `2027-01-31T09:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class Life:
    """One subscription lived through: every move returns the facts that it brought, with their dates."""

    def __init__(self, sale: Sale) -> None:
        self.sale = sale
        self.sandbox: Sandbox = sale.sandbox
        self._seen = 0
        self._mails: set[UUID] = set()
        self.news()

    @property
    def now(self) -> Subscription:
        """The subscription as it stands."""
        return load_subscription(self.sale.bucket, self.sale.subscription_id, at=self.sandbox.now, lock=False)

    @property
    def state(self) -> str:
        """The display state."""
        return display_state(self.now, self.sandbox.now).value

    @property
    def access(self) -> Entitlement:
        """The answer to whether the product may be used."""
        return entitlement(self.now.terms, self.sandbox.now)

    def to(self, text: str) -> list[str]:
        """Let time pass, stopping at everything that falls due; returns the facts as `date name`."""
        until = at(text)
        self.sandbox.work()
        while (due := next_due(self.sandbox.now)) is not None and due.at <= until:
            self.sandbox.set_clock(due.at)
            self.sandbox.work()
        self.sandbox.set_clock(until)
        self.sandbox.work()
        return self.news()

    def standstill(self, text: str) -> None:
        """Let time pass while no worker runs."""
        self.sandbox.set_clock(at(text))

    def work(self) -> list[str]:
        """One worker's round, now."""
        self.sandbox.work()
        return self.news()

    def news(self) -> list[str]:
        """The facts since the last look, as `date name`."""
        rows = FactRow.objects.filter(bucket=self.sale.bucket, stream=self.sale.subscription_id, seq__gt=self._seen)
        found = list(rows.order_by("seq"))
        self._seen = found[-1].seq if found else self._seen
        return [f"{row.at:%Y-%m-%d} {row.name}" for row in found]

    def mails(self) -> list[str]:
        """The kinds of the mails since the last look."""
        rows = MessageRow.objects.filter(bucket=self.sale.bucket, customer_id=self.sale.customer.id)
        new = [row for row in rows.order_by("at", "kind") if row.id not in self._mails]
        self._mails.update(row.id for row in new)
        return [row.kind for row in new]

    def approve(self, request_id: UUID, by: Iterable[Actor] = (ANNA,)) -> None:
        """Named people confirm; the refund is sent at once."""
        for actor in by:
            done = review.approve(self.sandbox.world, self.sale.bucket, request_id, actor=actor)
            assert isinstance(done, Decision), done


def names(news: list[str]) -> list[str]:
    """Facts without their dates."""
    return [line.split(" ", 1)[1] for line in news]


def on(day: str, *facts: str) -> list[str]:
    """What `Life.to` returns for facts of one day."""
    return [f"{day} {fact}" for fact in facts]


CHARGED = ("charge.intended", "charge.succeeded", "subscription.renewed")
DECLINED = ("charge.intended", "charge.declined")
ANNOUNCED = "subscription.renewal_announced"
EXPIRED = "subscription.expired"
