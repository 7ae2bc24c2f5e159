"""Charges: one open or paid a term, announced before, and what the journal, the order and the term say is the same."""

from __future__ import annotations

from typing import Final

from goodterms.domain.public_id import CHARGE, SUBSCRIPTION
from goodterms.storage.audit.rule import Needed, Rule

_OPEN: Final = "state = ANY (ARRAY['intended'::text, 'unknown'::text])"
# An open or paid charge stands as attempt 0, of which there is one a term; a declined one as its own.
_ONE_A_TERM: Final = (
    "USING btree (bucket, subscription_id, term_number, "
    "( CASE WHEN (state = 'declined'::text) THEN attempt ELSE (0)::smallint END))"
)
NEEDED: Final = (
    Needed(8, "charges", "PRIMARY KEY (bucket, id)"),
    *(Needed(number, "charges", _ONE_A_TERM, index="charges_one_open") for number in (8, 9, 10)),
    Needed(11, "charges", f"CHECK ((({_OPEN}) = (settled_at IS NULL)))"),
    Needed(11, "charges", f"CHECK ((({_OPEN}) = (check_at IS NOT NULL)))"),
)  # fmt: skip

# Every renewal's charge with the announcement that bound it: the first since the renewal was last on or off. Not asked
# are charges that a seller makes by itself, at its own time, and those that were made anew from a gateway's statement
# after a restore: what bound those is lost, and so may be when they were intended.
_TOLD = """
    SELECT bucket, stream, seq, at, number, amount, what,
        min(at) FILTER (WHERE what = 'told') OVER told AS told_at,
        first_value(CASE WHEN what = 'told' THEN amount END) OVER told AS told
    FROM (
        SELECT bucket, stream, seq, at, (data->>'term_number')::integer AS number,
            (data->>'amount_minor')::bigint AS amount,
            CASE name WHEN 'charge.intended' THEN 'charge' WHEN 'subscription.renewal_announced'
                THEN 'told' END AS what,
            count(*) FILTER (WHERE name NOT IN ('charge.intended', 'subscription.renewal_announced')
                AND NOT data ? 'last_term') OVER (PARTITION BY bucket, stream ORDER BY seq) AS resets
        FROM facts WHERE name IN ('charge.intended', 'subscription.renewal_announced', 'subscription.canceled',
            'subscription.cancellation_undone', 'subscription.renewal_stopped', 'subscription.renewal_resumed')
        AND NOT data ?| ARRAY['reported', 'recovered']
    ) f WHERE what IS NOT NULL
    WINDOW told AS (PARTITION BY bucket, stream, resets, number ORDER BY seq)
"""
_RENEWALS = f"""
    SELECT c.bucket, c.id, c.number AS term, c.amount_minor, c.intended_at, c.starts_at, c.policy, t.told_at, t.told
    FROM ({_TOLD}) t JOIN (
        SELECT bucket, id, subscription_id, term_number AS number, amount_minor, intended_at, starts_at, policy
        FROM charges WHERE kind = 'renewal'
    ) c ON c.bucket = t.bucket AND c.subscription_id = t.stream AND c.number = t.number AND c.intended_at = t.at
    WHERE t.what = 'charge'
"""

