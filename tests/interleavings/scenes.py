"""Where a pair of sessions begins: a subscription at the instant of its renewal, with what the two journeys need."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import pytest
from django.db import connection

from goodterms.domain.decision import Decision
from goodterms.domain.facts import Actor
from goodterms.domain.refund_request import RefundRequest
from goodterms.storage.claim import LEASE
from goodterms.storage.load import load_subscription
from goodterms.storage.models import CustomerRow, RefundRow
from goodterms.usecases import cancel, collect, pay_back, renew, request_refund, review
from goodterms.usecases.fence import Guard
from goodterms.usecases.world import World
from tests.interleavings.player import stop_before
from tests.support.worlds import START, Sale, Sandbox

ANN = Actor("customer", "ann")
AGENTS = (Actor("agent", "sam@desk.example"), Actor("agent", "kim@desk.example"))
_MONTH = 1
_A_MOMENT = timedelta(seconds=1)
_CALLS = frozenset({"charge", "charge_many", "refund", "find_charge", "find_refund", "movements"})


class StoppingGateway:
    """A gateway that stops before every call: it is a step of its own."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name not in _CALLS:
            return found

        def call(*args: Any, **kwargs: Any) -> Any:
            stop_before(f"ask the bank: {name}")
            return found(*args, **kwargs)

        return call


class _NoFence(Guard):
    """Two sessions of one process would wait for each other's check; the fence has tests of its own."""

    def found(self, world: World) -> None:
        """Nothing is ever held."""


@dataclass
class Scene:
    """A sale on the day of its renewal's charge, and a world whose gateway stops."""

    sandbox: Sandbox
    sale: Sale
    world: World
    request: RefundRequest | None = None

    @property
    def key(self) -> tuple[int, Any]:
        """Bucket and id of the subscription."""
        return self.sale.bucket, self.sale.subscription_id


Journey = Callable[[Scene, int], Any]


def build(sandbox: Sandbox, needs: Collection[str]) -> Scene:
    """A new subscription; what earlier scenes left behind is out of the way.

    `needs`: `intended` (the charge's intent is committed and not sent), `canceled`, `requested`, `approved` (and the
    refund not sent), `refunded at the bank` (in its dashboard, not read yet).
    """
    _put_away()
    sandbox.now = START
    buyer = sandbox.customer(f"buyer{CustomerRow.objects.count()}@example.org")
    sale = sandbox.sell(buyer, plan="shield-month", months=_MONTH, minor=995)
    sub = load_subscription(*(sale.bucket, sale.subscription_id), at=sandbox.now, lock=False)
    assert sub.next_step_at is not None
    sandbox.now = sub.next_step_at
    renew.renew_due(sandbox.world)  # announces
    sub = load_subscription(sale.bucket, sale.subscription_id, at=sandbox.now, lock=False)
    assert sub.next_step_at is not None
    sandbox.now = sub.next_step_at + timedelta(seconds=1)
    gateways = {name: StoppingGateway(one) for name, one in sandbox.world.gateways.items()}
    scene = Scene(sandbox, sale, replace(sandbox.world, gateways=gateways, fence=_NoFence()))
    if "requested" in needs or "approved" in needs:
        scene.request = sale.ask_refund()
    if "intended" in needs:
        assert renew.renew_due(sandbox.world) == 1
    if "canceled" in needs:
        assert isinstance(cancel.cancel(sandbox.world, *scene.key, actor=ANN, channel="account"), Decision)
    if "approved" in needs:
        assert scene.request is not None
        with pytest.MonkeyPatch.context() as patch:  # the process dies between the commit and the call
            patch.setattr(review, "pay_back_now", lambda *_: None)
            approved = review.approve(sandbox.world, sale.bucket, scene.request.id, actor=AGENTS[0])
        assert isinstance(approved, Decision), approved
    if "refunded at the bank" in needs:
        pay_back.read_statement(sandbox.world, "bank")  # so that there is one line to read
        _refund_at_the_bank(scene)
    return scene


