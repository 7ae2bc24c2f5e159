"""Taking a restored or copied database up again: import what the gateways know, with its state, then lift the fence.

Line by line through the functions that read a statement, so that whatever those understand comes along. Each line is a
transaction of its own and changes nothing when it comes again: a run that was killed is simply run again.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction

from goodterms.domain.payment import Charge, Refund
from goodterms.domain.public_id import CHARGE, REFUND, PublicIdError, decode
from goodterms.domain.recovering import decide_to_announce_anew
from goodterms.gateways.protocol import Answer, GatewayUnavailableError, Movement, Outcome
from goodterms.storage import fence as rows
from goodterms.storage import recover
from goodterms.storage.fence_file import FenceFileError, Mark, read_mark, write_mark
from goodterms.storage.load import Key, load_charges, load_subscription, load_subscriptions, subscription_of
from goodterms.storage.policies import policy_of_plan
from goodterms.storage.queries.orders import order_by_gateway_ref
from goodterms.storage.save import save
from goodterms.storage.statement import cursor_of, move_cursor
from goodterms.usecases.collect import charge_result, record_charge_results
from goodterms.usecases.fence import LOST_CHARGES_SHOW_WITHIN, Fence, check, known, lines_after
from goodterms.usecases.lost_tries import find_charge, find_refund
from goodterms.usecases.pay_back import record_refund_result, take_in
from goodterms.usecases.recover import Lost, recover_line
from goodterms.usecases.refund_answers import refund_result
from goodterms.usecases.selling import NotTakenIn
from goodterms.usecases.world import World

log = structlog.get_logger("goodterms.fence")

#: A refund may fail so long after the bank took it: what was known to have arrived before the backup is read again.
LONGEST_FAILURE = timedelta(days=60)
#: So long a gateway or a mail server may have been away: what happened that shortly before the loss may not have been
#: heard of, or not told. It is told, if need be twice with the same Message-ID, rather than not at all.
TOLD_WITHIN = timedelta(days=7)
_BATCH = 200


@dataclass
class Report:
    """What was found and done, or in a dry run would be.

    `fence` is why nothing left; None where nothing was to do. `cases` are references for which somebody has to look,
    with why. `lifted` tells whether things leave again; `problem` why not.
    """

    fence: Fence | None
    lines: int = 0
    looked_up: int = 0
    brought_up: int = 0
    charges: int = 0
    refunds: int = 0
    cases: list[tuple[str, str]] = field(default_factory=list)
    kept_back: int = 0
    announced_anew: int = 0
    lifted: bool = False
    problem: str = ""


class _UnderWayError(Exception):
    """A line is about a charge whose answer somebody may be about to record: what comes after it has no place yet."""


def resume(
    world: World,
    file: Path | None = None,
    environment: str = "",
    *,
    dry_run: bool = False,
    window: timedelta = LONGEST_FAILURE,
    step: Callable[[str], None] = lambda _what: None,
) -> Report:
    """Import from every gateway what happened since the backup less `window`, and let things leave again.

    `dry_run` decides all of it in one transaction and takes it back. `step` is told what is being done. While a
    gateway can not be read, nothing is lifted: `problem` says so, and the next run goes on where this one stopped.
    """
    fence = check(world, file, environment)
    report = Report(fence)
    if fence is None:
        return report
    if fence.lacks_since is None:
        report.problem = "only this host is the trouble: see above"
        return report
    work = _Import(world, fence, window, report)
    try:
        if dry_run:
            _rehearse(world, work, step)
        else:
            _work(world, work, step)
    except GatewayUnavailableError:
        report.problem = "a gateway can not be read; run this again when it answers"
        return report
    except _UnderWayError:
        report.problem = "a charge was sent minutes ago and is still being recorded; run this again in five minutes"
        return report
    if not dry_run:
        try:
            _lift(world, file, environment)
        except FenceFileError as problem:
            report.problem = str(problem)
            return report
        report.lifted = True
        log.warning("the fence is lifted", charges=report.charges, refunds=report.refunds, cases=len(report.cases))
    return report


def _work(world: World, work: _Import, step: Callable[[str], None]) -> None:
    row = rows.read_row()
    for gateway in world.gateways:
        step(f"what is open at {gateway}")
        for charge, answer in work.ask_charges(gateway):
            work.settle_charge(charge, answer)
        for refund, answer in work.ask_refunds(gateway):
            work.settle_refund(refund, answer)
        step(f"the statement of {gateway}")
        seen = row.progress.get(gateway) if row else None
        for line in lines_after(world, gateway, seen):
            work.take(gateway, line)
            seen = line.cursor
            if work.report.lines % _BATCH == 0:
                rows.keep_progress(gateway, seen)
        if seen is not None:
            rows.keep_progress(gateway, seen)
            move_cursor(gateway, cursor_of(gateway), seen)
    step("announcements and letters")
    work.announce_anew()
    work.keep_back_letters()


def _rehearse(world: World, work: _Import, step: Callable[[str], None]) -> None:
    """The same, with all questions first and all decisions in one transaction that is taken back."""
    asked = []
    for gateway in world.gateways:
        step(f"what {gateway} knows")
        asked.append(
            (
                gateway, list(work.ask_charges(gateway)), list(work.ask_refunds(gateway)),
                list(lines_after(world, gateway, None)),
            )
        )  # fmt: skip
    step("what follows from it")
    with transaction.atomic():
        for gateway, charges, refunds, lines in asked:
            for charge, answer in charges:
                work.settle_charge(charge, answer)
            for refund, refund_answer in refunds:
                work.settle_refund(refund, refund_answer)
            for line in lines:
                work.take(gateway, line)
        work.announce_anew()
        work.keep_back_letters()
        transaction.set_rollback(True)


def _lift(world: World, file: Path | None, environment: str) -> None:
    """A new token and the place where the database is now; the file follows, so that this host remembers it."""
    told = None
    if file is not None:
        try:
            told = read_mark(file)
        except FenceFileError:
            file.unlink(missing_ok=True)
    place, token = rows.read_place(), secrets.token_hex(16)
    also = (told.token,) if told else ()
    rows.take_down(place, token, environment, told.beat if told else 0, world.now(), also)
    world.fence.forget()
    row = rows.read_row()
    if file is not None and row is not None:
        write_mark(file, Mark(row.token, place.system_identifier, place.timeline, place.wal, row.beat, world.now()))


class _Import:
    """One run of the import, and what it came to."""

    def __init__(self, world: World, fence: Fence, window: timedelta, report: Report) -> None:
        assert fence.lacks_since is not None
        self.world, self.report = world, report
        self.since = fence.lacks_since - window
        self.told_until = _told_until(fence)

    def ask_charges(self, gateway: str) -> Iterable[tuple[Charge, Answer]]:
        """What the gateway says of charges whose outcome is open here. A look-up creates nothing."""
        for keys in _batches("charges", gateway):
            for charge in load_charges(keys):
                yield charge, find_charge(self.world.gateway(gateway), charge)

    def ask_refunds(self, gateway: str) -> Iterable[tuple[Refund, Answer]]:
        """The same of refunds."""
        for keys in _batches("refunds", gateway):
            for bucket, id in keys:
                owner = subscription_of("refunds", bucket, id)
                subscription = load_subscription(bucket, owner, at=self.world.now(), lock=False)
                refund = next(r for r in subscription.refunds if r.id == id)
                yield refund, find_refund(self.world.gateway(gateway), refund)

    def settle_charge(self, charge: Charge, answer: Answer) -> None:
        """Record what came of an open charge; what the gateway never saw stays as it is, and is sent by a worker.

        Its letter goes out: a look-up does not say when the charge was decided, so perhaps nobody has told of it.
        """
        self.report.looked_up += 1
        result = charge_result(charge, answer)
        if result.outcome in ("succeeded", "declined"):
            record_charge_results(self.world, [charge], {charge.id: result})
            self.report.brought_up += 1

    def settle_refund(self, refund: Refund, answer: Answer) -> None:
        """Record what came of an open refund, and tell of it, as for charges."""
        self.report.looked_up += 1
        result = refund_result(refund, answer)
        if result.outcome not in ("not_found", "unknown"):
            record_refund_result(self.world, refund.bucket, refund.id, result)
            self.report.brought_up += 1

    def take(self, gateway: str, line: Movement) -> None:
        """One line of the statement: bring up what is known, make anew what is lost, open a case for the rest."""
        if line.at < self.since:
            return
        self.report.lines += 1
        world, table, bucket, id = self._still(), *_object(line)
        try:
            with transaction.atomic():
                before = recover.version_at(table, bucket, id) if id else None
                taken = take_in(world, gateway, line)
                if taken is None:
                    raise _UnderWayError
                if not taken and not known(gateway, line):
                    recover_line(world, gateway, line)
                    self.report.charges += line.kind == "charge"
                    self.report.refunds += line.kind == "refund"
                    self._tell_nobody(bucket, line.at, min(line.at, world.now()))
                elif id and before != recover.version_at(table, bucket, id):
                    self.report.brought_up += 1
                    self._tell_nobody(bucket, line.at, world.now())
                elif not id and (owner := order_by_gateway_ref(gateway, line.charge_ref or "")):
                    self._tell_nobody(owner[0], line.at, world.now())  # made at the gateway, or a dispute
        except (Lost, NotTakenIn) as lost:
            self._stray(bucket, line, str(lost))
        except IntegrityError:
            self._stray(bucket, line, "it does not fit what is in the database")

    def _still(self) -> World:
        """The world at one instant, so that the letters of one decision can be told from all others."""
        at = self.world.now()
        return replace(self.world, now=lambda: at)

    def _tell_nobody(self, bucket: int, happened_at: datetime | None, made_at: datetime) -> None:
        """What happened well before the loss was told to the customer then; what happened later goes out."""
        if self.told_until is not None and happened_at is not None and happened_at <= self.told_until - TOLD_WITHIN:
            self.report.kept_back += recover.keep_back(bucket, made_at)

    def _stray(self, bucket: int, line: Movement, why: str) -> None:
        """Money moved for something that is lost: never dropped in silence."""
        recover.keep_stray(
            max(bucket, 0), kind=line.kind, what=f"{line.kind.capitalize()} of {line.amount}: {why}",
            gateway_ref=line.gateway_ref, on=line.at.date(), now=self.world.now(),
        )  # fmt: skip
        entry = (line.reference or line.gateway_ref, why)
        if entry not in self.report.cases:
            self.report.cases.append(entry)
        if line.outcome is not Outcome.DECLINED:
            log.error("money without an order", kind=line.kind, reference=line.reference, why=why)

    def announce_anew(self) -> None:
        """Every coming charge is announced once more, with its notice, before it is made."""
        after: Key | None = None
        while True:
            now = self.world.now()
            with transaction.atomic():
                keys = recover.announced(after, _BATCH)
                subscriptions = load_subscriptions(keys, at=now, lock=False)
                made = [decide_to_announce_anew(s, policy_of_plan(s.plan, now), now) for s in subscriptions]
                decisions = [decision for decision in made if decision is not None]
                save(decisions)
            self.report.announced_anew += len(decisions)
            if len(keys) < _BATCH:
                return
            after = keys[-1]

    def keep_back_letters(self) -> None:
        """Letters that waited at the backup went out before the loss."""
        if self.told_until is not None:
            self.report.kept_back += recover.keep_back_old(self.told_until)


def _told_until(fence: Fence) -> datetime | None:
    """Until when a lost history may have written to customers; None where it had ended before we resumed last.

    A charge or refund of such a one that comes to light late was not known to it, and what waits here is ours. When
    the gateway was asked for it is not told: what it decided a while after we resumed may be of that history as well.
    """
    row = rows.read_row()
    resumed_at = row.resumed_at if row else None
    if fence.lost_until is None and resumed_at:
        lately = fence.reason == "unknown_at_gateway" and fence.since < resumed_at + LOST_CHARGES_SHOW_WITHIN
        if lately or (fence.lacks_since and fence.lacks_since < resumed_at):
            return None
    return fence.lost_until or fence.since


def _batches(table: str, gateway: str) -> Iterable[list[Key]]:
    after: Key | None = None
    while keys := recover.open_rows(table, gateway, after, _BATCH):
        yield keys
        after = keys[-1]


def _object(line: Movement) -> tuple[str, int, UUID | None]:
    """The table, bucket and id that a line's reference names; -1 and None where it names none of ours."""
    kind, table = (CHARGE, "charges") if line.kind == "charge" else (REFUND, "refunds")
    try:
        return table, *decode(kind, line.reference or "")
    except PublicIdError:
        return table, -1, None
