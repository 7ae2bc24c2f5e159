"""The public policy page and the desk's in every language, and which one a browser gets."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from goodterms import policies
from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.domain.words import CATALOGS
from goodterms.portal.policy_view import kept_together
from goodterms.storage.models import Plan, User
from goodterms.storage.policies import publish
from goodterms.usecases.policy_page_text import page_in
from tests.doors.portal_people import person
from tests.support.worlds import Sandbox

PAGE = "/cancellations-and-refunds/"
HEADINGS = {language: page_in(parse_policy(policies.read("reference"), "r"), language) for language in CATALOGS}


def page(client: Client, query: str = "", **headers: str) -> str:
    """The page as the browser gets it."""
    response = client.get(PAGE + query, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.requirement("R49", "R51")
@pytest.mark.parametrize("language", CATALOGS)
def test_each_language_is_complete(sandbox: Sandbox, client: Client, language: str) -> None:
    """Headings, marked language, links to the other languages for people and machines, one current."""
    said = page(client, f"?lang={language}")
    for section in HEADINGS[language].sections:
        assert f'<h2 id="{section.anchor}">{section.heading}</h2>' in said
    assert f'<div lang="{language}">' in said
    assert re.findall(r'<link rel="alternate" hreflang="(\w+)"', said) == list(CATALOGS)
    links = re.findall(r'<a href="([^"]+)" hreflang="(\w+)" lang="(\w+)"( aria-current="true")?>', said)
    assert [(code, bool(here)) for _, code, _, here in links] == [(code, code == language) for code in CATALOGS]
    for href, code, *_ in links:
        assert HEADINGS[code].sections[0].heading in client.get(href).content.decode()


@pytest.mark.parametrize(
    ("query", "wanted", "language"),
    [
        ("", "", "en"),
        ("", "de", "de"),
        ("", "fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("", "nl,es-MX;q=0.7,en;q=0.3", "es"),
        ("", "nl, ja", "en"),
        ("", "en-GB,de;q=0.9", "en"),
        ("?lang=de", "fr", "de"),
        ("?lang=xx", "fr", "fr"),
        ("?lang=", "*;q=0.1,,;;q=", "en"),
    ],
)
def test_which_language_a_browser_gets(
    sandbox: Sandbox, client: Client, query: str, wanted: str, language: str
) -> None:
    """The one asked for, else the first that the browser wants and the page has, else English."""
    response = client.get(PAGE + query, headers={"Accept-Language": wanted})
    assert response["Content-Language"] == language
    assert "Accept-Language" in response["Vary"]
    assert HEADINGS[language].sections[0].heading in response.content.decode()


def test_older_versions_and_other_policies_in_a_language(sandbox: Sandbox, client: Client) -> None:
    """Links between versions and languages keep what was chosen; what was never published is not there."""
    now = sandbox.world.now()
    text = policies.read("reference")
    publish(text.replace("version = 1 ", "version = 2 "), at=now, by="test", effective_at=now)
    publish(policies.read("macpaw"), at=now, by="test", effective_at=now)
    old = page(client, "?lang=fr&version=1")
    assert "Ceci est une version antérieure" in old
    assert f'href="{PAGE}?version=2&amp;lang=fr"' in old
    assert f'href="{PAGE}?version=1&amp;lang=es"' in old
    other = page(client, "?lang=es&policy=macpaw")
    assert "Política macpaw, versión 1" in other
    assert f'href="{PAGE}?policy=macpaw&amp;lang=de"' in other
    for query in ("?policy=none", "?policy=macpaw&version=7", "?version=²"):
        assert client.get(PAGE + query).status_code == 404


def test_a_plan_leads_to_the_policy_it_is_sold_under(sandbox: Sandbox, client: Client, settings: Any) -> None:
    """Whoever buys reads the rules of that very plan."""
    settings.TEST_WORLD = True
    sandbox.plan("shield-year", 7995)
    publish(policies.read("macpaw"), at=sandbox.world.now(), by="test", effective_at=sandbox.world.now())
    Plan.objects.filter(code="shield-year").update(policy_name="macpaw")
    client.force_login(person("new@example.org"))
    said = client.get("/buy/shield-year/AUD/").content.decode()
    assert f'href="{PAGE}?policy=macpaw"' in said


def test_the_desk_shows_what_a_policy_says(sandbox: Sandbox, client: Client) -> None:
    """Every rule in plain words beside the document's own, and the page in a language of choice."""
    agent = person("sam@desk.example")
    User.objects.filter(pk=agent.pk).update(role=User.Role.SPECIALIST)
    client.force_login(User.objects.get(pk=agent.pk))
    digest = parse_policy(policies.read("reference"), "r").digest
    said = client.get(f"/desk/policies/{digest}/?lang=de").content.decode()
    assert "If the payment is disputed with the bank, a specialist looks at the case and decides." in said
    assert "While the bank is looking into a disputed payment" in said
    assert "Wie bekomme ich eine Erstattung?" in said
    assert "How do I get a refund?" in client.get(f"/desk/policies/{digest}/?lang=xx").content.decode()


def test_numbers_stay_with_what_they_count() -> None:
    """A line never ends between a number and its unit or inside a range; a sentence may end with a year."""
    assert kept_together("30 days") == "30\u00a0days"
    assert kept_together("am 1. Januar 2027. Die") == "am 1.\u00a0Januar 2027. Die"
    assert kept_together("le 1er janvier 2027. La") == "le 1er\u00a0janvier 2027. La"
    assert kept_together("within 5-7 days, by e-mail") == "within 5-\u20607\u00a0days, by e-\u2060mail"
    assert kept_together("3, 6 und 12 Tage") == "3, 6\u00a0und 12\u00a0Tage"
