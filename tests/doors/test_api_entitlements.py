"""May this customer use the product? The API's answers at every kind of state, and to whom it gives none."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from goodterms.domain.facts import Actor
from goodterms.domain.public_id import CUSTOMER, SUBSCRIPTION, decode, encode
from goodterms.usecases.cancel import cancel
from goodterms.wiring import new_id, world
from tests.support.api import Program, new_key, problem
from tests.support.moves import Life, at
from tests.support.worlds import Sale, Sandbox

START, YEAR_ON, TWO_ON = "2027-03-01T10:00:00Z", "2028-03-01T10:00:00Z", "2029-03-01T10:00:00Z"


class Scene:
    """A subscription bought on 1 March 2027 and a program that asks about it in both ways."""

    def __init__(self, sandbox: Sandbox, **more: Any) -> None:
        sandbox.set_clock(at("2027-03-01T10:00"))
        self.sandbox = sandbox
        self.life = Life(sandbox.sell(**more))
        self.sale = self.life.sale
        self.program = Program(new_key(sandbox.world).key)

    def of_one(self, sale: Sale | None = None) -> Any:
        """What the subscription grants."""
        response = self.program.get(f"/v1/entitlements/{(sale or self.sale).public_id}")
        assert response.status_code == 200, response.content
        return response.json()  # type: ignore[attr-defined]

    def of_product(self) -> Any:
        """What all of the customer's subscriptions to the product grant."""
        asked = {"customer": self.sale.customer_public_id, "product": "shield"}
        response = self.program.get("/v1/entitlements", asked)
        assert response.status_code == 200, response.content
        return response.json()  # type: ignore[attr-defined]

    def short(self) -> tuple[str, str | None, str | None, int | None, tuple[str, str] | None]:
        """Reason, since, until, the term's number and the next change; the same asked in both ways."""
        told = self.of_one()
        assert told == self.of_product()
        assert told["may_use"] == (told["reason"] == "paid_term")
        change = told["next_change"]
        return (
            told["reason"], told["since"], told["until"], told["term"] and told["term"]["number"],
            change and (change["kind"], change["at"]),
        )  # fmt: skip


@pytest.fixture
def scene(sandbox: Sandbox) -> Scene:
    """Bought and paid."""
    return Scene(sandbox)


@pytest.mark.requirement("R13")
def test_a_running_term(scene: Scene) -> None:
    """The whole answer while the first term runs, up to its last moment and from its end on."""
    sale = scene.sale
    assert scene.of_one() == {
        "customer": sale.customer_public_id,
        "product": "shield",
        "may_use": True,
        "reason": "paid_term",
        "since": START,
        "until": YEAR_ON,
        "term": {"subscription": sale.public_id, "number": 1, "starts_at": START, "ends_at": YEAR_ON},
        "next_change": {"kind": "renewal_due", "at": YEAR_ON},
    }
    scene.sandbox.now = at("2028-03-01T10:00") - timedelta(microseconds=1)
    assert scene.short() == ("paid_term", START, YEAR_ON, 1, ("renewal_due", YEAR_ON))
    scene.sandbox.now = at("2028-03-01T10:00")  # and no worker has come by
    assert scene.short() == ("term_ended", None, YEAR_ON, 1, None)


def test_before_it_begins(scene: Scene) -> None:
    """An upcoming term grants nothing yet, and says when it will."""
    scene.sandbox.now = at("2027-02-01")
    assert scene.short() == ("not_begun", START, None, 1, ("begins", START))


@pytest.mark.requirement("R46")
def test_renewed_ahead_then_dropped(scene: Scene) -> None:
    """Paid early, access reaches through the next term; refunded before it begins, only that term is gone (R46)."""
    scene.life.to("2028-02-20T12:00")
    assert scene.short() == ("paid_term", START, TWO_ON, 1, ("renewal_due", TWO_ON))
    scene.life.approve(scene.sale.ask_refund().id)
    assert scene.short() == ("paid_term", START, YEAR_ON, 1, ("ends", YEAR_ON))
    scene.life.to("2028-03-02T00:00")
    assert scene.short() == ("term_ended", None, YEAR_ON, 1, None)


@pytest.mark.requirement("R42")
def test_refunded_while_it_runs(scene: Scene) -> None:
    """A term that had begun is revoked with its refund: access is gone with the answer of that second (R42)."""
    scene.life.to("2027-03-10T12:00")
    request = scene.sale.ask_refund()
    assert scene.short()[0] == "paid_term"
    scene.life.approve(request.id)
    assert scene.short() == ("refunded", None, "2027-03-10T12:00:00Z", 1, None)


