"""Applying the clauses of a policy, and the rights of laws, to a case (R34, R36, A27).

The first clause that fits decides; each yields a finding. What is not known is not guessed: where it matters, the
verdict is to ask for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta

from goodterms.domain.case import Case, Finding, Laws, Verdict
from goodterms.domain.counting import counting_zone
from goodterms.domain.effort import Enough, go_on, never
from goodterms.domain.judging.better_of import Choice, applies, can_not_beat, choose, is_of
from goodterms.domain.judging.case_view import CONTRACT, CaseView, no_later_than_order
from goodterms.domain.judging.clauses_facts import FactCheck, check_facts, facts_confirmed, facts_to_ask
from goodterms.domain.judging.conditions import can_fit, fits, part_boundary
from goodterms.domain.judging.findings import findings_of
from goodterms.domain.judging.payback import Ruling, ruling_of
from goodterms.domain.judging.possibilities import Open, Settled, explore, kinds_of, needed_first
from goodterms.domain.judging.ruleset import Rule, rules_of_law, rules_of_policy
from goodterms.domain.law import Law
from goodterms.domain.money import Money
from goodterms.domain.policy import Policy

__all__ = [
    "Case",
    "FactCheck",
    "Finding",
    "Laws",
    "Verdict",
    "check_facts",
    "evaluate",
    "facts_confirmed",
    "facts_to_ask",
    "refundable_until",
]

_MOMENT = timedelta(microseconds=1)
_NO_LAWS = Laws()
_OF_LAWS = ("consumer", "regime_in_force")  # on these it rests whether a law applies


def evaluate(
    policy: Policy, case: Case, laws: Laws = _NO_LAWS, *, brief: bool = False, closing: bool = True
) -> Verdict:
    """Apply every clause of the policy, and the rights of every law that may apply, and decide (R23-R29, R34, A27).

    The last clause of a parsed policy fits every case, so there always is a verdict. Days are counted in the buyer's
    zone where the order has one and the document lets it, else in the document's, else in the policy's (A2). A fact
    that is not known is tried with every kind of value: if that makes no difference, the case is decided, else the
    outcome is "ask" and `missing` names the facts in the order in which they are needed. A `brief` verdict has no
    findings and no end of the time to ask, and takes a quarter of the time: for judging many cases. Without `closing`
    it has its findings and no end of the time to ask.

    Pure: the same arguments give the same verdict at any later time (R52). ValueError for a fact of the wrong type
    (naming it), for dates outside the calendar, and for business days whose closing days are not at hand.
    """
    try:
        bench = _Bench(policy, case, laws)
        found = bench.decide()
        if isinstance(found, Open):
            return bench.question(found, brief=brief)
        if brief:
            return bench.verdict(found, (), None, None)
        closes_at, last_on = bench.closing() if closing and case.act != "cancel" else (None, None)
        return bench.verdict(found, bench.findings(found), closes_at, last_on)
    except OverflowError:
        raise ValueError("a date of the case is outside the calendar") from None


def refundable_until(policy: Policy, case: Case, laws: Laws = _NO_LAWS, *, enough: Enough = never) -> datetime | None:
    """The first instant (UTC) at which a refund of this order is no longer granted, also when it is past.

    None when it never was or always is. For labels such as "refundable until": the other facts of the case
    are taken to stay as they are. Raises ValueError like `evaluate`, and `CutShortError` where it is `enough`.
    """
    try:
        return _Bench(policy, case, laws).closing(enough)[0]
    except OverflowError:
        raise ValueError("a date of the case is outside the calendar") from None


class _Bench:
    """A case before a policy and the laws of its country, at one instant of request."""

    __slots__ = ("_laws", "_policy", "act", "case", "policy")

    def __init__(self, policy: Policy, case: Case, laws: Laws) -> None:
        applying = [law for law in laws.laws if is_of(law, case)]
        zone = counting_zone(policy.counting, case.buyer_timezone)
        case = no_later_than_order(case, (policy.facts, *(law.facts for law in applying)), zone)
        self.policy, self.case, self.act = policy, case, case.act
        timezone = policy.counting.timezone
        self._policy = CaseView(rules_of_policy(policy, case.act), case, laws.calendars, timezone)
        self._laws: tuple[tuple[Law, CaseView], ...] = tuple(
            (law, CaseView(rules, case, laws.calendars, timezone))
            for law in applying
            if (rules := rules_of_law(law, case.act)).rules
        )

    @property
    def views(self) -> tuple[CaseView, ...]:
        """The case as the policy and each law sees it."""
        return (self._policy, *(view for _, view in self._laws))

    def at(self, at: datetime) -> _Bench:
        """The same case, asked for at another instant."""
        other = _Bench.__new__(_Bench)
        other.policy, other.case, other.act = self.policy, self.case, self.act
        other._policy = self._policy.requested_at(at)
        other._laws = tuple((law, view.requested_at(at)) for law, view in self._laws)
        return other

    def decide(self) -> Settled[Choice] | Open[Choice]:
        """What policy and laws come to, or the facts it depends on."""
        found = self._choice({})
        if not isinstance(found, str):
            return found
        return explore(self._judged, self._kinds)

    def verdict(
        self, found: Settled[Choice], findings: tuple[Finding, ...], closes_at: datetime | None, last_on: date | None
    ) -> Verdict:
        """The verdict of a case that is decided."""
        best, ways = self._plainest(found).best, found.ways
        return Verdict(
            outcome=best.outcome,
            clause=best.clause.id,
            findings=findings,
            amount=best.amount,
            access=best.access,
            refer_to=self.case.sales_channel if best.outcome == "refer" else None,
            refundable_until_at=closes_at,
            window_last_day_on=last_on,
            rule=best.rule,
            article=best.clause.article,
            fee=best.fee,
            access_until_at=best.access_until_at,
            paid_from_on=best.paid_from_on,
            pay_by_on=min((way.pay_by_on for way in ways if way.pay_by_on is not None), default=None),
            acknowledge=next((way.acknowledge for way in ways if way.acknowledge is not None), None),
        )

    def question(self, found: Open[Choice], *, brief: bool) -> Verdict:
        """The verdict of a case that waits for facts: its clause is the first that waits for the first of them."""
        waiting = (self._waiting(name) for name in found.missing)
        last = (self.policy.label, self._policy.rules.rules[-1].clause.id)
        label, clause = next((one for one in waiting if one is not None), last)
        return Verdict(
            outcome="ask",
            clause=clause,
            findings=() if brief else self._findings(None, whatever=False),
            amount=Money(0, self.case.amount.currency),
            access="unchanged",
            refer_to=None,
            refundable_until_at=None,
            window_last_day_on=None,
            rule=label,
            missing=found.missing,
        )

    def findings(self, found: Settled[Choice]) -> tuple[Finding, ...]:
        """Every clause of the policy, then those of each law that applies or may apply, with its reason."""
        return self._findings(self._plainest(found), whatever=True)

    def closing(self, enough: Enough = never) -> tuple[datetime | None, date | None]:
        """The end of the time in which the case is granted, and its last local date.

        Between two instants at which a condition turns nothing changes, so that each stretch is tried once, from the
        last: what is granted for good has no end.
        """
        live = tuple((view, [rule for rule in view.rules.rules if can_fit(rule, view)]) for view in self.views)
        turns = sorted({turn for view, rules in live if rules for turn in _turns(view, rules)}, reverse=True)
        if not turns or self.at(turns[0])._grants(live[0][1]):
            return None, None
        for turn in turns:
            go_on(enough)
            if self.at(turn - _MOMENT)._grants(live[0][1]):
                return turn, self._policy.local(turn - _MOMENT)
        return None, None

    def _grants(self, live: Iterable[Rule]) -> bool:
        """Whether the case is granted; `live` are the policy's rules that can fit at all."""
        for rule in live:  # what it comes to in money need not be reckoned
            truth = fits(rule, self._policy)
            if truth is True and not rule.clause.payback.in_currencies:
                if rule.clause.outcome == "grant":
                    return True  # and a law never takes that away
                if not any(self._may_grant(law, view) for law, view in self._laws):
                    return False
            if truth is not False:
                break
        found = self.decide()
        return isinstance(found, Settled) and found.ways[0].best.outcome == "grant"

    def _may_grant(self, law: Law, view: CaseView) -> bool:
        """Whether one of a law's rights may fit."""
        if applies(law, view) is False:
            return False
        return any(rule.clause.outcome == "grant" and fits(rule, view) is not False for rule in view.rules.rules)

    def _judged(self, assumed: Mapping[str, object]) -> Settled[Choice] | str:
        """As `_choice`, with the fact to assume first of those that are needed."""
        found = self._choice(assumed)
        if not isinstance(found, str) or found in assumed:
            return found
        return needed_first(found, [view.assuming(assumed) for view in self.views])

    def _choice(self, assumed: Mapping[str, object]) -> Settled[Choice] | str:
        """What the case comes to under some assumptions; the name of the fact that is needed first."""
        policy = _first(_under(self._policy, assumed))
        if isinstance(policy, str):
            return policy
        assert policy is not None, "the last clause of a policy fits every case"
        rights, possible = [], []
        for law, plain in self._laws:
            view = _under(plain, assumed)
            chosen = applies(law, view)
            if chosen is False:
                continue
            ruling = _first(view)
            if ruling is None or (isinstance(ruling, Ruling) and ruling.outcome != "grant"):
                continue
            if chosen is not True or isinstance(ruling, str):
                if can_not_beat(view, policy):
                    possible.append(view)
                    continue
                return chosen if isinstance(chosen, str) else str(ruling)
            rights.append((ruling, view))
        no_law = not rights and not possible
        choice = Choice(policy, (), policy) if no_law else choose(self.act, policy, rights, possible)
        return Settled(choice.best.effect, (choice,))

    def _kinds(self, name: str, assumed: Mapping[str, object]) -> tuple[object, ...]:
        limits = [law.contracts_from for law, _ in self._laws if law.contracts_from is not None]
        return kinds_of(name, [view.assuming(assumed) for view in self.views], limits if name == CONTRACT else ())

    def _plainest(self, found: Settled[Choice]) -> Choice:
        """Of answers that come to the same, one whose clause fits whatever is not known; else the first."""
        if len(found.ways) == 1:
            return found.ways[0]
        views = {view.rules.label: view for view in self.views}
        for way in found.ways:
            view = views[way.best.rule]
            if any(rule.clause is way.best.clause and fits(rule, view) is True for rule in view.rules.rules):
                return way
        return found.ways[0]

    def _waiting(self, name: str) -> tuple[str, str] | None:
        """The document and the clause that wait for a fact."""
        applying = [(self._policy, None), *((view, applies(law, view)) for law, view in self._laws)]
        for view, chosen in applying:
            for rule in view.rules.rules if chosen is not False else ():
                truth = fits(rule, view)
                if truth is True:
                    truth = chosen if isinstance(chosen, str) else name in rule.clause.payback.less and name
                if truth == name:
                    return view.rules.label, rule.clause.id
        return None

    def _findings(self, choice: Choice | None, *, whatever: bool) -> tuple[Finding, ...]:
        found = findings_of(self._policy, choice.policy.clause if choice else None, whatever=whatever)
        for law, view in self._laws:
            chosen = applies(law, view)
            if chosen is not False:
                first = next((one.clause for one in choice.rights if one.rule == law.label), None) if choice else None
                waits_for = chosen if isinstance(chosen, str) else None
                found += findings_of(view, first, waits_for=waits_for, whatever=whatever)
        return found


