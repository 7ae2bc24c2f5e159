"""A program that compares all books of the town after it has settled, and prints as JSON what is wrong with them.

The bank's statement, our charges, orders, terms, refunds, ledger, facts and letters must say the same; what the
website has confirmed to somebody (`promises` and, of these, what nobody can have changed again, `lasting`: JSON on
standard input) must be true. It shares no rule with the code that wrote them.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

_CANCELED, _UNDONE = "subscription.canceled", "subscription.cancellation_undone"


@dataclass(frozen=True)
class _Bank:
    """What the bank's statement adds up to, by the ids that the bank gave."""

    charges: dict[str, Any]
    refunds: dict[str, Any]


def main(bank_url: str, bank_key: str) -> dict[str, Any]:
    """Compare everything; `wrong` is empty when all is well."""
    from goodterms.storage.embedded import configure_environment

    configure_environment()
    import django

    django.setup()
    from goodterms import wiring
    from goodterms.storage import models

    said = {name: [(what, of) for what, of in listed] for name, listed in json.load(sys.stdin).items()}
    now = wiring.now()
    bank = _statement(bank_url, bank_key)
    wrong = [
        *_charges(bank), *_refunds(bank), *_once_per_term(), *_subscriptions(now), *_letters(),
        *_promises(said["promises"]), *_lasting(said["lasting"]),
    ]  # fmt: skip
    tables = ("SubscriptionRow", "ChargeRow", "OrderRow", "RefundRow", "RefundRequestRow", "CancellationRow")
    counts = {name: getattr(models, name).objects.count() for name in tables}
    counts |= {"bank charges": len(bank.charges), "bank refunds": len(bank.refunds)}
    counts |= {name: len(listed) for name, listed in said.items()}
    counts |= {
        "not on the spot": models.FactRow.objects.filter(name="charge.unknown").count(),
        "facts": models.FactRow.objects.count(),
    }
    return {"wrong": wrong[:50], "more": max(0, len(wrong) - 50), "counts": counts, "at": now.isoformat()}


def _statement(url: str, key: str) -> _Bank:
    from goodterms.gateways.bank.adapter import Bank

    gateway = Bank(url, key)
    bank, cursor = _Bank({}, {}), None
    while page := gateway.movements(after=cursor, limit=1000):
        for line in page:
            (bank.charges if line.kind == "charge" else bank.refunds)[line.gateway_ref] = line  # the last line counts
            cursor = line.cursor
    return bank


def _charges(bank: _Bank) -> Iterator[str]:
    """Every payment at the bank is one charge of ours with its order; every charge we hold for paid is at the bank."""
    from goodterms.domain.public_id import CHARGE, decode
    from goodterms.storage.models import ChargeRow, OrderRow

    rows = {row.id: row for row in ChargeRow.objects.all()}
    orders = {row.charge_id: row for row in OrderRow.objects.exclude(charge_id=None)}
    seen: Counter[UUID] = Counter()
    for ref, line in bank.charges.items():
        id = decode(CHARGE, str(line.reference))[1]
        seen[id] += 1
        row, order = rows.get(id), orders.get(id)
        if row is None:
            yield f"{ref} at the bank is no charge of ours"
        elif row.state != "succeeded":
            yield f"{ref} was paid, and charge {id} is {row.state}"
        elif (row.gateway_ref, row.amount_minor, row.currency) != (ref, line.amount.minor, line.amount.currency):
            yield f"{ref} of {line.amount} is {row.gateway_ref} of {row.amount_minor} here"
        elif order is None or order.amount_minor != line.amount.minor:
            yield f"{ref} was paid and has no order of its amount"
    for id, times in seen.items():
        if times > 1:
            yield f"charge {id} was taken {times} times"
    for id, row in rows.items():
        if row.state == "succeeded" and id not in seen:
            yield f"charge {id} counts as paid, and the bank has no such payment"
        if row.state in ("intended", "unknown"):
            yield f"charge {id} is {row.state} to the end"


def _refunds(bank: _Bank) -> Iterator[str]:
    """The bank has paid back what we say, by whom ever it was started, and of no charge more than it was."""
    from goodterms.gateways.protocol import Outcome
    from goodterms.storage.models import RefundRow

    held = {row.gateway_ref: row for row in RefundRow.objects.exclude(gateway_ref=None)}
    back: Counter[str] = Counter()
    for ref, line in bank.refunds.items():
        row = held.get(ref)
        failed = line.outcome is Outcome.DECLINED
        if not failed:
            back[str(line.charge_ref)] += line.amount.minor
        state = "failed" if failed else line.outcome.value
        if row is None:
            yield f"{ref} at the bank is no refund of ours"
        elif (row.state, row.amount_minor) != (state, line.amount.minor):
            yield f"{ref} is {state} over {line.amount} at the bank, here {row.state} over {row.amount_minor}"
    for ref, minor in back.items():
        if minor > bank.charges[ref].amount.minor:
            yield f"{ref} was paid back {minor} of {bank.charges[ref].amount}"
    for row in RefundRow.objects.filter(way="original"):
        if row.state in ("pending", "succeeded") and row.gateway_ref not in bank.refunds:
            yield f"refund {row.id} is {row.state}, and the bank has none"
        if row.state in ("intended", "unknown"):
            yield f"refund {row.id} is {row.state} to the end"


