"""Everything that is due, kind by kind; one round of it, and rounds until nothing is.

The kinds are independent: one that fails is logged and does not stop the others. A batch that fails is worked on row
by row; the row that fails is logged as an error and moved an hour ahead, so that its neighbors do not wait behind it.
What goes to a gateway is claimed for each by itself, and left alone while it rests.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from django.db import connection

from goodterms.gateways.protocol import CALL_ENDS_WITHIN, Movement
from goodterms.storage.api_calls import forget_calls
from goodterms.storage.claim import (
    LEASE,
    claim_charges,
    claim_disputes,
    claim_instructions,
    claim_refunds,
    due_subscriptions,
    gateways_of_open,
)
from goodterms.storage.inbox import retry_waiting
from goodterms.usecases.collect import settle_charges
from goodterms.usecases.disputes import ask_about_one
from goodterms.usecases.exchange import exchange_files
from goodterms.usecases.instruct import instruct_one
from goodterms.usecases.lanes import Seats
from goodterms.usecases.mail.deliver import deliver_mail
from goodterms.usecases.pay_back import read_statement, work_on_refund
from goodterms.usecases.reconcile import reconcile_due
from goodterms.usecases.renew import renew_and_charge, renew_one
from goodterms.usecases.replan import replan_due
from goodterms.usecases.selling import WAITS_FOR_SALE, WAITS_FOR_TERM
from goodterms.usecases.set_aside import DATABASE_TROUBLE, log_failure, work_on_one
from goodterms.usecases.webhooks.deliver import deliver_due, feed_due, forget_old_deliveries
from goodterms.usecases.webhooks_in import work_on_inbox
from goodterms.usecases.world import World, charges_itself

_MOST_ROUNDS = 100_000

Counts = dict[str, int]
Turn = Callable[[], AbstractContextManager[None]]
KINDS = RENEWALS, REPLANNED, CHARGES, REFUNDS, DISPUTES, WEBHOOKS, LINES, MAILS, FED, SENT, FORGOTTEN, COMPARED = (
    "renewals", "renewals planned anew", "charges", "refunds", "disputes", "webhooks", "lines of statements", "mails",
    "facts fed", "facts sent", "calls forgotten", "statements compared",
)  # fmt: skip
#: Besides, for sellers that charge by themselves, and for those that are spoken to through files.
INSTRUCTIONS, FILES = "instructions", "files"


#: How long a program can repeat a write and be answered as before.
CALLS_KEPT = timedelta(days=7)


def never() -> bool:
    """Nobody asks this worker to stop."""
    return False


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work: `do` works on a batch of what is due and returns how many rows it was; it never raises.

    `seldom`: what need not be looked at every moment.
    """

    name: str
    do: Callable[[], int]
    gateway: str
    seldom: bool


def kinds_of_work(
    world: World, *, stop: Callable[[], bool] = never, seats: Seats | None = None, turn: Turn = nullcontext
) -> list[Kind]:
    """All kinds, in the order in which one prepares the next; what goes to gateways once for each.

    `stop` is asked between mails. `seats` are those of all hands that do renewals. Every batch is done inside `turn`.
    """

    def kind(name: str, step: Callable[[], int], gateway: str = "", *, seldom: bool = False) -> Kind:
        return Kind(name, partial(_isolated, world, name, gateway, step, turn), gateway, seldom)

    return [
        kind(RENEWALS, partial(_renew, world, seats=seats)),
        kind(REPLANNED, partial(replan_due, world), seldom=True),
        *(kind(CHARGES, partial(_collect, world, gateway), gateway) for gateway in world.gateways),
        *(kind(REFUNDS, partial(_pay_back, world, gateway), gateway) for gateway in world.gateways),
        *(kind(INSTRUCTIONS, partial(_instruct, world, g), g) for g in world.gateways if charges_itself(world, g)),
        *(kind(FILES, partial(exchange_files, world, g), g, seldom=True) for g in _with_files(world)),
        kind(WEBHOOKS, partial(work_on_inbox, world)),
        *(kind(DISPUTES, partial(_ask_about_disputes, world, g), g, seldom=True) for g in world.gateways),
        kind(CHARGES, partial(_strangers, world, CHARGES, _collect), seldom=True),
        kind(REFUNDS, partial(_strangers, world, REFUNDS, _pay_back), seldom=True),
        *(kind(LINES, partial(_read_statement, world, gateway), gateway, seldom=True) for gateway in world.gateways),
        *(kind(COMPARED, partial(reconcile_due, world, g), g, seldom=True) for g in world.gateways),
        kind(MAILS, partial(deliver_mail, world, stop=stop)),
        kind(FED, partial(feed_due, world)),
        kind(SENT, partial(deliver_due, world, stop=stop)),
        kind(FORGOTTEN, partial(_forget_calls, world), seldom=True),
    ]


