"""The forms of the customer's pages. Errors are about what was typed, never about what exists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from goodterms.domain.refund_request import Claimed
from goodterms.domain.rules import Fact, FactValue
from goodterms.portal.forms_facts import PREFIX, add_fields, answers, not_later

_DATE = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "off", "class": "input--short"})
_FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d %B %Y", "%d %b %Y", "%B %d, %Y"]
_EARLIEST = date(2000, 1, 1)


class FourFacts(forms.Form):
    """Exactly the four facts of a refund request (R31), in the order in which a receipt shows them."""

    order_number = forms.CharField(
        label="Order number",
        max_length=60,
        help_text="It is on the receipt we mailed to you.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
        error_messages={"required": "Enter the order number from your receipt."},
    )
    purchase_on = forms.DateField(
        label="Date of purchase",
        input_formats=_FORMATS,
        widget=_DATE,
        help_text="For an automatic renewal, the day it was charged.",
        error_messages={
            "required": "Enter the date of purchase.",
            "invalid": "This is not a date. Write it like 10 May 2026.",
        },
    )
    name = forms.CharField(
        label="Name",
        max_length=200,
        help_text="As you gave it when you bought.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter the name you gave when you bought."},
    )
    email = forms.EmailField(
        label="E-mail address",
        max_length=320,
        help_text="The one you gave when you bought. We answer to it.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Enter the e-mail address you gave when you bought.",
            "invalid": "This is not an e-mail address. It looks like name@example.org.",
        },
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        """`today` is the latest date of purchase that can be true."""
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["purchase_on"].widget.attrs["max"] = today.isoformat()

    def clean_purchase_on(self) -> date | None:
        """A date in the future, or before there were subscriptions, is a slip of the pen."""
        day: date | None = self.cleaned_data["purchase_on"]
        if day is None:
            return None
        if day > self.today:
            raise ValidationError("This date lies in the future.")
        if day < _EARLIEST:
            raise ValidationError("This date is too long ago. Please check the year.")
        return day

    def claimed(self) -> Claimed:
        """The facts as the domain takes them."""
        data = self.cleaned_data
        return Claimed(data["order_number"], data["email"], data["name"], data["purchase_on"])


class Answer(FourFacts):
    """The answer to what was asked: words where a question is open, and the four facts.

    Where the facts are clear they are not asked for; they may still be corrected.
    """

    answer = forms.CharField(
        label="Your answer",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Write your answer to our question."},
    )

    field_order = ("answer", *FourFacts.base_fields)

    def __init__(
        self, *args: Any, question: bool, facts_asked: bool, asked: Sequence[Fact] = (), **kwargs: Any
    ) -> None:
        """`question` tells whether words are asked for, `facts_asked` whether one of the facts is unclear.

        `asked` are what a policy or a law needs to know.
        """
        super().__init__(*args, **kwargs)
        self.question = question
        self.facts_asked = facts_asked
        self.asked = asked
        add_fields(self, asked)
        if not question:
            del self.fields["answer"]
        for name in FourFacts.base_fields:
            self.fields[name].required = facts_asked

    def clean(self) -> dict[str, Any]:
        """Dates that can be true."""
        told = super().clean() or {}
        not_later(self, self.asked, self.today)
        return told

    @property
    def stated(self) -> dict[str, FactValue]:
        """What was answered of the questions."""
        return answers(self, self.asked)

    @property
    def questions(self) -> list[forms.BoundField]:
        """The questions as the page shows them."""
        return [self[f"{PREFIX}{fact.name}"] for fact in self.asked]

    @property
    def facts(self) -> list[forms.BoundField]:
        """The four facts as the page shows them."""
        return [self[name] for name in FourFacts.base_fields]

    @property
    def facts_wrong(self) -> bool:
        """Whether one of the facts, which the page may have folded away, needs another look."""
        return any(field.errors for field in self.facts)


def facts_of(claimed: Claimed) -> dict[str, Any]:
    """The initial values of `FourFacts`."""
    return {
        "order_number": claimed.order_number,
        "email": claimed.email,
        "name": claimed.name,
        "purchase_on": claimed.purchase_on,
    }


class Appeal(forms.Form):
    """Why a decision should be looked at again."""

    reason = forms.CharField(
        label="What should we look at again?",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say what should be looked at again."},
    )


class PayWith(forms.Form):
    """Which test card pays, where no real money moves."""

    card = forms.ChoiceField(label="Test card", help_text="No real money moves in this demo.")

    def __init__(self, *args: Any, cards: list[tuple[str, str]], **kwargs: Any) -> None:
        """`cards` are value and label of each."""
        super().__init__(*args, **kwargs)
        field = self.fields["card"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = cards


class BuyerName(forms.Form):
    """The buyer's name, where we do not know it yet."""

    name = forms.CharField(
        label="Your name",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your name."},
    )


class Buy(PayWith):
    """A plan, a currency, a card, and the buyer's name where we do not know it yet."""

    plan = forms.CharField(widget=forms.HiddenInput, max_length=60)
    currency = forms.CharField(widget=forms.HiddenInput, max_length=3)
    name = forms.CharField(
        label="Your name",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your name."},
    )

    field_order = ("plan", "currency", "name", "card")

    def __init__(self, *args: Any, needs_name: bool, **kwargs: Any) -> None:
        """`needs_name` is False for a customer we know."""
        super().__init__(*args, **kwargs)
        if not needs_name:
            del self.fields["name"]
