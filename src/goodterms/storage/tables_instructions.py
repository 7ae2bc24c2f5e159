"""How an instruction to a seller lies in its table."""

from __future__ import annotations

from goodterms.storage.columns import Table, columns

INSTRUCTIONS = Table(
    "instructions",
    columns(
        """
        bucket smallint, id uuid, customer_id uuid, subscription_id uuid
        gateway text, agreement text
        number integer
        wish text wish._value_, state text state._value_
        intended_at timestamptz, sent_at timestamptz, check_at timestamptz
        looked_up integer
        settled_at timestamptz
        code text
        """
    ),
    fixed=tuple("customer_id subscription_id gateway agreement number wish intended_at".split()),
)
