"""Policies at the desk: where they are used, compared, tried on cases, proposed and published by two people."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from goodterms.desk import views_policy
from goodterms.storage.models import PolicyProposal, PolicyVersion, Role
from goodterms.storage.policies import policy_in_force, publish, shipped_policy
from tests.support.worlds import Sandbox

CASE = {
    "act": "refund", "kind": "initial", "length": "m12", "placed_at": "2026-03-02T10:00", "lead_days": "14",
    "amount": "59.95", "currency": "AUD", "channel": "vendor_store", "country": "", "state": "", "day": "10",
}  # fmt: skip


def _said(answer: Any) -> str:
    return str(answer.content.decode())


def _second() -> str:
    text = shipped_policy().replace("version = 1 ", "version = 2 ")
    return text.replace('length = "30 days"', 'length = "20 days"')


@pytest.fixture
def digest(sandbox: Sandbox, client: Client) -> str:
    """The shipped policy's digest; a specialist is signed in."""
    sandbox.sign_in(client)
    return policy_in_force(sandbox.now).digest


def test_the_list_says_where_a_version_is_used(sandbox: Sandbox, client: Client, digest: str) -> None:
    """Plan, orders and channel of what was sold under it."""
    sandbox.sell()

    said = _said(client.get("/desk/policies/"))

    assert "reference@1" in said
    assert "In force" in said
    assert "Shield Year" in said
    assert "vendor_store (1)" in said


def test_a_version_counts_which_rule_decided(sandbox: Sandbox, client: Client, digest: str) -> None:
    """One request, decided by the rule on first purchases."""
    sale = sandbox.sell()
    sandbox.advance(days=3)
    sale.ask_refund()

    answer = client.get(f"/desk/policies/{digest}/")

    counts = answer.context["decided"]
    assert [(one.clause, one.requests) for one in counts] == [("FIRST-PURCHASE-30-DAYS", 1)]


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [({}, "Granted"), ({"day": "31"}, "Not granted"), ({"channel": "apple_app_store"}, "Referred to")],
)
def test_an_invented_case_is_judged_on_its_day(
    client: Client, digest: str, changed: dict[str, str], outcome: str
) -> None:
    """The slider's day decides; every rule is shown with its reason."""
    answer = client.get(f"/desk/policies/{digest}/what-if/", {**CASE, **changed})

    said = _said(answer)
    assert answer.status_code == 200
    assert outcome in said
    assert "FIRST-PURCHASE-30-DAYS" in said


def test_the_findings_over_time_are_stretches_of_days(client: Client, digest: str) -> None:
    """Thirty days granted, the rest not: the borders are those of the window."""
    answer = client.get(f"/desk/policies/{digest}/what-if/", CASE)

    stretches = answer.context["answer"].stretches
    assert [(str(s.first_on), str(s.last_on), s.verdict.outcome) for s in stretches][:2] == [
        ("2026-03-02", "2026-04-01", "grant"), ("2026-04-02", str(stretches[1].last_on), "deny"),
    ]  # fmt: skip


def test_a_law_of_the_customers_country_joins_in(client: Client, digest: str) -> None:
    """A German consumer who withdraws: the European right is among the findings, with its article."""
    answer = client.get(
        f"/desk/policies/{digest}/what-if/", {**CASE, "act": "withdraw", "country": "de", "consumer": "yes"}
    )

    assert any(finding.rule.startswith("eu-withdrawal@") for finding in answer.context["answer"].verdict.findings)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("amount", "much", "Enter an amount"),
        ("amount", "-59.95", "Enter an amount that is not negative"),
        ("currency", "XXQ", "There is no currency"),
        ("country", "QQ", ""),
        ("placed_at", "0001-01-01T00:00", "Please check the year"),
        ("day", "9999", ""),
    ],
)
def test_wrong_input_is_said_at_its_field(client: Client, digest: str, field: str, value: str, said: str) -> None:
    """Nothing is judged, what was typed stays."""
    answer = client.get(f"/desk/policies/{digest}/what-if/", {**CASE, field: value})

    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert said in _said(answer)
    assert answer.context["answer"] is None


def test_a_real_order_is_judged_as_it_stands(sandbox: Sandbox, client: Client, digest: str) -> None:
    """By its number, today or on another day; a number that is none is said."""
    sale = sandbox.sell()
    sandbox.advance(days=5)
    path = f"/desk/policies/{digest}/what-if/"

    assert "Granted" in _said(client.get(path, {"order": sale.order.number}))
    assert "Not granted" in _said(client.get(path, {"order": sale.order.number, "day": "40"}))
    assert "There is no order 0000" in _said(client.get(path, {"order": "0000"}, follow=True))


@pytest.mark.parametrize("day", ["²", "-1", "1.5", "9999"])
def test_a_day_that_is_none_is_today(sandbox: Sandbox, client: Client, digest: str, day: str) -> None:
    """Whatever stands in the address."""
    sale = sandbox.sell()

    answer = client.get(f"/desk/policies/{digest}/what-if/", {"order": sale.order.number, "day": day})

    assert (answer.status_code, answer.context["day"]) == (200, 0)


