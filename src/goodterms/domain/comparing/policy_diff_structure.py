"""What differs between two policies, rule by rule, in sentences: what changes and for whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from goodterms.domain.comparing.policy_diff_clauses import clause_changes, window_changes
from goodterms.domain.comparing.policy_diff_types import Change
from goodterms.domain.comparing.policy_diff_words import (
    and_list,
    or_list,
    say_amounts,
    say_check,
    say_schedule,
    say_terms,
)
from goodterms.domain.counting import plural
from goodterms.domain.policy import Cancellation, Disputes, Policy, PriceChange, RefundRules, Renewal, RenewalSchedule

_ALL = "everybody"
_REQUESTS = "everybody who asks for a refund"
_RENEWALS = "everybody whose term renews"


def changes_between(old: Policy, new: Policy) -> tuple[Change, ...]:
    """Every rule that differs, in the order of the document. Words alone (titles, sentences) do not count."""
    return (
        *_head(old, new),
        *_counting(old, new),
        *window_changes(old, new),
        *_schedules(old.renewal.schedules, new.renewal.schedules),
        *_renewal(old, new),
        *_price_change(old.price_change, new.price_change),
        *_disputes(old.dispute_rules, new.dispute_rules),
        *_cancellation(old.cancellation, new.cancellation),
        *clause_changes("cancellation", old.cancellation.clauses, new.cancellation.clauses),
        *_refund(old.refund, new.refund),
        *_goodwill(old.refund, new.refund),
        *_verify(old.refund, new.refund),
        *clause_changes("refund", old.refund.clauses, new.refund.clauses),
        *_facts(old, new),
    )


def _changed(topic: str, whom: str, says: str, subject: str = "") -> Change:
    return Change(topic, "changed", whom, says, subject)


def _head(old: Policy, new: Policy) -> list[Change]:
    found = []
    if old.merchant_of_record != new.merchant_of_record:
        says = f"{new.merchant_of_record} sells and pays back, no longer {old.merchant_of_record}."
        found.append(_changed("policy", _ALL, says))
    was, now = old.legal_source, new.legal_source
    if (was.terms, was.version) != (now.terms, now.version):
        says = f"It follows {now.terms}, version {now.version}, instead of {was.terms}, version {was.version}."
        found.append(_changed("policy", _ALL, says))
    if set(old.sold_in) != set(new.sold_in):
        here = or_list(new.sold_in) if new.sold_in else "every country"
        there = or_list(old.sold_in) if old.sold_in else "every country"
        found.append(_changed("policy", _ALL, f"It is sold in {here} instead of {there}."))
    return found


def _counting(old: Policy, new: Policy) -> list[Change]:
    found = []
    if old.counting.timezone != new.counting.timezone:
        says = f"Days are counted in {new.counting.timezone} instead of {old.counting.timezone}."
        found.append(_changed("counting", "everybody without a time zone of their own", says))
    if old.counting.buyer_timezone != new.counting.buyer_timezone:
        if new.counting.buyer_timezone == "overrides":
            says = "The customer's own time zone comes first in counting days now."
        else:
            says = "The customer's own time zone no longer matters in counting days."
        found.append(_changed("counting", "customers whose time zone is known", says))
    if old.business_days != new.business_days:
        was, now = old.business_days, new.business_days
        says = f"Business days are counted by the calendar {now.holidays} instead of {was.holidays}."
        if was.holidays == now.holidays:
            says = "Other days of the week are closed in counting business days."
        found.append(_changed("counting", _ALL, says))
    return found


def _schedules(old: Sequence[RenewalSchedule], new: Sequence[RenewalSchedule]) -> list[Change]:
    was = {(row.terms_from, row.regions): row for row in old}
    now = {(row.terms_from, row.regions): row for row in new}
    found = []
    for key, row in now.items():
        if key not in was:
            says = f"A new schedule: {say_terms(row)} are {say_schedule(row)}."
            found.append(Change("renewal", "added", say_terms(row), says))
        elif moved := _rescheduled(was[key], row):
            says = f"{_capital(say_terms(row))} are {moved}."
            found.append(_changed("renewal", say_terms(row), says))
    for key, row in was.items():
        if key not in now:
            says = f"A schedule is gone: {say_terms(row)} were {say_schedule(row)}."
            found.append(Change("renewal", "removed", say_terms(row), says))
    return found


def _rescheduled(was: RenewalSchedule, now: RenewalSchedule) -> str:
    parts = []
    if was.lead_days != now.lead_days:
        parts.append(f"charged {plural(now.lead_days, 'day')} before the term ends instead of {was.lead_days}")
    if was.reminder_days != now.reminder_days:
        days = plural(now.reminder_days, "day")
        parts.append(f"announced {days} before the term ends instead of {was.reminder_days}")
    return and_list(parts)


def _renewal(old: Policy, new: Policy) -> list[Change]:
    found = []
    was, now = old.renewal, new.renewal
    if was.notice_days != now.notice_days:
        days = plural(now.notice_days, "day")
        says = f"Between announcement and charge are at least {days}, where there were {was.notice_days}."
        found.append(_changed("renewal", _RENEWALS, says))
    return [*found, *_retry_changes(was, now)]


def _retry_changes(was: Renewal, now: Renewal) -> list[Change]:
    """When a failed charge is tried again, as far as that can come: for all alike, or by schedule."""
    whom = "everybody whose card fails"
    before = {(row.terms_from, row.regions): was.retries(row) for row in was.schedules}
    after = {(row.terms_from, row.regions): now.retries(row) for row in now.schedules}
    if len(set(before.values())) == 1 == len(set(after.values())):
        (old,), (new,) = set(before.values()), set(after.values())
        says = f"A failed charge is tried again {_retries(new)}, not {_retries(old)}."
        return [_changed("renewal", whom, says)] if old != new else []
    found = []
    for row in now.schedules:
        old, new = before.get((row.terms_from, row.regions), ()), now.retries(row)
        if old != new:
            tried = f"a failed charge is tried again {_retries(new)}, not {_retries(old)}"
            says = f"{_capital(say_terms(row))}: {tried}."
            found.append(_changed("renewal", whom, says))
    return found


def _retries(days: Sequence[int]) -> str:
    if not days:
        return "never"
    return f"after {plural(days[0], 'day')}" if len(days) == 1 else f"after {and_list(map(str, days))} days"


def _disputes(old: Disputes, new: Disputes) -> list[Change]:
    whom, found = "everybody who disputes a payment", []
    if old.renewal != new.renewal:
        stops = "are not charged any more" if new.renewal == "stops" else "are charged all the same"
        found.append(_changed("dispute", whom, f"While a payment is disputed, renewals {stops}."))
    if old.lost != new.lost:
        ends = "ends what the payment paid for" if new.lost == "ends_access" else "leaves access as it is"
        found.append(_changed("dispute", whom, f"A dispute that is lost {ends}."))
    return found


def _price_change(old: PriceChange | None, new: PriceChange | None) -> list[Change]:
    if old == new:
        return []
    if new is None:
        return [Change("price change", "removed", _RENEWALS, "Nothing is said any more about higher prices.")]
    consent = "and needs the customer's consent" if new.consent == "needed" else "and needs no consent"
    says = f"A higher price is told {plural(new.notice_days, 'day')} before the charge {consent}"
    if old is None:
        return [Change("price change", "added", _RENEWALS, says + ".")]
    was = "consent was needed" if old.consent == "needed" else "none was needed"
    return [_changed("price change", _RENEWALS, f"{says}; it was {plural(old.notice_days, 'day')} and {was}.")]


def _cancellation(old: Cancellation, new: Cancellation) -> list[Change]:
    found = _lists("cancellation", "everybody who cancels", "Canceling is possible by", old.channels, new.channels)
    if old.undo != new.undo:
        kept = "can be undone until access has ended" if new.undo == "until_the_end" else "can not be undone any more"
        found.append(_changed("cancellation", "everybody who cancels", f"A cancellation {kept}."))
    return found


def _refund(old: RefundRules, new: RefundRules) -> list[Change]:
    found = _lists("refund", _REQUESTS, "A refund can be asked for by", old.channels, new.channels)
    if old.decided_by != new.decided_by:
        who = "a specialist decides" if new.decided_by == "specialist" else "the rules alone decide"
        found.append(_changed("refund", _REQUESTS, f"On a refund {who} now."))
    if old.decide_within_business_days != new.decide_within_business_days:
        days = plural(new.decide_within_business_days, "business day")
        says = f"A decision is promised within {days} instead of {old.decide_within_business_days}."
        found.append(_changed("refund", _REQUESTS, says))
    if old.credit_business_days != new.credit_business_days:
        says = f"The money is promised after {_credit(new)} business days instead of {_credit(old)}."
        found.append(_changed("refund", "everybody who is paid back", says))
    if old.second_person_above != new.second_person_above:
        says = f"A second person confirms above {_above(new)}, where it was above {_above(old)}."
        found.append(_changed("refund", "specialists", says))
    if old.tax != new.tax:
        says = "Tax is paid back with the price." if new.tax == "refunded" else "Tax is not paid back any more."
        found.append(_changed("refund", "everybody who is paid back", says))
    found += _lists("refund", "everybody who is paid back", "The money goes to", old.destinations, new.destinations)
    return found


def _credit(rules: RefundRules) -> str:
    first, last = rules.credit_business_days
    return str(last) if first == last else f"{first} to {last}"


def _above(rules: RefundRules) -> str:
    return say_amounts(rules.second_person_above) or "nothing: always"


def _goodwill(old: RefundRules, new: RefundRules) -> list[Change]:
    was, now = old.goodwill, new.goodwill
    if was == now:
        return []
    if not now.possible:
        gone = "Goodwill is not possible any more."
        return [Change("goodwill", "removed", "everybody whom the rules deny", gone)] if was.possible else []
    parts = []
    if was.max_days_after_order != now.max_days_after_order:
        days = plural(now.max_days_after_order, "day")
        parts.append(f"until {days} after the order instead of {was.max_days_after_order}")
    if was.max_share_percent != now.max_share_percent:
        parts.append(f"up to {now.max_share_percent} percent instead of {was.max_share_percent}")
    if was.second_person != now.second_person:
        who = "always with a second person" if now.second_person == "always" else "with a second person by the amount"
        parts.append(who)
    return [_changed("goodwill", "everybody whom the rules deny", f"Goodwill is possible {', '.join(parts)}.")]


def _verify(old: RefundRules, new: RefundRules) -> list[Change]:
    was, now = {one.name: one for one in old.verify}, {one.name: one for one in new.verify}
    found = []
    for name, check in now.items():
        said = name.replace("_", " ")
        if name not in was:
            says = f"The {said} is compared with the order: it {say_check(check)}."
            found.append(Change("verification", "added", _REQUESTS, says, name))
        elif check != was[name]:
            says = f"The {said} {say_check(check)}; before it {say_check(was[name])}."
            found.append(_changed("verification", _REQUESTS, says, name))
    for name in was:
        if name not in now:
            says = f"The {name.replace('_', ' ')} is not compared with the order any more."
            found.append(Change("verification", "removed", _REQUESTS, says, name))
    return found


def _facts(old: Policy, new: Policy) -> list[Change]:
    """Facts that have to be known now, and no longer."""
    found = [
        Change("facts", "added", _ALL, f"A fact is needed that was not before: {fact.ask}", name)
        for name, fact in new.facts.items()
        if name not in old.facts
    ]
    found += [
        Change("facts", "removed", _ALL, f"A fact is not needed any more: {fact.ask}", name)
        for name, fact in old.facts.items()
        if name not in new.facts
    ]
    for name, fact in new.facts.items():
        if name in old.facts and old.facts[name].when_absent != fact.when_absent:
            taken = f"taken to be {fact.when_absent}" if fact.when_absent is not None else "asked for"
            says = f"Where nothing is known of {name.replace('_', ' ')}, it is {taken} now."
            found.append(_changed("facts", _ALL, says, name))
    return found


def _lists(topic: str, whom: str, what: str, old: Iterable[str], new: Iterable[str]) -> list[Change]:
    was, now = list(old), list(new)
    if set(was) == set(now) and (topic != "refund" or was[:1] == now[:1]):
        return []
    gone = [word.replace("_", " ") for word in was if word not in now]
    says = f"{what} {and_list([word.replace('_', ' ') for word in now])}"
    return [_changed(topic, whom, f"{says}{f', no longer by {and_list(gone)}' if gone else ' now'}.")]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
