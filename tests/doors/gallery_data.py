"""One plausible customer's data for every component, so that the gallery shows each in earnest."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator

from goodterms.domain.money import Money

NOW = datetime(2026, 2, 18, 3, 15, tzinfo=UTC)
PRICE = Money(5995, "AUD")
ZONE = "Australia/Sydney"


class RefundForm(forms.Form):
    """A form with every kind of control the pages use."""

    order_number = forms.CharField(
        label="Order number", help_text="On the receipt we mailed to you, such as GT-7QK2-1042."
    )
    email = forms.EmailField(label="E-mail you bought with")
    amount = forms.CharField(label="Amount", required=False, widget=forms.TextInput(attrs={"class": "input--money"}))
    reason = forms.ChoiceField(
        label="Reason", choices=[("", "Please choose"), ("unused", "I do not use it")], required=False
    )
    channel = forms.ChoiceField(
        label="Where did you buy it?",
        choices=[("web", "On our website"), ("store", "In a store")],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(label="Anything we should know", required=False, widget=forms.Textarea)
    agree = forms.BooleanField(label="I understand that access ends when the refund is sent")


def at(*parts: int) -> datetime:
    """An instant in UTC."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def terms() -> list[dict[str, Any]]:
    """Five terms, one of each state."""
    return [
        {"label": "Term 1", "starts_at": at(2024, 3, 14), "ends_at": at(2024, 9, 14), "state": "ended"},
        {
            "label": "Term 2",
            "starts_at": at(2024, 9, 14),
            "ends_at": at(2025, 3, 14),
            "state": "revoked",
            "cut_at": at(2024, 12, 20),
        },
        {"label": "Term 3", "starts_at": at(2025, 3, 14), "ends_at": at(2026, 3, 14), "state": "running"},
        {"label": "Term 4", "starts_at": at(2026, 3, 14), "ends_at": at(2027, 3, 14), "state": "dropped"},
    ]


def marks() -> list[dict[str, Any]]:
    """Charges, a refund and a cancellation, two of them close together."""
    return [
        {"at": at(2024, 3, 14), "kind": "charge", "label": "A$59.95"},
        {"at": at(2024, 12, 12), "kind": "request", "label": "Refund asked for"},
        {"at": at(2024, 12, 20), "kind": "refund", "label": "A$59.95 refunded"},
        {"at": at(2025, 3, 1), "kind": "charge", "label": "A$59.95"},
        {"at": at(2026, 1, 30), "kind": "declined", "label": "Declined"},
        {"at": at(2026, 2, 6), "kind": "charge", "label": "A$59.95"},
        {"at": at(2026, 2, 15), "kind": "cancellation", "label": "Canceled"},
    ]


def tracker(failed: bool = False) -> list[dict[str, Any]]:
    """The five stations of a refund."""
    last = {"label": "Credited", "state": "upcoming", "from_on": date(2026, 2, 24), "until_on": date(2026, 2, 26)}
    if failed:
        last = {
            "label": "Credited",
            "state": "failed",
            "at": at(2026, 2, 17, 9),
            "note": "The bank sent it back: account closed.",
        }
    return [
        {"label": "Received", "state": "done", "at": at(2026, 2, 15, 22, 4)},
        {"label": "Checked", "state": "done", "at": at(2026, 2, 16, 1, 30)},
        {"label": "Approved", "state": "done", "at": at(2026, 2, 16, 5, 12)},
        {
            "label": "Sent to your bank",
            "state": "done" if failed else "current",
            "at": at(2026, 2, 17, 0, 1),
            "note": "" if failed else "To the card ending 4242. Banks take 5 to 7 business days.",
        },
        last,
    ]


def states() -> list[tuple[str, str]]:
    """What the gallery shows a status of."""
    return [
        *(("subscription", state) for state in ("active", "past_due", "expired")),
        *(("request", state) for state in ("in_review", "needs_information", "declined")),
        *(("refund", state) for state in ("pending", "succeeded", "failed")),
        *(("term", state) for state in ("running", "upcoming")),
    ]


