"""What colleagues type: the four facts, questions, reasons, amounts. Errors keep what was typed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms

from goodterms.domain.money import Money, MoneyError
from goodterms.domain.refund_request import Claimed

ROUTES = (("phone", "Phone"), ("email", "E-mail"), ("letter", "Letter"), ("chat", "Chat"))
_LOCAL = "%Y-%m-%dT%H:%M"
_YEARS = range(2000, 3000)


def _text(label: str, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, **more)


def _note(label: str, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), **more)


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, input_formats=["%Y-%m-%d", "%d %B %Y", "%d %b %Y"], validators=[_likely],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip


def _likely(on: date) -> None:
    """A year with a slip of the pen is said to be one; nobody could count from it."""
    if on.year not in _YEARS:
        raise forms.ValidationError("Please check the year.")


class FactsForm(forms.Form):
    """The four facts as the customer said them (R31)."""

    order_number = _text("Order number", max_length=60, required=False)
    email = forms.EmailField(label="E-mail", max_length=320, required=False)
    name = _text("Name", max_length=200, required=False)
    purchase_on = _day("Date of purchase")

    def claimed(self) -> Claimed:
        """The facts as a value."""
        told = self.cleaned_data
        return Claimed(told["order_number"].strip(), told["email"].strip(), told["name"].strip(), told["purchase_on"])

    def clean(self) -> dict[str, Any]:
        """At least one fact must be there: without any there is nothing to look for."""
        told = super().clean() or {}
        if not self.errors and not any(told.get(name) for name in ("order_number", "email", "name", "purchase_on")):
            raise forms.ValidationError("Enter at least one of the four facts.")
        return told


class SettleForm(forms.Form):
    """How a difference between two books was settled."""

    note = _note("How it was settled")


class InformationForm(FactsForm):
    """What the customer answered, in words and by facts."""

    field_order = ("answer", *FactsForm.base_fields)
    answer = _note("Answer in words", required=False)

    def __init__(self, *args: Any, question: bool, **kwargs: Any) -> None:
        """`question` tells whether a question in words is open."""
        super().__init__(*args, **kwargs)
        if question:
            self.fields["answer"].help_text = "The question stays open while this is empty."

    def clean(self) -> dict[str, Any]:
        """Words or at least one fact."""
        told = forms.Form.clean(self) or {}
        return told if told.get("answer") else super().clean()


class IntakeForm(FactsForm):
    """A request that reached support by phone, letter, mail or chat (R30)."""

    field_order = ["route", "received_at", "order_number", "email", "name", "purchase_on"]
    route = forms.ChoiceField(label="How it reached us", choices=ROUTES, widget=forms.RadioSelect, initial="phone")
    received_at = forms.DateTimeField(
        label="Received (UTC)", help_text="The first contact. It dates the request, whatever is completed later.",
        input_formats=[_LOCAL, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_LOCAL),
    )  # fmt: skip

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._now = now
        self.fields["received_at"].initial = now
        self.fields["email"].required = True
        self.fields["email"].help_text = "Answers go here when it is the address on the order."

    def clean_received_at(self) -> datetime:
        """A request can not have been received in the future."""
        at: datetime = self.cleaned_data["received_at"]
        _likely(at)
        if at > self._now:
            raise forms.ValidationError("This is in the future. Enter when the customer first reached us.")
        return at


class QuestionForm(forms.Form):
    """What the customer is to answer."""

    text = _note("Question to the customer", help_text="It is mailed as you write it.")


class ReasonForm(forms.Form):
    """Why a request is looked at again."""

    text = _note("Reason")


class DeclineForm(forms.Form):
    """A note to the customer beside the criterion; needed where the policy grants."""

    text = _note("Note to the customer", required=False, help_text="It is mailed below the reason of the policy.")


class GoodwillForm(forms.Form):
    """An amount outside the policy, with its reason."""

    amount = _text(
        "Amount", max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "input--money"})
    )
    reason = _note("Reason", help_text="Kept with the case; the second person sees it.")

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._currency = currency
        self.fields["amount"].label = f"Amount in {currency}"

    def clean_amount(self) -> Money:
        """A positive amount with no more digits than the currency has."""
        try:
            amount = Money.parse(self.cleaned_data["amount"].strip().replace(",", "."), self._currency)
        except MoneyError as problem:
            raise forms.ValidationError(f"Enter an amount such as 12.50 ({problem}).") from None
        if amount.minor <= 0:
            raise forms.ValidationError("The amount must be more than zero.")
        return amount


class TransferForm(forms.Form):
    """A bank transfer made by hand."""

    reference = _text("Reference of the transfer", max_length=120, help_text="As your bank shows it.")


class DismissForm(forms.Form):
    """Why an inquiry is closed."""

    text = _note("Note", help_text="For the record; it is not mailed.")


class LookForm(forms.Form):
    """What to look for beside what was told."""

    number = _text("Order number", required=False, max_length=60)
    email = _text("E-mail", required=False, max_length=320)
    name = _text("Name", required=False, max_length=200)
    on = _day("Date of purchase")
