"""The bank, as its merchant sees it: the statement, and a way to refund behind the company's back."""

from __future__ import annotations

import os
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods

from goodterms import wiring
from goodterms.domain.money import Money, MoneyError
from goodterms.wiring import BankRefusedError

_LINES = 40
_WORDS = {
    ("charge", "succeeded"): ("Charge", "success"),
    ("refund", "pending"): ("Refund accepted", "info"),
    ("refund", "succeeded"): ("Refund credited", "success"),
    ("refund", "failed"): ("Refund came back", "danger"),
}


class RefundForm(forms.Form):
    """A refund made in the bank's dashboard."""

    charge = forms.RegexField(
        r"^ch_[0-9]{8,}$", label="Charge", help_text="As on the statement, for example ch_00000012.",
        error_messages={"invalid": "Write it as on the statement: ch_ and eight digits."},
    )  # fmt: skip
    amount = forms.CharField(label="Amount", help_text="The whole charge or a part of it, for example 59.95.")
    currency = forms.RegexField(r"^[A-Z]{3}$", label="Currency", help_text="Of the charge, for example EUR.")

    def clean(self) -> dict[str, Any]:
        """Read the amount in its currency."""
        given: dict[str, Any] = super().clean() or {}
        if "amount" in given and "currency" in given:
            try:
                given["money"] = Money.parse(given["amount"].strip().replace(",", "."), given["currency"])
            except MoneyError:
                self.add_error("amount", "Write an amount such as 59.95.")
        return given


@require_http_methods(["GET", "HEAD", "POST"])
def bank(request: HttpRequest) -> HttpResponse:
    """The statement and the form; a refund made here carries no reference of ours."""
    form = RefundForm(request.POST) if request.method == "POST" else RefundForm(initial=_chosen(request))
    with wiring.demo_bank() as control:
        if request.method == "POST" and form.is_valid():
            try:
                control.refund(form.cleaned_data["charge"], form.cleaned_data["money"])
            except BankRefusedError as refused:
                form.add_error("charge", str(refused))
            else:
                done = f"The bank refunds {form.cleaned_data['money']} of {form.cleaned_data['charge']}."
                messages.success(request, f"{done} Within seconds the company reads it on its statement.")
                return redirect("demo:bank")
        try:
            shown = control.statement(_LINES)
        except BankRefusedError as refused:
            messages.error(request, str(refused))
            shown = {"balances": [], "data": []}
    context = {
        "title": "The bank",
        "form": form,
        "balances": [Money(one["balance_minor"], one["currency"]) for one in shown["balances"]],
        "lines": [_line(one) for one in shown["data"]],
        "own_dashboard": f"{os.environ.get('GOODTERMS_BANK_URL', '')}/dashboard",
    }
    return render(request, "demo/bank.html", context, status=422 if form.errors else 200)


def _chosen(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET[name] for name in ("charge", "amount", "currency") if name in request.GET}


def _line(line: dict[str, Any]) -> dict[str, Any]:
    words, tone = _WORDS.get((line["kind"], line["outcome"]), (line["kind"], "neutral"))
    amount = Money(line["amount_minor"], line["currency"])
    return {
        "at": parse_datetime(line["at"]),
        "words": words,
        "tone": tone,
        "charge": line["charge"],
        "id": line["id"],
        "reference": line["reference"],
        "amount": amount,
        "effect": Money(line["effect_minor"], line["currency"]),
        "refundable": line["kind"] == "charge",
        "decimal": amount.decimal_str(),
        "trace": line["bank_reference"],
    }
