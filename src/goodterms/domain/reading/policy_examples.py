"""What the value of each key looks like, for messages: an example says more than the name of a type."""

from __future__ import annotations

from collections.abc import Mapping

_EXAMPLES: Mapping[str, str] = {
    "name": '"my-policy"', "version": "1", "effective_on": "2026-01-01", "title": '"Cancellations and refunds"',
    "merchant_of_record": '"Example Ltd"', "terms": '"Terms of sale"', "dated_on": "2026-01-01",
    "url": '"https://example.com/terms"', "timezone": '"Europe/Berlin"', "buyer_timezone": '"overrides"',
    "order_day": '"day 0"', "last_day": '"inclusive"', "weekend": '["saturday", "sunday"]', "holidays": '"DE"',
    "terms_from": '"1 month"', "charge_before_end": '"14 days"', "announce_before_end": '"30 days"',
    "retry_after": '["3 days", "6 days"]', "undo": '"until_the_end"', "effective": '"end_of_last_paid_term"',
    "decided_by": '"specialist"', "decide_within": '"2 business days"', "credited_after": '"5 to 7 business days"',
    "until_after_order": '"60 days"', "up_to": '"100 percent"', "second_person": '"always"',
    "fact": '"order_number"', "strength": '"must_match"', "compared": '"ignoring_case"', "tolerance": '"1 day"',
    "type": '"yes_or_no"', "ask": '"Has it been used?"', "words": '["one_word", "another"]',
    "length": '"30 days"', "counted_from": '"order"', "counted_before": '"term_end"', "opens": '"3 months"',
    "notice": '"3 days"', "id": '"FIRST-PURCHASE"', "when": '"always"', "outcome": '"grant"', "amount": '"full"',
    "access": '"ends_now"', "percent": "50", "consent": '"needed"', "acts": '["refund", "withdraw"]',
    "article": '"art. 9"', "source": '"Directive 2011/83/EU"', "countries": '["DE", "FR"]', "status": '"in_force"',
    "applies_from": "2026-01-01", "consumers_only": "true", "says": '"A first purchase is refunded in full."',
}  # fmt: skip
#: Keys whose value is a list or a word in one table and something else in another.
_BY_TABLE: Mapping[tuple[str, str], str] = {
    ("source", "version"): '"2026-01"', ("cancellation", "channels"): '["account", "support"]',
    ("refund", "channels"): '["account", "support"]', ("cancellation", "refund"): '"none"',
    ("dispute", "renewal"): '"stops"', ("dispute", "lost"): '"ends_access"',
    ("price_change", "notice"): '"30 days"', ("unused_part", "notice"): '"1 month"',
    ("clause", "when"): '"always", or a condition such as when.payment = "initial"',
}  # fmt: skip


def example_of(table: str, key: str) -> str:
    """An example of the value of a key in a table; empty where there is none."""
    if len(key) == 3 and key.isupper():
        return '"10.00"'  # of a currency
    return _BY_TABLE.get((table, key)) or _EXAMPLES.get(key, "")