RULES: Final = (
    Rule(
        8, "an attempt is made once", "charges", SUBSCRIPTION,
        """SELECT bucket, subscription_id::text, concat('attempt ', attempt, ' at term ', term_number, ' ',
            count(*), ' times')
        FROM charges GROUP BY bucket, subscription_id, term_number, attempt HAVING count(*) > 1""",
    ),
    Rule(
        8, "the gateway's charge belongs to one of ours", "charges", CHARGE,
        """SELECT (array_agg(bucket ORDER BY id))[1], min(id::text), concat(count(*), ' charges are ', gateway,
            ' ', gateway_ref)
        FROM charges WHERE gateway_ref IS NOT NULL GROUP BY gateway, gateway_ref HAVING count(*) > 1""",
    ),
    Rule(
        9, "a term has at most one open charge", "charges", SUBSCRIPTION,
        """SELECT bucket, subscription_id::text, concat(count(*), ' charges are open for term ', term_number)
        FROM charges WHERE check_at IS NOT NULL OR state IN ('intended', 'unknown')
        GROUP BY bucket, subscription_id, term_number HAVING count(*) > 1""",
    ),
    Rule(
        10, "a term is paid once", "charges", SUBSCRIPTION,
        """SELECT bucket, subscription_id::text, concat(count(*), ' charges of term ', term_number,
            ' succeeded or are open')
        FROM charges WHERE state IN ('intended', 'unknown', 'succeeded')
        GROUP BY bucket, subscription_id, term_number HAVING count(*) FILTER (WHERE state = 'succeeded') > 1
        OR (count(*) > 1 AND count(*) FILTER (WHERE state = 'succeeded') = 1)""",
    ),
    Rule(
        11, "a charge is in the state that its last fact says", "charges", CHARGE,
        """SELECT c.bucket, c.id::text, concat('it is ', c.state, ', its last fact is ', coalesce(f.last, 'missing'))
        FROM charges c LEFT JOIN (
            SELECT bucket, stream, (data->>'term_number')::integer AS term, (data->>'attempt')::integer AS attempt,
                (array_agg(name ORDER BY seq DESC))[1] AS last, max(seq) AS seq,
                max(seq) FILTER (WHERE name = 'charge.succeeded') AS paid
            FROM facts WHERE name IN ('charge.intended', 'charge.unknown', 'charge.succeeded', 'charge.declined')
            GROUP BY 1, 2, 3, 4
        ) f ON f.bucket = c.bucket AND f.stream = c.subscription_id AND f.term = c.term_number
        AND f.attempt = c.attempt
        WHERE f.paid < f.seq OR CASE WHEN c.state IN ('succeeded', 'declined') THEN concat('charge.', c.state)
            ELSE 'open' END
        IS DISTINCT FROM CASE WHEN f.last IN ('charge.intended', 'charge.unknown') THEN 'open' ELSE f.last END""",
    ),
    Rule(
        12, "the amount that was committed is never changed", "charges", CHARGE,
        """SELECT c.bucket, c.id::text, concat('it is about ', c.amount_minor, ' ', c.currency, ', committed were ',
            f.data->>'amount_minor', ' ', f.data->>'amount_currency')
        FROM facts f JOIN charges c ON c.bucket = f.bucket AND c.subscription_id = f.stream
        AND c.term_number = (f.data->>'term_number')::integer AND c.attempt = (f.data->>'attempt')::integer
        WHERE f.name = 'charge.intended' AND (c.amount_minor <> (f.data->>'amount_minor')::bigint
            OR c.currency <> f.data->>'amount_currency' OR c.intended_at <> f.at)""",
    ),
    Rule(
        13, "what was paid is what the order and its term are about", "charges", CHARGE,
        """SELECT c.bucket, c.id::text, CASE WHEN o.id IS NULL THEN 'it succeeded and has no order'
            ELSE concat('it does not agree with order ', o.number, ' and its term') END
        FROM charges c LEFT JOIN orders o ON o.bucket = c.bucket AND o.charge_id = c.id
        LEFT JOIN terms t ON t.bucket = o.bucket AND t.subscription_id = o.subscription_id AND t.number = o.term_number
        WHERE c.state = 'succeeded' AND (o.amount_minor, o.tax_minor, o.currency, o.term_number, o.subscription_id,
            o.placed_at, o.gateway, t.starts_at, t.ends_at, t.number)
        IS DISTINCT FROM (c.amount_minor, c.tax_minor, c.currency, c.term_number, c.subscription_id,
            c.intended_at, c.gateway, c.starts_at, c.ends_at, c.term_number)""",
    ),
    Rule(
        7, "every renewal was announced in time, and costs no more than that", "charges", CHARGE,
        f"""SELECT bucket, id::text, CASE number WHEN 7 THEN concat('term ', term, ' was never announced')
            WHEN 13 THEN concat('it is about ', amount_minor, ', announced were ', told)
            ELSE concat('announced at ', told_at, ', charged at ', intended_at) END, number
        FROM (
            SELECT r.*, CASE WHEN told_at IS NULL THEN 7 WHEN told < amount_minor THEN 13
                WHEN intended_at + interval '1 second' < told_at + CASE WHEN notice < room THEN notice
                    ELSE room / 2 END
                THEN 14 END AS number
            FROM ({_RENEWALS}) r CROSS JOIN LATERAL (
                SELECT make_interval(days => (%(policies)s::jsonb->policy::text->>'notice_days')::integer) AS notice,
                    greatest(starts_at - told_at, interval '0') AS room
            ) AS n
        ) r WHERE number IS NOT NULL""",
        also=(13, 14),
    ),
    Rule(
        14, "no renewal is charged after the term before it", "charges", CHARGE,
        """SELECT bucket, id::text, concat('term ', term_number, ' starts at ', starts_at, ', charged at ',
            intended_at)
        FROM charges c WHERE kind = 'renewal' AND intended_at >= starts_at + interval '1 day'
        AND NOT EXISTS (SELECT FROM subscriptions s WHERE s.bucket = c.bucket AND s.id = c.subscription_id
            AND s.seller_charges)
        AND NOT EXISTS (SELECT FROM facts f WHERE f.bucket = c.bucket AND f.stream = c.subscription_id
            AND f.name = 'charge.intended' AND f.data ? 'recovered' -- its instant is that of the gateway's line
            AND (f.data->>'term_number')::integer = c.term_number AND (f.data->>'attempt')::integer = c.attempt)""",
    ),
    Rule(
        18, "no charge waits for its answer without an end", "charges", CHARGE,
        """SELECT bucket, id::text, concat('it is ', state, ' since ', intended_at, ', asked ', looked_up, ' times')
        FROM charges WHERE check_at IS NOT NULL AND (
            (state = 'intended' AND check_at < %(now)s::timestamptz - interval '15 minutes')
            OR (state = 'unknown' AND intended_at < %(now)s::timestamptz - interval '72 hours'))""",
        lasting=True,
    ),
)  # fmt: skip
