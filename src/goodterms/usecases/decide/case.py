"""A scenario as a case for the rules, and the rules it is decided by: one policy and the laws that may apply."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from goodterms.domain.business_days import BusinessCalendar
from goodterms.domain.case import Case, Laws, Verdict
from goodterms.domain.counting import counting_zone, local_date
from goodterms.domain.judging.clauses import evaluate
from goodterms.domain.money import Money
from goodterms.domain.policy import Policy
from goodterms.domain.refundability import Beside, term_of
from goodterms.domain.rules import Act
from goodterms.domain.subscription import Subscription
from goodterms.usecases.decide.build import Built
from goodterms.usecases.decide.scenario import Scenario

_NOON = time(12)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a scenario is decided by. `calendar` is that of the policy's own promises."""

    policy: Policy
    laws: Laws
    calendar: BusinessCalendar


def verdict_on(s: Scenario, built: Built, rules: Rules, act: Act) -> Verdict:
    """What policy and laws say about a scenario.

    How many instalments of a commitment were billed is asked for where that makes a difference.
    """
    case = case_of(s, built, rules.policy, act)
    if not s.per_instalment or case.instalments is not None:
        return evaluate(rules.policy, case, rules.laws)
    verdicts = [evaluate(rules.policy, replace(case, instalments=it), rules.laws) for it in _possible_instalments(s)]
    if len({(v.outcome, v.clause, v.amount, v.fee) for v in verdicts}) == 1:
        return verdicts[0]
    nothing = Money(0, s.amount.currency)
    return replace(
        verdicts[0], outcome="ask", clause="", rule="", article=None, amount=nothing, fee=None, access="unchanged",
        access_until_at=None, paid_from_on=None, missing=(*verdicts[0].missing, "installments_billed"),
    )  # fmt: skip


def beside(s: Scenario, built: Built, rules: Rules) -> Beside:
    """The same for the journeys, which make the case themselves."""
    return Beside(rules.laws, {**built.facts, "contract_at": _contract_at(s, rules.policy)})


def case_of(s: Scenario, built: Built, policy: Policy, act: Act) -> Case:
    """The order, its term as of the request, and the request itself."""
    sub, order = built.subscription, built.order
    latest = sub.latest_paid_term
    return Case(
        act=act,
        kind=s.kind,
        placed_at=s.order_at,
        term=term_of(sub, order),
        amount=s.amount,
        requested_at=s.requested_at,
        sales_channel=s.sales_channel,
        is_latest_paid=latest is None or latest.number <= order.term_number,
        buyer_timezone=s.timezone,
        country=s.country,
        state=s.state,
        contract_at=_contract_at(s, policy),
        current_term_ends_at=s.current[1],
        next_term_ends_at=next_term_end(s, sub),
        already_refunded=s.refunded,
        disputed=s.disputed,
        instalments=_instalments(s),
        facts=built.facts,
    )


def zone_of(s: Scenario, policy: Policy) -> ZoneInfo:
    """The zone in which the policy counts this scenario's days."""
    return counting_zone(policy.counting, s.timezone)


def _contract_at(s: Scenario, policy: Policy) -> datetime | None:
    """When the subscription was first bought; of a renewal it is not known unless it is said.

    Where a trial came before the first charge, the contract was made when that began. A day that is not that of the
    order is taken at noon, so that it is the same day in all zones nearby.
    """
    zone, made = zone_of(s, policy), s.contract_made
    if made is None and s.kind == "initial":
        return s.current[0] if s.after_trial else s.order_at
    if made is None:
        return None
    if isinstance(made, datetime):
        return made
    if made == local_date(s.order_at, zone):
        return s.order_at
    return datetime.combine(made, _NOON, zone).astimezone(UTC)


def next_term_end(s: Scenario, sub: Subscription) -> datetime:
    """The end of the term that would follow the latest paid one."""
    agreed = s.further_end if s.latest_term_start is None else None
    return agreed or sub.next_term().ends_at


def _instalments(s: Scenario) -> tuple[int, int] | None:
    """Instalments billed and in all, where the order is one of a commitment and both are known."""
    billed = s.instalments[0]
    return (billed, _instalments_in_all(s)) if s.per_instalment and billed is not None else None


def _possible_instalments(s: Scenario) -> tuple[tuple[int, int], tuple[int, int]]:
    """The first has been billed, or all have."""
    of = _instalments_in_all(s)
    return (min(1, of), of), (of, of)


def _instalments_in_all(s: Scenario) -> int:
    """As said, else one for each month of the term."""
    (start, end), (billed, of) = s.term, s.instalments
    months = max((end.year - start.year) * 12 + end.month - start.month, 1)
    return of if of is not None else max(months, billed or 0)
