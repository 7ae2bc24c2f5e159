"""The facts that rules need, as fields of their types. What is left empty stays as it is, what was typed is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from goodterms.domain.judging.known_facts import wrong_value
from goodterms.domain.money import Money, MoneyError
from goodterms.domain.rules import Fact, FactValue
from goodterms.usecases.fact_words import word_label

_LOCAL = "%Y-%m-%dT%H:%M"
_DATES = ["%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%d.%m.%Y"]
#: Types of which there may have been none: the notice was never sent, the certificate never earned.
_MAY_BE_NONE = ("date", "instant", "amount")
_MANY = 6
#: Texts that are codes, written with capitals: of countries and states.
_CODES = ("country", "state")


class FactsForm(forms.Form):
    """Facts of a case: those that are missing, those that were stated, and those our records know."""

    def __init__(
        self, *args: Any, facts: Iterable[Fact], known: Mapping[str, FactValue], currency: str, zone: ZoneInfo,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        """`known` are the values as they stand; instants are typed on the clock of `zone`."""
        super().__init__(*args, **kwargs)
        self.facts = {fact.name: fact for fact in facts}
        self._currency, self._zone = currency, zone
        for name, fact in self.facts.items():
            field = self._field(fact)
            field.initial = self._shown(known.get(name))
            self.fields[name] = field
            if fact.type in _MAY_BE_NONE:
                there_was_none = name in known and known[name] is None
                self.fields[f"{name}_none"] = forms.BooleanField(
                    label="There was none", required=False, initial=there_was_none
                )

    def fields_of(self, names: Iterable[str]) -> list[forms.BoundField]:
        """The fields of some facts, in order."""
        return [self[one] for name in names for one in (name, f"{name}_none") if one in self.fields]

    def wrong(self, names: Iterable[str]) -> bool:
        """Whether one of these fields needs another look."""
        return any(field.errors for field in self.fields_of(names))

    def stated(self) -> dict[str, FactValue]:
        """What was entered or changed, by the name of the fact."""
        changed = set(self.changed_data)
        return {
            name: None if self.cleaned_data.get(f"{name}_none") else self.cleaned_data[name]
            for name in self.facts
            if changed & {name, f"{name}_none"} and not self._empty(name)
        }

    def clean(self) -> dict[str, Any]:
        """Every value as one of its fact's type, with an error at its field where it is none."""
        told = super().clean() or {}
        for name, fact in self.facts.items():
            if name in self.errors or told.get(name) in (None, ""):
                continue
            if told.get(f"{name}_none"):
                self.add_error(name, "Enter a value, or say that there was none; not both.")
                continue
            try:
                told[name] = self._value(fact, told[name])
            except MoneyError as problem:
                self.add_error(name, f"Enter an amount such as 12.50 ({problem}).")
                continue
            problem_text = wrong_value(fact, told[name], self._currency)
            if problem_text:
                self.add_error(name, problem_text)
        return told

    def _empty(self, name: str) -> bool:
        return self.cleaned_data.get(name) in (None, "") and not self.cleaned_data.get(f"{name}_none")

    def _value(self, fact: Fact, typed: Any) -> FactValue:
        if fact.type == "yes_or_no":
            return bool(typed == "yes")
        if fact.type == "whole_number":
            text = str(typed).strip()
            return int(text) if text.isdigit() else text
        if fact.type == "amount":
            return Money.parse(str(typed).strip().replace(",", "."), self._currency)
        if isinstance(typed, datetime):
            return typed.replace(tzinfo=self._zone)
        value: FactValue = typed.strip() if isinstance(typed, str) else typed
        return value.upper() if isinstance(value, str) and fact.name in _CODES else value

    def _shown(self, value: FactValue) -> Any:
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, Money):
            return value.decimal_str()
        return value.astimezone(self._zone).replace(tzinfo=None) if isinstance(value, datetime) else value

    def _field(self, fact: Fact) -> forms.Field:
        if fact.type in ("yes_or_no", "word"):
            return _choice(fact)
        if fact.type == "whole_number":
            return forms.CharField(
                label=fact.ask, required=False, max_length=12,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "input--short"}),
            )  # fmt: skip
        if fact.type == "amount":
            money = forms.TextInput(attrs={"inputmode": "decimal", "class": "input--money"})
            return forms.CharField(
                label=fact.ask, required=False, max_length=20, widget=money, help_text=f"In {self._currency}."
            )
        if fact.type == "date":
            day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            return forms.DateField(label=fact.ask, required=False, input_formats=_DATES, widget=day)
        if fact.type == "instant":
            return _Moment(
                label=fact.ask, required=False, help_text=f"Time of {self._zone.key}.",
                input_formats=[_LOCAL, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
                widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_LOCAL),
            )  # fmt: skip
        return forms.CharField(label=fact.ask, required=False, max_length=120)


class _Moment(forms.DateTimeField):
    """A wall clock without a zone: the form gives it the zone of the case, whatever this page's zone is."""

    def to_python(self, value: Any) -> Any:
        for text in self.input_formats or ():
            try:
                return datetime.strptime(str(value).strip(), text) if value else None  # noqa: DTZ007 - zoned by the form
            except ValueError:
                continue
        raise forms.ValidationError("Enter a date and a time, such as 2026-05-10 14:30.", code="invalid")

    def prepare_value(self, value: Any) -> Any:
        return value


def _choice(fact: Fact) -> forms.ChoiceField:
    yes_or_no = [("yes", "Yes"), ("no", "No")]
    choices = yes_or_no if fact.type == "yes_or_no" else [(word, word_label(word)) for word in fact.words]
    if len(choices) > _MANY:
        return forms.ChoiceField(label=fact.ask, required=False, choices=[("", "Not known"), *choices])
    return forms.ChoiceField(
        label=fact.ask, required=False, choices=[("", "Not known"), *choices], widget=forms.RadioSelect
    )
