"""A whole policy as plain sentences, group by group, with the clauses' ids and the lines they come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from goodterms.domain.law import Law
from goodterms.domain.policy import Policy
from goodterms.domain.reading.policy_lines import KeyLines, Path
from goodterms.domain.rules import Clause
from goodterms.domain.value import dataclass
from goodterms.domain.words import statements as say
from goodterms.domain.words.catalog import Words, sentence
from goodterms.domain.words.clauses import clause_sentence, own_sentence
from goodterms.domain.words.laws import law_head, law_sentences, laws_beside
from goodterms.domain.words.places import in_places


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that a document says.

    `name` is the id of a clause, a right or a notice, or the name of a window or fact; `own` the vendor's sentence
    for the same, where there is one. `line` is where it stands in the document, 0 where that is not known.
    """

    text: str
    name: str = ""
    own: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """Statements under a heading."""

    heading: str
    statements: tuple[Statement, ...]


def explain_policy(words: Words, policy: Policy, laws: Iterable[Law], on: date) -> tuple[Group, ...]:
    """Everything a policy says, and the laws beside it on a day."""
    lines = KeyLines(policy.text)

    def at(text: str, *path: str | int, name: str = "", own: str = "") -> Statement:
        return Statement(text, name, own, _line(lines, path))

    groups = {
        "document": _document(words, policy, at),
        "counting": _counting(words, policy, at),
        "renewing": _renewing(words, policy, at),
        "canceling": _canceling(words, policy, at),
        "asking": _asking(words, policy, at),
        "deciding": _deciding(words, policy, at),
        "rules": _clauses(words, policy, policy.refund.clauses, "refund", at),
        "laws": _laws(words, policy, laws, on),
    }
    return tuple(Group(words.text(f"explain.{name}"), tuple(said)) for name, said in groups.items() if said)


At = Callable[..., Statement]


def _line(lines: KeyLines, path: Path) -> int:
    return lines.line(path) if path else 0


def _document(words: Words, policy: Policy, at: At) -> list[Statement]:
    source = policy.legal_source
    date_on, dated_on = words.writing.day(policy.effective_on), words.writing.day(source.dated_on)
    seller = words.text(
        "head.seller", merchant=source.merchant_of_record, terms=source.terms, version=source.version, date=dated_on
    )
    if policy.sold_in:
        sold = words.text("head.sold_in", places=in_places(words, policy.sold_in, "and"))
    else:
        sold = words.text("head.sold_everywhere")
    return [
        at(words.text("head.version", name=policy.name, version=policy.version, date=date_on), "policy", "version"),
        at(f"{seller} {source.url}", "policy", "source"),
        at(sold, "policy", "sold_in"),
    ]


def _counting(words: Words, policy: Policy, at: At) -> list[Statement]:
    return [
        at(say.zone_sentence(words, policy), "counting"),
        at(say.business_days_sentence(words, policy), "business_days"),
        *(
            at(say.window_sentences(words, policy, window), "window", name, name=name)
            for name, window in policy.windows.items()
        ),
        *(at(say.need_sentence(words, fact), "facts", name, name=name) for name, fact in policy.facts.items()),
    ]


def _renewing(words: Words, policy: Policy, at: At) -> list[Statement]:
    rows = say.schedule_rows(words, policy, whole=True)
    said: list[tuple[str, Path]] = [(sentence(row), ("renewal", "schedule", n)) for n, row in enumerate(rows)]
    said += [
        (say.notice_sentence(words, policy), ("renewal", "notice")),
        *((text, _retries_at(policy, number)) for number, text in say.retry_sentences(words, policy)),
        *((text, ("price_change",)) for text in say.price_sentences(words, policy)),
        *((text, ("dispute",)) for text in say.dispute_sentences(words, policy)),
    ]  # fmt: skip
    return [at(text, *path) for text, path in said if text]


def _retries_at(policy: Policy, number: int | None) -> Path:
    """Where the retries of a schedule, or of all, are written."""
    if number is None or policy.renewal.schedules[number].retry_after_days is None:
        return ("renewal", "retry_after")
    return ("renewal", "schedule", number, "retry_after")


def _canceling(words: Words, policy: Policy, at: At) -> list[Statement]:
    cancellation = policy.cancellation
    ways = words.listed([words.text(f"cancel.way.{way}") for way in cancellation.channels], "or")
    return [
        at(words.text("cancel.channels", ways=ways), "cancellation", "channels"),
        at(words.text(f"cancel.undo.{cancellation.undo}"), "cancellation", "undo"),
        *_clauses(words, policy, cancellation.clauses, "cancellation", at),
    ]


def _asking(words: Words, policy: Policy, at: At) -> list[Statement]:
    ways = words.listed([words.text(f"refund.way.{way}") for way in policy.refund.channels], "or")
    said = [at(words.text("refund.channels", ways=ways), "refund", "channels")]
    return [*said, *(at(text, "refund", "verify", 0) for text in say.verify_sentences(words, policy))]


def _deciding(words: Words, policy: Policy, at: At) -> list[Statement]:
    refund = policy.refund
    second, *goodwill = say.people_sentences(words, policy)
    return [
        at(words.text(f"decide.{refund.decided_by}"), "refund", "decided_by"),
        at(words.text("decide.within", length=say.decide_length(words, policy)), "refund", "decide_within"),
        at(words.text("credit.within", length=say.credit_length(words, policy)), "refund", "credited_after"),
        at(words.text("to.says", to=say.destination_phrase(words, policy)), "refund", "destinations"),
        at(words.text(f"tax.{refund.tax}"), "refund", "tax"),
        at(second, "refund", "second_person_above"),
        *(at(text, "refund", "goodwill") for text in goodwill),
    ]


def _clauses(words: Words, policy: Policy, clauses: Sequence[Clause], table: str, at: At) -> list[Statement]:
    alone = len(clauses) == 1
    return [
        at(
            clause_sentence(words, policy, clause, alone=alone),
            table, "clause", number,
            name=clause.id, own=own_sentence(clause, words.language),
        )
        for number, clause in enumerate(clauses)
    ]  # fmt: skip


def _laws(words: Words, policy: Policy, laws: Iterable[Law], on: date) -> list[Statement]:
    said = []
    for law in laws_beside(policy, laws, on):
        said.append(Statement(law_head(words, law), law.label))
        if policy.sold_in:
            said += [Statement(text, name) for name, text in law_sentences(words, law)]
    return said or [Statement(words.text("explain.no_laws"))]
