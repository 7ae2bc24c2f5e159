"""The questions of a policy or a law to the customer, as fields: yes or no, one of some words, a date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from goodterms.domain.rules import Fact, FactValue
from goodterms.usecases.fact_words import question_for_customer, word_label

PREFIX = "fact_"
_YES_OR_NO = (("yes", "Yes"), ("no", "No"))
_FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d %B %Y", "%d %b %Y", "%B %d, %Y"]


def field_for(fact: Fact) -> forms.Field:
    """The field by which a customer answers a fact of a type that a customer is asked for."""
    label = question_for_customer(fact)
    if fact.type == "date":
        return forms.DateField(
            label=label, input_formats=_FORMATS, required=False,
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "input--short"}),
            error_messages={"invalid": "This is not a date. Write it like 10 May 2026."},
        )  # fmt: skip
    choices = _YES_OR_NO if fact.type == "yes_or_no" else tuple((word, word_label(word)) for word in fact.words)
    return forms.ChoiceField(
        label=label, choices=choices, required=False, widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose one of the answers."},
    )  # fmt: skip


def add_fields(form: forms.Form, facts: Iterable[Fact]) -> None:
    """Put the questions into a form, before its other fields; each may be left open."""
    asked = {f"{PREFIX}{fact.name}": field_for(fact) for fact in facts}
    form.fields = {**asked, **form.fields}


def answers(form: forms.Form, facts: Iterable[Fact]) -> dict[str, FactValue]:
    """What was answered, by the name of the fact; questions left open are left out."""
    told: dict[str, Any] = {fact.name: form.cleaned_data.get(f"{PREFIX}{fact.name}") for fact in facts}
    types = {fact.name: fact.type for fact in facts}
    return {name: value == "yes" if types[name] == "yes_or_no" else value for name, value in told.items() if value}


def not_later(form: forms.Form, facts: Iterable[Fact], today: date) -> None:
    """Mark dates in the future, or before there were subscriptions, as slips of the pen."""
    for fact in facts:
        value = form.cleaned_data.get(f"{PREFIX}{fact.name}")
        if fact.type == "date" and isinstance(value, date):
            if value > today:
                form.add_error(f"{PREFIX}{fact.name}", "This date lies in the future.")
            elif value.year < 2000:
                form.add_error(f"{PREFIX}{fact.name}", "This date is too long ago. Please check the year.")
