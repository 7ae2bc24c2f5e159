"""What a policy says besides its clauses, each matter as a sentence: counting, renewing, checking, paying."""

from __future__ import annotations

from collections.abc import Sequence

from goodterms.domain.policy import Check, Policy, RenewalSchedule
from goodterms.domain.reading.policy_words import ABSENT, BUYERS_CALENDAR, NO_HOLIDAYS
from goodterms.domain.rules import Condition, Fact, Window
from goodterms.domain.words.catalog import Words, sentence
from goodterms.domain.words.clauses import amounts_phrase
from goodterms.domain.words.conditions import Context, condition_phrase, window_phrase
from goodterms.domain.words.lengths import business_days_length, days_length, interval_length
from goodterms.domain.words.places import in_places


def zone_sentence(words: Words, policy: Policy) -> str:
    """In which time zone days are counted (A2)."""
    key = "buyer" if policy.counting.buyer_timezone == "overrides" else "own"
    return words.text(f"count.zone.{key}", zone=policy.timezone)


def business_days_sentence(words: Words, policy: Policy) -> str:
    """Which days are business days (A18)."""
    days = [words.text("weekday", day=words.writing.weekday(day)) for day in sorted(policy.business_days.weekend)]
    holidays = policy.business_days.holidays
    if holidays == BUYERS_CALENDAR:
        days.append(words.text("holidays.buyer"))
    elif holidays == "European Central Bank":
        days.append(words.text("holidays.ecb"))
    elif holidays != NO_HOLIDAYS:
        days.append(words.text("holidays.place", place=in_places(words, [holidays])))
    return words.text("count.business", days=words.listed(days)) if days else words.text("count.business.all")


def window_sentence(words: Words, policy: Policy, window: Window) -> str:
    """A window as a sentence of its own: "Within 30 days of the order.\""""
    return sentence(window_phrase(words, window, Context(policy.windows, policy.facts)).removesuffix(","))


def window_sentences(words: Words, policy: Policy, window: Window) -> str:
    """A window with how it is counted."""
    return " ".join([window_sentence(words, policy, window), *counting_sentences(words, window)])


def counting_sentences(words: Words, window: Window) -> list[str]:
    """How the days or hours of a window are counted (R24, A1)."""
    if window.counted_before is not None:
        return [words.text("window.backward")]
    if window.length.unit == "hours":
        return [words.text("window.hours")]
    said = [words.text(f"window.{window.last_day}", day0=words.text("window.day0"))]
    if window.closed_last_day == "next_working_day":
        said.append(words.text("window.working_day"))
    return said


def need_sentence(words: Words, fact: Fact) -> str:
    """A fact that rules depend on: the question asked for it, or what holds while nothing is known."""
    question = words.quoted(fact.question(words.language))
    if fact.when_absent is None:
        return words.text("needs.asked", question=question)
    if fact.when_absent == ABSENT and fact.type != "word":
        absent = Condition(fact.name, "given", ("false",))
    else:
        absent = Condition(fact.name, "is", (fact.when_absent,))
    condition = condition_phrase(words, absent, Context({}, {fact.name: fact}))
    key = "needs.asked.absent" if fact.ask else "needs.absent"
    return words.text(key, question=question, condition=condition)


def ahead(words: Words, days: int) -> str:
    """So many days before the running term ends; none of them: when it ends."""
    return words.text("renew.ahead", length=days_length(words, days)) if days else words.text("renew.at_end")


def terms_of(words: Words, policy: Policy, row: RenewalSchedule) -> str:
    """Which terms a schedule is for: "terms of 1 year or longer"."""
    schedules = policy.renewal.schedules
    before = [other for other in schedules[: schedules.index(row)] if other.regions == row.regions]
    key = "renew.terms.shorter" if before else "renew.terms.from"
    terms = words.text(key, length=interval_length(words, row.terms_from))
    if not row.regions:
        return terms
    return words.text("renew.terms.region", terms=terms, places=in_places(words, row.regions, "and"))


def charge_sentence(words: Words, policy: Policy) -> str:
    """When a renewal is charged, where that is the same for every term; else empty."""
    schedules = policy.renewal.schedules
    same = len({(row.lead_days, row.regions) for row in schedules}) == 1
    return words.text("renew.charged", ahead=ahead(words, schedules[0].lead_days)) if same else ""