def run_due(world: World, *, stop: Callable[[], bool] = never, statements: bool = True) -> Counts:
    """Do one batch of each kind of due work; returns how many rows of each were worked on.

    `stop` is asked between batches. `statements` tells whether the gateways' statements are read too.
    """
    counts: Counts = {}
    for kind in kinds_of_work(world, stop=stop):
        if not stop() and (statements or kind.name not in (LINES, FILES, COMPARED)):
            counts[kind.name] = counts.get(kind.name, 0) + kind.do()
    return counts


def run_until_idle(world: World, *, stop: Callable[[], bool] = never) -> Counts:
    """Rounds until one finds nothing to do; returns the sums."""
    total: Counts = {}
    for _ in range(_MOST_ROUNDS):
        counts = run_due(world, stop=stop)
        for name, count in counts.items():
            total[name] = total.get(name, 0) + count
        if stop() or not any(counts.values()):
            return total
    raise RuntimeError("due work does not come to an end")


def _isolated(world: World, name: str, gateway: str, step: Callable[[], int], turn: Turn) -> int:
    done = 0
    try:
        with turn():
            done = 0 if world.held() else step()
    except DATABASE_TROUBLE as problem:
        log_failure("database trouble", problem, step=name, gateway=gateway)
        connection.close()  # this thread's; the next statement opens a new one
    except Exception as problem:
        log_failure("step failed", problem, step=name, gateway=gateway)
    world.tally.worked(name, done)
    return done


def _forget_calls(world: World) -> int:
    """Drop what programs were answered and sent long ago: answers hold names and addresses."""
    return forget_calls(world.now() - CALLS_KEPT) + forget_old_deliveries(world)


def _renew(world: World, limit: int = 500, seats: Seats | None = None) -> int:
    try:
        return renew_and_charge(world, limit, seats)
    except DATABASE_TROUBLE:
        raise
    except Exception as problem:
        log_failure("batch failed, going on one by one", problem, step=RENEWALS)
    keys = due_subscriptions(world.now(), limit, lock=False)
    for bucket, id in keys:
        work_on_one(world, "subscriptions", bucket, id, partial(renew_one, world, bucket, id))
    return len(keys)


def _room(world: World, gateway: str, limit: int) -> int:
    """How many rows may go to a gateway now; one that is not connected fails with each, which sets them aside."""
    return world.gateways[gateway].gate.room(limit) if gateway in world.gateways else limit


def _collect(world: World, gateway: str, limit: int = 200) -> int:
    room = _room(world, gateway, limit)
    claimed = claim_charges(world.now(), room, gateway) if room else []
    if not claimed:
        return 0
    try:
        settle_charges(world, claimed)
    except DATABASE_TROUBLE:
        raise
    except Exception as problem:
        log_failure("batch failed, going on one by one", problem, step=CHARGES, gateway=gateway)
        for one in claimed:
            # The gateway may have been asked before the failure: look up first.
            again = replace(one, sent_before=True)
            work_on_one(world, "charges", one.bucket, one.id, partial(settle_charges, world, [again]))
    return len(claimed)


def _pay_back(world: World, gateway: str, limit: int = 100) -> int:
    room = _room(world, gateway, limit)
    claimed = claim_refunds(world.now(), room, gateway) if room else []
    over_at = world.now() + LEASE - CALL_ENDS_WITHIN
    for one in claimed:
        if world.now() > over_at:
            break  # the rest is found again when its lease is over, which is soon
        work_on_one(world, "refunds", one.bucket, one.id, partial(work_on_refund, world, one))
    return len(claimed)


def _ask_about_disputes(world: World, gateway: str, limit: int = 100) -> int:
    room = _room(world, gateway, limit)
    claimed = claim_disputes(world.now(), room, gateway) if room else []
    for one in claimed:
        work_on_one(world, "disputes", one.bucket, one.id, partial(ask_about_one, world, gateway, one))
    return len(claimed)


def _with_files(world: World) -> list[str]:
    return [name for name, gateway in world.gateways.items() if gateway.abilities.files]


def _instruct(world: World, gateway: str, limit: int = 100) -> int:
    claimed = claim_instructions(world.now(), limit, gateway)
    for one in claimed:
        work_on_one(world, "instructions", one.bucket, one.id, partial(instruct_one, world, gateway, one))
    return len(claimed)


def _strangers(world: World, table: str, work: Callable[[World, str], int]) -> int:
    """Rows of gateways that are not connected (any more): each is set aside, and said so."""
    return sum(work(world, gateway) for gateway in gateways_of_open(table) if gateway not in world.gateways)


def _read_statement(world: World, gateway: str) -> int:
    def skipped(line: Movement, problem: Exception) -> None:
        log_failure("line of a statement not taken in", problem, gateway=gateway, cursor=line.cursor)

    done = read_statement(world, gateway, on_failure=skipped)
    if done and charges_itself(world, gateway):
        for reason in (WAITS_FOR_SALE, WAITS_FOR_TERM):
            retry_waiting(gateway, reason, world.now())
    return done
