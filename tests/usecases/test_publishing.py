"""Publishing a policy version: two people, once, for good."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from goodterms.domain.decision import Refusal
from goodterms.domain.facts import Actor
from goodterms.domain.policy import Policy
from goodterms.domain.reading.policy_problems import PolicyError
from goodterms.storage.admin_acts import recent_acts
from goodterms.storage.models import PolicyProposal, PolicyVersion, Role, User
from goodterms.storage.policies import policy_in_force, shipped_policy
from goodterms.storage.proposals import open_proposals
from goodterms.usecases.publish_policy import confirm_policy, propose_policy, withdraw_policy
from tests.support.worlds import Sandbox


def _second(**changes: str) -> str:
    """The shipped policy as its second version, some lines changed."""
    text = shipped_policy().replace("version = 1 ", "version = 2 ")
    for before, after in changes.items():
        assert before in text
        text = text.replace(before, after)
    return text


def _people(sandbox: Sandbox) -> tuple[User, User]:
    return sandbox.agent("ada@desk.example", Role.ADMINISTRATOR), sandbox.agent("bob@desk.example", Role.SUPERVISOR)


def _propose(sandbox: Sandbox, by: User, text: str) -> PolicyProposal | Refusal:
    return propose_policy(sandbox.world, text, "second.toml", by=by, actor=Actor("agent", by.email), note="Why not")


def _confirm(sandbox: Sandbox, id: int, by: User) -> Policy | Refusal:
    return confirm_policy(sandbox.world, id, by=by, actor=Actor("agent", by.email))


def test_a_second_person_publishes_what_the_first_proposed(sandbox: Sandbox) -> None:
    """It is in force from the confirmation, not from a date in the past, and both names are kept."""
    ada, bob = _people(sandbox)
    before = policy_in_force(sandbox.now)
    proposal = _propose(sandbox, ada, _second())
    assert isinstance(proposal, PolicyProposal)
    assert policy_in_force(sandbox.now) == before

    sandbox.advance(hours=1)
    published = _confirm(sandbox, proposal.pk, bob)

    assert isinstance(published, Policy)
    assert policy_in_force(sandbox.now).version == 2
    assert policy_in_force(sandbox.now.replace(hour=9, minute=30)).version == 1
    row = PolicyVersion.objects.get(digest=published.digest)
    assert row.effective_at == sandbox.now
    assert "ada@desk.example" in row.published_by
    assert "bob@desk.example" in row.published_by
    assert [act.act for act in recent_acts()][:2] == ["policy.published", "policy.proposed"]
    assert open_proposals() == []


def test_nobody_confirms_his_own_proposal(sandbox: Sandbox) -> None:
    """One person alone publishes nothing, whatever the role."""
    ada, _ = _people(sandbox)
    proposal = _propose(sandbox, ada, _second())
    assert isinstance(proposal, PolicyProposal)

    refused = _confirm(sandbox, proposal.pk, ada)

    assert isinstance(refused, Refusal)
    assert refused.code == "same_person"
    assert PolicyVersion.objects.count() == 1


def test_specialists_neither_propose_nor_confirm(sandbox: Sandbox) -> None:
    """Policies are for supervisors and administrators."""
    ada, _ = _people(sandbox)
    sam = sandbox.agent("sam@desk.example", Role.SPECIALIST)
    proposal = _propose(sandbox, ada, _second())
    assert isinstance(proposal, PolicyProposal)

    for refused in (_propose(sandbox, sam, _second()), _confirm(sandbox, proposal.pk, sam)):
        assert isinstance(refused, Refusal)
        assert refused.code == "not_allowed"


def test_confirming_twice_changes_nothing(sandbox: Sandbox) -> None:
    """The second click is told that it is done."""
    ada, bob = _people(sandbox)
    proposal = _propose(sandbox, ada, _second())
    assert isinstance(proposal, PolicyProposal)
    _confirm(sandbox, proposal.pk, bob)

    again = _confirm(sandbox, proposal.pk, bob)

    assert isinstance(again, Refusal)
    assert again.already
    assert PolicyVersion.objects.count() == 2


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (shipped_policy(), "published_already"),
        (shipped_policy().replace('"30 days"\ncounted', '"31 days"\ncounted'), "version_taken"),
        (_second().replace('terms_from = "1 month"', 'terms_from = "2 years"').replace("1 year", "3 years"), ""),
        (shipped_policy("adobe"), "commitment_not_sold"),
        (
            _second(**{"[refund]\n": '[refund]\ndestinations = ["credit", "original_method"]\n'}),
            "destination_not_offered",
        ),
    ],
)
def test_what_stands_in_the_way_is_said(sandbox: Sandbox, text: str, code: str) -> None:
    """The same text, the version with another, a plan that could not renew any more, a fee nobody can charge yet,
    money that would not go where the page says."""
    ada, _ = _people(sandbox)
    sandbox.plan()

    refused = _propose(sandbox, ada, text)

    assert isinstance(refused, Refusal)
    assert refused.code == (code or "plan_not_covered")


def test_one_proposal_of_a_policy_waits_at_a_time(sandbox: Sandbox) -> None:
    """The same text is told that it waits; another one has to wait for the first, or it is withdrawn."""
    ada, bob = _people(sandbox)
    first = _propose(sandbox, ada, _second())
    assert isinstance(first, PolicyProposal)

    same = _propose(sandbox, bob, _second())
    other = _propose(sandbox, bob, _second(**{'tolerance = "1 day"': 'tolerance = "2 days"'}))

    assert isinstance(same, Refusal)
    assert same.already
    assert isinstance(other, Refusal)
    assert not other.already
    assert withdraw_policy(sandbox.world, first.pk, by=bob, actor=Actor("agent", bob.email)) is None
    assert isinstance(
        _propose(sandbox, bob, _second(**{'tolerance = "1 day"': 'tolerance = "2 days"'})), PolicyProposal
    )


def test_a_broken_document_never_becomes_a_proposal(sandbox: Sandbox) -> None:
    """All its problems are raised at once."""
    ada, _ = _people(sandbox)

    with pytest.raises(PolicyError) as refused:
        _propose(sandbox, ada, _second(**{'"30 days"\ncounted': "30\ncounted"}))

    assert "has no unit" in str(refused.value)
    assert not PolicyProposal.objects.exists()


def test_an_order_keeps_the_version_it_was_made_under(sandbox: Sandbox) -> None:
    """A new version changes nothing for what has been sold."""
    ada, bob = _people(sandbox)
    sale = sandbox.sell()
    digest = sale.order.policy_digest
    proposal = _propose(sandbox, ada, _second())
    assert isinstance(proposal, PolicyProposal)
    published = _confirm(sandbox, proposal.pk, bob)
    assert isinstance(published, Policy)

    assert sale.order.policy_digest == digest != published.digest
    assert sandbox.sell(sandbox.customer("new@example.org")).order.policy_digest == published.digest
    assert published.effective_on < datetime(2026, 5, 10, tzinfo=UTC).date()


def test_a_newer_version_stays_in_force_when_an_older_one_was_scheduled(sandbox: Sandbox) -> None:
    """What was put off to next year and replaced meanwhile does not come back then."""
    ada, bob = _people(sandbox)
    for text in (_second(**{"effective_on = 2026-01-01": "effective_on = 2027-01-01"}), _third()):
        proposal = _propose(sandbox, ada, text)
        assert isinstance(proposal, PolicyProposal)
        assert isinstance(_confirm(sandbox, proposal.pk, bob), Policy)

    assert policy_in_force(sandbox.now).version == 3
    assert policy_in_force(datetime(2027, 6, 1, tzinfo=UTC)).version == 3


def _third() -> str:
    return shipped_policy().replace("version = 1 ", "version = 3 ")