def _put_away() -> None:
    """What earlier scenes left is never due again."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE subscriptions SET next_step_at = NULL WHERE next_step_at IS NOT NULL")
        for table in ("charges", "refunds"):
            cursor.execute(f"UPDATE {table} SET check_at = NULL WHERE check_at IS NOT NULL")


def _refund_at_the_bank(scene: Scene) -> None:
    order = scene.sale.order
    body = {"charge": order.gateway_ref, "amount_minor": 300, "currency": "AUD"}
    httpx.post(f"{scene.sandbox.bank.url}/dashboard/refunds", json=body, timeout=30).raise_for_status()


# --- the journeys: what each needs, and how it goes ----------------------------------------------


def _claim(scene: Scene, _who: int) -> Any:
    return renew.renew_and_charge(scene.world)


def _collect(scene: Scene, _who: int) -> Any:
    return collect.collect_due(scene.world)


def _cancel(scene: Scene, _who: int) -> Any:
    return cancel.cancel(scene.world, *scene.key, actor=ANN, channel="account")


def _undo(scene: Scene, _who: int) -> Any:
    return cancel.undo(scene.world, *scene.key, actor=ANN)


def _request(scene: Scene, _who: int) -> Any:
    order, sale = scene.sale.order, scene.sale
    return request_refund.request_refund(
        scene.world, sale.bucket, order.id, sale.facts_told(), actor=ANN, channel="account",
        contact_email=order.buyer_email,
    )  # fmt: skip


def _approve(scene: Scene, who: int) -> Any:
    assert scene.request is not None
    return review.approve(scene.world, scene.sale.bucket, scene.request.id, actor=AGENTS[who])


def _send(scene: Scene, _who: int) -> Any:
    return pay_back.pay_back_due(scene.world)


def _send_now(scene: Scene, _who: int) -> Any:
    refund = RefundRow.objects.filter(bucket=scene.sale.bucket, subscription_id=scene.sale.subscription_id).get()
    return pay_back.pay_back_now(scene.world, scene.sale.bucket, refund.id)


def _statement(scene: Scene, _who: int) -> Any:
    return pay_back.read_statement(scene.world, "bank")


def _later(scene: Scene) -> World:
    """The world of another worker, to whom the lease of the first is over although that one lives."""
    return replace(scene.world, now=lambda: scene.sandbox.now + LEASE + _A_MOMENT)


def _look_up_charge(scene: Scene, _who: int) -> Any:
    return collect.collect_due(_later(scene))


def _take_over_charge(scene: Scene, _who: int) -> Any:
    """What the look-up did not find is sent again by the next round."""
    return [collect.collect_due(_later(scene)) for _ in range(2)]


def _look_up_refund(scene: Scene, _who: int) -> Any:
    return pay_back.pay_back_due(_later(scene))


def _take_over_refund(scene: Scene, _who: int) -> Any:
    return [pay_back.pay_back_due(_later(scene)) for _ in range(2)]


JOURNEYS: dict[str, tuple[Journey, frozenset[str]]] = {
    "claim": (_claim, frozenset()),
    "collect": (_collect, frozenset({"intended"})),
    "cancel": (_cancel, frozenset()),
    "undo": (_undo, frozenset({"canceled"})),
    "request": (_request, frozenset()),
    "approve": (_approve, frozenset({"requested"})),
    "send": (_send, frozenset({"approved"})),
    "send now": (_send_now, frozenset({"approved"})),
    "statement": (_statement, frozenset({"refunded at the bank"})),
}
#: Another worker comes when the lease of the first is over: beside the first only.
TAKING_OVER: dict[str, tuple[Journey, frozenset[str]]] = {
    "look up charge": (_look_up_charge, frozenset({"intended"})),
    "take over charge": (_take_over_charge, frozenset({"intended"})),
    "look up refund": (_look_up_refund, frozenset({"approved"})),
    "take over refund": (_take_over_refund, frozenset({"approved"})),
}

_EVERY = JOURNEYS | TAKING_OVER


def journeys(scene: Scene, names: tuple[str, str]) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """Both journeys of a pair, on a scene."""
    first, second = (partial(_EVERY[name][0], scene, who) for who, name in enumerate(names))
    return first, second


def needs_of(names: tuple[str, str]) -> frozenset[str]:
    """What a pair needs."""
    return _EVERY[names[0]][1] | _EVERY[names[1]][1]
