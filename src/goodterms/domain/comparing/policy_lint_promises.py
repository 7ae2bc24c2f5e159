"""Where a policy lets customers wait longer for their money than a law of a country it is sold in."""

from __future__ import annotations

from collections.abc import Iterator

from goodterms.domain.case import Laws
from goodterms.domain.comparing.policy_lint_law import place_of
from goodterms.domain.counting import plural
from goodterms.domain.law import Law
from goodterms.domain.policy import Policy
from goodterms.domain.reading.policy_lines import Path
from goodterms.domain.rules import Clause, Span

_CREDITED: Path = ("refund", "credited_after")


def lint_promises(policy: Policy, laws: Laws) -> Iterator[tuple[Path, str]]:
    """A remark where the promised days, with the weekends between them, are more than the strictest law allows.

    Every law where the policy is sold everywhere. Holidays are left out: they come on top.
    """
    wanted = [
        (_days(right.pay_within, policy), law, right)
        for law in laws.laws
        if not policy.sold_in or place_of(law, policy) is not None
        for right in law.rights
        if right.pay_within is not None
    ]
    refund = policy.refund
    business_days = refund.decide_within_business_days + refund.credit_business_days[1]
    promised = _days(Span(business_days, "business days"), policy)
    stricter = [(days, law, right) for days, law, right in wanted if days < promised]
    if stricter:
        _, law, right = min(stricter, key=lambda one: (one[0], one[1].id))
        yield _CREDITED, _says(policy, law, right, promised)


def _says(policy: Policy, law: Law, right: Clause, promised: int) -> str:
    decided = plural(policy.refund.decide_within_business_days, "business day")
    credited = plural(policy.refund.credit_business_days[1], "business day")
    return (
        f"{decided} to decide and {credited} to pay can be {plural(promised, 'day')}, and "
        f"{law.title.get('en', law.id)}, {right.article}, wants the money paid within {right.pay_within} of the "
        "request; promise less"
    )


def _days(span: Span, policy: Policy) -> int:
    """The most calendar days of a length: of business days with every weekend that can lie between them."""
    if span.unit != "business days":
        return span.count
    closed = len(policy.business_days.weekend)
    return span.count + closed * -(-span.count // (7 - closed))