@pytest.mark.requirement("R12", "R13")
def test_canceled(scene: Scene) -> None:
    """Cancelling takes nothing of what is paid; what changes next is the end (R5)."""
    sale = scene.sale
    actor = Actor("customer", sale.customer_public_id)
    cancel(scene.sandbox.world, sale.bucket, sale.subscription_id, actor=actor, channel="account")
    assert scene.short() == ("paid_term", START, YEAR_ON, 1, ("ends", YEAR_ON))
    scene.life.to("2028-03-01T10:00")
    assert scene.short() == ("term_ended", None, YEAR_ON, 1, None)


def test_the_next_payment_fails(sandbox: Sandbox) -> None:
    """While a renewal's charge fails the paid term runs on, to its end and not beyond."""
    scene = Scene(sandbox)
    _take_card_away(scene.sale)
    scene.life.to("2028-02-28T00:00")
    assert scene.short() == ("paid_term", START, YEAR_ON, 1, ("renewal_due", YEAR_ON))
    scene.life.to("2028-03-01T10:00")
    assert scene.short() == ("term_ended", None, YEAR_ON, 1, None)


def test_never_paid(sandbox: Sandbox) -> None:
    """A first charge that was declined grants nothing."""
    scene = Scene(sandbox, card="pm_declined")
    assert scene.short() == ("never_paid", None, None, None, None)


def test_bought_again_after_a_refund(scene: Scene) -> None:
    """Each subscription answers for itself; together, the one that was refunded takes nothing of the new one."""
    scene.life.to("2027-03-10T12:00")
    scene.life.approve(scene.sale.ask_refund().id)
    scene.sandbox.advance(days=1)
    again = scene.sandbox.sell(scene.sale.customer)
    together = scene.of_product()
    assert (together["reason"], together["until"]) == ("paid_term", "2028-03-11T12:00:00Z")
    assert together["term"]["subscription"] == again.public_id
    assert (scene.of_one()["reason"], scene.of_one(again)["reason"]) == ("refunded", "paid_term")


def test_two_that_grant_at_once(scene: Scene) -> None:
    """Where a longer one runs beside it, refunding one leaves the other's access, whichever is refunded."""
    sale = scene.sale
    _expire_on_paper(sale)  # so that the customer may have a second one
    other = scene.sandbox.sell(sale.customer, plan="shield-two-years", months=24, minor=9995)
    assert scene.of_product()["until"] == TWO_ON
    assert scene.of_product()["term"]["subscription"] == other.public_id
    Life(other).approve(other.ask_refund().id)
    assert scene.of_one(other)["reason"] == "refunded"
    assert (scene.of_product()["reason"], scene.of_product()["until"]) == ("paid_term", YEAR_ON)


def test_another_product_is_another_question(scene: Scene) -> None:
    """A subscription grants its own product only."""
    asked = {"customer": scene.sale.customer_public_id, "product": "vault"}
    told = scene.program.get("/v1/entitlements", asked).json()  # type: ignore[attr-defined]
    assert (told["may_use"], told["reason"], told["term"]) == (False, "never_paid", None)


def _without_id(told: Any) -> Any:
    return {name: value for name, value in told.items() if name != "request_id"}


def test_unknown_and_foreign_ids_answer_alike(scene: Scene) -> None:
    """An id that is unknown, malformed, in another bucket, or another customer's than asked for: one answer."""
    sale, stranger = scene.sale, scene.sandbox.customer("bea@example.org", "Bea")
    bucket, id = decode(SUBSCRIPTION, sale.public_id)
    asked = [
        (f"/v1/entitlements/{encode(SUBSCRIPTION, bucket, new_id())}", None),
        (f"/v1/entitlements/{encode(SUBSCRIPTION, (bucket + 1) % 4096, id)}", None),
        (f"/v1/entitlements/{sale.customer_public_id}", None),
        (f"/v1/entitlements/{sale.public_id.upper()}", None),
        (f"/v1/entitlements/{sale.public_id}0", None),
        (f"/v1/entitlements/{sale.public_id}", {"customer": encode(CUSTOMER, stranger.bucket, stranger.id)}),
    ]
    answers = [scene.program.get(path, query) for path, query in asked]
    assert {problem(response) for response in answers} == {(404, "not_found")}
    bodies = [_without_id(response.json()) for response in answers]  # type: ignore[attr-defined]
    assert all(body == bodies[0] for body in bodies)
    own = scene.program.get(f"/v1/entitlements/{sale.public_id}", {"customer": sale.customer_public_id})
    assert own.status_code == 200


