"""What is done to a copy by hand, one corruption for every rule of the audit, and the numbers that must be reported.

Lives are those of `audit_copy`: 1 renewed, 2 goodwill, 3 refunded in the dashboard and canceled, 4 never begun,
5 refunded, 6 unsure, 7 over, 8 bought again by the customer of 7, 9 declined once, 10 lost in a dispute.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from goodterms.domain.public_id import SUBSCRIPTION, encode
from tests.support.audit_copy import subscription_id


@dataclass(frozen=True, slots=True)
class Corruption:
    """Statements that break an invariant. `rule` is the assertion that must find it, `also` what breaks with it.

    Where no assertion finds it, `way` says how it is asked.
    """

    number: int
    name: str
    statements: tuple[str, ...]
    rule: str = ""
    also: tuple[int, ...] = ()
    key: str = ""
    way: str = ""


def sub(number: int) -> str:
    """The id of a life's subscription, as SQL has it."""
    return f"'{subscription_id(number)}'"


def of(number: int, more: str = "") -> str:
    """The rows of a life."""
    return f"WHERE subscription_id = {sub(number)}{more}"


def key_of(number: int) -> str:
    """The public id of a life's subscription."""
    return encode(SUBSCRIPTION, 7 if number == 8 else number, subscription_id(number))


_COPY_OF_OPEN = """INSERT INTO charges SELECT (c).* FROM (
    SELECT jsonb_populate_record(
        c, '{"id": "00000000-0000-0000-0000-0000000000aa", "attempt": 2, "state": "STATE"}') AS c
    FROM charges c WHERE subscription_id = SUB AND term_number = TERM) x"""
_FACT_OF_IT = """INSERT INTO facts SELECT (f).* FROM (
    SELECT jsonb_populate_record(f, jsonb_build_object('seq', s.last_fact + 1, 'data', f.data
        || '{"attempt": 2}')) AS f
    FROM facts f JOIN subscriptions s ON s.id = f.stream WHERE f.stream = SUB AND f.name = 'NAME'
        AND f.data->>'term_number' = 'TERM') x"""


def _another_charge(number: int, term: int, state: str, *facts: str) -> tuple[str, ...]:
    def said(text: str, name: str = "") -> str:
        words = {"SUB": sub(number), "TERM": str(term), "STATE": state, "NAME": name}
        for word, put in words.items():
            text = text.replace(word, put)
        return text

    counted = f"UPDATE subscriptions SET last_fact = last_fact + 1 WHERE id = {sub(number)}"
    told = [line for name in facts for line in (said(_FACT_OF_IT, name), counted)]
    return ("DROP INDEX charges_one_open", said(_COPY_OF_OPEN), *told)


