"""What gateways answer about refunds, as the domain reads it."""

from __future__ import annotations

from goodterms.domain.payment import Refund
from goodterms.domain.refunding import RefundResult
from goodterms.gateways.protocol import Answer, Outcome


def nothing_stands(answer: Answer) -> bool:
    """Whether no money has moved for it at the gateway, nor will: never seen, or declined."""
    return answer.not_found or answer.outcome is Outcome.DECLINED


def refund_result(refund: Refund, answer: Answer) -> RefundResult:
    """An answer as the domain reads it; an answer about another amount is not believed."""
    if answer.not_found:
        return RefundResult("not_found")
    if answer.amount is not None and answer.amount != refund.amount and answer.outcome is not Outcome.DECLINED:
        return RefundResult("unknown", answer.gateway_ref, "amount_differs")
    return result_of(answer.outcome, answer.gateway_ref, answer.code, answer.bank_reference, refund.state.initiated)


def result_of(
    outcome: Outcome, ref: str | None, code: str | None, bank_reference: str | None, initiated: bool
) -> RefundResult:
    """An outcome as the domain reads it: one that had been accepted (`initiated`) has failed, another was rejected."""
    if outcome is Outcome.DECLINED:
        return RefundResult("failed" if initiated else "rejected", ref, code)
    return RefundResult(outcome.value, ref, code, bank_reference)
