"""The desk's acts on a refund request: take, ask, approve (and then pay back), decline (R33-R37)."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from goodterms.domain.approval import ApprovalOutcome, Wish, decide_approval
from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.facts import Actor
from goodterms.domain.request_facts import decide_facts
from goodterms.domain.requests import decide_decline, decide_question, decide_review
from goodterms.domain.rules import FactValue
from goodterms.storage.save import save
from goodterms.usecases.cases import load_case
from goodterms.usecases.owed_case import open_owed_case
from goodterms.usecases.pay_back import pay_back_now
from goodterms.usecases.world import World, calendar_for

#: Who decides where a policy lets its rules decide.
BY_POLICY = Actor("system", "policy")


def take(world: World, bucket: int, request_id: UUID, *, actor: Actor) -> Decision | Refusal:
    """Begin to review a request. Raises `NotFound`."""
    now = world.now()
    with transaction.atomic():
        case = load_case(bucket, request_id, now, lock=True)
        decision = decide_review(case.subscription, case.request, case.in_force, now, actor=actor)
        if isinstance(decision, Decision):
            save([decision])
    return decision


def ask(world: World, bucket: int, request_id: UUID, question: str, *, actor: Actor) -> Decision | Refusal:
    """Ask the customer; the request keeps its date. Raises `NotFound`."""
    now = world.now()
    with transaction.atomic():
        case = load_case(bucket, request_id, now, lock=True)
        decision = decide_question(
            case.subscription, case.order, case.request, question, case.policy, case.in_force, now,
            actor=actor, beside=case.beside,
        )  # fmt: skip
        if isinstance(decision, Decision):
            save([decision])
    return decision


def state_facts(
    world: World, bucket: int, request_id: UUID, stated: Mapping[str, FactValue], *, actor: Actor
) -> Decision | Refusal:
    """A specialist enters facts that the rules need, or corrects them. Raises `NotFound`."""
    now = world.now()
    with transaction.atomic():
        case = load_case(bucket, request_id, now, lock=True)
        decision = decide_facts(
            case.subscription, case.order, case.request, stated, case.policy, case.in_force, now,
            actor=actor, calendar=calendar_for(case.policy, now, case.request.received_at), beside=case.beside,
        )  # fmt: skip
        if isinstance(decision, Decision):
            save([decision])
    return decision


def preview_approval(
    world: World, bucket: int, request_id: UUID, *, actor: Actor, wish: Wish | None = None,
    related: frozenset[str] = frozenset(), senior: bool = True,
) -> ApprovalOutcome | Refusal:  # fmt: skip
    """What approving would do: the same decision as `approve`, not saved. Raises `NotFound`."""
    now = world.now()
    case = load_case(bucket, request_id, now, lock=False)
    decision = decide_approval(
        case.subscription, case.order, case.request, case.policy, case.in_force, now,
        actor=actor, wish=wish, related=related, senior=senior, beside=case.beside,
    )  # fmt: skip
    if isinstance(decision, Refusal):
        return decision
    assert isinstance(decision.outcome, ApprovalOutcome)
    return decision.outcome


def approve(
    world: World, bucket: int, request_id: UUID, *, actor: Actor, wish: Wish | None = None,
    related: frozenset[str] = frozenset(), senior: bool = True, shown: str | None = None,
) -> Decision | Refusal:  # fmt: skip
    """Approve; with the last confirmation needed the intent is committed and then sent. Raises `NotFound`.

    `related` holds the acting person's own e-mail addresses, `senior` tells whether he may confirm goodwill. `shown`
    is the fingerprint of the preview that was confirmed; when the outcome has changed since, the refusal
    `preview_changed` asks again.
    """
    now = world.now()
    with transaction.atomic():
        case = load_case(bucket, request_id, now, lock=True)
        decision = decide_approval(
            case.subscription, case.order, case.request, case.policy, case.in_force, now,
            actor=actor, wish=wish, related=related, senior=senior, beside=case.beside,
        )  # fmt: skip
        if isinstance(decision, Decision):
            assert isinstance(decision.outcome, ApprovalOutcome)
            if shown is not None and shown != decision.outcome.fingerprint:
                return Refusal("preview_changed", "What approving does has changed since it was shown.")
            save([decision])
            if decision.outcome.final:
                open_owed_case(bucket, request_id, now)
    if isinstance(decision, Decision):
        assert isinstance(decision.outcome, ApprovalOutcome)
        for refund in decision.outcome.refunds:
            pay_back_now(world, bucket, refund.id)
    return decision


def grant_by_policy(world: World, bucket: int, request_id: UUID) -> Decision | None:
    """Approve at once what the rules grant, where the policy lets them decide (X33); all else waits for a person.

    A person also decides where a second one has to confirm, on what came by the public form, where a fact rests on the
    customer's own word (nobody grants himself a refund), and on a payment that the bank looks into: what it takes back
    is not to be paid a second time. Raises `NotFound`.
    """
    case = load_case(bucket, request_id, world.now(), lock=False)
    own_word = any(Actor.parse(fact.by).kind == "customer" for fact in case.request.facts.values())
    by_person = own_word or case.order.disputed or case.request.channel == "public_form"
    if case.policy.refund.decided_by != "policy" or by_person:
        return None
    shown = preview_approval(world, bucket, request_id, actor=BY_POLICY)
    if isinstance(shown, Refusal) or not shown.final:
        return None
    done = approve(world, bucket, request_id, actor=BY_POLICY, shown=shown.fingerprint)
    return done if isinstance(done, Decision) else None


def decline(world: World, bucket: int, request_id: UUID, *, actor: Actor, note: str = "") -> Decision | Refusal:
    """Decline with the failed criterion and the dates used (R36). Raises `NotFound`."""
    now = world.now()
    with transaction.atomic():
        case = load_case(bucket, request_id, now, lock=True)
        decision = decide_decline(
            case.subscription, case.order, case.request, case.policy, case.in_force, now,
            actor=actor, note=note, beside=case.beside,
        )  # fmt: skip
        if isinstance(decision, Decision):
            save([decision])
            open_owed_case(bucket, request_id, now)
    return decision