def _first(view: CaseView) -> Ruling | str | None:
    """What the first clause that fits brings; None where none does, the name of a fact that has to be known first."""
    for rule in view.rules.rules:
        truth = fits(rule, view)
        if truth is True:
            return ruling_of(rule.clause, view)
        if truth is not False:
            return truth
    return None


def _under(view: CaseView, assumed: Mapping[str, object]) -> CaseView:
    """A case under assumptions, as far as they concern the document."""
    if not assumed:
        return view
    mentions, law = view.rules.mentions, view.rules.law
    if any(name in mentions or name == CONTRACT or (law and name in _OF_LAWS) for name in assumed):
        return view.assuming(assumed)
    return view


def _turns(view: CaseView, rules: Iterable[Rule]) -> Iterator[datetime]:
    """The instants at which a condition of some rules on the request can turn."""
    case, law = view.case, view.rules.law
    timed = False
    for need in {need.index: need for rule in rules for need in rule.needs}.values():
        if need.fact == "term":
            timed = True
        elif need.fact != "request":
            continue
        elif need.test in ("in_first", "in_last"):
            yield part_boundary(need, view)
        elif need.test in ("inside", "outside"):
            for name in need.wanted:
                counted, _ = view.window(str(name))
                if counted is not None:
                    yield counted.closes_at
                    if counted.opens_at is not None:
                        yield counted.opens_at
        else:
            yield from (view.start_of(one) for one in need.wanted if isinstance(one, date))
    if timed:
        yield from (case.term.starts_at, case.term.access_ends_at)
    if law is not None:
        yield view.start_of(law.applies_from)
        if law.applies_until is not None:
            yield view.start_of(law.applies_until)
