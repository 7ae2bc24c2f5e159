"""The design system's template tags; docs/design-system.md describes each with an example.

Tags take plain values, objects or mappings, so that pages never import from this package.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.core.paginator import Paginator
from django.forms import BaseForm, BoundField
from django.template.context import Context
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goodterms.site.templatetags import _fields, _format, _icons, _tables
from goodterms.site.timeline import (
    MEDIUM,
    NARROW,
    WIDE,
    Mark,
    TermBar,
    Window,
    key_svg,
    kind_word,
    state_word,
    timeline_svg,
)

register = template.Library()
register.filter("show", _format.show)
register.filter("money_text", _format.money_text)

# (what, state) -> (words, tone). Tones: success, info, warn, danger, accent, neutral.
_STATES = {
    ("subscription", "active"): (gettext_lazy("Active"), "success"),
    ("subscription", "non_renewing"): (gettext_lazy("Not renewing"), "neutral"),
    ("subscription", "past_due"): (gettext_lazy("Payment due"), "warn"),
    ("subscription", "expired"): (gettext_lazy("Ended"), "neutral"),
    ("request", "received"): (gettext_lazy("Received"), "info"),
    ("request", "in_review"): (gettext_lazy("In review"), "info"),
    ("request", "needs_information"): (gettext_lazy("Needs information"), "warn"),
    ("request", "approved"): (gettext_lazy("Approved"), "success"),
    ("request", "declined"): (gettext_lazy("Declined"), "danger"),
    ("request", "retracted"): (gettext_lazy("Retracted"), "neutral"),
    ("refund", "intended"): (gettext_lazy("Being sent"), "info"),
    ("refund", "unknown"): (gettext_lazy("Being checked"), "warn"),
    ("refund", "pending"): (gettext_lazy("On its way"), "info"),
    ("refund", "succeeded"): (gettext_lazy("Credited"), "success"),
    ("dispute", "opened"): (gettext_lazy("Disputed"), "warn"),
    ("dispute", "under_review"): (gettext_lazy("Under review"), "warn"),
    ("dispute", "won"): (gettext_lazy("Won"), "success"),
    ("dispute", "lost"): (gettext_lazy("Lost"), "danger"),
    ("dispute", "reversed"): (gettext_lazy("Reversed"), "success"),
    ("refund", "failed"): (gettext_lazy("Failed"), "danger"),
    ("refund", "external"): (gettext_lazy("Refunded elsewhere"), "neutral"),
    ("charge", "intended"): (gettext_lazy("Under way"), "info"),
    ("charge", "unknown"): (gettext_lazy("Being checked"), "warn"),
    ("charge", "succeeded"): (gettext_lazy("Paid"), "success"),
    ("charge", "declined"): (gettext_lazy("Declined"), "danger"),
    ("term", "running"): (gettext_lazy("Running"), "accent"),
    ("term", "upcoming"): (gettext_lazy("Upcoming"), "info"),
    ("term", "ended"): (gettext_lazy("Ended"), "neutral"),
    ("term", "dropped"): (gettext_lazy("Dropped"), "danger"),
    ("term", "revoked"): (gettext_lazy("Ended early"), "danger"),
}
_CHIPS = {
    "match": (gettext_lazy("Matches"), "success", "check"),
    "near": (gettext_lazy("Close"), "warn", "near"),
    "mismatch": (gettext_lazy("Does not match"), "danger", "cross"),
    "missing": (gettext_lazy("Not given"), "neutral", "question"),
}
_CALLOUT_ICONS = ("info", "success", "warn", "danger", "neutral")


@register.simple_tag
def icon(name: str, size: int = 20, label: str = "") -> SafeString:
    """`{% icon "check" %}`: decorative, or named for assistive technology when `label` is given."""
    return _icons.icon_svg(name, size, label)


@register.simple_tag
def money(amount: Any, currency: str | None = None, locale: str | None = None, sign: bool = False) -> SafeString:
    """`{% money order.amount %}` or `{% money order.amount_minor order.currency %}`."""
    return _format.money_html(amount, currency, locale, sign)


@register.simple_tag
def day(value: date, form: str = "long", locale: str | None = None) -> SafeString:
    """`{% day term.ends_on %}`: a local date. form: full, long, medium, short."""
    return _format.day_html(value, form, locale)


@register.simple_tag
def instant(value: datetime, zone: str | None = None, form: str = "long", locale: str | None = None) -> SafeString:
    """`{% instant order.placed_at zone="Australia/Sydney" %}`. form: long, medium, date, time."""
    return _format.instant_html(value, zone, form, locale)


@register.simple_tag
def term_range(starts_at: datetime, ends_at: datetime, zone: str | None = None, form: str = "medium") -> SafeString:
    """`{% term_range term.starts_at term.ends_at %}`: both local days of a half-open term."""
    where = _format.zone_of(zone)
    days = [_format.day_html(at.astimezone(where).date(), form) for at in (starts_at, ends_at)]
    return format_html('<span class="range">{} – {}</span>', *days)


@register.simple_tag
def relative(value: date | datetime, now: datetime, zone: str | None = None) -> SafeString:
    """`{% relative term.ends_at now %}`: "in 12 days"; the moment itself is in the element's datetime."""
    moment = value.astimezone(_format.zone_of("UTC")) if isinstance(value, datetime) else value
    machine = moment.isoformat()
    return _format.time_html(machine, _format.relative_text(value, now, zone))


