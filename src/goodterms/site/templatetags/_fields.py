"""What a form field's template needs: its control with the right ARIA attributes, and the errors as links."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BaseForm, BoundField


def field_context(field: BoundField, help_text: str | None = None, label: str | None = None) -> dict[str, Any]:
    """The values of components/field.html for one bound field."""
    widget, ident = field.field.widget, field.id_for_label or field.auto_id
    grouped = bool(widget.use_fieldset)
    ident = field.auto_id if grouped else ident
    help_shown = field.help_text if help_text is None else help_text
    notes = [f"{ident}-help"] * bool(help_shown) + [f"{ident}-error"] * bool(field.errors)
    described_by = " ".join(notes)
    attrs: dict[str, Any] = {"aria-describedby": described_by} if described_by and not grouped else {}
    kind = "check" if isinstance(widget, forms.CheckboxInput) else "group" if grouped else "text"
    return {
        "field": field,
        "id": ident,
        "kind": kind,
        "hidden": field.is_hidden,
        "label": label or field.label,
        "help": help_shown,
        "errors": field.errors,
        "described_by": described_by,
        "optional": not field.field.required and kind != "check",
        "control": field.as_widget(attrs=attrs),
    }


def form_errors(form: BaseForm) -> list[dict[str, str]]:
    """Every error of a form: general ones first, then each field's as a link to its control."""
    general = [{"href": "", "text": str(text)} for text in form.non_field_errors()]
    hidden = [{"href": "", "text": str(text)} for field in form.hidden_fields() for text in field.errors]
    named = [
        {"href": f"#{_target(field)}", "text": f"{field.label}: {text}"}
        for field in form.visible_fields()
        for text in field.errors
    ]
    return general + hidden + named


def _target(field: BoundField) -> str:
    """The id to jump to: a group's first control carries a number."""
    return f"{field.auto_id}_0" if field.field.widget.use_fieldset else field.id_for_label or field.auto_id
