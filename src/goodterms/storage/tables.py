"""How the domain's values lie in tables: one place that knows every column, its type and where its value comes from.

Used by `save` to write and by `load` to read, so a column can not be written and forgotten in reading.
"""

from __future__ import annotations

import json

from goodterms.domain.customer import Customer
from goodterms.domain.decision import Message, TermRow
from goodterms.domain.facts import Fact
from goodterms.domain.instruction import Instruction
from goodterms.domain.ledger import Posting
from goodterms.domain.payment import Charge, Dispute, Order, Refund
from goodterms.domain.refund_request import RefundRequest
from goodterms.domain.subscription import Cancellation, Subscription
from goodterms.storage.columns import Table, as_json, as_text, columns
from goodterms.storage.policy_numbers import policy_number
from goodterms.storage.stated_facts import facts_json
from goodterms.storage.tables_disputes import DISPUTES
from goodterms.storage.tables_instructions import INSTRUCTIONS


def _policy(row: Charge | Order | Fact) -> int | None:
    return None if row.policy_digest is None else policy_number(row.policy_digest)


CUSTOMERS = Table(
    "customers",
    columns(
        """
        bucket smallint, id uuid
        email text
        name text
        timezone text
        locale text
        country text, state text, consumer boolean
        created_at timestamptz
        """
    ),
)

SUBSCRIPTIONS = Table(
    "subscriptions",
    columns(
        """
        bucket smallint, id uuid
        customer_id uuid
        product text
        plan text
        interval_months integer interval.months
        interval_days integer interval.days
        anchor_at timestamptz
        price_minor bigint price.minor, tax_minor bigint, currency text price.currency
        buyer_name text, buyer_email text, buyer_timezone text
        buyer_country text, buyer_state text, buyer_consumer boolean
        channel text
        merchant_of_record text
        gateway text
        payment_method text
        seller_charges boolean
        auto_renew boolean
        created_at timestamptz
        announced_term integer announced?.term_number
        announced_minor bigint announced?.amount.minor
        announced_at timestamptz announced?.at, announced_again_at timestamptz announced?.again_at
        price_told_minor bigint price_told?.amount.minor, price_told_at timestamptz price_told?.at
        paid_through timestamptz, next_step_at timestamptz
        expired_at timestamptz
        end_reason text end_reason?._value_
        version integer
        last_fact integer
        """
    ),
    fixed=("customer_id", "product", "created_at", "anchor_at", "seller_charges"),
    version=True,
)

CHARGES = Table(
    "charges",
    columns(
        """
        bucket smallint, id uuid, subscription_id uuid
        term_number smallint
        attempt smallint
        kind text kind._value_
        amount_minor bigint amount.minor, tax_minor bigint, currency text amount.currency
        payment_method text
        starts_at timestamptz
        ends_at timestamptz
        policy bigint
        gateway text
        state text state._value_
        intended_at timestamptz
        sent_at timestamptz
        check_at timestamptz
        looked_up smallint
        gateway_ref text
        decline_code text
        retryable boolean
        settled_at timestamptz
        """,
        policy=_policy,
    ),
    # The request is frozen: amount, card, term and attempt, and with these its key, never change.
    fixed=tuple(
        "subscription_id term_number attempt kind amount_minor tax_minor currency payment_method starts_at ends_at "
        "policy gateway intended_at".split()
    ),
)

ORDERS = Table(
    "orders",
    columns(
        """
        bucket smallint, id uuid, customer_id uuid, subscription_id uuid
        term_number smallint
        number text
        kind text kind._value_
        placed_at timestamptz
        buyer_name text, buyer_email text, buyer_timezone text
        channel text
        merchant_of_record text
        amount_minor bigint amount.minor, tax_minor bigint, currency text amount.currency
        policy bigint
        charge_id uuid
        gateway text
        gateway_ref text
        refunded_minor bigint
        excess_minor bigint
        disputed boolean, disputed_minor bigint, origin text
        """,
        policy=_policy,
    ),
    fixed=tuple(
        "customer_id subscription_id term_number number kind placed_at buyer_name buyer_email buyer_timezone channel "
        "merchant_of_record amount_minor tax_minor currency policy charge_id gateway gateway_ref origin".split()
    ),
)

TERMS = Table(
    "terms",
    columns(
        """
        bucket smallint
        subscription_id uuid
        number smallint term.number
        starts_at timestamptz term.starts_at
        ends_at timestamptz term.ends_at
        dropped_at timestamptz term.dropped_at
        revoked_at timestamptz term.revoked_at
        prev_number smallint
        prev_closes_at timestamptz
        """,
        prev_number=lambda row: row.previous[0] if row.previous else None,
        prev_closes_at=lambda row: row.previous[1] if row.previous else None,
    ),
    key=("bucket", "subscription_id", "number"),
    fixed=("starts_at", "ends_at", "prev_number", "prev_closes_at"),
)

