"""The design system's components: what they say, how they are tied together, and that nothing inline slips in."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory

from goodterms.domain.money import Money
from tests.doors.gallery_data import RefundForm, gallery_context

CSS = Path(__file__).parents[2] / "src/goodterms/site/static/goodterms/css"
COMPANY = {"name": "Northlight & Co", "support_email": "help@northlight.example"}


def gallery(base: str) -> str:
    """The gallery in one of the two page frames."""
    context = {**gallery_context(), "base_template": base, "company": COMPANY}
    return render_to_string("components/gallery.html", context, request=RequestFactory().get("/"))


def render(source: str, **values: Any) -> str:
    """A line of template with the tags loaded."""
    return Template("{% load goodterms_ui %}" + source).render(Context(values))


@pytest.fixture(params=["portal_base.html", "desk_base.html"])
def page(request: pytest.FixtureRequest) -> str:
    """Every component on a page of each frame."""
    return gallery(request.param)


def test_nothing_inline(page: str) -> None:
    """No page carries inline styles, handlers or scripts, which the content policy would refuse."""
    assert not re.findall(r"<[^>]+\s(?:style|on[a-z]+)=", page)
    assert not re.findall(r"<script(?![^>]*\ssrc=)", page)
    assert "<style" not in page


def test_ids_are_unique_and_references_resolve(page: str) -> None:
    """Labels, descriptions and names point at ids that exist exactly once."""
    ids = Counter(re.findall(r'\sid="([^"]+)"', page))
    assert [name for name, times in ids.items() if times > 1] == []
    pointed = re.findall(r'\s(?:for|aria-describedby|aria-labelledby)="([^"]+)"', page)
    assert pointed
    assert {name for names in pointed for name in names.split()} <= set(ids)


def test_page_frame(page: str) -> None:
    """A page has the skip link first, one h1, one main, a status region and the policy's link."""
    body = page.split("<body", 1)[1]
    assert re.search(r"<a [^>]*>", body).group(0) == '<a class="skip" href="#main">'  # type: ignore[union-attr]
    assert page.count("<h1") == page.count("<main") == 1
    assert 'role="status"' in page
    assert "Cancellation and refund policy" in page
    assert "Northlight &amp; Co" in page


@pytest.mark.parametrize("name", ["400.html", "403.html", "404.html", "500.html"])
def test_error_pages_need_nothing(name: str) -> None:
    """Error pages render without any context: the failure may lie in what makes the context."""
    text = get_template(name).render()
    assert "<h1>" in text
    assert "goodterms" in text


@pytest.mark.parametrize(
    ("amount", "locale", "text"),
    [
        (Money(5995, "AUD"), "en_AU", "$59.95"),
        (Money(5995, "AUD"), "en_US", "A$59.95"),
        (Money(123456, "EUR"), "de", "1.234,56\xa0€"),
        (Money(90000, "JPY"), "en", "JP¥90,000"),
        (Money(1234567, "KWD"), "en", "KWD\xa01,234.567"),
        (Money(10000, "HUF"), "en", "HUF\xa0100.00"),
        (Money(-5, "USD"), "en_US", "−$0.05"),
    ],
)
def test_money(amount: Money, locale: str, text: str) -> None:
    """An amount has the currency's own digits in the reader's notation."""
    assert render("{% money a locale=l %}", a=amount, l=locale) == f'<span class="money">{text}</span>'
    minor = render("{% money m c locale=l %}", m=amount.minor, c=amount.currency, l=locale)
    assert minor == f'<span class="money">{text}</span>'


def test_an_instant_is_shown_where_the_reader_is() -> None:
    """The same instant is another day in Sydney, and stays machine-readable in UTC."""
    at = datetime(2026, 2, 27, 14, 30, tzinfo=UTC)
    shown = render('{% instant at zone="Australia/Sydney" form="date" %}', at=at)
    assert shown == '<time datetime="2026-02-27T14:30:00Z">28 February 2026</time>'
    assert "27" in render('{% instant at zone="UTC" form="date" %}', at=at)
    assert ">28 February 2026, 01:30 AEDT<" in render('{% instant at zone="Australia/Sydney" %}', at=at)
    assert ">28 Feb 2026, 01:30<" in render('{% instant at zone="Australia/Sydney" form="medium" %}', at=at)
    assert render("{% day on %}", on=date(2026, 3, 14)) == '<time datetime="2026-03-14">14 March 2026</time>'


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime(2026, 2, 18, 12, 59, tzinfo=UTC), "today"),
        (datetime(2026, 2, 18, 13, 0, tzinfo=UTC), "tomorrow"),
        (date(2026, 2, 17), "yesterday"),
        (date(2026, 3, 2), "in 12 days"),
        (date(2026, 2, 8), "10 days ago"),
    ],
)
def test_distance_counts_local_days(value: date, text: str) -> None:
    """Midnight in the reader's zone separates today from tomorrow, not 24 hours."""
    now = datetime(2026, 2, 18, 3, 0, tzinfo=UTC)
    assert f">{text}<" in render('{% relative value now zone="Australia/Sydney" %}', value=value, now=now)


def test_status_says_when_it_ends() -> None:
    """A subscription that does not renew names its last day; an unknown state is shown, not hidden."""
    ends = datetime(2026, 3, 13, 20, 0, tzinfo=UTC)
    shown = render('{% status "subscription" "non_renewing" on=e zone="Australia/Sydney" %}', e=ends)
    assert "Ends on" in shown
    assert "2026-03-14" in shown
    assert "Not renewing" in render('{% status "subscription" "non_renewing" %}')
    assert "Odd thing" in render('{% status "refund" "odd_thing" %}')


