"""Running the audit: everything that must hold, asked of one snapshot and of the gateways' statements around it."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import IO, Any

from goodterms.domain.public_id import CHARGE, REFUND, PublicIdError, decode
from goodterms.gateways.protocol import GatewayUnavailableError, Movement, Outcome
from goodterms.storage.audit import statement
from goodterms.storage.audit.results import last_result
from goodterms.storage.audit.rule import Rule, Violation
from goodterms.storage.audit.snapshot import ask_all, ask_rule, deadlocks, parameters, snapshot
from goodterms.storage.audit.statement import ACCEPTED, Line, Unconfirmed
from goodterms.usecases.audit.replay import JOURNALS, replay_all
from goodterms.usecases.world import World

#: How many lines of a statement are asked for at once.
_LINES = 1000


@dataclass(frozen=True, slots=True)
class Report:
    """What an audit found. `unanswered` are gateways whose statement could not be read: their rules were not asked.

    `not_set` are those among them that are not set where it ran, though we have moved money there.
    """

    at: datetime
    took_seconds: float
    violations: tuple[Violation, ...]
    unanswered: tuple[str, ...] = ()
    lines: int = 0
    deadlocks: int = 0
    not_set: tuple[str, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether everything was asked and nothing was found."""
        return not self.violations and not self.unanswered


def audit(
    world: World, elapsed: Callable[[], float], *, journals: int | None = JOURNALS,
    said: Callable[[str], None] = lambda _: None,
) -> Report:  # fmt: skip
    """Ask everything that must hold; `elapsed` measures, `said` is told what is being asked.

    Of about so many subscriptions as `journals` says, others each day, the facts are folded too (51); None: of all.

    Changes nothing. Raises `django.db.OperationalError` where the database does not answer.
    """
    began = elapsed()
    before = last_result()
    with tempfile.TemporaryFile() as kept:
        cursors, unanswered, lines = _read_all(world, kept, said)
        with snapshot(lambda: statement.take_lines(_kept(kept))):
            at = world.now()
            not_set = tuple(name for name in statement.gateways_of_ours() if name not in world.gateways)
            found = list(ask_all(lambda: at, said=lambda rule: said(_named(rule))))
            params = parameters(at)
            for rule in statement.RULES:
                said(_named(rule))
                found += ask_rule(rule, params)
            open_ = list(statement.unconfirmed({name: _since(world, name, at) for name in sorted(cursors)}))
            if journals != 0:
                said("51  what journals add up to")
                found += replay_all(at, journals)
            met = deadlocks()
    found += [one.violation() for one in _still_unconfirmed(world, open_, cursors)]
    if before is not None and before.deadlocks is not None and before.deadlocks < met:
        detail = f"{met - before.deadlocks} deadlocks since the audit of {before.ended_at:%Y-%m-%d %H:%M} UTC"
        found.append(Violation(50, "pg_stat_database", "", detail))
    ordered = tuple(sorted(found, key=lambda one: (one.invariant, one.table, one.key)))
    return Report(at, elapsed() - began, ordered, (*unanswered, *not_set), lines, met, not_set)


def _named(rule: Rule) -> str:
    return f"{', '.join(map(str, rule.numbers)):>2}  {rule.name}"


def _read_all(
    world: World, kept: IO[bytes], said: Callable[[str], None]
) -> tuple[dict[str, str | None], list[str], int]:
    """Keep every gateway's statement in a file; the cursor where each ended, and those that did not answer."""
    cursors: dict[str, str | None] = {}
    unanswered = []
    count = 0
    for name in sorted(world.gateways):
        said(f"    the statement of {name}")
        try:
            cursor: str | None = None
            for lines in _statement(world, name, None):
                pickle.dump([line_of(name, one, traced=_traced(world, name)) for one in lines], kept)
                cursor, count = lines[-1].cursor, count + len(lines)
            cursors[name] = cursor
        except GatewayUnavailableError:
            unanswered.append(name)
    return cursors, unanswered, count


def _statement(world: World, name: str, after: str | None) -> Iterator[list[Movement]]:
    gateway = world.gateway(name)
    while lines := gateway.movements(after=after, limit=_LINES):
        yield lines
        after = lines[-1].cursor


def _kept(kept: IO[bytes]) -> Iterator[Line]:
    kept.seek(0)
    while True:
        try:
            lines: list[Line] = pickle.load(kept)  # noqa: S301 - written by this process, to a file without a name
        except EOFError:
            return
        yield from lines


def _since(world: World, name: str, at: datetime) -> datetime:
    """From when on a gateway's statement is whole."""
    days = world.gateways[name].abilities.statement_days
    return at - timedelta(days=days) if days is not None else datetime.min.replace(tzinfo=UTC)


def _traced(world: World, name: str) -> bool:
    return world.gateways[name].abilities.traces_refunds


def line_of(gateway: str, line: Movement, *, traced: bool = True) -> Line:
    """A line of a statement as the rules look at it; what is not ours has no id of ours.

    `traced`: the gateway will tell when a refund has arrived; otherwise that it was accepted is its last word.
    """
    bucket: Any = None
    id: Any = None
    with suppress(PublicIdError):  # made in the gateway's dashboard, or by another program
        bucket, id = decode(CHARGE if line.kind == "charge" else REFUND, line.reference or "")
    last_word = not traced and line.kind == "refund" and line.outcome is Outcome.PENDING
    return (
        line.kind, gateway, line.gateway_ref, line.charge_ref, bucket, id, line.amount.minor, line.amount.currency,
        ACCEPTED if last_word else line.outcome.value, line.at,
    )  # fmt: skip


def _still_unconfirmed(world: World, open_: list[Unconfirmed], cursors: dict[str, str | None]) -> list[Unconfirmed]:
    """Those that the lines since the snapshot do not name either."""
    for name in sorted({one.gateway for one in open_}):
        try:
            for lines in _statement(world, name, cursors[name]):
                said = [line_of(name, one, traced=_traced(world, name)) for one in lines]
                open_ = [one for one in open_ if not any(one.named_by(line) for line in said)]
        except GatewayUnavailableError:
            open_ = [one for one in open_ if one.gateway != name]
    return open_
