"""Words of a scenario that may be a vendor's own: slips of the pen are refused, other unknown ones remarked on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from goodterms.domain.law import Law
from goodterms.domain.policy import Policy
from goodterms.domain.reading.policy_problems import slip_of
from goodterms.domain.reading.policy_words import OPEN_WORDS, as_compared
from goodterms.domain.rules import Clause
from goodterms.usecases.decide.values import ScenarioError


def unknown_words(fields: Mapping[str, Any], documents: Iterable[Policy | Law]) -> tuple[str, ...]:
    """Remarks on words that neither goodterms nor a rule knows, where a rule looks at them.

    Raises `ScenarioError` for one that is surely a known one, misspelt: nobody is to be sent away for that.
    """
    documents = tuple(documents)
    remarks = []
    for name, ordinary in OPEN_WORDS.items():
        said = fields.get(name)
        rules = dict.fromkeys(_named(name, documents))
        if not isinstance(said, str) or not said.strip() or not rules:
            continue
        known = tuple(dict.fromkeys((*ordinary, *rules)))
        word = as_compared(name, said.strip())
        if word in known:
            continue
        meant = slip_of(word, known)
        if meant is not None:
            raise ScenarioError("invalid_value", name, f'{name} can not be {said!r}; did you mean "{meant}"?')
        remarks.append(f"{name}: {said!r} is not known; known are {', '.join(known)}.")
    return tuple(remarks)


def _named(fact: str, documents: Iterable[Policy | Law]) -> Iterator[str]:
    """The words that rules name for a fact."""
    for document in documents:
        for clause in _clauses(document):
            for need in clause.conditions:
                if need.fact == fact and need.test in ("is", "is_not"):
                    yield from need.values


def _clauses(document: Policy | Law) -> tuple[Clause, ...]:
    if isinstance(document, Policy):
        return (*document.refund.clauses, *document.cancellation.clauses)
    return document.rights
