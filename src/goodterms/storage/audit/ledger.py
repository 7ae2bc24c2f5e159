"""The ledger: rows that can not change, and books that say what orders and refunds say."""

from __future__ import annotations

from typing import Final

from goodterms.domain.public_id import ORDER, SUBSCRIPTION
from goodterms.storage.audit.rule import Needed, Rule

NEEDED: Final = (
    Needed(29, "postings", "CHECK ((debit <> credit))"),
    Needed(29, "postings", "CHECK ((amount_minor > 0))"),
    Needed(29, "postings", "FOREIGN KEY (bucket, order_id, currency) REFERENCES orders(bucket, id, currency)"),
    Needed(30, "postings", "PRIMARY KEY (bucket, stream, ordinal, seq)"),
    Needed(30, "postings", "FOREIGN KEY (bucket, stream, seq) REFERENCES facts(bucket, stream, seq)"),
)

# Every order with the balance of its books (debits positive) beside what its refunds come to.
_BOOKS = """
    SELECT o.bucket, o.id, o.number, o.amount_minor, o.tax_minor, o.refunded_minor,
        coalesce(p.cash, 0) AS cash, coalesce(p.owed, 0) AS owed, coalesce(p.excess, 0) AS excess,
        coalesce(p.sales, 0) AS sales, coalesce(p.tax, 0) AS tax, coalesce(p.disputed, 0) AS disputed,
        coalesce(r.arrived, 0) AS arrived, coalesce(r.coming, 0) AS coming,
        coalesce(r.beyond, 0) + coalesce(d.beyond, 0) AS beyond, coalesce(d.held, 0) AS held,
        coalesce(d.open, 0) AS open, coalesce(d.lost, 0) AS lost,
        coalesce(r.tax_back, 0) + coalesce(d.tax_back, 0) AS tax_back
    FROM orders o LEFT JOIN (
        SELECT bucket, order_id, coalesce(sum(minor) FILTER (WHERE book = 'cash'), 0) AS cash,
            coalesce(sum(minor) FILTER (WHERE book = 'refunds_payable'), 0) AS owed,
            coalesce(sum(minor) FILTER (WHERE book = 'excess'), 0) AS excess,
            coalesce(sum(minor) FILTER (WHERE book = 'disputed'), 0) AS disputed,
            coalesce(sum(minor) FILTER (WHERE book = 'sales'), 0) AS sales,
            coalesce(sum(minor) FILTER (WHERE book = 'tax'), 0) AS tax
        FROM postings CROSS JOIN LATERAL (VALUES (debit, amount_minor), (credit, -amount_minor)) AS b(book, minor)
        GROUP BY 1, 2
    ) p ON p.bucket = o.bucket AND p.order_id = o.id
    LEFT JOIN (
        SELECT bucket, order_id, sum(amount_minor) FILTER (WHERE state = 'succeeded') AS arrived,
            sum(amount_minor - excess_minor) FILTER (WHERE state NOT IN ('succeeded', 'failed')) AS coming,
            sum(excess_minor) FILTER (WHERE state = 'succeeded') AS beyond,
            sum(tax_minor) FILTER (WHERE state <> 'failed') AS tax_back
        FROM refunds GROUP BY 1, 2
    ) r ON r.bucket = o.bucket AND r.order_id = o.id
    LEFT JOIN (
        SELECT bucket, order_id, sum(amount_minor) AS held, sum(excess_minor) AS beyond,
            sum(amount_minor - excess_minor) FILTER (WHERE state <> 'lost') AS open,
            sum(amount_minor - excess_minor) FILTER (WHERE state = 'lost') AS lost,
            sum(tax_minor) FILTER (WHERE state = 'lost') AS tax_back
        FROM disputes WHERE state IN ('opened', 'under_review', 'lost') GROUP BY 1, 2
    ) d ON d.bucket = o.bucket AND d.order_id = o.id
"""

RULES: Final = (
    Rule(
        29, "every posting moves a positive amount between two books", "postings", SUBSCRIPTION,
        """SELECT p.bucket, p.stream::text, concat('posting ', p.seq, '/', p.ordinal, ': ', p.debit, ' to ',
            p.credit, ' ',
            p.amount_minor, ' ', p.currency)
        FROM postings p LEFT JOIN orders o ON o.bucket = p.bucket AND o.id = p.order_id
        WHERE p.debit = p.credit OR p.amount_minor <= 0 OR p.currency IS DISTINCT FROM o.currency""",
    ),
    Rule(
        30, "every posting has one fact, and every sale is booked once", "postings", ORDER,
        """SELECT p.bucket, p.order_id::text, concat(count(DISTINCT (p.stream, p.seq)), ' facts book its sale')
        FROM postings p LEFT JOIN facts f ON f.bucket = p.bucket AND f.stream = p.stream AND f.seq = p.seq
        WHERE p.debit = 'cash' AND p.credit IN ('sales', 'tax')
            AND f.name IS DISTINCT FROM 'dispute.reversed' -- it counts again: the loss had undone it
        GROUP BY p.bucket, p.order_id HAVING count(DISTINCT (p.stream, p.seq)) > 1""",
    ),
    Rule(
        30, "every posting has its fact", "postings", SUBSCRIPTION,
        """SELECT p.bucket, p.stream::text, concat('posting ', p.seq, '/', p.ordinal, ' has no fact')
        FROM postings p LEFT JOIN facts f ON f.bucket = p.bucket AND f.stream = p.stream AND f.seq = p.seq
        WHERE f.seq IS NULL""",
    ),
    Rule(
        31, "cash is what was charged less what went back", "orders", ORDER,
        f"""SELECT bucket, id::text, concat('cash ', cash, ', owed ', -owed, ', beyond the charge ', excess,
            ', disputed ',
            disputed, ' in the books of ', number, '; ', amount_minor, ' charged, ', arrived, ' paid back, ',
            coming, ' on the way, ', beyond, ' beyond, ', held, ' taken by disputes, of which ', open, ' are open')
        FROM ({_BOOKS}) b WHERE cash <> amount_minor - arrived - held OR -owed <> coming OR excess <> beyond
        OR disputed <> open""",
    ),
    Rule(
        32, "sales and tax are the price less what went back", "orders", ORDER,
        f"""SELECT bucket, id::text, concat('sales ', -sales, ', tax ', -tax, ' in the books of ', number, '; ',
            amount_minor - refunded_minor - lost, ' are kept, with ', tax_minor - tax_back, ' of tax')
        FROM ({_BOOKS}) b
        WHERE -sales - tax <> amount_minor - refunded_minor - lost OR -tax <> tax_minor - tax_back""",
    ),
)  # fmt: skip
