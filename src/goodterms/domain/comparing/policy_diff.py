"""Two policies compared: which rules change and for whom, and which cases are answered differently."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from goodterms.domain.case import Case, Laws
from goodterms.domain.comparing.case_space import CaseSpace, case_space
from goodterms.domain.comparing.case_space_answers import Answer, answer, with_deadline
from goodterms.domain.comparing.case_space_types import Example
from goodterms.domain.comparing.policy_diff_structure import changes_between
from goodterms.domain.comparing.policy_diff_types import Change, Direction, Flip, PolicyDiff
from goodterms.domain.money import Money
from goodterms.domain.policy import Policy
from goodterms.domain.rules import Act

__all__ = ["Change", "Direction", "Flip", "PolicyDiff", "diff"]

BOUND = 4_000
"""The most cases tried for each act."""
BOUND_WITH_LAWS = 1_500

_ACTS: tuple[Act, ...] = ("refund", "cancel", "withdraw")
_WORDS = {"grant": "granted", "deny": "denied", "refer": "referred", "review": "reviewed", "ask": "asked"}


def diff(before: Policy, after: Policy, laws: Laws, *, places: Sequence[str] = (), bound: int = BOUND) -> PolicyDiff:
    """What a change from one policy to another means.

    `laws` apply to both, in `places` ("DE", "US-NY") and wherever the policies are sold or name a country. Of every
    way in which an answer turns over, by each pair of clauses, one example is given: the simplest of at most `bound`
    cases an act, fewer where laws are given. Withdrawals are tried only where a law is given: without one they are
    requests for a refund.
    """
    flips: list[Flip] = []
    tried = 0
    for act in _ACTS if laws.laws else _ACTS[:2]:
        space = case_space((before, after), act, laws=laws.laws, calendars=laws.calendars, places=places)
        judge = _Judge(before, after, laws)
        examples = list(space.examples(min(bound, BOUND_WITH_LAWS) if laws.laws else bound))
        tried += len(examples)
        flips += _simplest(judge, space, act, examples)
    flips = _without_repeats(flips)
    flips.sort(key=lambda flip: (_ORDER.index(flip.direction), _severity(flip.kind), -flip.count))
    return PolicyDiff(before.label, after.label, changes_between(before, after), tuple(flips), tried)


_ORDER: tuple[Direction, ...] = ("worse", "better", "open")
_SEVERITY = ("->", "asks", "amount", "access", "deadline", "paid")


def _severity(kind: str) -> tuple[int, str]:
    return next(index for index, word in enumerate(_SEVERITY) if word in kind), kind


class _Judge:
    """Both answers to a case, and in what they differ."""

    def __init__(self, before: Policy, after: Policy, laws: Laws) -> None:
        self._before, self._after, self._laws = before, after, laws

    def both(self, case: Case) -> tuple[Answer, Answer]:
        """The answers of the two policies, with the end of the time to ask where nothing else differs."""
        before, after = answer(self._before, case, self._laws), answer(self._after, case, self._laws)
        if kind_of(before, after) is None:
            before = with_deadline(before, self._before, case, self._laws)
            after = with_deadline(after, self._after, case, self._laws)
        return before, after


def _simplest(judge: _Judge, space: CaseSpace, act: Act, examples: Iterable[Example]) -> Iterator[Flip]:
    """One flip of each kind and pair of clauses, the first found made as simple as it stays one."""
    counts: dict[tuple[str, str, str], int] = {}
    best: dict[tuple[str, str, str], tuple[tuple[int, int], Example]] = {}
    for example in examples:
        before, after = judge.both(example.case)
        kind = kind_of(before, after)
        if kind is None:
            continue
        key = (kind, before.clause, after.clause)
        counts[key] = counts.get(key, 0) + 1
        rank = (example.weight, -abs((after.net - before.net).minor))
        if key not in best or rank < best[key][0]:
            best[key] = (rank, example)
    for key, (_, example) in best.items():
        kept = _made_simple(judge, space, example, key)
        before, after = judge.both(kept.case)
        money = after.net - before.net
        if "ask" in (before.outcome, after.outcome):  # how much is at stake depends on the answer
            money = Money(0, money.currency)
        flip = Flip(act, key[0], direction_of(before, after), kept, before, after, money)
        yield replace(flip, count=counts[key])


def _without_repeats(flips: Iterable[Flip]) -> list[Flip]:
    """Without withdrawals that turn over just as a request for the money does."""
    found: dict[object, Flip] = {}
    for flip in flips:
        asks = "money" if flip.act in ("refund", "withdraw") else flip.act
        found.setdefault((asks, flip.kind, flip.before.clause, flip.after.clause), flip)
    return list(found.values())


def _made_simple(judge: _Judge, space: CaseSpace, example: Example, key: tuple[str, str, str]) -> Example:
    """The example with every special thing made ordinary that does not matter to its flip."""
    while True:
        for simpler in space.simpler(example):
            before, after = judge.both(simpler.case)
            if (kind_of(before, after), before.clause, after.clause) == key:
                example = simpler
                break
        else:
            return example


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
