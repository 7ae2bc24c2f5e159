"""Reconciliation: a gateway's statement for a period against our books. Differences are for people; nothing changes.

Unlike reading the statement, which takes in what is new, this asks whether all of it has arrived, and whether our
books have anything besides.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from goodterms.domain.decision import Refusal, iso
from goodterms.domain.facts import Actor
from goodterms.domain.money import Money
from goodterms.domain.public_id import CHARGE, REFUND, PublicIdError, decode
from goodterms.domain.reconciling import PROPOSALS, Compared, Kind, Theirs, compare, sums
from goodterms.gateways.protocol import GatewayUnavailableError, Movement, Outcome
from goodterms.storage.differences import cursor_before, keep_reconciliation, last_until, settle_difference
from goodterms.storage.queries.books import booked, booked_between, charges_named
from goodterms.usecases.spreadsheet import cells
from goodterms.usecases.world import World

_KINDS: tuple[Kind, ...] = ("charge", "refund", "dispute")
#: What happened this shortly ago may be on one side only and is left for the next time.
FRESH = timedelta(hours=1)
#: Our date of a charge is that of its intent; the gateway's line can come this much later.
MARGIN = timedelta(days=2)
EVERY = timedelta(days=1)
_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Report:
    """What a comparison came to. `open` is how many differences wait for a person."""

    gateway: str
    from_at: datetime
    until_at: datetime
    compared: tuple[Compared, ...]
    open: int

    @property
    def sums(self) -> list[tuple[str, str, Money, int]]:
        """By finding and kind: the sum and how many."""
        found = sums(self.compared)
        return [(finding, kind, Money(minor, cur), n) for (finding, kind, cur), (n, minor) in sorted(found.items())]


def reconcile(world: World, gateway: str, from_at: datetime, until_at: datetime, *, actor: Actor) -> Report | Refusal:
    """Compare a period (half-open) and keep what does not agree.

    Refuses `gateway_unknown`, `period_empty` and `gateway_unavailable` (nothing was kept).
    """
    if gateway not in world.gateways:
        return Refusal("gateway_unknown", f"There is no gateway {gateway!r}.")
    now = world.now()
    until_at = min(until_at, now)
    if until_at <= from_at:
        return Refusal("period_empty", "The period has no instant that is over.")
    try:
        start = cursor_before(gateway, from_at - 2 * MARGIN)
        lines = _lines(world, gateway, start)
    except GatewayUnavailableError:
        return Refusal("gateway_unavailable", "The gateway's statement can not be read now; nothing was compared.")
    compared = _compared(gateway, lines, from_at, until_at)
    totals = [[*key, *value] for key, value in sorted(sums(compared).items())]
    end = lines[-1].cursor if lines else start
    waiting = keep_reconciliation(gateway, from_at, until_at, compared, totals, at=now, by=str(actor), cursor=end)
    return Report(gateway, from_at, until_at, tuple(compared), waiting)


def reconcile_due(world: World, gateway: str) -> int:
    """Once a day, compare what has happened since the last time; returns 1 when it was done."""
    until = world.now() - FRESH
    since = last_until(gateway)
    if since is not None and until < since + EVERY:
        return 0
    done = reconcile(world, gateway, since or until - EVERY, until, actor=Actor("system", "worker"))
    return int(isinstance(done, Report))


def settle(world: World, id: int, *, actor: Actor, note: str) -> bool | Refusal:
    """A person has settled a difference and says how. Refuses `reason_missing`."""
    if not note.strip():
        return Refusal("reason_missing", "Say how it was settled.")
    return settle_difference(id, at=world.now(), by=str(actor), note=note.strip())


def as_csv(report: Report) -> str:
    """The report for finance: a row an object, amounts as decimals, instants in UTC."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(
        ["finding", "kind", "gateway", "gateway_ref", "at", "order", "theirs", "ours", "currency", "proposed"]
    )
    for one in report.compared:
        side = one.either
        rows.writerow(
            cells([
                one.finding.value, side.kind, report.gateway, side.ref, iso(side.at.astimezone(UTC)),
                one.ours.order_number if one.ours else "", _decimal(one.theirs), _decimal(one.ours),
                side.amount.currency, PROPOSALS.get(one.finding, ""),
            ])
        )  # fmt: skip
    return out.getvalue()


def _decimal(side: object) -> str:
    amount = getattr(side, "amount", None)
    return amount.decimal_str() if isinstance(amount, Money) else ""


def _lines(world: World, gateway: str, after: str | None) -> list[Movement]:
    adapter, found = world.gateway(gateway), list[Movement]()
    while page := adapter.movements(after=after, limit=_AT_ONCE):
        found += page
        after = page[-1].cursor
        if len(page) < _AT_ONCE:
            break
    return found


def _compared(gateway: str, lines: Iterable[Movement], from_at: datetime, until_at: datetime) -> list[Compared]:
    """Objects whose latest line is in the period, and what our books have of it besides."""
    latest: dict[tuple[str, str], Movement] = {}
    for line in lines:
        latest[line.kind, line.gateway_ref] = line
    everything = {ref for _, ref in latest}
    now_in = [line for line in latest.values() if from_at <= line.at < until_at]
    named = charges_named(gateway, sorted({line.charge_ref for line in now_in if line.charge_ref}))
    theirs = [_theirs(line, named) for line in now_in]
    ours = {}
    for kind in _KINDS:
        for one in booked(gateway, kind, [line.gateway_ref for line in now_in if line.kind == kind]):
            ours[kind, one.ref] = one
        # Ours that the statement does not have, once its line has had the time to come.
        for one in booked_between(gateway, kind, from_at - MARGIN, until_at - MARGIN):
            if one.ref not in everything:
                ours[kind, one.ref] = one
    return compare(theirs, ours.values())


def _theirs(line: Movement, named: set[str]) -> Theirs:
    moved = line.outcome is not Outcome.DECLINED
    ours = line.charge_ref in named if line.kind != "charge" else _is_ours(CHARGE, line.reference)
    ours = ours or line.sale is not None  # a seller that charges by itself reports nothing but ours
    return Theirs(line.kind, line.gateway_ref, line.amount, moved, ours or _is_ours(REFUND, line.reference), line.at)


def _is_ours(prefix: str, reference: str | None) -> bool:
    try:
        decode(prefix, reference or "")
    except PublicIdError:
        return False
    return True
