"""How a dispute lies in its table."""

from __future__ import annotations

from goodterms.storage.columns import Table, columns

DISPUTES = Table(
    "disputes",
    columns(
        """
        bucket smallint, id uuid, customer_id uuid, subscription_id uuid, order_id uuid
        gateway text, gateway_ref text
        state text state._value_
        amount_minor bigint amount.minor, tax_minor bigint, excess_minor bigint, currency text amount.currency
        reason text, opened_at timestamptz, stopped_renewal boolean
        effect text effect._value_, ended_at timestamptz, decided_at timestamptz, check_at timestamptz
        """
    ),
    fixed=tuple(
        "customer_id subscription_id order_id gateway gateway_ref amount_minor currency reason opened_at "
        "stopped_renewal".split()
    ),
)
