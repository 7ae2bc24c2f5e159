"""What a policy gives in the ordinary case, so that a page may promise it in a sentence, and only then.

An ordinary payment was taken in the vendor's store for the latest term, is not disputed and not paid back, and the
request comes in time. Whatever else a rule depends on is unknown: such a rule makes the answer unsure, unless the
policy says what holds where nothing is known.
"""

from __future__ import annotations

from collections.abc import Mapping

from goodterms.domain.policy import Policy
from goodterms.domain.rules import Clause, Condition
from goodterms.domain.value import dataclass

_FACTS: Mapping[str, str] = {
    "sales_channel": "vendor_store",
    "latest_paid_term": "true",
    "already_refunded": "none",
    "asks_for": "all",
    "disputed": "false",
}
_PLAIN_ACCESS = ("ends_now", "keep_current_term", "unchanged")


@dataclass(frozen=True, slots=True)
class Ordinary:
    """The clauses that decide the ordinary cases, where they are sure to.

    `simple`: these clauses are all that the policy grants, in full, each within one plain window from the order or at
    any time, and no other clause looks at anything else, so that a few sentences say it all. `latest_only`: an older
    term is not refunded. `refers`: payments taken elsewhere are sent there.
    """

    initial: Clause | None
    renewal: Clause | None
    upcoming: Clause | None
    over: Clause | None
    simple: bool
    latest_only: bool
    refers: bool

    @property
    def grants(self) -> tuple[Clause, ...]:
        """The granting clauses, each once."""
        found = (self.initial, self.renewal, self.upcoming, self.over)
        return tuple({clause.id: clause for clause in found if clause and clause.outcome == "grant"}.values())

    @property
    def windows(self) -> tuple[str, ...]:
        """The windows of the granting clauses, each once."""
        return tuple(dict.fromkeys(name for clause in self.grants for name in clause.windows))


def ordinary(policy: Policy) -> Ordinary:
    """What a policy gives for ordinary payments."""
    cases = {
        "initial": ("initial", "running"),
        "renewal": ("renewal", "running"),
        "upcoming": ("renewal", "upcoming"),
        "over": ("initial", "ended"),
    }
    found = {name: deciding(policy, payment=payment, term=term) for name, (payment, term) in cases.items()}
    older = deciding(policy, payment="renewal", term="running", latest_paid_term="false")
    granting = {clause.id for clause in policy.refund.clauses if clause.outcome == "grant"}
    decided = {clause.id for clause in found.values() if clause and clause.outcome == "grant"}
    simple = (
        all(found.values())
        and granting == decided
        and all(_is_ordinary(need) for clause in policy.refund.clauses for need in clause.conditions)
        and all(_is_plain(policy, clause) for clause in found.values() if clause and clause.outcome == "grant")
    )
    return Ordinary(
        **found,
        simple=simple,
        latest_only=older is not None and older.outcome != "grant",
        refers=any(clause.outcome == "refer" for clause in policy.refund.clauses),
    )


def deciding(policy: Policy, **facts: str) -> Clause | None:
    """The refund clause that is sure to decide an ordinary case with these facts; None where that depends."""
    absent = {name: fact.when_absent for name, fact in policy.facts.items() if fact.when_absent is not None}
    known = {**absent, **_FACTS, **facts}
    for clause in policy.refund.clauses:
        holds = [_holds(need, known) for need in clause.conditions]
        if False in holds:
            continue
        return clause if None not in holds else None
    return None


def _holds(need: Condition, known: Mapping[str, str]) -> bool | None:
    if need.fact == "request" and need.test in ("inside", "outside"):
        return need.test == "inside"
    value = known.get(need.fact)
    if value is None:
        return None
    if need.test in ("is", "is_not"):
        return (value in need.values) == (need.test == "is")
    if need.test == "given":
        return (value != "none") == (need.values[0] == "true") if value == "none" else None
    return _compared(need, value)


def _compared(need: Condition, value: str) -> bool | None:
    if not value.isdecimal() or not need.values[0].isdecimal():
        return None
    count, limit = int(value), int(need.values[0])
    tests = {
        "at_least": count >= limit,
        "at_most": count <= limit,
        "more_than": count > limit,
        "less_than": count < limit,
    }
    return tests.get(need.test)


def _is_ordinary(need: Condition) -> bool:
    """Whether a condition looks at nothing but what an ordinary case settles."""
    if need.fact == "request":
        return need.test == "inside"
    return need.fact in (*_FACTS, "payment", "term") and need.test in ("is", "is_not")


def _is_plain(policy: Policy, clause: Clause) -> bool:
    windows = [policy.windows[name] for name in clause.windows]
    return (
        len(windows) <= 1
        and clause.payback.kind == "full"
        and not clause.payback.less
        and not clause.payback.handling_fee
        and clause.access in _PLAIN_ACCESS
        and all(
            window.counted_from == "order"
            and window.length.unit in ("days", "hours")
            and window.counted_before is None
            and window.extended_by is None
            and not window.or_until
            and window.last_day == "inclusive"
            and window.closed_last_day == "counts"
            for window in windows
        )
    )
