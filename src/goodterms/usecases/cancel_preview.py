"""What cancelling means, as screens show it: the decision itself, unsaved, with its sums, dates and source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from goodterms.domain.business_days import add_business_days
from goodterms.domain.cancellation import CancellationOutcome, cancellation_outcome, not_cancelable
from goodterms.domain.cancellation_effect import CancellationEffect
from goodterms.domain.case import Verdict
from goodterms.domain.counting import counting_zone, local_date
from goodterms.domain.decision import Refusal
from goodterms.domain.judging.known_facts import asked_of_customer, facts_asked
from goodterms.domain.payment import RefundEffect
from goodterms.domain.policy import Policy
from goodterms.domain.refundability import Beside
from goodterms.domain.subscription import Subscription, access_end
from goodterms.storage.load import load_subscription
from goodterms.storage.policies import policy_of_plan
from goodterms.usecases.cancel import beside_latest, has_open_request, order_policy
from goodterms.usecases.fact_words import question_for_customer
from goodterms.usecases.reckoning import Line, reckoning
from goodterms.usecases.world import World, calendar_for


@dataclass(frozen=True, slots=True)
class CancellationPreview:
    """The outcome, and what is said beside it.

    `reckoning` are the steps from the price to what is paid back, `credit_from_on` and `credit_by_on` when it arrives
    if it is sent now. `law` names the law that decided, with its article; empty where the policy did. `because` is the
    reason, `questions` what a case will ask, `shortens` whether access ends before what was paid for does.
    """

    outcome: CancellationOutcome
    reckoning: tuple[Line, ...] = ()
    credit_from_on: date | None = None
    credit_by_on: date | None = None
    law: str = ""
    clause: str = ""
    policy: str = ""
    because: str = ""
    pay_by_on: date | None = None
    questions: tuple[str, ...] = ()
    shortens: bool = False

    @property
    def ends_now(self) -> bool:
        """Whether access ends with the cancellation, or with the refund that it sends."""
        effect = self.outcome.effect
        return effect is not None and effect.effect.kind is RefundEffect.REVOKE_TERM


def show_cancellation(world: World, bucket: int, id: UUID) -> CancellationPreview | Refusal:
    """What cancelling would mean now; nothing is changed (R7). Raises `NotFound`."""
    now = world.now()
    subscription = load_subscription(bucket, id, at=now, lock=False)
    in_force = policy_of_plan(subscription.plan, now)
    refusal = not_cancelable(subscription, in_force, now)
    if refusal is not None:
        return refusal
    policy = order_policy(subscription, in_force)
    beside = beside_latest(subscription, policy, now)
    waits = has_open_request(subscription)
    outcome = cancellation_outcome(subscription, in_force, now, policy, beside, open_request=waits)
    if isinstance(outcome, Refusal) or outcome.effect is None:
        return outcome if isinstance(outcome, Refusal) else CancellationPreview(outcome)
    effect, verdict = outcome.effect, outcome.effect.verdict
    today = local_date(now, counting_zone(policy.counting, None))
    first, last = policy.refund.credit_business_days
    calendar = calendar_for(policy, now)
    asked = asked_of_customer(facts_asked(effect.missing, policy, beside.laws))
    paid_until = access_end(subscription.terms)
    return CancellationPreview(
        outcome,
        _sums(subscription, effect, policy, beside, now),
        add_business_days(today, first, calendar) if outcome.paid_back else None,
        add_business_days(today, last, calendar) if outcome.paid_back else None,
        law_of(verdict.rule, verdict.article, beside) if verdict else "",
        verdict.clause if verdict else "",
        policy.label,
        _reason(verdict, policy, beside) if verdict else "",
        verdict.pay_by_on if verdict else None,
        tuple(question_for_customer(fact) for fact in asked),
        shortens=paid_until is not None and outcome.access_until < paid_until,
    )


def _sums(
    subscription: Subscription, effect: CancellationEffect, policy: Policy, beside: Beside, now: datetime
) -> tuple[Line, ...]:
    verdict = effect.verdict
    if verdict is None or not effect.amount:
        return ()
    return reckoning(subscription, effect.order, (verdict.clause, verdict.rule), policy, beside, now)


def _reason(verdict: Verdict, policy: Policy, beside: Beside) -> str:
    """What the rule that decided says, else why it applies."""
    law = next((one for one in beside.laws.laws if one.label == verdict.rule), None)
    listed = law.rights if law else policy.cancellation.clauses
    clause = next((one for one in listed if one.id == verdict.clause), None)
    return (clause.says.get("en", "") if clause else "") or verdict.because


def law_of(rule: str, article: str | None, beside: Beside) -> str:
    """The law that gave an outcome, with its article; empty where the policy did."""
    law = next((one for one in beside.laws.laws if one.label == rule), None)
    if law is None:
        return ""
    title = law.title.get("en") or law.source
    return f"{title}, {article}" if article else title