def test_two_versions_are_compared(sandbox: Sandbox, client: Client, digest: str) -> None:
    """The window's change in a sentence, and a case that was granted and is not any more."""
    sandbox.sign_in(client, "ada@desk.example", Role.ADMINISTRATOR)
    _publish(sandbox, client)
    new = PolicyVersion.objects.get(version=2).digest

    said = _said(client.get("/desk/policies/compare/", {"before": digest, "after": new}))

    assert "20 days" in said
    assert "granted -&gt; denied" in said
    assert "Worse for the customer" in said


def test_publication_takes_two(sandbox: Sandbox, client: Client, digest: str) -> None:
    """The proposer is shown no button to publish; a colleague sees what changes and publishes."""
    sandbox.sign_in(client, "ada@desk.example", Role.ADMINISTRATOR)

    _publish(sandbox, client)

    assert policy_in_force(sandbox.now).version == 2
    assert PolicyProposal.objects.get().decided_by == "agent:bob@desk.example"


def test_a_refused_document_is_shown_with_its_lines(sandbox: Sandbox, client: Client, digest: str) -> None:
    """Line, column and what would be right; nothing is proposed, the text stays."""
    sandbox.sign_in(client, "ada@desk.example", Role.ADMINISTRATOR)
    broken = _second().replace('length = "20 days"', "length = 20")

    answer = client.post("/desk/policies/propose/", {"text": broken, "note": ""})

    assert answer.status_code == 422
    assert "has no unit" in _said(answer)
    assert "column" in _said(answer)
    assert "length = 20" in _said(answer)
    assert not PolicyProposal.objects.exists()


def test_specialists_may_look_and_not_propose(client: Client, digest: str) -> None:
    """The page of proposals is for seniors."""
    assert client.get("/desk/policies/").status_code == 200
    assert client.get("/desk/policies/propose/").status_code == 403


def test_a_proposal_is_compared_with_the_version_in_force(sandbox: Sandbox, client: Client, digest: str) -> None:
    """Not with one that is published for later."""
    later = _second().replace("effective_on = 2026-01-01", "effective_on = 2069-01-01")
    publish(later, at=sandbox.now, by="ada")
    sandbox.sign_in(client, "ada@desk.example", Role.ADMINISTRATOR)
    third = _second().replace("version = 2 ", "version = 3 ")
    client.post("/desk/policies/propose/", {"text": third, "note": ""})

    answer = client.get(f"/desk/policies/proposals/{PolicyProposal.objects.get().pk}/")

    assert answer.context["before"].version == 1
    assert "it was 30 days" in _said(answer)


def test_a_comparison_cut_short_says_so(
    sandbox: Sandbox, client: Client, digest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What changes is there; the reader is told that cases may be missing, and nothing is said to be all."""
    publish(_second(), at=sandbox.now, by="ada")
    pair = {"before": digest, "after": PolicyVersion.objects.get(version=2).digest}
    assert "cut short" not in _said(client.get("/desk/policies/compare/", pair))
    monkeypatch.setattr(views_policy, "_SECONDS_TO_COMPARE", 0)

    said = _said(client.get("/desk/policies/compare/", pair))
    same = _said(client.get("/desk/policies/compare/", {"before": digest, "after": digest}))

    assert "The comparison was cut short" in said
    assert "20 days" in said
    assert "None was found so far" in said
    assert "Nothing changes" not in same


def test_a_check_cut_short_says_so(
    sandbox: Sandbox, client: Client, digest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The remark names what was not searched, and the document is not called good."""
    sandbox.sign_in(client, "ada@desk.example", Role.ADMINISTRATOR)
    monkeypatch.setattr(views_policy, "_SECONDS_TO_CHECK", 0)

    said = _said(client.post("/desk/policies/propose/", {"text": _second(), "note": "", "check": "1"}))

    assert "the search for laws that give consumers more was cut short" in said
    assert "Nothing to remark" not in said


def test_a_document_has_a_greatest_length(sandbox: Sandbox, client: Client, digest: str) -> None:
    """What is too long to be read at once is refused at its field."""
    sandbox.sign_in(client, "ada@desk.example", Role.ADMINISTRATOR)
    long = _second() + "# more\n" * 4_000

    answer = client.post("/desk/policies/propose/", {"text": long, "note": ""})

    assert answer.status_code == 422
    assert "30000" in str(answer.context["form"].errors["text"])


def _publish(sandbox: Sandbox, client: Client) -> None:
    """Ada proposes, Bob confirms, Ada is back."""
    client.post("/desk/policies/propose/", {"text": _second(), "note": "Shorter"})
    path = f"/desk/policies/proposals/{PolicyProposal.objects.get().pk}/"
    assert "Publish reference@2" not in _said(client.get(path))
    sandbox.sign_in(client, "bob@desk.example", Role.SUPERVISOR)
    assert "Publish reference@2" in _said(client.get(path))
    client.post(path, {"act": "confirm"})
