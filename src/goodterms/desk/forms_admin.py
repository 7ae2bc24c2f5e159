"""What administrators type: agents, the company's profile, plans and prices."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from goodterms.domain.money import Money, MoneyError
from goodterms.domain.reading.policy_words import KNOWN_FACTS
from goodterms.domain.term import Interval
from goodterms.storage.models import Role

ROLE_CHOICES = [
    (Role.SPECIALIST.value, "Specialist: reviews and approves refund requests"),
    (Role.SUPERVISOR.value, "Supervisor: also confirms goodwill refunds"),
    (Role.ADMINISTRATOR.value, "Administrator: also agents, company, plans and prices"),
]
#: WCAG 2 asks for this contrast between text and its ground.
LEAST_CONTRAST = (45, 10)


class InviteForm(forms.Form):
    """A new colleague."""

    email = forms.EmailField(label="E-mail", max_length=254)
    name = forms.CharField(label="Name", max_length=200, required=False)
    role = forms.ChoiceField(label="Role", choices=ROLE_CHOICES, widget=forms.RadioSelect, initial=Role.SPECIALIST)


class RoleForm(forms.Form):
    """Another role for a colleague."""

    role = forms.ChoiceField(label="Role", choices=ROLE_CHOICES, widget=forms.RadioSelect)


class CompanyForm(forms.Form):
    """The vendor's profile."""

    name = forms.CharField(label="Company name", max_length=120)
    product_name = forms.CharField(
        label="Product name", max_length=120, required=False, help_text="Shown in the head of every page."
    )
    accent_color = forms.CharField(
        label="Accent color", max_length=7,
        help_text="Six hexadecimal digits, such as #0b5563; dark enough for white text.",
        widget=forms.TextInput(attrs={"class": "input--short", "spellcheck": "false"}),
    )  # fmt: skip
    support_email = forms.EmailField(label="Support e-mail", max_length=254, required=False)
    support_phone = forms.CharField(label="Support phone", max_length=60, required=False)
    support_url = forms.URLField(label="Support page", max_length=200, required=False, assume_scheme="https")
    sender_name = forms.CharField(label="Sender name of mails", max_length=120, required=False)
    sender_email = forms.EmailField(label="Sender address of mails", max_length=254, required=False)

    def clean_accent_color(self) -> str:
        """White text on the color must be readable."""
        color = str(self.cleaned_data["accent_color"]).strip().lower()
        if not re.fullmatch(r"#[0-9a-f]{6}", color):
            raise forms.ValidationError("Enter the color as # and six digits, such as #0b5563.")
        hundredths = contrast_with_white(color)
        if hundredths * LEAST_CONTRAST[1] < LEAST_CONTRAST[0] * 100:
            raise forms.ValidationError(
                "White text would not be readable on this color. Its contrast is "
                f"{hundredths // 100}.{hundredths % 100:02d}, at least 4.50 is needed. Choose a darker one."
            )
        return color

    def clean_name(self) -> str:
        """One line."""
        return " ".join(str(self.cleaned_data["name"]).split())


def contrast_with_white(color: str) -> int:
    """The contrast of white on a color (WCAG 2), in hundredths, rounded down."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return int(105 / (luminance + 0.05))


class PlanForm(forms.Form):
    """A new plan: what is sold, for which length of term, under which policy."""

    name = forms.CharField(label="Name", max_length=120, help_text="As customers see it, such as Shield, yearly.")
    code = forms.SlugField(
        label="Code", max_length=60, help_text="Lower-case letters, digits and dashes; never changes."
    )
    product = forms.SlugField(label="Product", max_length=60, help_text="Plans of one product replace each other.")
    product_class = forms.ChoiceField(
        label="What the law calls it", initial="digital_service", widget=forms.RadioSelect,
        choices=[(word, word.replace("_", " ").capitalize()) for word in KNOWN_FACTS["product_class"].words],
        help_text="A service is used as long as it runs; digital content is supplied once, as a download is.",
    )  # fmt: skip
    length = forms.IntegerField(label="Length of a term", min_value=1, max_value=3660)
    unit = forms.ChoiceField(label="Unit", choices=[("months", "Months"), ("days", "Days")])
    policy_name = forms.ChoiceField(label="Policy")

    def __init__(self, *args: Any, policies: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["policy_name"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(name, name) for name in policies]

    def interval(self) -> Interval:
        """The length as a value."""
        length = self.cleaned_data["length"]
        return Interval(months=length) if self.cleaned_data["unit"] == "months" else Interval(days=length)


class PriceForm(forms.Form):
    """A price from a day on. It replaces nothing: older prices stay in the history."""

    currency = forms.CharField(
        label="Currency", min_length=3, max_length=3, help_text="ISO code, such as AUD.",
        widget=forms.TextInput(attrs={"class": "input--short", "autocapitalize": "characters"}),
    )  # fmt: skip
    amount = forms.CharField(
        label="Price, tax included",
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "input--money"}),
    )
    tax = forms.CharField(
        label="Tax in it",
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "input--money"}),
    )
    effective_at = forms.DateTimeField(
        label="In force from (UTC)", required=False, help_text="Empty: at once.",
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip

    def clean_currency(self) -> str:
        """Three capital letters."""
        code = str(self.cleaned_data["currency"]).upper()
        if not re.fullmatch(r"[A-Z]{3}", code):
            raise forms.ValidationError("Enter three letters, such as AUD.")
        return code

    def clean(self) -> dict[str, Any]:
        """Amounts with no more digits than the currency has."""
        typed = super().clean() or {}
        for name in ("amount", "tax"):
            if typed.get("currency") and name in typed:
                try:
                    typed[name] = Money.parse(typed[name].strip().replace(",", "."), typed["currency"])
                except MoneyError as problem:
                    self.add_error(name, f"Enter an amount such as 59.95 ({problem}).")
        amount, tax = typed.get("amount"), typed.get("tax")
        if isinstance(amount, Money) and amount.minor <= 0:
            self.add_error("amount", "The price must be more than zero.")
        if isinstance(tax, Money) and isinstance(amount, Money) and not 0 <= tax.minor <= amount.minor:
            self.add_error("tax", "The tax is a part of the price.")
        return typed
