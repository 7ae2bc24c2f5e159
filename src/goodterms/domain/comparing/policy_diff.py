"""Two policies compared: which rules change and for whom, and which cases are answered differently."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from goodterms.domain.case import Case, Laws
from goodterms.domain.comparing.case_space import CaseSpace, case_space
from goodterms.domain.comparing.case_space_answers import Answer, answer, with_deadline
from goodterms.domain.comparing.case_space_types import Example
from goodterms.domain.comparing.policy_diff_structure import changes_between
from goodterms.domain.comparing.policy_diff_types import Change, Direction, Flip, PolicyDiff
from goodterms.domain.effort import CutShortError, Enough, go_on, never
from goodterms.domain.money import Money
from goodterms.domain.policy import Policy
from goodterms.domain.rules import Act
from goodterms.domain.value import dataclass, replace

__all__ = ["Change", "Direction", "Flip", "PolicyDiff", "diff"]

BOUND = 4_000
"""The most cases tried for each act."""
BOUND_WITH_LAWS = 1_500

_ACTS: tuple[Act, ...] = ("refund", "cancel", "withdraw")
_WORDS = {"grant": "granted", "deny": "denied", "refer": "referred", "review": "reviewed", "ask": "asked"}


def diff(
    before: Policy,
    after: Policy,
    laws: Laws,
    *,
    places: Sequence[str] = (),
    bound: int = BOUND,
    enough: Enough = never,
) -> PolicyDiff:
    """What a change from one policy to another means.

    `laws` apply to both, in `places` ("DE", "US-NY") and wherever the policies are sold or name a country. Of every
    way in which an answer turns over, by each pair of clauses, one example is given: the simplest of at most `bound`
    cases an act, fewer where laws are given. Withdrawals are tried only where a law is given: without one they are
    requests for a refund. Once it is `enough` no more cases are tried, and the comparison is not complete.
    """
    judge = _Judge(before, after, laws, enough)
    most = min(bound, BOUND_WITH_LAWS) if laws.laws else bound
    searches = [_Search(judge, act) for act in (_ACTS if laws.laws else _ACTS[:2])]
    complete = True
    try:
        for search in searches:
            search.through(
                case_space(
                    (before, after), search.act, laws=laws.laws, calendars=laws.calendars, places=places, enough=enough
                ),
                most,
            )
    except CutShortError:
        complete = False
    flips = _without_repeats(flip for search in searches for flip in search.flips())
    flips.sort(key=lambda flip: (_ORDER.index(flip.direction), _severity(flip.kind), -flip.count))
    tried = sum(search.tried for search in searches)
    return PolicyDiff(before.label, after.label, changes_between(before, after), tuple(flips), tried, complete)


_ORDER: tuple[Direction, ...] = ("worse", "better", "open")
_SEVERITY = ("->", "asks", "amount", "access", "deadline", "paid")


def _severity(kind: str) -> tuple[int, str]:
    return next(index for index, word in enumerate(_SEVERITY) if word in kind), kind


class _Judge:
    """Both answers to a case, and in what they differ."""

    def __init__(self, before: Policy, after: Policy, laws: Laws, enough: Enough) -> None:
        self._before, self._after, self._laws, self._enough = before, after, laws, enough

    def both(self, case: Case) -> tuple[Answer, Answer]:
        """The answers of the two policies, with the end of the time to ask where nothing else differs."""
        go_on(self._enough)
        before, after = answer(self._before, case, self._laws), answer(self._after, case, self._laws)
        if kind_of(before, after) is None:
            before = with_deadline(before, self._before, case, self._laws, self._enough)
            after = with_deadline(after, self._after, case, self._laws, self._enough)
        return before, after

    def told(self, example: Example, before: Answer, after: Answer) -> Example:
        """An example that says also of what is deducted by a rule that decides where it is taken to be nothing."""
        deducted = dict.fromkeys((*_deducted(self._before, before), *_deducted(self._after, after)))
        facts = example.case.facts
        taken = {name: value for name in deducted if isinstance(value := facts.get(name), Money) and not value.minor}
        said = [f"{name.replace('_', ' ')} {value}" for name, value in taken.items()]
        return replace(example, special=(*example.special, *said)) if said else example


def _deducted(policy: Policy, found: Answer) -> tuple[str, ...]:
    """The facts that the clause of a policy deducts from what it grants."""
    if found.outcome != "grant" or found.rule != policy.label:
        return ()
    clauses = (*policy.refund.clauses, *policy.cancellation.clauses)
    return next((clause.payback.less for clause in clauses if clause.id == found.clause), ())


_Key = tuple[str, str, str]
"""How an answer turns over, and the clauses that decide before and after."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A case that turns over, with both answers."""

    example: Example
    before: Answer
    after: Answer

    @property
    def rank(self) -> tuple[int, int]:
        """The plainer the case and the more money, the better an example."""
        return self.example.weight, -abs((self.after.net - self.before.net).minor)