TERMS_AND_CHARGES: Final = (
    Corruption(
        1, "a gap", (
            "ALTER TABLE terms DROP CONSTRAINT terms_check2",
            f"UPDATE terms SET number = 9 {of(1, ' AND number = (SELECT max(number) FROM terms ' + of(1) + ')')}",
        ),
        "terms are numbered without a gap", also=(7, 13), key=key_of(1),
    ),
    Corruption(
        2, "an overlap", (
            "ALTER TABLE terms DROP CONSTRAINT terms_never_overlap",
            f"UPDATE charges SET starts_at = starts_at - interval '1 day' {of(9, ' AND term_number = 2')}",
            f"UPDATE terms SET starts_at = starts_at - interval '1 day' {of(9, ' AND number = 2')}",
        ),
        "terms of a subscription do not overlap", key=key_of(9),
    ),
    Corruption(
        2, "a broken chain", (
            f"UPDATE terms SET prev_closes_at = prev_closes_at - interval '1 day' {of(9, ' AND number = 2')}",
        ),
        "every term is chained to the one before it", key=key_of(9),
    ),
    Corruption(
        3, "a gap in time", (
            f"UPDATE charges SET starts_at = starts_at + interval '1 day' {of(9, ' AND term_number = 2')}",
            f"UPDATE terms SET starts_at = starts_at + interval '1 day' {of(9, ' AND number = 2')}",
        ),
        "a term starts where the one before it closes", key=key_of(9),
    ),
    Corruption(
        3, "a day too many", (
            f"UPDATE charges SET ends_at = ends_at + interval '1 day' {of(3)}",
            f"UPDATE terms SET ends_at = ends_at + interval '1 day' {of(3)}",
            f"UPDATE subscriptions SET paid_through = paid_through + interval '1 day' WHERE id = {sub(3)}",
        ),
        "a term ends at a boundary of its anchor", key=key_of(3),
    ),
    Corruption(
        4, "two living", (
            "DROP INDEX subscriptions_one_living",
            f"""UPDATE subscriptions SET expired_at = NULL, end_reason = NULL, next_step_at = now() + interval '9
                years'
                WHERE id = {sub(7)}""",
        ),
        "a customer has a product once",
    ),
    Corruption(
        5, "charged after canceling", (
            f"""INSERT INTO facts SELECT (f).* FROM (SELECT jsonb_populate_record(f, jsonb_build_object(
                'seq', f.seq + 1, 'name', 'charge.intended', 'data', '{{}}'::jsonb)) AS f FROM facts f
                WHERE f.stream = {sub(3)} ORDER BY f.seq DESC LIMIT 1) x""",
            f"UPDATE subscriptions SET last_fact = last_fact + 1 WHERE id = {sub(3)}",
        ),
        "nothing is charged after a cancellation", key=key_of(3),
    ),
    Corruption(
        5, "canceled and renewing", (f"UPDATE subscriptions SET auto_renew = true WHERE id = {sub(3)}",),
        "what is canceled does not renew", key=key_of(3),
    ),
    Corruption(
        6, "a step after the end", (f"UPDATE subscriptions SET next_step_at = '2030-01-01' WHERE id = {sub(7)}",),
        "what has ended has nothing planned", key=key_of(7),
    ),
    Corruption(
        6, "a charge after the end", (
            f"UPDATE charges SET intended_at = '2027-05-01' {of(6, ' AND check_at IS NOT NULL')}",
            f"""UPDATE facts SET at = '2027-05-01' WHERE stream = {sub(6)} AND name = 'charge.intended'
                AND data->>'term_number' = '6'""",
            f"UPDATE facts SET at = '2027-04-01' WHERE stream = {sub(6)} AND name = 'subscription.renewal_announced'",
            f"UPDATE terms SET ends_at = '2027-06-01' {of(6)} AND number = (SELECT max(number) FROM terms {of(6)})",
            f"""UPDATE subscriptions SET expired_at = '2027-06-01', paid_through = '2027-06-01', auto_renew = false,
                end_reason = 'canceled' WHERE id = {sub(6)}""",
        ),
        "what has ended has no charge open for long", also=(3, 13, 14, 18),
    ),
    Corruption(
        7, "no such policy", (f"UPDATE orders SET policy = 1 {of(9)}",),
        "every order names a published policy",
    ),
    Corruption(
        7, "an order without term", (f"UPDATE orders SET term_number = 77 {of(8)}",),
        "every order pays for one term", also=(13, 42),
    ),
    Corruption(
        7, "a term without order", (f"UPDATE orders SET term_number = 77 {of(8)}",),
        "every term has an order", also=(13, 42), key=key_of(8),
    ),
    Corruption(
        7, "never announced", (
            f"""UPDATE facts SET name = 'request.noted' WHERE stream = {sub(9)} AND name =
                'subscription.renewal_announced'""",
        ),
        "every renewal was announced in time, and costs no more than that",
    ),
    Corruption(
        8, "one attempt twice", (
            f"UPDATE charges SET attempt = 1 {of(9, ' AND term_number = 2')}",
        ),
        "an attempt is made once", also=(11, 12), key=key_of(9),
    ),
    Corruption(
        8, "one payment for two", (f"UPDATE charges SET gateway_ref = 'same' {of(1)}",),
        "the gateway's charge belongs to one of ours",
    ),
    Corruption(
        9, "two open", _another_charge(6, 6, "unknown", "charge.intended"), "a term has at most one open charge",
        also=(8, 10),
    ),
    Corruption(
        10, "paid twice", _another_charge(1, 2, "succeeded", "charge.intended", "charge.succeeded"),
        "a term is paid once", also=(8, 9, 13),
    ),
    Corruption(
        11, "a decline unsaid", (
            f"UPDATE facts SET name = 'charge.unknown' WHERE stream = {sub(4)} AND name = 'charge.declined'",
        ),
        "a charge is in the state that its last fact says",
    ),
    Corruption(
        12, "another amount", (f"UPDATE charges SET amount_minor = amount_minor + 1 {of(4)}",),
        "the amount that was committed is never changed",
    ),
    Corruption(
        13, "another gateway", (f"UPDATE orders SET gateway = 'other' {of(8)}",),
        "what was paid is what the order and its term are about",
    ),
    Corruption(
        13, "more than told", (
            f"""UPDATE facts SET data = data || '{{"amount_minor": 1}}' WHERE stream = {sub(9)}
                AND name = 'subscription.renewal_announced'""",
        ),
        "every renewal was announced in time, and costs no more than that",
    ),
    Corruption(
        14, "charged too soon", (
            f"""UPDATE facts f SET at = (SELECT min(intended_at) FROM charges c WHERE c.subscription_id = {sub(9)}
                AND term_number = 2) - interval '1 hour' WHERE stream = {sub(9)}
                AND name = 'subscription.renewal_announced' AND data->>'term_number' = '2'""",
        ),
        "every renewal was announced in time, and costs no more than that",
    ),
    Corruption(
        14, "charged too late", (
            f"UPDATE charges SET starts_at = starts_at - interval '60 days' {of(9, ' AND term_number = 2')}",
        ),
        "no renewal is charged after the term before it", also=(13,),
    ),
    Corruption(
        18, "nobody asks", (f"""UPDATE charges SET state = 'intended', check_at = '2027-06-15 11:00+00'
                                {of(6, ' AND check_at IS NOT NULL')}""",),
        "no charge waits for its answer without an end",
    ),
)  # fmt: skip