def outcomes() -> dict[str, Any]:
    """What canceling means, and the two ways to go."""
    stop = {"value": "cancel", "label": "Stop renewing", "summary": "Keep what you paid for.", "checked": True}
    back = {"value": "refund", "label": "Get the last payment back", "summary": "The request is checked first."}
    return {
        "preview": [
            {"label": "Auto-renew", "before": "On", "after": "Off"},
            {"label": "Next charge", "before": PRICE, "after": "None", "note": "Was planned for 28 February 2026."},
            {"label": "Access until", "before": None, "after": date(2026, 3, 14)},
            {"label": "Paid back", "before": "", "after": "Nothing"},
        ],
        "choices": [
            {**stop, "amount": Money(0, "AUD"), "points": ["Access until 14 March 2026", "No further charge"]},
            {**back, "amount": PRICE, "points": ["Access ends when the refund is sent", "Credited 5 to 7 days later"]},
        ],
    }


def orders() -> list[dict[str, Any]]:
    """Three orders, each with another state of its charge."""
    return [
        {
            "number": f"GT-7QK2-10{n}",
            "placed_at": at(2025, month, 1),
            "starts_at": at(2025, month, 14),
            "ends_at": at(2026, month, 14),
            "state": state,
            "amount": PRICE,
        }
        for n, month, state in ((42, 7, "succeeded"), (31, 8, "declined"), (27, 4, "unknown"))
    ]


def case() -> dict[str, Any]:
    """A refund request: facts compared, clauses applied, what happened so far."""
    number, values = "GT-7QK2-1042", {"requested on": date(2026, 2, 15), "last day": date(2026, 3, 8)}
    near = {"claimed": date(2026, 2, 5), "found": date(2026, 2, 6), "result": "near", "strength": "corroborates"}
    because = "The request came 9 days after the renewal order; 30 are allowed."
    return {
        "checks": [
            {"label": "Order number", "claimed": number, "found": number, "result": "match", "strength": "must_match"},
            {"label": "E-mail", "claimed": "ada@example.org", "found": "ada.l@example.org", "result": "mismatch"},
            {"label": "Order date", "note": "One day apart; three are allowed.", **near},
            {"label": "Name", "claimed": "", "found": "Ada Lovelace", "result": "missing"},
        ],
        "findings": [
            {"clause": "disputed", "matched": False, "because": "The payment is not disputed at the bank."},
            {"clause": "renewal-30-days", "matched": True, "values": values, "because": because},
        ],
        "journal": [
            {"at": at(2026, 2, 17, 0, 1), "actor": "goodterms", "what": "Refund initiated", "tone": "success"},
            {"at": at(2026, 2, 16, 5), "actor": "Grace", "channel": "desk", "what": "Approved", "tone": "info"},
            {"at": at(2026, 2, 15, 22), "actor": "Customer", "what": "Request received", "ref": "rr_7QK2"},
        ],
    }


def gallery_context(bound: bool = True) -> dict[str, Any]:
    """Everything components/gallery.html reads."""
    return {
        "title": "Component gallery",
        "lead": "Every part of the pages, in both color schemes and at every width.",
        "back_url": "#top",
        "now": NOW,
        "zone": ZONE,
        "price": PRICE,
        "ends_at": at(2026, 3, 14),
        "charge_at": NOW + timedelta(days=10),
        "terms": terms(),
        "marks": marks(),
        "windows": [{"label": "Refundable until 8 March", "starts_at": at(2026, 2, 6), "ends_at": at(2026, 3, 8)}],
        "states": states(),
        "tracker": tracker(),
        "failed_tracker": tracker(failed=True),
        "form": RefundForm({"order_number": "", "email": "ada@", "channel": "web"} if bound else None),
        "orders": orders(),
        "page": Paginator(list(range(240)), 20).get_page(4),
        **outcomes(),
        **case(),
    }