class _Search:
    """The search for flips of one act: one of each kind and pair of clauses, as simple as it stays one."""

    def __init__(self, judge: _Judge, act: Act) -> None:
        self.act = act
        self.tried = 0
        self._judge = judge
        self._counts: dict[_Key, int] = {}
        self._best: dict[_Key, _Found] = {}

    def through(self, space: CaseSpace, most: int) -> None:
        """Try the cases of a space. What was found is kept where this raises `CutShortError`."""
        for example in space.examples(most):
            self._try(example)
        for key, found in self._best.items():
            while (simpler := self._simpler(space, key, found)) is not None:
                self._best[key] = found = simpler

    def _try(self, example: Example) -> None:
        before, after = self._judge.both(example.case)
        self.tried += 1
        kind = kind_of(before, after)
        if kind is None:
            return
        key, found = (kind, before.clause, after.clause), _Found(example, before, after)
        self._counts[key] = self._counts.get(key, 0) + 1
        if key not in self._best or found.rank < self._best[key].rank:
            self._best[key] = found

    def _simpler(self, space: CaseSpace, key: _Key, found: _Found) -> _Found | None:
        """The example with one special thing made ordinary that does not matter to its flip."""
        for simpler in space.simpler(found.example):
            before, after = self._judge.both(simpler.case)
            if (kind_of(before, after), before.clause, after.clause) == key:
                return _Found(simpler, before, after)
        return None

    def flips(self) -> Iterator[Flip]:
        """What has been found."""
        for key, found in self._best.items():
            before, after = found.before, found.after
            money = after.net - before.net
            if "ask" in (before.outcome, after.outcome):  # how much is at stake depends on the answer
                money = Money(0, money.currency)
            direction = direction_of(before, after)
            example = self._judge.told(found.example, before, after)
            yield Flip(self.act, key[0], direction, example, before, after, money, self._counts[key])


def _without_repeats(flips: Iterable[Flip]) -> list[Flip]:
    """Without withdrawals that turn over just as a request for the money does."""
    found: dict[object, Flip] = {}
    for flip in flips:
        asks = "money" if flip.act in ("refund", "withdraw") else flip.act
        found.setdefault((asks, flip.kind, flip.before.clause, flip.after.clause), flip)
    return list(found.values())


def kind_of(before: Answer, after: Answer) -> str | None:
    """How an answer turns over, by the most important difference; None where it stays the same."""
    if before.outcome != after.outcome:
        return f"{_WORDS[before.outcome]} -> {_WORDS[after.outcome]}"
    if before.outcome == "ask":
        return "asks for other facts" if set(before.missing) != set(after.missing) else None
    if before.net != after.net:
        return "amount lower" if after.net < before.net else "amount higher"
    if before.outcome == "grant" and before.access_ends_at != after.access_ends_at:
        return "access shorter" if after.access_ends_at < before.access_ends_at else "access longer"
    if before.outcome == "grant" and before.refundable_until_at != after.refundable_until_at:
        return _deadline(before, after)
    if before.pay_by_on != after.pay_by_on:
        return "paid by another day"
    return None


def _deadline(before: Answer, after: Answer) -> str:
    if before.refundable_until_at is None:
        return "a deadline to ask"
    if after.refundable_until_at is None:
        return "no deadline to ask"
    earlier = after.refundable_until_at < before.refundable_until_at
    return "earlier deadline to ask" if earlier else "later deadline to ask"


def direction_of(before: Answer, after: Answer) -> Direction:
    """Whether a flip is better or worse for the customer."""
    if "ask" in (before.outcome, after.outcome):
        return "open"
    ranks = before.worth[0], after.worth[0]
    if ranks[0] != ranks[1]:
        return "better" if ranks[0] < ranks[1] else "worse"
    money = after.net - before.net
    access = (after.access_ends_at > before.access_ends_at) - (after.access_ends_at < before.access_ends_at)
    if before.outcome == "grant" and money and access and (money.minor > 0) != (access > 0):
        return "open"
    if money:
        return "better" if Money(0, money.currency) < money else "worse"
    if before.outcome == "grant" and access:
        return "better" if access > 0 else "worse"
    was, now = before.refundable_until_at, after.refundable_until_at
    if was is not None and now is not None and was != now:
        return "better" if was < now else "worse"
    return "open"