CANCELLATIONS = Table(
    "cancellations",
    columns(
        """
        bucket smallint, id uuid, customer_id uuid, subscription_id uuid
        number text
        requested_at timestamptz
        actor text
        channel text
        access_until timestamptz
        clause text, rule text, article text
        last_term integer, refund_id uuid, request_id uuid
        undone_at timestamptz, undone_by text
        """
    ),
    fixed=("customer_id", "subscription_id", "number", "requested_at", "actor", "channel"),
)


def _claimed(request: RefundRequest) -> str:
    claimed = request.claimed
    return json.dumps(
        {
            "order_number": claimed.order_number,
            "email": claimed.email,
            "name": claimed.name,
            "purchase_on": claimed.purchase_on.isoformat() if claimed.purchase_on else None,
        }
    )


REFUND_REQUESTS = Table(
    "refund_requests",
    columns(
        """
        bucket smallint, id uuid
        number text
        customer_id uuid
        subscription_id uuid
        order_id uuid
        state text state._value_
        channel text
        received_at timestamptz
        opened_at timestamptz
        opened_by text
        claimed jsonb
        contact_email text
        checks jsonb
        verdict jsonb
        policy_digest text
        due_at timestamptz
        handled_by text
        asked text
        asked_at timestamptz
        answer text
        answered_at timestamptz
        approvals jsonb
        amount_minor bigint amount?.minor
        currency text amount?.currency
        goodwill boolean
        goodwill_reason text
        decided_at timestamptz
        decided_by text
        declined_for text
        decline_note text
        appeals integer
        closed_at timestamptz, route text
        facts jsonb, act text
        version integer
        """,
        claimed=_claimed,
        checks=lambda request: json.dumps([dict(check) for check in request.checks]),
        verdict=as_json("verdict"),
        approvals=lambda request: json.dumps([{"by": a.by, "at": a.at.isoformat()} for a in request.approvals]),
        facts=lambda request: facts_json(request.facts),
    ),
    fixed=tuple("number customer_id subscription_id order_id channel received_at opened_at opened_by act".split()),
    version=True,
)

REFUNDS = Table(
    "refunds",
    columns(
        """
        bucket smallint, id uuid, customer_id uuid, subscription_id uuid
        order_id uuid
        request_id uuid
        attempt integer
        way text way._value_
        key text
        amount_minor bigint amount.minor, tax_minor bigint, currency text amount.currency
        gateway text
        charge_ref text
        state text state._value_
        intended_at timestamptz
        effect text effect._value_, access_until_at timestamptz
        initiated_at timestamptz
        credit_from_on date
        due_on date
        due_at timestamptz
        settled_at timestamptz
        sent_at timestamptz
        check_at timestamptz
        looked_up integer
        gateway_ref text
        bank_reference text
        failure text
        late_at timestamptz
        excess_minor bigint
        """
    ),
    # The tax and the effect of an external refund change when what exceeded the charge comes to count as its refund.
    fixed=tuple(
        "customer_id subscription_id order_id request_id attempt way key amount_minor currency gateway "
        "charge_ref intended_at".split()
    ),
)

FACTS = Table(
    "facts",
    columns(
        """
        bucket smallint, stream uuid, seq integer
        name text name._value_
        at timestamptz
        actor text
        policy bigint
        data jsonb
        """,
        actor=as_text("actor"),
        policy=_policy,
        data=as_json("data"),
    ),
    key=("bucket", "stream", "seq"),
)

POSTINGS = Table(
    "postings",
    columns(
        """
        bucket smallint, stream uuid, seq integer
        ordinal smallint
        debit text debit._value_
        credit text credit._value_
        amount_minor bigint amount.minor
        currency text amount.currency
        at timestamptz
        order_id uuid
        """
    ),
    key=("bucket", "stream", "seq", "ordinal"),
)

MESSAGES = Table(
    "messages",
    columns(
        """
        bucket smallint, id uuid
        customer_id uuid
        kind text
        subject text
        to_address text to
        at timestamptz
        data jsonb
        send_at timestamptz at
        """,
        data=as_json("data"),
    ),
)

# In the order in which rows must be inserted: what is pointed at comes first.
TABLE_OF: dict[type, Table] = {
    Customer: CUSTOMERS,
    Subscription: SUBSCRIPTIONS,
    Charge: CHARGES,
    Order: ORDERS,
    TermRow: TERMS,
    RefundRequest: REFUND_REQUESTS,
    Refund: REFUNDS,
    Dispute: DISPUTES,
    Cancellation: CANCELLATIONS,
    Instruction: INSTRUCTIONS,
    Fact: FACTS,
    Posting: POSTINGS,
    Message: MESSAGES,
}
DISTRIBUTED = tuple(table.name for table in TABLE_OF.values())