def test_a_customer_is_not_told_from_nobody(scene: Scene) -> None:
    """Somebody who never bought, and an id that nobody has, are answered alike: nothing is granted."""
    bea = scene.sandbox.customer("bea@example.org", "Bea")
    answers = []
    for bucket, id in ((bea.bucket, bea.id), (bea.bucket, new_id()), ((scene.sale.bucket + 1) % 4096, bea.id)):
        asked = {"customer": encode(CUSTOMER, bucket, id), "product": "shield"}
        answers.append(scene.program.get("/v1/entitlements", asked).json())  # type: ignore[attr-defined]
    assert [told.pop("customer") is not None for told in answers] == [True, True, True]
    assert all(told == answers[0] for told in answers)
    assert (answers[0]["may_use"], answers[0]["reason"]) == (False, "never_paid")


@pytest.mark.parametrize(
    ("query", "code", "parameter"),
    [
        ({}, "missing_parameter", "customer"),
        ({"customer": "{cus}"}, "missing_parameter", "product"),
        ({"product": "shield"}, "missing_parameter", "customer"),
        ({"customer": "", "product": "shield"}, "invalid_parameter", "customer"),
        ({"customer": "ann@example.org", "product": "shield"}, "invalid_parameter", "customer"),
        ({"customer": "{sub}", "product": "shield"}, "invalid_parameter", "customer"),
        ({"customer": "{cus}", "product": ""}, "invalid_parameter", "product"),
        ({"customer": "{cus}", "product": "x" * 61}, "invalid_parameter", "product"),
        ({"customer": "{cus}", "product": "a\x00b"}, "invalid_parameter", "product"),
        ({"customer": ["{cus}", "{cus}"], "product": "shield"}, "invalid_parameter", "customer"),
        ({"customer": "{cus}", "product": "shield", "costumer": "x"}, "unknown_parameter", "costumer"),
    ],
)
def test_parameters_are_read_strictly(db: None, query: dict[str, Any], code: str, parameter: str) -> None:
    """What is missing, malformed, given twice or unknown is named; nothing is guessed."""
    known = {"{cus}": encode(CUSTOMER, 7, new_id()), "{sub}": encode(SUBSCRIPTION, 7, new_id())}
    filled = {
        name: [known[one] for one in value] if isinstance(value, list) else known.get(value, value)
        for name, value in query.items()
    }
    response = Program(new_key(world()).key).get("/v1/entitlements", filled)
    assert problem(response) == (400, code)
    assert response.json()["parameter"] == parameter  # type: ignore[attr-defined]


def test_one_statement_answers(scene: Scene) -> None:
    """Once the key is known, each answer is one statement, however many terms there are."""
    scene.life.to("2031-02-20T12:00")
    assert scene.short()[2] == "2032-03-01T10:00:00Z"
    asked = {"customer": scene.sale.customer_public_id, "product": "shield"}
    for path, query in ((f"/v1/entitlements/{scene.sale.public_id}", None), ("/v1/entitlements", asked)):
        seen: list[str] = []
        with connection.execute_wrapper(lambda run, sql, *more, seen=seen: (seen.append(sql), run(sql, *more))[1]):
            assert scene.program.get(path, query).status_code == 200
        assert len(seen) == 1, seen


def _take_card_away(sale: Sale) -> None:
    _update(sale, "payment_method = 'pm_expired'")


def _expire_on_paper(sale: Sale) -> None:
    _update(sale, "expired_at = now(), end_reason = 'canceled', auto_renew = false, next_step_at = NULL")


def _update(sale: Sale, change: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE subscriptions SET {change} WHERE bucket = %s AND id = %s", [sale.bucket, sale.subscription_id]
        )


def test_the_instants_are_utc(scene: Scene) -> None:
    """Every instant ends in Z and is read by anybody's parser."""
    told = scene.of_one()
    for text in (told["since"], told["until"], told["next_change"]["at"]):
        assert text.endswith("Z")
        assert datetime.fromisoformat(text).utcoffset() == timedelta(0)
