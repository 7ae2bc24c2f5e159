"""Policy versions on their way: proposed by one person, confirmed by another, never changed in between."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from goodterms.domain.decision import Refusal
from goodterms.domain.policy import Policy
from goodterms.domain.term import Interval
from goodterms.storage.models import Plan, PolicyProposal, PolicyVersion


def open_proposals() -> list[PolicyProposal]:
    """What waits for a second person, oldest first."""
    return list(PolicyProposal.objects.filter(state=PolicyProposal.State.OPEN).order_by("id"))


def proposal(id: int, *, lock: bool = False) -> PolicyProposal | None:
    """One proposal; under its lock where it is about to be decided."""
    rows = PolicyProposal.objects.select_for_update() if lock else PolicyProposal.objects
    return rows.filter(pk=id).first()


def add_proposal(policy: Policy, *, at: datetime, by: str, note: str) -> PolicyProposal | Refusal:
    """Keep a proposal. Refuses `proposed_already` (done before, for the same text) where the name has an open one."""
    try:
        with transaction.atomic():
            return PolicyProposal.objects.create(
                digest=policy.digest, name=policy.name, version=policy.version, text=policy.text, note=note,
                proposed_at=at, proposed_by=by,
            )  # fmt: skip
    except IntegrityError:
        same = PolicyProposal.objects.filter(name=policy.name, state=PolicyProposal.State.OPEN).first()
        return Refusal(
            "proposed_already",
            f"Version {same.version if same else '?'} of {policy.name} waits for a second person already; "
            "confirm or withdraw it first.",
            {"id": str(same.pk) if same else ""},
            already=same is not None and same.digest == policy.digest,
        )


def close_proposal(id: int, state: str, *, at: datetime, by: str) -> None:
    """Write down what became of a proposal."""
    PolicyProposal.objects.filter(pk=id).update(state=state, decided_at=at, decided_by=by)


def versions_of(name: str) -> list[PolicyVersion]:
    """The published versions of a policy, newest first."""
    return list(PolicyVersion.objects.filter(name=name).order_by("-version"))


def uncovered_plans(policy: Policy) -> list[str]:
    """The plans that are sold under this policy's name and whose terms it has no renewal schedule for."""
    plans = Plan.objects.filter(policy_name=policy.name).order_by("code")
    return [
        plan.code for plan in plans
        if not policy.renewal.covers(Interval(months=plan.interval_months, days=plan.interval_days))
    ]  # fmt: skip
