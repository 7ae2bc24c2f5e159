"""What is done to refunds, ledger, access, journal and system of a copy; see `audit_corruptions`."""

from __future__ import annotations

from typing import Final

from tests.storage.audit_corruptions import TERMS_AND_CHARGES, Corruption, key_of, of, sub

_IDENTITY: Final = "identity of the database"
_CLUSTER: Final = "(SELECT system_identifier::text FROM pg_control_system())"
_TIMELINE: Final = "(SELECT timeline_id FROM pg_control_checkpoint())"


def _fence(cluster: str, timeline: str) -> tuple[str, ...]:
    return (
        f"""INSERT INTO fence (id, token, earlier_tokens, system_identifier, timeline, environment, beat, beat_at,
            reason, progress) VALUES (1, 'token', '[]', {cluster}, {timeline}, '', 7, '2027-06-16', '', '{{}}')""",
    )


CASES: Final = (
    *TERMS_AND_CHARGES,
    Corruption(
        20, "counted wrongly", (f"UPDATE orders SET refunded_minor = refunded_minor + 1 {of(8)}",),
        "what goes back never exceeds the charge, and the order counts it", also=(32,),
    ),
    Corruption(
        21, "another currency", (f"UPDATE refunds SET currency = 'EUR' {of(5)}",),
        "a refund is positive and in the currency of its order",
    ),
    Corruption(
        22, "paid back twice", (
            f"""INSERT INTO refunds SELECT (r).* FROM (SELECT jsonb_populate_record(r,
                '{{"attempt": 2, "key": "k",
                "gateway_ref": "other", "id": "00000000-0000-0000-0000-0000000000bb"}}') AS r FROM refunds r
                {of(5)}) x""",
        ),
        "a request pays an order back once", also=(20, 31, 32),
    ),
    Corruption(
        22, "goodwill by one", (f"UPDATE refund_requests SET approvals = jsonb_build_array(approvals->0) {of(2)}",),
        "goodwill, and what is above the limit, was approved by two",
    ),
    Corruption(
        23, "nothing was paid", (f"UPDATE orders SET charge_id = gen_random_uuid() {of(5)}",),
        "a refund gives back what was paid", also=(13, 35),
    ),
    Corruption(
        26, "long overdue", (f"UPDATE refunds SET due_at = '2027-06-01' {of(5)}",),
        "no refund waits for its answer without an end",
    ),
    Corruption(
        27, "not told", ("DELETE FROM messages WHERE kind = 'refund_failed'",),
        "money that came back is in the books, and the customer is told",
    ),
    Corruption(28, "the journal may be changed", ("GRANT UPDATE (at) ON facts TO goodterms_app",), way="privilege"),
    Corruption(28, "the ledger may be deleted", ("GRANT DELETE ON postings TO goodterms_app",), way="privilege"),
    Corruption(
        29, "another currency", (f"UPDATE postings SET currency = 'EUR' WHERE stream = {sub(8)}",),
        "every posting moves a positive amount between two books",
    ),
    Corruption(
        30, "without a fact", (f"UPDATE postings SET seq = 999 WHERE stream = {sub(8)}",),
            "every posting has its fact"
    ),
    Corruption(
        30, "a sale in two parts", (
            f"UPDATE postings SET seq = seq + 1 WHERE stream = {sub(8)} AND credit = 'tax'",
        ),
        "every posting has one fact, and every sale is booked once",
    ),
    Corruption(
        31, "too much cash", (
            f"""UPDATE postings SET amount_minor = amount_minor + 1 WHERE stream = {sub(3)} AND debit =
                'refunds_payable'""",
        ),
        "cash is what was charged less what went back",
    ),
    Corruption(
        32, "too little tax", (
            f"""UPDATE postings SET amount_minor = amount_minor + CASE credit WHEN 'tax' THEN -1 ELSE 1 END
                WHERE stream = {sub(8)} AND credit IN ('tax', 'sales')""",
        ),
        "sales and tax are the price less what went back",
    ),
    Corruption(
        35, "a day too many", (f"""UPDATE subscriptions SET paid_through = paid_through + interval '1 day' WHERE
                                   id = {sub(8)}""",),
        "access runs as far as paid terms do", key=key_of(8),
    ),
    Corruption(
        35, "not paid", (f"UPDATE orders SET charge_id = gen_random_uuid() {of(8)}",), "every term is paid",
        also=(13,), key=key_of(8),
    ),
    Corruption(
        35, "forgotten", (f"UPDATE subscriptions SET next_step_at = NULL WHERE id = {sub(8)}",),
        "what has ended is said to have ended", key=key_of(8),
    ),
    Corruption(
        37, "paid back and in use", (
            f"UPDATE terms SET revoked_at = NULL {of(5)}",
            f"""UPDATE subscriptions SET expired_at = NULL, end_reason = NULL, next_step_at = '2028-01-31',
                paid_through = (SELECT max(ends_at) FROM terms {of(5)}) WHERE id = {sub(5)}""",
        ),
        "what was paid back gives no access after its end", key=key_of(5),
    ),
    Corruption(
        26, "unwatched", (
            f"""UPDATE disputes SET state = 'opened', decided_at = NULL, effect = 'money_only', ended_at = NULL
                {of(10)}""",
            f"UPDATE orders SET disputed = true {of(10)}",
        ),
        "no dispute is left unwatched", also=(31, 32),
    ),
    Corruption(
        37, "lost and in use", (
            f"UPDATE terms SET revoked_at = NULL {of(10)}",
            f"""UPDATE subscriptions SET expired_at = NULL, end_reason = NULL, next_step_at = '2028-01-31',
                paid_through = (SELECT max(ends_at) FROM terms {of(10)}) WHERE id = {sub(10)}""",
        ),
        "what a dispute took back gives no access", key=key_of(10),
    ),
    Corruption(
        39, "one webhook twice", (
            "ALTER TABLE webhooks_in DROP CONSTRAINT webhooks_in_once",
            *["""INSERT INTO webhooks_in (gateway, event_id, kind, object_ref, received_at, state, tries, reason)
                VALUES ('bank', 'evt_1', 'charge', 'ch_1', '2027-06-01', 'done', 1, '')"""] * 2,
        ),
        "what a webhook hints at is taken in once",
    ),
    Corruption(
        43, "a webhook waits", (
            """INSERT INTO webhooks_in (gateway, event_id, kind, object_ref, received_at, due_at, state, tries, reason)
                VALUES ('bank', 'evt_1', 'charge', 'ch_1', '2027-06-01', '2027-06-01', 'waiting', 1, '')""",
        ),
        "no webhook waits or was left to nobody",
    ),
    Corruption(
        39, "one refund for two", ("UPDATE refunds SET gateway_ref = 'same'",), "the gateway's refund is taken in once"
    ),
    Corruption(
        40, "the same letter twice", (
            "ALTER TABLE messages DROP CONSTRAINT messages_bucket_kind_subject_key",
            """INSERT INTO messages SELECT (m).* FROM (SELECT jsonb_populate_record(m,
                '{"id": "00000000-0000-0000-0000-0000000000cc"}') AS m FROM messages m WHERE kind = 'receipt'
                LIMIT 1) x""",
        ),
        "a letter is written once",
    ),
    Corruption(
        41, "a fact is missing", (f"UPDATE subscriptions SET last_fact = last_fact + 1 WHERE id = {sub(8)}",),
        "facts are numbered without a gap", key=key_of(8),
    ),
    Corruption(
        42, "a receipt for nothing", (
            "UPDATE messages SET subject = subject || '7' WHERE kind = 'receipt' AND bucket = 9",
        ),
        "a receipt is about an order",
    ),
    Corruption(
        42, "said too early", ("""UPDATE messages SET kind = 'refund_credited' WHERE kind = 'refund_initiated'
                                   AND bucket = 5""",),
        "a letter about a refund is about one that is so far",
    ),
    Corruption(
        43, "a letter waits", ("""UPDATE messages SET send_at = '2027-06-15 09:00+00', sent_at = NULL WHERE
                                   bucket = 4""",),
        "no letter waits",
    ),
    Corruption(
        43, "a step waits", (f"UPDATE subscriptions SET next_step_at = '2027-06-14' WHERE id = {sub(8)}",),
        "no step waits", key=key_of(8),
    ),
    Corruption(
        43, "a letter given up", (
            "UPDATE messages SET at = '2027-06-10', sent_at = NULL, last_error = 'refused' WHERE bucket = 5",
        ),
        "no letter was given up unseen",
    ),
    Corruption(
        44, "decided by nobody", (f"UPDATE refund_requests SET decided_by = '' {of(5)}",),
        "every refund says who decided it",
    ),
    Corruption(
        44, "done by nobody", (f"UPDATE facts SET actor = '' WHERE stream = {sub(8)}",), "every fact has an actor"
    ),
    Corruption(44, "a price by nobody", ("UPDATE prices SET created_by = ''",),
        "every price and policy says who brought it"),
    Corruption(
        45, "to himself", ("UPDATE users SET bucket = 5, customer_id = '00000000-0000-0000-0000-000000000005'",),
        "nobody approves a refund to himself",
    ),
    Corruption(
        46, "another text", ("UPDATE policies SET text = text || '# changed'",),
        "a published policy is as it was published",
    ),
    Corruption(46, "policies may be changed", ("GRANT UPDATE ON policies TO goodterms_app",), way="privilege"),
    Corruption(
        46, "another order number", (f"UPDATE orders SET number = '0000-OTHER' {of(8)}",),
        "an order is as it was placed",
    ),
    Corruption(48, "in another cluster", _fence("'7000000000000000000'", _TIMELINE), way=_IDENTITY),
    Corruption(48, "on another timeline", _fence(_CLUSTER, f"1 + {_TIMELINE}"), way=_IDENTITY),
    Corruption(
        49, "a customer of tomorrow", ("UPDATE customers SET created_at = '2027-06-17' WHERE bucket = 7",),
        "nothing is dated in the future",
    ),
    Corruption(
        49, "an instant without zone", ("ALTER TABLE company ALTER updated_at TYPE timestamp",),
        "every instant has its time zone",
    ),
)  # fmt: skip