def test_table_stays_a_table() -> None:
    """Rows and cells keep their roles, and each cell learns its column's name for the card view."""
    html = render(
        '{% table "Orders" %}<thead><tr><th>Order</th><th class="end">Amount</th><td></td></tr></thead>'
        '<tbody><tr><th>GT-1</th><td class="end">5</td><td><a href="#x">Open</a></td></tr></tbody>{% endtable %}'
    )
    assert '<caption class="visually-hidden">Orders</caption>' in html
    assert '<th role="columnheader" scope="col" class="end">Amount</th>' in html
    assert '<th role="rowheader" scope="row">GT-1</th>' in html
    assert '<td role="cell" data-label="Amount" class="end">5</td>' in html
    assert '<td role="cell"><a href="#x">Open</a></td>' in html
    assert html.count('role="row"') == 2


def test_content_is_escaped() -> None:
    """What a customer typed never becomes markup, in whatever component it is shown."""
    evil = "<b onclick=x>"
    sources = [
        "{% badge e %}",
        '{% callout "info" title=e %}{{ e }}{% endcallout %}',
        "{% card title=e extra=e %}{{ e }}{% endcard %}",
        "{% fact e note=e %}{{ e }}{% endfact %}",
        "{% table e %}<tbody><tr><td>{{ e }}</td></tr></tbody>{% endtable %}",
        '{% chip "match" e %}',
        "{{ e|show }}",
        '{% include "components/audit.html" with entries=entries %}',
    ]
    entries = [{"at": datetime(2026, 1, 1, tzinfo=UTC), "actor": evil, "what": evil, "detail": evil}]
    for source in sources:
        html = render(source, e=evil, entries=entries)
        assert "<b" not in html
        assert "&lt;b" in html


def test_errors_are_linked() -> None:
    """The summary links to each field, and each field names its error and its help."""
    html = render("{% form_fields form %}", form=RefundForm({"email": "ada@"}))
    assert '<a href="#id_order_number">Order number: This field is required.</a>' in html
    assert '<a href="#id_channel_0">' in html
    control = re.search(r'<input[^>]*name="order_number"[^>]*>', html)
    assert control
    assert 'aria-describedby="id_order_number-help id_order_number-error"' in control.group(0)
    assert 'aria-invalid="true"' in control.group(0)
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(re.findall(r'\sid="([^"]+)"', html))
    assert "error-summary" not in render("{% form_fields form %}", form=RefundForm())


def test_general_errors_are_shown() -> None:
    """An error of the whole form, or of a hidden field, is said in the summary."""

    class Hidden(forms.Form):
        token = forms.CharField(widget=forms.HiddenInput)

    form = Hidden({})
    form.add_error(None, "Too late.")
    html = render("{% form_fields form %}", form=form)
    assert "Too late." in html
    assert html.count("<li>") == 2


def test_navigation_marks_where_one_is() -> None:
    """The current entry is marked; an address that does not exist yields no entry."""
    link = '{% nav_link "account_email" "E-mail" 3 %}'
    here = render(link, request=RequestFactory().get("/auth/email/"))
    assert 'aria-current="page"' in here
    assert '<span class="count">3</span>' in here
    assert "aria-current" not in render(link, request=RequestFactory().get("/"))
    assert render('{% nav_link "no:such" "Nowhere" %}') == ""


def test_letters() -> None:
    """A letter shows its facts and its link in both forms; the text form is not escaped."""
    values = {
        "company": COMPANY,
        "heading": "Canceled",
        "facts": [("Paid by", "Tom & Ada")],
        "action_url": "https://x.example/a?b=1&c=2",
        "action_label": "Look",
    }
    html, text = render_to_string("mail/_layout.html", values), render_to_string("mail/_layout.txt", values)
    assert "Tom &amp; Ada" in html
    assert "https://x.example/a?b=1&amp;c=2" in html
    assert "Paid by: Tom & Ada" in text
    assert "https://x.example/a?b=1&c=2" in text
    assert "Northlight & Co" in text
    letter = Template('{% extends "mail/_layout.txt" %}{% block content %}{{ name }}{% endblock %}')
    assert "Tom & Ada" in letter.render(Context({"name": "Tom & Ada"}))


def _luminance(color: str) -> float:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colors_can_be_read(scheme: str) -> None:
    """Every text color reaches 4.5:1 on every surface it is used on, control borders 3:1, in both schemes."""
    light, dark = (CSS / "tokens.css").read_text().split("@media (prefers-color-scheme: dark)")[:2]
    pairs = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    if scheme == "dark":
        pairs |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark.split("@supports")[0]))
    for ink in ("ink", "ink-2", "ink-3", "accent"):
        for ground in ("page", "surface", "sunken"):
            assert _contrast(pairs[ink], pairs[ground]) >= 4.5, (ink, ground)
    for tone in ("success", "warn", "danger", "info", "neutral"):
        assert _contrast(pairs[f"{tone}-ink"], pairs[f"{tone}-soft"]) >= 4.5, tone
        assert _contrast(pairs["ink"], pairs[f"{tone}-soft"]) >= 4.5, tone
        assert _contrast(pairs[f"{tone}-mark"], pairs["surface"]) >= 3, tone
    assert _contrast(pairs["line-control"], pairs["surface"]) >= 3
