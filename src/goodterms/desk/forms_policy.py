"""What colleagues type about policies: an invented case, and a document that is to be published."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from babel.numbers import is_currency
from django import forms

from goodterms.domain.money import Money, MoneyError
from goodterms.domain.policy import Policy
from goodterms.domain.reading.policy_words import wrong_country
from goodterms.domain.term import Interval
from goodterms.usecases.what_if import MOST_DAYS

_LOCAL = "%Y-%m-%dT%H:%M"
_ACTS = [("refund", "Asks for a refund"), ("cancel", "Cancels"), ("withdraw", "Withdraws from the contract")]
_KINDS = [("initial", "First purchase"), ("renewal", "Renewal")]
_LENGTHS = [("m1", "1 month"), ("d30", "30 days"), ("m3", "3 months"), ("m6", "6 months"), ("m12", "1 year"),
            ("m24", "2 years")]  # fmt: skip
_LONGEST = 30_000  # four times the longest that is shipped; reading any takes about a second


class WhatIfForm(forms.Form):
    """An invented case. Instants are in UTC; the day counts from the order's."""

    act = forms.ChoiceField(label="What the customer does", choices=_ACTS)
    kind = forms.ChoiceField(label="Payment", choices=_KINDS)
    length = forms.ChoiceField(label="Term", choices=_LENGTHS)
    placed_at = forms.DateTimeField(
        label="Ordered or charged", input_formats=[_LOCAL, "%Y-%m-%d %H:%M", "%Y-%m-%d"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_LOCAL), help_text="In UTC.",
    )  # fmt: skip
    lead_days = forms.IntegerField(
        label="A renewal’s term starts, days after its charge", min_value=0, max_value=120, required=False,
        widget=forms.NumberInput(attrs={"class": "input--short"}),
    )  # fmt: skip
    amount = forms.CharField(
        label="Price", max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "input--money"})
    )
    currency = forms.CharField(
        label="Currency", min_length=3, max_length=3, widget=forms.TextInput(attrs={"class": "input--short"})
    )
    channel = forms.CharField(label="Sold through", max_length=60)
    country = forms.CharField(
        label="Country of the customer", max_length=2, required=False, help_text="Two letters, such as DE.",
        widget=forms.TextInput(attrs={"class": "input--short"}),
    )  # fmt: skip
    state = forms.CharField(
        label="State", max_length=3, required=False, help_text="Of the USA, such as NY.",
        widget=forms.TextInput(attrs={"class": "input--short"}),
    )  # fmt: skip
    disputed = forms.BooleanField(label="The payment is disputed with the bank", required=False)
    day = forms.IntegerField(
        label="Day of the request, counted from the order", min_value=0, max_value=MOST_DAYS,
        widget=forms.NumberInput(attrs={"type": "range"}),
    )  # fmt: skip

    def clean_country(self) -> str:
        """A country code that exists."""
        country: str = self.cleaned_data["country"].strip().upper()
        if country and (problem := wrong_country(country)):
            raise forms.ValidationError(problem)
        return country

    def clean_placed_at(self) -> datetime:
        """An instant in UTC, in years that can be counted in."""
        at: datetime = self.cleaned_data["placed_at"].replace(tzinfo=UTC)
        if not 2000 <= at.year <= 2100:
            raise forms.ValidationError("Please check the year.")
        return at

    def clean(self) -> dict[str, Any]:
        """The price as money of its currency."""
        told = super().clean() or {}
        currency = str(told.get("currency", "")).upper()
        if "currency" in told and not is_currency(currency):
            self.add_error("currency", f"There is no currency {currency}.")
        elif "amount" in told and "currency" in told:
            try:
                told["money"] = Money.parse(told["amount"].strip().replace(",", "."), currency)
                if told["money"].minor < 0:
                    self.add_error("amount", "Enter an amount that is not negative.")
            except MoneyError as problem:
                self.add_error("amount", f"Enter an amount such as 59.95 ({problem}).")
        return told

    def interval(self) -> Interval:
        """The chosen length of a term."""
        chosen: str = self.cleaned_data["length"]
        count = int(chosen[1:])
        return Interval(months=count) if chosen[0] == "m" else Interval(days=count)


def first_case(policy: Policy, today: datetime) -> dict[str, Any]:
    """An ordinary case to start from: a first purchase of a year, asked back on the tenth day."""
    year = Interval(months=12)
    lead = policy.renewal.lead_days(year) if policy.renewal.covers(year) else 0
    return {
        "act": "refund", "kind": "initial", "length": "m12", "placed_at": today.replace(hour=10, minute=0),
        "lead_days": lead, "amount": "59.95", "currency": "EUR", "channel": "vendor_store", "country": "",
        "state": "", "disputed": False, "day": 10,
    }  # fmt: skip


class ProposeForm(forms.Form):
    """A policy document that is to be published, and why."""

    text = forms.CharField(
        label="The document", max_length=_LONGEST, strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false", "class": "input--code"}),
        help_text="The whole TOML document, its version raised.",
    )  # fmt: skip
    note = forms.CharField(
        label="Why it changes", max_length=500, required=False, help_text="For the colleague who confirms.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