def _once_per_term() -> Iterator[str]:
    from goodterms.storage.models import ChargeRow

    paid = Counter(ChargeRow.objects.filter(state="succeeded").values_list("subscription_id", "term_number"))
    for (id, number), times in paid.items():
        if times > 1:
            yield f"term {number} of {id} was paid {times} times"


def _subscriptions(now: datetime) -> Iterator[str]:
    """Ledger, orders, refunds and facts of every subscription add up to its state, and nothing is overdue."""
    from goodterms.storage.load import load_subscriptions
    from goodterms.storage.models import FactRow, SubscriptionRow
    from tests.support.books import assert_books_agree
    from tests.support.fold import fold, state_of
    from tests.support.worlds import Sale

    facts: dict[UUID, list[Any]] = defaultdict(list)
    for fact in FactRow.objects.order_by("stream", "seq").iterator():
        facts[fact.stream].append(fact)
    keys = list(SubscriptionRow.objects.values_list("bucket", "id"))
    for start in range(0, len(keys), 500):
        for sub in load_subscriptions(keys[start : start + 500], at=now, lock=False):
            if fold(facts[sub.id]) != state_of(sub):
                yield f"the facts of {sub.id} do not add up to its state"
            sale = SimpleNamespace(bucket=sub.bucket, subscription_id=sub.id, sandbox=SimpleNamespace(now=now))
            try:
                assert_books_agree(cast(Sale, sale))
            except AssertionError as problem:
                yield f"the books of {sub.id} do not agree: {str(problem).splitlines()[:1]}"
            if sub.next_step_at is not None and sub.next_step_at <= now:
                yield f"{sub.id} is overdue since {sub.next_step_at}"
            yield from _terms(sub)


def _terms(sub: Any) -> Iterator[str]:
    """Standing terms follow one another, and each has exactly one order."""
    standing = [term for term in sub.terms if term.dropped_at is None and term.revoked_at is None]
    for one, other in pairwise(standing):
        if one.ends_at > other.starts_at:
            yield f"terms {one.number} and {other.number} of {sub.id} overlap"
    if sorted(order.term_number for order in sub.orders) != sorted(term.number for term in sub.terms):
        yield f"terms and orders of {sub.id} do not match"


def _letters() -> Iterator[str]:
    """Every payment has one receipt, and no letter waits."""
    from goodterms.storage.models import MessageRow, OrderRow

    waiting = MessageRow.objects.filter(sent_at=None).count()
    if waiting:
        yield f"{waiting} letters were never sent"
    receipts = MessageRow.objects.filter(kind__in=("receipt", "purchase")).count()
    if receipts != OrderRow.objects.count():
        yield f"{receipts} receipts for {OrderRow.objects.count()} orders"


def _promises(promises: Iterable[tuple[str, str]]) -> Iterator[str]:
    """What the website has confirmed was not lost, and what it said was decided is decided so."""
    from goodterms.storage.models import CancellationRow, OrderRow, RefundRequestRow

    requests = dict(RefundRequestRow.objects.values_list("id", "state"))
    rows = {
        "cancel": set(CancellationRow.objects.values_list("subscription_id", flat=True)),
        "keep": set(CancellationRow.objects.exclude(undone_at=None).values_list("subscription_id", flat=True)),
        "buy": set(OrderRow.objects.filter(term_number=1).values_list("subscription_id", flat=True)),
        "ask": set(requests),
        "approve": {id for id, state in requests.items() if state == "approved"},
        "decline": {id for id, state in requests.items() if state == "declined"},
    }
    for what, of in sorted(promises):
        if _id(of) not in rows[what]:
            yield f"the website confirmed {what} of {of}, and it is not there"


def _lasting(lasting: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Where nobody has come after, a subscription is as the last person was told: canceled, or going on.

    Who keeps it may be paid back later, and that cancels anew.
    """
    from goodterms.storage.models import FactRow

    latest: dict[UUID, str] = {}
    for fact in FactRow.objects.filter(name__in=(_CANCELED, _UNDONE)).order_by("stream", "seq"):
        by_refund = fact.name == _CANCELED and fact.data["channel"] == "refund"
        latest[fact.stream] = "paid back" if by_refund else fact.name
    for what, of in sorted(lasting):
        said = latest.get(_id(of))
        if said == (_UNDONE if what == "cancel" else _CANCELED):
            yield f"the website confirmed {what} of {of} last, and its last fact is {said}"


def _id(public: str) -> UUID:
    """The id in the public id of a subscription or a request."""
    from goodterms.domain.public_id import REQUEST, SUBSCRIPTION, decode

    return decode(SUBSCRIPTION if public.startswith(SUBSCRIPTION) else REQUEST, public)[1]


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], sys.argv[2])))
