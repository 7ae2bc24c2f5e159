"""One clause of a policy, or one right of a law, as a sentence made from its data alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from goodterms.domain.law import Law
from goodterms.domain.money import Money
from goodterms.domain.policy import Policy
from goodterms.domain.rules import Clause, Fee, Payback, Proration
from goodterms.domain.words.catalog import Words, sentence
from goodterms.domain.words.conditions import Context, label, when_phrase
from goodterms.domain.words.lengths import span_length


def context_of(document: Policy | Law, clause: Clause) -> Context:
    """What the names in a clause stand for in its document."""
    only_renewals = any(
        need.fact == "payment" and need.test == "is" and need.values == ("renewal",) for need in clause.conditions
    )
    return Context(document.windows, document.facts, _about(clause), renewal=only_renewals)


def _about(clause: Clause) -> str:
    return "cancel" if clause.acts == ("cancel",) else "refund"


def clause_sentence(words: Words, document: Policy | Law, clause: Clause, *, alone: bool = False) -> str:
    """What a clause says: its conditions, what they lead to, and how that is reckoned.

    One without conditions is said to hold in all other cases, or, when it stands `alone`, in every case.
    """
    result = words.catalog.phrases["list.then"].join(_results(words, document, clause))
    if clause.conditions:
        conditions = when_phrase(words, clause.conditions, context_of(document, clause))
        first = words.text("clause.when", conditions=conditions, result=result)
    else:
        first = words.text("clause.always" if alone else "clause.else", result=result)
    return " ".join(sentence(text) for text in (first, *_more(words, clause)))


def own_sentence(clause: Clause, language: str) -> str:
    """The vendor's own sentence in a language; empty where there is none."""
    return clause.says.get(language, "")


def said_sentence(words: Words, document: Policy | Law, clause: Clause, *, alone: bool = False) -> str:
    """The vendor's own sentence where there is one in this language, else the one made from the data."""
    own = words.catalog.signs(own_sentence(clause, words.language))
    return own or clause_sentence(words, document, clause, alone=alone)


def page_sentence(words: Words, document: Policy | Law, clause: Clause, *, alone: bool = False) -> str:
    """What the public page says of a clause: all that it does, also where the vendor's own sentence leaves it out."""
    own = words.catalog.signs(own_sentence(clause, words.language))
    if not own or clause.outcome != "grant":
        return own or clause_sentence(words, document, clause, alone=alone)
    result = words.catalog.phrases["list.then"].join(_results(words, document, clause))
    effect = words.text("clause.then", result=result)
    return " ".join([own, *(sentence(text) for text in (effect, *_more(words, clause)))])


def _results(words: Words, document: Policy | Law, clause: Clause) -> list[str]:
    act = _spoken_act(clause)
    if clause.outcome != "grant":
        return [words.text(f"{act}.{clause.outcome}")]
    said = [payback_phrase(words, act, clause.payback, document)]
    if clause.fee:
        said.append(fee_phrase(words, clause.fee))
    if _is_either(clause):
        return said
    if clause.access != "unchanged" or act == "refund":
        said.append(words.text(f"access.{clause.access}"))
    return said


def _is_either(clause: Clause) -> bool:
    """Whether it depends on the case if a paid term is dropped or ended: that is a sentence of its own."""
    if clause.access != "keep_current_term" or clause.acts == ("cancel",):
        return False
    return not any(need.fact == "term" and need.values == ("upcoming",) for need in clause.conditions)


def _spoken_act(clause: Clause) -> str:
    if clause.acts == ("cancel",):
        return "cancel"
    return "withdraw" if "withdraw" in clause.acts and clause.article is not None else "refund"


def payback_phrase(words: Words, act: str, payback: Payback, document: Policy | Law) -> str:
    """What is paid back, said of an act: "the payment is refunded in full"."""
    amounts = amounts_phrase(words, payback.fixed)
    result = words.text(f"{act}.{payback.kind}", percent=payback.percent, amounts=amounts)
    deductions = [_deduction(words, name, document) for name in payback.less]
    if payback.handling_fee:
        deductions.append(words.text("less.handling_fee", amounts=amounts_phrase(words, payback.handling_fee)))
    if not deductions:
        return result
    return words.text("less", result=result, deductions=words.listed(deductions))


def _deduction(words: Words, name: str, document: Policy | Law) -> str:
    if words.has(f"deduct.{name}"):
        return words.text(f"deduct.{name}")
    return words.text("deduct.other", fact=label(words, Context({}, document.facts).fact(name)))


def fee_phrase(words: Words, fee: Fee) -> str:
    """What ending early costs: "a fee of 50 percent of the installments not yet billed is due"."""
    key = "fee.capped" if fee.at_most else "fee"
    return words.text(key, percent=fee.percent, amounts=amounts_phrase(words, fee.at_most))


def amounts_phrase(words: Words, amounts: Mapping[str, Money]) -> str:
    """One amount in each currency: "€10.00 or US$11.00"."""
    return words.listed([words.writing.money(amount) for amount in amounts.values()], "or")


def _more(words: Words, clause: Clause) -> Sequence[str]:
    """Sentences of their own: how an unused part is reckoned, until when is paid, what is confirmed."""
    more = []
    act = _about(clause)
    if clause.outcome == "grant" and clause.payback.kind == "unused_part":
        more.append(unused_sentence(words, clause.payback.proration or Proration(), act))
    if _is_either(clause):
        more.append(words.text("access.keep_current_term.either"))
    if clause.pay_within:
        length = span_length(words, clause.pay_within)
        more.append(words.text("pay_within", length=length, of=words.text(f"act.{act}.of")))
    if clause.acknowledge:
        more.append(words.text("acknowledge"))
    return more


def unused_sentence(words: Words, proration: Proration, act: str = "refund") -> str:
    """Where the unused part begins after a request or a cancellation, how it is counted and rounded (X20)."""
    key = f"unused.start.{proration.start}"
    if proration.start == "request":
        key = "unused.start.month" if proration.by == "whole_month" else key
        key = f"{key}.{proration.request_day}"
    notice = span_length(words, proration.notice) if proration.notice else ""
    return words.text(
        f"unused.{proration.by}",
        start=words.text(key, notice=notice, of=words.text(f"act.{act}.of")),
        rounding=words.text(f"rounding.{proration.rounding}"),
    )
