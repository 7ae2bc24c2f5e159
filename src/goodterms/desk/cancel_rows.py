"""What canceling does, before and after, as the rows of a preview."""

from __future__ import annotations

from typing import Any

from goodterms.domain.money import Money
from goodterms.domain.subscription import Subscription, access_end
from goodterms.usecases.cancel_preview import CancellationPreview
from goodterms.usecases.wording import day_text

_WAITS = {
    "second_person": "The amount needs a second person: a request is opened for it.",
    "charge_under_way": "A charge is under way: a request is opened, to be decided when its outcome is known.",
    "disputed": "The bank looks into this payment: a request is opened for it.",
}


def cancel_rows(shown: CancellationPreview, subscription: Subscription) -> list[dict[str, Any]]:
    """Auto-renew, access, the next charge, a charge under way, and what is paid back."""
    rows = [{"label": "Auto-renew", "before": "On", "after": "Off"}, _access(shown, subscription), *_charges(shown)]
    if shown.outcome.last_charge:
        rows[0] = {"label": "Auto-renew", "before": "On", "after": "Off after one more charge"}
    return [*rows, _money(shown)]


def _access(shown: CancellationPreview, subscription: Subscription) -> dict[str, Any]:
    row: dict[str, Any] = {"label": "Access until", "before": None, "after": shown.outcome.access_until}
    effect = shown.outcome.effect
    if shown.outcome.to_confirm and effect is not None and effect.shortens:
        note = (
            "It ends when the refund, once confirmed, is sent." if shown.ends_now else "Once the refund is confirmed."
        )
        return row | {"note": note}
    if not shown.shortens:
        return row | {"note": "" if shown.outcome.last_charge else "As paid for; not shortened."}
    note = "It is shortened when the refund is sent." if shown.outcome.paid_back else ""
    after = "Ends at once" if shown.ends_now else shown.outcome.access_until
    return row | {"before": access_end(subscription.terms), "after": after, "note": note}


def _charges(shown: CancellationPreview) -> list[dict[str, Any]]:
    outcome, rows = shown.outcome, []
    if outcome.dropped_charge:
        rows.append(
            {"label": "Next charge", "before": outcome.dropped_charge, "after": "None", "note": "It will not be made."}
        )
    if outcome.last_charge:
        rows.append(
            {"label": "Next charge", "before": None, "after": outcome.last_charge.amount, "note": shown.because}
        )
        rows.append({"label": "Charged on", "before": None, "after": outcome.last_charge.charge_at or "Never"})
    if outcome.charge_under_way:
        rows.append(
            {
                "label": "Charge under way", "before": None, "after": outcome.access_until_if_charged,
                "note": "It began before; if it succeeds, access runs to this date and it can be refunded.",
            }
        )  # fmt: skip
    return rows


def _money(shown: CancellationPreview) -> dict[str, Any]:
    outcome = shown.outcome
    row: dict[str, Any] = {"label": "Paid back", "before": None}
    sums = " ".join(f"{line.label}: {line.text}." for line in shown.reckoning)
    if outcome.paid_back and shown.credit_from_on and shown.credit_by_on:
        when = f"Sent at once, there {day_text(shown.credit_from_on)} to {day_text(shown.credit_by_on)}."
        return row | _paid(outcome.paid_back, f"{sums} {when}")
    if outcome.waits and outcome.effect and not outcome.paid_back:
        note = f"{sums} A request for it is opened when the open refund request is closed, less what that pays back."
        to_find_out = {"after": "Depends on facts", "note": note.strip()}
        return row | (_paid(outcome.to_confirm, note) if outcome.to_confirm else to_find_out)
    if outcome.to_confirm and outcome.effect:
        return row | _paid(outcome.to_confirm, f"{sums} {_WAITS.get(outcome.effect.follow_up or '', '')}")
    if outcome.effect is not None and outcome.effect.follow_up == "facts":
        asked = " ".join(shown.questions) or "A specialist finds out."
        note = f"A request is opened for what is not known yet: {asked} Canceling holds at once."
        return row | {"after": "Depends on facts", "note": note}
    return row | {"after": "Nothing", "note": "Canceling returns no money."}


def _paid(amount: Money, note: str) -> dict[str, Any]:
    return {"before": "Nothing", "after": amount, "note": note.strip()}