@register.simple_tag
def status(what: str, state: str, on: date | datetime | None = None, zone: str | None = None) -> SafeString:
    """`{% status "subscription" sub.state on=sub.paid_through %}`; what: subscription, request, refund, charge, term.

    With `on`, a subscription that does not renew reads "Ends on 14 March 2026" and an expired one "Ended on ...".
    """
    words, tone = _STATES.get((what, str(state)), (str(state).replace("_", " ").capitalize(), "neutral"))
    text: Any = words
    if on is not None and what == "subscription" and state in ("non_renewing", "expired"):
        local = on.astimezone(_format.zone_of(zone)).date() if isinstance(on, datetime) else on
        verb = _("Ends on") if state == "non_renewing" else _("Ended on")
        text = format_html("{} {}", verb, _format.day_html(local, "medium"))
    return format_html('<span class="status status--{}"><span>{}</span></span>', tone, text)


@register.simple_tag
def badge(text: str, tone: str = "neutral") -> SafeString:
    """`{% badge "Second person needed" "warn" %}`: a status with words of your own."""
    return format_html('<span class="status status--{}"><span>{}</span></span>', tone, text)


@register.simple_tag
def chip(result: str, text: str = "") -> SafeString:
    """`{% chip "match" %}`, "near", "mismatch" or "missing": how a fact compares; `text` replaces the words."""
    words, tone, mark = _CHIPS[str(result)]
    return format_html('<span class="chip chip--{}">{}{}</span>', tone, _icons.icon_svg(mark, 16), text or words)


@register.simple_block_tag
def callout(content: str, tone: str = "info", title: str = "", role: str = "") -> SafeString:
    """`{% callout "warn" title="..." %}...{% endcallout %}`; role "alert" only for what appears after an action."""
    head = format_html('<p class="callout__title">{}</p>', title) if title else ""
    attrs = format_html(' role="{}"', role) if role else ""
    mark = _icons.icon_svg(tone if tone in _CALLOUT_ICONS else "info")
    return format_html(
        '<div class="callout callout--{}"{}><span class="callout__icon">{}</span>'
        '<div class="callout__body">{}{}</div></div>',
        tone, attrs, mark, head, SafeString(content),
    )  # fmt: skip


@register.simple_block_tag
def card(content: str, title: str = "", level: int = 2, extra: str = "", css: str = "") -> SafeString:
    """`{% card title="Next charge" %}...{% endcard %}`; `extra` (a badge or link) stands at the end of the head."""
    heading = format_html("<h{0}>{1}</h{0}>", level, title) if title else ""
    head = format_html('<div class="card__head">{}{}</div>', heading, extra) if title and extra else heading
    return format_html('<section class="card{}">{}{}</section>', f" {css}" if css else "", head, SafeString(content))


@register.simple_block_tag
def fact(content: str, label: str, note: str = "") -> SafeString:
    """`{% fact "Order" %}GT-1042{% endfact %}` inside `<dl class="facts">`."""
    below = format_html('<div class="fact__note">{}</div>', note) if note else ""
    return format_html("<div><dt>{}</dt><dd>{}{}</dd></div>", label, SafeString(content), below)


@register.simple_block_tag
def empty_state(content: str, title: str, icon_name: str = "empty") -> SafeString:
    """`{% empty_state "No orders yet" %}<p>...</p>{% endempty_state %}`."""
    mark = _icons.icon_svg(icon_name, 36)
    return format_html('<div class="empty">{}<p class="empty__title">{}</p>{}</div>', mark, title, SafeString(content))