def schedule_rows(words: Words, policy: Policy, *, whole: bool = False) -> list[str]:
    """For each kind of term: when it is announced and, where that differs or is wanted, when it is charged (R17)."""
    if charge_sentence(words, policy) and not whole:
        return [
            words.text("renew.told.row", whose=terms_of(words, policy, row), ahead=ahead(words, row.reminder_days))
            for row in policy.renewal.schedules
        ]
    return [
        words.text(
            "renew.depends.row",
            whose=terms_of(words, policy, row),
            charged=ahead(words, row.lead_days),
            told=ahead(words, row.reminder_days),
        )
        for row in policy.renewal.schedules
    ]


def notice_sentence(words: Words, policy: Policy) -> str:
    """How long before its charge a renewal is announced at the latest; empty where nothing is promised."""
    days = policy.renewal.notice_days
    return words.text("renew.notice", length=words.catalog.length(days, "days")) if days else ""


def retry_sentences(words: Words, policy: Policy) -> list[tuple[int | None, str]]:
    """When a failed charge is tried again: once for all, or by the number of the schedule; only what can come."""
    renewal = policy.renewal
    retries = [renewal.retries(row) for row in renewal.schedules]
    if len(set(retries)) == 1:
        return [(None, words.text("renew.retry", lengths=_lengths(words, retries[0])))] if retries[0] else []
    said: list[tuple[int | None, str]] = []
    for number, (row, days) in enumerate(zip(renewal.schedules, retries, strict=True)):
        if days:
            whose, lengths = terms_of(words, policy, row), _lengths(words, days)
            said.append((number, words.text("renew.retry.for", whose=whose, lengths=lengths)))
    return said


def _lengths(words: Words, days: Sequence[int]) -> object:
    count: int | str = days[0] if len(days) == 1 else words.listed([str(day) for day in days])
    return words.catalog.length(count, "days")


def price_sentences(words: Words, policy: Policy) -> list[str]:
    """How a higher price comes about (X38)."""
    change = policy.price_change
    if change is None:
        return []
    if change.notice_days:
        told = words.text("price.notice", length=words.catalog.length(change.notice_days, "days"))
    else:
        told = words.text("price.notice.none")
    return [told, words.text(f"price.consent.{change.consent}")]


def dispute_sentences(words: Words, policy: Policy) -> list[str]:
    """What a payment that is disputed with the card's bank does, where the document says it."""
    if policy.disputes is None:
        return []
    said = (f"dispute.renewal.{policy.disputes.renewal}", f"dispute.lost.{policy.disputes.lost}")
    return [words.text(key) for key in said]


def verify_sentences(words: Words, policy: Policy) -> list[str]:
    """Which facts have to agree with the order and which only support the request (A15)."""
    said = []
    for strength in ("must_match", "corroborates"):
        facts = [_checked(words, check) for check in policy.refund.verify if check.strength == strength]
        if facts:
            said.append(words.text(f"verify.{strength}", facts=words.listed(facts)))
    return [*said, words.text("verify.wrong")] if said else []


def _checked(words: Words, check: Check) -> str:
    key = f"verify.{check.name}"
    if check.tolerance_days:
        return words.text(f"{key}.tolerance", length=words.catalog.length(check.tolerance_days, "days"))
    fact = words.text(key)
    return words.text("verify.loosely", fact=fact) if check.compared == "loosely" else fact


def people_sentences(words: Words, policy: Policy) -> list[str]:
    """When a second person is needed, and how far a person may go beyond the rules (X46)."""
    refund = policy.refund
    amounts = amounts_phrase(words, refund.second_person_above)
    said = [words.text("second.above", amounts=amounts) if amounts else words.text("second.always")]
    if refund.goodwill.possible:
        length = words.catalog.length(refund.goodwill.max_days_after_order, "days")
        said.append(words.text("goodwill.until", length=length, percent=refund.goodwill.max_share_percent))
        said.append(words.text(f"goodwill.second.{refund.goodwill.second_person}"))
    return said


def decide_length(words: Words, policy: Policy) -> object:
    """The business days within which a request is decided."""
    days = policy.refund.decide_within_business_days
    return business_days_length(words, days, days)


def credit_length(words: Words, policy: Policy) -> object:
    """The business days within which money arrives: "5-7 business days"."""
    return business_days_length(words, *policy.refund.credit_business_days)


def destination_phrase(words: Words, policy: Policy) -> str:
    """Where the money goes: "to the means of payment you used"."""
    usual, *others = [words.text(f"to.{way}") for way in policy.refund.destinations]
    return words.text("to.usual", usual=usual, others=words.listed(others, "or")) if others else usual
