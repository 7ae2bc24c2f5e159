"""What a policy may say and decide cases by, and can not be sold under yet: honest before publishing, not after."""

from __future__ import annotations

from goodterms.domain.decision import Refusal
from goodterms.domain.policy import Policy


def not_sold_yet(policy: Policy) -> Refusal | None:
    """Why subscriptions can not be sold under a policy, in spite of its being right; None where they can.

    Refuses `commitment_not_sold`: a fee for ending a commitment early needs subscriptions that are billed in
    instalments, which there are none of (X22 in the axes of policies). Refuses `destination_not_offered`: money goes
    back to where it came from, so that this has to be the usual way (X24).
    """
    usual = policy.refund.destinations[0]
    if usual != "original_method":
        return Refusal(
            "destination_not_offered",
            f'The money goes to "{usual}" by this policy, and here it goes back to the original payment method; '
            'write "original_method" first in "destinations".',
            {"destination": usual},
        )
    for clause in (*policy.refund.clauses, *policy.cancellation.clauses):
        if clause.fee is not None:
            return Refusal(
                "commitment_not_sold",
                f"The rule {clause.id} charges a fee for ending a commitment early, and subscriptions with a "
                "commitment (a year that is paid month by month) can not be sold here yet. Cases can be decided by "
                "this policy with `goodterms decide`.",
                {"clause": clause.id},
            )
    return None