@register.simple_block_tag
def table(content: str, caption: str, cards: bool = True, show_caption: bool = False) -> SafeString:
    """`{% table "Orders" %}<thead>...</thead><tbody>...</tbody>{% endtable %}`: rows become cards on a phone."""
    return _tables.table_html(content, caption, cards, show_caption)


@register.simple_tag(takes_context=True)
def nav_link(
    context: Context, url_name: str, text: str, count: int | str | None = None, exact: bool = False
) -> SafeString:
    """`{% nav_link "portal:home" "Subscriptions" %}`: an `<li>`; nothing when the URL name does not exist."""
    try:
        href = reverse(url_name)
    except NoReverseMatch:
        return SafeString("")
    path = str(getattr(context.get("request"), "path", ""))
    here = path == href if exact else path.startswith(href)
    current = SafeString(' aria-current="page"') if here else ""
    number = format_html('<span class="count">{}</span>', count) if count not in (None, "") else ""
    return format_html('<li><a href="{}"{}>{}{}</a></li>', href, current, text, number)


@register.inclusion_tag("components/field.html")
def form_field(field: BoundField, help_text: str | None = None, label: str | None = None) -> dict[str, Any]:
    """`{% form_field form.email %}`: label, help, errors and control, tied together for assistive technology."""
    return _fields.field_context(field, help_text, label)


@register.inclusion_tag("components/error_summary.html")
def form_errors(form: BaseForm | None) -> dict[str, Any]:
    """`{% form_errors form %}`: what is wrong, each line linking to its field; nothing when all is well."""
    return {"errors": _fields.form_errors(form) if form is not None else []}


@register.inclusion_tag("components/form_fields.html")
def form_fields(form: BaseForm) -> dict[str, Any]:
    """`{% form_fields form %}`: the error summary and every field in order."""
    return {"form": form}


@register.filter
def elided(paginator: Paginator[Any], number: int) -> Iterable[int | str]:
    """The page numbers to offer around page `number`, with gaps."""
    return paginator.get_elided_page_range(number, on_each_side=1, on_ends=1)


@register.inclusion_tag("components/steps.html")
def steps(labels: Iterable[str] | str, current: int) -> dict[str, Any]:
    """`{% steps "Subscription|Manage|Cancel|Confirm" 3 %}`: the journey's steps, counted from 1."""
    names = labels.split("|") if isinstance(labels, str) else [str(label) for label in labels]
    return {"labels": names, "current": current, "total": len(names)}


@register.inclusion_tag("components/timeline.html")
def timeline(
    terms: Iterable[Any], marks: Iterable[Any], now: datetime, windows: Iterable[Any] = (), zone: str | None = None,
    uid: str = "terms", title: str = "",
) -> dict[str, Any]:  # fmt: skip
    """`{% timeline terms marks now zone="Australia/Sydney" %}`: the picture of terms and its table."""
    bars = [_as(TermBar, t, "label", "starts_at", "ends_at", "state", "cut_at") for t in terms]
    pins = sorted((_as(Mark, m, "at", "kind", "label") for m in marks), key=lambda m: m.at)
    spans = [_as(Window, w, "label", "starts_at", "ends_at") for w in windows]
    where, locale = _format.zone_of(zone), str(_format.ui_locale())
    drawn = [
        timeline_svg(
            bars, pins, now, windows=spans, uid=f"{uid}-{width}", zone=where, locale=locale, title=title, width=width
        )
        for width in (WIDE, MEDIUM, NARROW)
    ]
    kinds = sorted({pin.kind for pin in pins})
    return {
        "pictures": drawn,
        "rows": [(bar, state_word(bar.state)) for bar in bars],
        "marks": [(pin, kind_word(pin.kind)) for pin in pins],
        "windows": spans,
        "key": [(key_svg(kind), kind_word(kind)) for kind in kinds],
        "zone": zone,
    }


def _as(kind: type[Any], source: Any, *names: str) -> Any:
    """A `kind` from an object or mapping that has the named values; a missing one is None."""
    if isinstance(source, kind):
        return source
    if isinstance(source, Mapping):
        return kind(**{name: source[name] for name in names if name in source})
    return kind(**{name: getattr(source, name) for name in names if hasattr(source, name)})
