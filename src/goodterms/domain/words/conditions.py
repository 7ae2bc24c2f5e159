"""Windows and conditions as parts of a sentence: "the request is made within 30 days of the order"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from goodterms.domain.money import Money, MoneyError
from goodterms.domain.reading.policy_words import CASE_FACTS, KNOWN_FACTS, YES_OR_NO
from goodterms.domain.rules import Condition, Fact, Window
from goodterms.domain.value import dataclass
from goodterms.domain.words.catalog import Words
from goodterms.domain.words.lengths import span_length, written_length
from goodterms.domain.words.places import in_places

_CLOSED = ("payment", "term", "already_refunded", "asks_for")
_ANCHOR_FACTS = {
    "order": "fact.order",
    "contract": "fact.contract_at",
    "term_start": "fact.term_start",
    "term_end": "fact.term_end",
}
_SOME = {("at_least", "1"), ("more_than", "0")}
_NONE = {("is", "0"), ("at_most", "0"), ("less_than", "1")}
_ORDERED = ("at_least", "at_most", "more_than", "less_than")


@dataclass(frozen=True, slots=True)
class Context:
    """What the names in a condition stand for.

    `about` is the act whose request is meant; with `renewal` the order is a renewal's, so that its date is that of the
    charge (R25).
    """

    windows: Mapping[str, Window]
    facts: Mapping[str, Fact]
    about: str = "refund"
    renewal: bool = False

    def fact(self, name: str) -> Fact:
        """A fact by its name; one nobody declared is a text."""
        return self.facts.get(name) or CASE_FACTS.get(name) or KNOWN_FACTS.get(name) or Fact(name, "text", "")


def window_phrase(words: Words, window: Window, context: Context) -> str:
    """A window as an adverbial: "within 30 days of the order", "between 3 months and 1 month before the charge"."""
    length = span_length(words, window.length)
    if window.counted_before is not None:
        opens = span_length(words, window.opens) if window.opens else length
        before = _anchored(words, "before", window.counted_before, context)
        if window.length.count == 0:
            return words.text("window.before.to", opens=opens, before=before)
        return words.text("window.before", opens=opens, length=length, before=before)
    after = _anchored(words, "after", window.counted_from, context)
    if window.extended_by:
        more = span_length(words, window.extended_by)
        text = words.text("window.extended", length=length, after=after, more=more)
    else:
        text = words.text("window.after", length=length, after=after)
    if window.or_until:
        ends = [_anchored(words, "before", name, context) for name in window.or_until]
        text = words.text("window.until", window=text.removesuffix(","), until=words.listed(ends))
    return text


def _anchored(words: Words, side: str, anchor: str, context: Context) -> str:
    if anchor == "order" and context.renewal:
        anchor = "charge"
    if words.has(f"{side}.{anchor}"):
        return words.text(f"{side}.{anchor}")
    return words.text(f"{side}.other", fact=label(words, context.fact(anchor)))


def label(words: Words, fact: Fact) -> str:
    """What a fact is called in a sentence, in quotation marks: its name if well known, else its question or key."""
    name = f"name.{fact.name}"
    asked = fact.question(words.language) or fact.name.replace("_", " ")
    return words.quoted(words.text(name) if words.has(name) else asked)


def subject(words: Words, fact: Fact) -> str:
    """A fact as the subject of a sentence: "the length of the term", "the answer to “...?”"."""
    if words.has(f"fact.{fact.name}"):
        return words.text(f"fact.{fact.name}")
    return words.text("fact.asked", question=label(words, fact)) if fact.ask else label(words, fact)


def condition_phrase(words: Words, need: Condition, context: Context) -> str:
    """One condition as a clause of a sentence, without the word that joins it."""
    fact = context.fact(need.fact)
    request, of = words.text(f"act.{context.about}"), words.text(f"act.{context.about}.of")
    said: dict[str, object] = {"fact": subject(words, fact), "label": label(words, fact), "request": request, "of": of}
    if need.test in ("inside", "outside"):
        windows = [window_phrase(words, context.windows[name], context) for name in need.values]
        joiner = "and" if need.test == "inside" else "or"
        return words.text(_key(words, fact.name, need.test), **said, window=words.listed(windows, joiner))
    if need.test in ("in_first", "in_last"):
        length = written_length(words, need.values[0]) or need.values[0]
        return words.text(f"cond.{need.test}", **said, length=length)
    if need.test == "given":
        return words.text(_key(words, fact.name, f"given.{need.values[0]}"), **said)
    if need.test in ("is", "is_not"):
        return _equality(words, need, fact, said)
    amount = _some_or_none(words, need)
    if amount:
        return amount
    values = words.listed([value_phrase(words, fact, value) for value in need.values], "or")
    return words.text(_key(words, fact.name, need.test), **said, value=values)


def _key(words: Words, fact: str, test: str) -> str:
    own = f"cond.{fact}.{test}"
    return own if words.has(own) else f"cond.{test}"


def _some_or_none(words: Words, need: Condition) -> str:
    """Whole numbers whose test only asks whether there are any."""
    for name, tests in (("some", _SOME), ("none", _NONE)):
        key = f"cond.{need.fact}.{name}"
        if len(need.values) == 1 and (need.test, need.values[0]) in tests and words.has(key):
            return words.text(key)
    return ""


def _equality(words: Words, need: Condition, fact: Fact, said: dict[str, object]) -> str:
    test, values = need.test, need.values
    if fact.type == "yes_or_no" and len(values) == 1:
        holds = values[0] if test == "is" else YES_OR_NO[values[0] == "true"]
        own = f"cond.{fact.name}.{holds}"
        kind = "asked" if fact.ask and fact.name not in KNOWN_FACTS else "named"
        return words.text(own if words.has(own) else f"cond.{kind}.{holds}", **said)
    if test == "is_not" and fact.name in _CLOSED:
        test, values = "is", tuple(word for word in fact.words if word not in values)
    counted = _some_or_none(words, Condition(fact.name, test, values))
    if counted:
        return counted
    if fact.name == "country":
        listed = in_places(words, values)
    elif fact.name == "state":
        listed = in_places(words, [value if "-" in value else f"US-{value}" for value in values])
    else:
        listed = words.listed([value_phrase(words, fact, value) for value in values], "or")
    return words.text(_key(words, fact.name, test), **said, values=listed)


def value_phrase(words: Words, fact: Fact, value: str) -> str:
    """A value of a condition as people say it: a word of the language, an amount, a date, a length, or as written."""
    if words.has(f"value.{fact.name}.{value}"):
        return words.text(f"value.{fact.name}.{value}")
    length = written_length(words, value) if fact.type == "length" else None
    if length:
        return str(length)
    if fact.type == "amount" and (amount := amount_of(value)):
        return words.writing.money(amount)
    if fact.type in ("date", "instant") and words.has(_ANCHOR_FACTS.get(value, "")):
        return words.text(_ANCHOR_FACTS[value])
    if fact.type in ("date", "instant") and (day := _day_of(value)):
        return words.writing.day(day)
    if value.isdecimal():
        return value
    return words.quoted(value.replace("_", " "))


def amount_of(text: str) -> Money | None:
    """An amount as conditions hold it: "EUR 10.00" or "10.00 EUR"; None for any other text."""
    first, _, last = text.partition(" ")
    for currency, number in ((first, last), (last, first)):
        try:
            return Money.parse(number, currency)
        except MoneyError:
            continue
    return None


def _day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def when_phrase(words: Words, conditions: Sequence[Condition], context: Context) -> str:
    """All conditions joined: "if A, B and C"."""
    said = [condition_phrase(words, need, context) for need in conditions]
    phrases = words.catalog.phrases
    return words.text("if.lead", condition=words.joined(said, phrases["if.comma"], phrases["if.and"]))
