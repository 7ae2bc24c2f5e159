"""Servers die between any write and its answer. Whoever repeats the write under its key has it done exactly once."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from goodterms.domain.public_id import CHARGE, CUSTOMER, REFUND, decode, encode
from goodterms.storage.models import (
    AdminAct,
    ChargeRow,
    CustomerRow,
    FactRow,
    Inquiry,
    MessageRow,
    RefundRow,
    SubscriptionRow,
)
from goodterms.usecases.api_keys import Scope
from tests.support.api import Program, new_key
from tests.support.killing import MOST_STEPS, FarProgram, killed, repeated
from tests.support.serving import serving
from tests.support.worlds import Sandbox

#: Facts that tell of a search for an answer that got lost, which a kill may add.
_SEARCHING = ("charge.unknown", "refund.unknown")


@dataclass
class Life:
    """A customer whom nobody shares with another try, and what a try needs."""

    sandbox: Sandbox
    program: Program
    number: int

    @property
    def email(self) -> str:
        return f"n{self.number}@example.org"

    def customer(self) -> str:
        buyer = self.sandbox.customer(self.email)
        return encode(CUSTOMER, buyer.bucket, buyer.id)

    def sold(self) -> str:
        return self.sandbox.sell(self.sandbox.customer(self.email)).public_id

    def fingerprint(self, at: str) -> dict[str, str]:
        return {"shown": self.program.read(at)["fingerprint"]}

    def order(self, sub: str) -> str:
        found: str = self.program.read(f"/v1/subscriptions/{sub}")["terms"][-1]["order"]
        return found

    def case(self) -> str:
        wish = {"order": self.order(self.sold())}
        return f"/v1/refund-requests/{self.program.post('/v1/refund-requests', wish, expect=201).json()['id']}"  # type: ignore[attr-defined]


def _sell(life: Life) -> tuple[str, Any]:
    card = f"pm_ok.{life.number}"
    wish = {"customer": life.customer(), "plan": "shield-year", "currency": "AUD", "payment_method": card}
    return "/v1/subscriptions", wish


def _cancel(life: Life) -> tuple[str, Any]:
    at = f"/v1/subscriptions/{life.sold()}"
    return f"{at}/cancel", life.fingerprint(f"{at}/cancellation-preview")


def _undo(life: Life) -> tuple[str, Any]:
    path, body = _cancel(life)
    life.program.post(path, body, expect=200)
    return path.replace("cancel", "undo"), {}


def _request(life: Life) -> tuple[str, Any]:
    return "/v1/refund-requests", {"order": life.order(life.sold())}


def _ask(life: Life) -> tuple[str, Any]:
    return f"{life.case()}/ask", {"question": "Which card was it?"}


def _approve(life: Life) -> tuple[str, Any]:
    at = life.case()
    return f"{at}/approve", life.fingerprint(f"{at}/approval-preview")


def _retract(life: Life) -> tuple[str, Any]:
    return f"{life.case()}/retract", {}


def _claim(life: Life) -> tuple[str, Any]:
    return "/v1/claims", {"order_number": "none", "email": life.email, "name": "Ann Lee"}


def _price(life: Life) -> tuple[str, Any]:
    code = f"plan-{life.number}"
    life.program.post("/v1/plans", {"code": code, "product": code, "name": code, "months": 1}, expect=201)
    return f"/v1/plans/{code}/prices", {"currency": "EUR", "amount_minor": 499}


def _register(life: Life) -> tuple[str, Any]:
    return "/v1/customers", {"email": life.email, "name": "Ann Lee"}


def _card(life: Life) -> tuple[str, Any]:
    return f"/v1/subscriptions/{life.sold()}/payment-method", {"payment_method": f"pm_ok.other-{life.number}"}


def _take(life: Life) -> tuple[str, Any]:
    return f"{life.case()}/take", {}


def _answer(life: Life) -> tuple[str, Any]:
    path, body = _ask(life)
    life.program.post(path, body, expect=200)
    return path.replace("/ask", "/answers"), {"answer": "The blue one."}


def _decline(life: Life) -> tuple[str, Any]:
    return f"{life.case()}/decline", {"note": "It was used."}


def _appeal(life: Life) -> tuple[str, Any]:
    path, body = _decline(life)
    life.program.post(path, body, expect=200)
    return path.replace("/decline", "/appeal"), {"reason": "It was not."}


def _plan(life: Life) -> tuple[str, Any]:
    code = f"plan-{life.number}"
    return "/v1/plans", {"code": code, "product": code, "name": code, "months": 1}


def _off_sale(life: Life) -> tuple[str, Any]:
    life.program.post(*_plan(life), expect=201)
    return f"/v1/plans/plan-{life.number}/on-sale", {"on_sale": False}


WRITES: list[Callable[[Life], tuple[str, Any]]] = [
    _sell, _cancel, _undo, _request, _ask, _approve, _retract, _claim, _price,
    _register, _card, _take, _answer, _decline, _appeal, _plan, _off_sale,
]  # fmt: skip


def traces(life: Life) -> Counter[str]:
    """Everything that was done for a life, counted: facts, mails, refunds, acts."""
    found: Counter[str] = Counter()
    for owner in CustomerRow.objects.filter(bucket__gte=0, email=life.email):
        subs = SubscriptionRow.objects.filter(bucket=owner.bucket, customer_id=owner.id)
        for sub in subs:
            facts = FactRow.objects.filter(bucket=sub.bucket, stream=sub.id)
            found.update(name for name in facts.values_list("name", flat=True) if name not in _SEARCHING)
        found["customers"] += 1
        found["subscriptions"] += len(subs)
        kinds = MessageRow.objects.filter(bucket=owner.bucket, customer_id=owner.id).values_list("kind", flat=True)
        found.update(f"mail {kind}" for kind in kinds)
        refunds = RefundRow.objects.filter(bucket=owner.bucket, customer_id=owner.id)
        found.update(f"refund {refund.state}" for refund in refunds)
    found["inquiries"] = Inquiry.objects.filter(contact_email=life.email).count()
    found["acts"] = AdminAct.objects.filter(subject=f"plan-{life.number}").count()
    return found


def books_agree(sandbox: Sandbox) -> None:
    """Every movement of the bank is one of ours, each of ours moved once, and nobody paid twice for a subscription."""
    moved: dict[str, list[Any]] = {"charge": [], "refund": []}
    after = None
    while lines := sandbox.world.gateways["bank"].movements(after=after, limit=500):
        for line in lines:
            prefix = CHARGE if line.kind == "charge" else REFUND
            moved[line.kind].append((line.gateway_ref, *decode(prefix, line.reference or "")))
        after = lines[-1].cursor
    for kind, rows in (("charge", ChargeRow), ("refund", RefundRow)):
        refs = {(bucket, id): ref for ref, bucket, id in moved[kind]}
        assert len(set(refs.values())) == len({ref for ref, _, _ in moved[kind]}) == len(refs)
        assert set(refs) == set(rows.objects.filter(bucket__gte=0).values_list("bucket", "id"))  # type: ignore[attr-defined]
    subs = ChargeRow.objects.filter(bucket__gte=0).values_list("subscription_id", flat=True)
    assert max(Counter(subs).values()) == 1


def tried(sandbox: Sandbox, tries: int, seed: int) -> Counter[str]:
    """So many writes, each killed at a random step or instant and repeated; what was killed, by kind of write."""
    dice = random.Random(seed)
    program = Program(new_key(sandbox.world, *Scope).key)
    sandbox.plan()
    once: dict[str, Counter[str]] = {}
    steps: dict[str, int] = {}
    killed_at: Counter[str] = Counter()
    for number in range(tries + len(WRITES)):
        write = WRITES[number % len(WRITES)]
        life = Life(sandbox, program, number)
        path, body = write(life)
        name, key = write.__name__[1:], f"try-{number}"
        if name not in once:  # the first of each kind is left alone: what it leaves is what all must leave
            assert program.post(path, body, key=key).status_code < 300
            steps[name] = MOST_STEPS
        elif dice.random() < 0.7:
            if killed(sandbox, program.key, path, body, key, step=dice.randint(1, steps[name])):
                killed_at[name] += 1
            else:
                steps[name] -= 4  # it had its answer: this is how many steps there are
        elif killed(sandbox, program.key, path, body, key, after=dice.uniform(0.001, 0.15)):
            killed_at[name] += 1
        first = repeated(program, path, body, key)
        assert first.status_code < 300, (name, first.content)
        again = program.post(path, body, key=key)
        assert (again.content, again["Idempotent-Replayed"]) == (first.content, "true")
        sandbox.advance(hours=1)
        sandbox.work()
        found = traces(life)
        once.setdefault(name, found)
        assert found == once[name], (name, number, seed)
    books_agree(sandbox)
    print(f"{killed_at.total()} of {tries} writes were killed; each was done once: {dict(killed_at)}")
    return killed_at


def hung_up_on(sandbox: Sandbox, tries: int, seed: int) -> int:
    """So many writes to a real server, whose client is gone before the answer or not; how many had none."""
    dice = random.Random(seed)
    sandbox.set_clock(datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1))  # the server's is the real one
    sandbox.plan()
    key, once, lost = new_key(sandbox.world, *Scope).key, {}, 0
    bank = {"GOODTERMS_BANK_URL": sandbox.bank.url, "GOODTERMS_BANK_KEY": sandbox.bank.key, "GOODTERMS_API_RATE": "0"}
    with serving(**bank) as url, closing(FarProgram(key, url)) as program:
        for number in range(tries + len(WRITES)):
            write = WRITES[number % len(WRITES)]
            life = Life(sandbox, program, number)
            path, body = write(life)
            name, undisturbed = f"try-{number}", number < len(WRITES)
            if not undisturbed:
                lost += program.hang_up(path, body, name, after=dice.choice((0, dice.uniform(0, 0.15))))
            first = repeated(program, path, body, name)
            assert first.status_code < 300, (path, first.content)
            again = program.post(path, body, key=name)
            assert (again.content, again.headers["Idempotent-Replayed"]) == (first.content, "true")
            found = traces(life)
            once.setdefault(write, found)
            assert found == once[write], (path, number, seed)
    books_agree(sandbox)
    print(f"{lost} of {tries} clients were gone before their answer; each write was done once")
    return lost


def test_a_hundred_points(sandbox: Sandbox) -> None:
    """What every change is tried with."""
    assert tried(sandbox, 100, seed=7).total() >= 50


@pytest.mark.long
def test_a_thousand_points(sandbox: Sandbox) -> None:
    """The same, ten times over."""
    assert tried(sandbox, 1000, seed=11).total() >= 500


def test_clients_that_hang_up(sandbox: Sandbox) -> None:
    """The server goes on alone; whoever asks again, even while it works, has the act done once."""
    assert hung_up_on(sandbox, 50, seed=3) >= 10


@pytest.mark.long
def test_many_clients_that_hang_up(sandbox: Sandbox) -> None:
    """The same, ten times over."""
    assert hung_up_on(sandbox, 500, seed=5) >= 150
