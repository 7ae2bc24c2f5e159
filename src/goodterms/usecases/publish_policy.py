"""Publishing a policy version: one person proposes, another confirms; from then on it never changes.

Orders keep the version they were made under, so publishing changes nothing for what has been sold (R26, A23). Running
subscriptions renew under the version that is in force when their renewal is announced.
"""

from __future__ import annotations

from datetime import UTC, datetime, time

from django.db import transaction

from goodterms.domain.decision import Refusal
from goodterms.domain.facts import Actor
from goodterms.domain.not_sold import not_sold_yet
from goodterms.domain.policy import Policy
from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.storage import admin_acts, proposals
from goodterms.storage.models import PolicyProposal, Role, User
from goodterms.storage.policies import publish
from goodterms.usecases.world import World

#: Who may propose and who may confirm.
PUBLISHERS = (Role.SUPERVISOR, Role.ADMINISTRATOR)


def propose_policy(
    world: World, text: str, source: str, *, by: User, actor: Actor, note: str = ""
) -> PolicyProposal | Refusal:
    """Propose a policy version for publication.

    Raises `PolicyError` for a document that is refused, with all its problems; `source` names it there. Refusals:
    `not_allowed`, `published_already` (done before), `version_taken`, `version_too_low`, `plan_not_covered`,
    `commitment_not_sold`, `destination_not_offered`, `proposed_already`.
    """
    policy = parse_policy(text, source)
    refusal = _not_allowed(by) or _not_publishable(policy)
    if refusal:
        return refusal
    now = world.now()
    with transaction.atomic():
        made = proposals.add_proposal(policy, at=now, by=str(actor), note=note.strip())
        if not isinstance(made, Refusal):
            admin_acts.record(
                "policy.proposed", policy.label, at=now, actor=str(actor), digest=policy.digest, note=note
            )
    return made


def confirm_policy(world: World, id: int, *, by: User, actor: Actor) -> Policy | Refusal:
    """Publish what another person proposed, from the start (UTC) of its `effective_on` or from now, what is later.

    Refusals: `not_allowed`, `no_proposal`, `decided_already`, `same_person`, and what has come in the way since it was
    proposed (`version_taken`, `version_too_low`, `plan_not_covered`, `commitment_not_sold`,
    `destination_not_offered`).
    """
    refusal = _not_allowed(by)
    if refusal:
        return refusal
    now = world.now()
    with transaction.atomic():
        found = proposals.proposal(id, lock=True)
        if found is None:
            return Refusal("no_proposal", f"There is no proposal {id}.")
        if found.state != PolicyProposal.State.OPEN:
            return Refusal(
                "decided_already", f"The proposal has been {found.state} already.",
                already=found.state == PolicyProposal.State.PUBLISHED,
            )  # fmt: skip
        if found.proposed_by == str(actor):
            return Refusal("same_person", "You have proposed it. A second person has to confirm it.")
        policy = parse_policy(found.text, f"{found.name}@{found.version}")
        refusal = _not_publishable(policy)
        if refusal:
            return refusal
        effective_at = takes_effect_at(policy, now)
        publish(found.text, at=now, by=f"{found.proposed_by}, {actor}", effective_at=effective_at)
        proposals.close_proposal(id, PolicyProposal.State.PUBLISHED, at=now, by=str(actor))
        admin_acts.record(
            "policy.published", policy.label, at=now, actor=str(actor), digest=policy.digest,
            proposed_by=found.proposed_by, effective_at=effective_at,
        )  # fmt: skip
    return policy


def withdraw_policy(world: World, id: int, *, by: User, actor: Actor) -> Refusal | None:
    """Take a proposal back, one's own or a colleague's. Refuses `not_allowed`, `no_proposal`, `decided_already`."""
    refusal = _not_allowed(by)
    if refusal:
        return refusal
    now = world.now()
    with transaction.atomic():
        found = proposals.proposal(id, lock=True)
        if found is None:
            return Refusal("no_proposal", f"There is no proposal {id}.")
        if found.state != PolicyProposal.State.OPEN:
            return Refusal(
                "decided_already", f"The proposal has been {found.state} already.",
                already=found.state == PolicyProposal.State.WITHDRAWN,
            )  # fmt: skip
        proposals.close_proposal(id, PolicyProposal.State.WITHDRAWN, at=now, by=str(actor))
        admin_acts.record("policy.withdrawn", f"{found.name}@{found.version}", at=now, actor=str(actor))
    return None


def takes_effect_at(policy: Policy, now: datetime) -> datetime:
    """When a version that is published now is in force: never in the past, where orders were made under another."""
    return max(datetime.combine(policy.effective_on, time(), UTC), now)


def _not_allowed(by: User) -> Refusal | None:
    if by.is_active and by.role in PUBLISHERS:
        return None
    return Refusal("not_allowed", "Policies are published by supervisors and administrators.")


def _not_publishable(policy: Policy) -> Refusal | None:
    """What stands in the way of a version that is right by itself."""
    refusal = not_sold_yet(policy)
    if refusal is not None:
        return refusal
    for version in proposals.versions_of(policy.name):
        if version.digest == policy.digest:
            return Refusal("published_already", f"{policy.label} is published already.", already=True)
        if version.version == policy.version:
            return Refusal(
                "version_taken",
                f"{policy.label} is published with another text, and stays as it is; raise the version to "
                f"{proposals.versions_of(policy.name)[0].version + 1}.",
            )
        if policy.version < version.version:
            return Refusal(
                "version_too_low", f"Version {version.version} is published already; raise the version above it."
            )
    uncovered = proposals.uncovered_plans(policy)
    if uncovered:
        return Refusal(
            "plan_not_covered",
            f"{policy.label} has no renewal schedule for the terms of {', '.join(uncovered)}, sold under it.",
            {"plans": ",".join(uncovered)},
        )
    return None
