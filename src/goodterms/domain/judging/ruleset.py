"""The rules of a policy or a law for one act, prepared for being applied to many cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from goodterms.domain.judging.fact_values import read_value
from goodterms.domain.law import Law
from goodterms.domain.money import Money
from goodterms.domain.policy import BusinessDays, Counting, Policy
from goodterms.domain.reading.policy_tables import read_span
from goodterms.domain.reading.policy_words import CASE_FACTS, KNOWN_FACTS
from goodterms.domain.rules import Act, Clause, Condition, Fact, FactType, Test, Window
from goodterms.domain.value import dataclass, replace

_MOST_KEPT = 512


@dataclass(frozen=True, slots=True)
class Need:
    """A condition with its values read.

    `wanted` holds values of the fact's type; names of windows for "inside" and "outside"; one `Span` for "in_first"
    and "in_last"; one bool for "given"; amounts, one for each currency. Conditions that say the same have the same
    `index` within their ruleset. One that is `moving` can turn with the instant of the request.
    """

    fact: str
    type: FactType
    test: Test
    wanted: tuple[object, ...]
    index: int
    moving: bool

    def amount_in(self, currency: str) -> Money | None:
        """The amount a condition names in a currency; None where it names none."""
        return next((one for one in self.wanted if isinstance(one, Money) and one.currency == currency), None)


@dataclass(frozen=True, slots=True)
class Rule:
    """A clause with its conditions read."""

    clause: Clause
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class Ruleset:
    """What one document says about one act: `law` is the law it is made of, None for a policy.

    `needs` are all conditions of all rules, each once, by their index; `moving` the indexes of those that can turn
    with the instant of the request. `mentions` are the facts that its rules, windows and deductions rest on. With
    `keeps_tax` the tax in what it grants is not paid back.
    """

    label: str
    law: Law | None
    counting: Counting
    business_days: BusinessDays
    facts: Mapping[str, Fact]
    windows: Mapping[str, Window]
    rules: tuple[Rule, ...]
    needs: tuple[Need, ...]
    moving: frozenset[int]
    mentions: frozenset[str]
    keeps_tax: bool = False

    def fact(self, name: str) -> Fact:
        """A fact by its name: of every case, declared here, or known to everybody. ValueError for any other."""
        found = self._fact(name)
        if found is None:
            raise ValueError(f"{self.label} does not declare the fact {name}")
        return found

    def knows(self, name: str) -> bool:
        """Whether there is such a fact."""
        return self._fact(name) is not None

    def _fact(self, name: str) -> Fact | None:
        return CASE_FACTS.get(name) or self.facts.get(name) or KNOWN_FACTS.get(name)


def rules_of_policy(policy: Policy, act: Act) -> Ruleset:
    """The clauses of a policy for an act; a withdrawal is also a wish for the money back."""
    clauses = policy.cancellation.clauses if act == "cancel" else policy.refund.clauses
    return _kept(
        policy, act,
        lambda: _prepared(
            policy.label, None, policy.counting, policy.business_days, policy.facts, policy.windows, clauses,
            keeps_tax=policy.refund.tax == "kept",
        ),
    )  # fmt: skip


def rules_of_law(law: Law, act: Act) -> Ruleset:
    """The rights of a law for an act, which may be none."""
    return _kept(
        law, act,
        lambda: _prepared(
            law.label, law, law.counting, law.business_days, law.facts, law.windows,
            tuple(right for right in law.rights if act in right.acts),
        ),
    )  # fmt: skip


# Documents hold mappings and can not be hashed; the entry keeps its document, so its address is not used again.
_made: dict[tuple[int, Act], tuple[object, Ruleset]] = {}


def _kept(document: Policy | Law, act: Act, make: Callable[[], Ruleset]) -> Ruleset:
    found = _made.get((id(document), act))
    if found is not None and found[0] is document:
        return found[1]
    if len(_made) > _MOST_KEPT:
        _made.clear()
    ruleset = make()
    _made[id(document), act] = (document, ruleset)
    return ruleset


def _prepared(
    label: str, law: Law | None, counting: Counting, business_days: BusinessDays, facts: Mapping[str, Fact],
    windows: Mapping[str, Window], clauses: tuple[Clause, ...], *, keeps_tax: bool = False,
) -> Ruleset:  # fmt: skip
    bare = Ruleset(label, law, counting, business_days, facts, windows, (), (), frozenset(), frozenset(), keeps_tax)
    needs: dict[Condition, Need] = {}
    for clause in clauses:
        for condition in clause.conditions:
            if condition not in needs:
                needs[condition] = _need(bare, condition, len(needs))
    mentions = frozenset(_mentioned(clauses, windows))
    return replace(
        bare,
        rules=tuple(Rule(clause, tuple(needs[one] for one in clause.conditions)) for clause in clauses),
        needs=tuple(needs.values()),
        moving=frozenset(need.index for need in needs.values() if need.moving),
        mentions=mentions | {_FOLLOWS_FROM[name] for name in mentions if name in _FOLLOWS_FROM},
    )


# Facts that follow from another where that is known (`case_view`).
_FOLLOWS_FROM = {
    "price_increased": "previous_amount",
    "benefits_used_since_charge": "value_of_benefits_used",
    "value_of_benefits_used": "benefits_used_since_charge",
    **dict.fromkeys(("contract", "contract_at", "contract_made_on"), "origin"),
}


def _mentioned(clauses: tuple[Clause, ...], windows: Mapping[str, Window]) -> Iterator[str]:
    for clause in clauses:
        yield from (condition.fact for condition in clause.conditions)
        yield from clause.payback.less
    for window in windows.values():
        yield window.counted_before or window.counted_from
        yield from window.or_until


def _need(ruleset: Ruleset, condition: Condition, index: int) -> Need:
    fact = ruleset.fact(condition.fact)
    wanted: tuple[object, ...]
    match condition.test:
        case "inside" | "outside":
            wanted = condition.values
            unknown = [name for name in condition.values if name not in ruleset.windows]
            if unknown:
                raise ValueError(f"{ruleset.label} has no window {unknown[0]}")
        case "in_first" | "in_last":
            wanted = tuple(read_span(value) for value in condition.values)
        case "given":
            wanted = (condition.values == ("true",),)
        case _:
            wanted = tuple(read_value(fact.type, value) for value in condition.values)
    return Need(condition.fact, fact.type, condition.test, wanted, index, moving=condition.fact in ("term", "request"))
