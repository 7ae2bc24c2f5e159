"""The page in every language: complete, true to the data of any policy, and promising nothing that is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goodterms import policies
from goodterms.domain.money import Money
from goodterms.domain.page.policy_page import page_text, policy_page
from goodterms.domain.policy import Check, Disputes, Goodwill, Policy, PriceChange, Renewal, RenewalSchedule
from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.domain.rules import Clause, Span
from goodterms.domain.term import Interval
from goodterms.domain.words import CATALOGS, Words
from goodterms.domain.words.conditions import amount_of
from goodterms.domain.words.lengths import days_length
from goodterms.storage.laws import shipped_laws
from goodterms.usecases.policy_page_text import page_html, page_in, text_in, words_in
from tests.support.every_rule import FACTS, WINDOWS, clauses

LANGUAGES = pytest.mark.parametrize("language", CATALOGS)
PACKS = policies.names()
_SPAN = re.compile(r"([0-9]+) (business day|hour|day|month|year)s?")
#: What each sentence of a page about cancelling and refunds comes to, in words of each language.
STATED = {
    "en": (
        "renews by itself", "until you cancel", "ask for a refund", "step by step", "Sign in to your", "Open the page",
        "Manage subscription", "and confirm", "support: say which", "stops the automatic charges", "yours in full",
        "nothing more is charged", "does not return any part of a payment", "Because of this early charge",
        "1 year and 2 weeks later", "end the subscription in 2 weeks", "up to 30 days after the date of the order",
        "Nexway", "a purchase in", "automatic renewal payments", "through our customer support",
        "the date of purchase", "the name and e-mail address", "the order number", "A support specialist checks",
        "within 5-7 business days", "the subscription is canceled", "the subscription expires at once",
        "whose term has not yet begun", "the 2 weeks between its charge and its start",
        "the next term does not start",
    ),
    "de": (
        "verlängert sich von selbst", "bis Sie kündigen", "beantragen Sie eine Erstattung", "Schritt für Schritt",
        "Melden Sie sich in Ihrem", "Öffnen Sie die Seite", "Abonnement verwalten", "und bestätigen Sie",
        "Kundendienst: Sagen Sie", "enden die automatischen Abbuchungen", "bis zu ihrem Ende in vollem Umfang",
        "es wird nichts mehr abgebucht", "bereits geleisteten Zahlung wird durch sie nichts erstattet",
        "Wegen dieser frühen Abbuchung", "1 Jahr und 2 Wochen später", "in 2 Wochen, mit der aktuellen Laufzeit",
        "bis zu 30 Tage nach dem Datum der Bestellung", "Nexway", "einen Kauf in", "automatische Zahlungen für eine",
        "über unseren Kundendienst", "das Kaufdatum", "den Namen und die E-Mail-Adresse", "die Bestellnummer",
        "Eine Fachkraft unseres Kundendienstes prüft", "nnerhalb von 5 bis 7 Arbeitstagen",
        "wird das Abonnement beendet", "Das Abonnement endet sofort", "deren Laufzeit noch nicht begonnen hat",
        "in den 2 Wochen zwischen Abbuchung und Beginn", "Die nächste Laufzeit beginnt nicht",
    ),
    "fr": (
        "se renouvelle de lui-même", "jusqu’à la résiliation", "demandez un remboursement", "pas à pas",
        "Connectez-vous à votre", "Ouvrez la page", "Gérer l’abonnement", "puis confirmez",
        "service client : indiquez", "met fin aux prélèvements automatiques", "acquise jusqu’à son terme",
        "plus rien n’est prélevé", "le remboursement, même partiel, d’un paiement déjà effectué",
        "En raison de ce prélèvement anticipé", "1 an et 2 semaines plus tard", "dans 2 semaines, avec la période",
        "jusqu’à 30 jours après la date de la commande", "Nexway", "un achat dans", "les paiements automatiques d’une",
        "en contactant notre service client", "la date d’achat", "le nom et l’adresse e-mail", "le numéro de commande",
        "Un spécialiste du service client vérifie", "dans un délai de 5 à 7 jours ouvrés", "l’abonnement est résilié",
        "l’abonnement expire immédiatement", "dont la période n’a pas encore commencé",
        "l’intervalle de 2 semaines entre le prélèvement et le début", "la période suivante ne commence pas",
    ),
    "es": (
        "se renueva por sí sola", "hasta que usted cancele", "solicite un reembolso", "paso a paso",
        "Inicie sesión en su", "Abra la página", "Gestionar la suscripción", "y confirme",
        "servicio de atención al cliente e indique", "detiene los cobros automáticos", "hasta el último momento",
        "no se cobra nada más", "ni siquiera parcial, de un pago ya realizado", "A causa de este cobro anticipado",
        "1 año y 2 semanas más tarde", "terminar la suscripción en 2 semanas, con el periodo en curso",
        "hasta 30 días después de la fecha del pedido", "Nexway", "una compra en", "los pagos automáticos de una",
        "en contacto con nuestro servicio de atención al cliente", "la fecha de compra",
        "el nombre y la dirección de correo electrónico", "el número de pedido",
        "Un especialista del servicio de atención al cliente comprueba", "en un plazo de 5 a 7 días hábiles",
        "la suscripción se cancela", "la suscripción caduca de inmediato", "cuyo periodo aún no ha comenzado",
        "durante el plazo de 2 semanas entre su cobro y su inicio", "el periodo siguiente no comienza",
    ),
}  # fmt: skip


@cache
def pack(name: str) -> Policy:
    """A policy that comes along."""
    return parse_policy(policies.read(name), policies.source(name))


@cache
def text(name: str, language: str) -> str:
    """Its page as text, with plain spaces."""
    return plain(text_in(pack(name), language))


def plain(said: str) -> str:
    """A text with plain spaces."""
    return said.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.requirement("R49")
@LANGUAGES
def test_the_page_states_every_matter_in_every_language(language: str) -> None:
    """What a customer has to know stands on the page of each language."""
    assert len(STATED[language]) == len(STATED["en"])
    said = text("reference", language)
    assert [matter for matter in STATED[language] if matter not in said] == []


@LANGUAGES
@pytest.mark.parametrize("name", PACKS)
def test_every_policy_has_a_page(name: str, language: str) -> None:
    """No hole, no double space, every clause with its sentence, the four questions, the version."""
    page, said = page_in(pack(name), language), text(name, language)
    assert not re.search(r"[{}]|\bNone\b|  | ,|\.\.(?!\.)|,\.", said)
    assert [section.anchor for section in page.sections][:4] == [
        "how-to-cancel", "what-canceling-does", "how-to-get-a-refund", "what-a-request-does",
    ]  # fmt: skip
    assert page.version_line in text_in(pack(name), language)
    for clause in pack(name).refund.clauses:
        assert f"- {clause.id}{plain(page.rule_joint)}" in said


@LANGUAGES
@pytest.mark.parametrize("name", PACKS)
def test_every_number_of_a_policy_is_on_its_page(name: str, language: str) -> None:
    """Whatever a customer could argue about can be read, in each language."""
    assert missing(pack(name), words_in(language)) == []


def missing(policy: Policy, words: Words) -> list[object]:
    """The numbers of a policy that its page does not have; days may be said as weeks and months as years."""
    said = plain(page_text(policy_page(policy, words)))
    digits = set(re.findall(r"[0-9]+", said))
    lacking: list[object] = []
    for value in _values(policy):
        if isinstance(value, Money):
            found = plain(words.writing.money(value)) in said
        elif isinstance(value, date):
            found = plain(words.writing.day(value)) in said
        else:
            found = any(way <= digits for way in _ways(value))
        if not found:
            lacking.append(value)
    return lacking


def _ways(value: Span | int) -> list[set[str]]:
    """The numbers by which a length can be told: 14 days by 14 or by 2, 18 months by 18 or by 1 and 6."""
    count, unit = (value.count, value.unit) if isinstance(value, Span) else (value, "days")
    ways = [{str(count)}]
    if unit == "days" and count % 7 == 0:
        ways.append({str(count // 7)})
    if unit == "months":
        ways.append({str(part) for part in divmod(count, 12) if part})
    return ways


def _values(policy: Policy) -> Iterator[Span | int | Money | date]:
    refund, renewal = policy.refund, policy.renewal
    yield from (policy.effective_on, policy.legal_source.dated_on, policy.version)
    for row in renewal.schedules:
        yield row.reminder_days
        yield from renewal.retries(row)
        if row.lead_days:
            yield row.lead_days
        yield Span(row.terms_from.months, "months") if row.terms_from.months else row.terms_from.days
    if renewal.notice_days:
        yield renewal.notice_days
    if policy.price_change and policy.price_change.notice_days:
        yield policy.price_change.notice_days
    yield from (refund.decide_within_business_days, *refund.credit_business_days)
    yield from refund.second_person_above.values()
    yield from (check.tolerance_days for check in refund.verify if check.tolerance_days)
    if refund.goodwill.max_days_after_order:
        yield from (refund.goodwill.max_days_after_order, refund.goodwill.max_share_percent)
    for clause in (*refund.clauses, *policy.cancellation.clauses):
        yield from _of_clause(policy, clause)


def _of_clause(policy: Policy, clause: Clause) -> Iterator[Span | int | Money | date]:
    for name in clause.windows:
        window = policy.windows[name]
        yield from (span for span in (window.length, window.opens, window.extended_by) if span)
    for need in clause.conditions:
        for value in need.values if need.test not in ("is", "inside", "outside") else ():
            amount, found = amount_of(value), _SPAN.fullmatch(value)
            if amount:
                yield amount
            elif found:
                yield Span(int(found[1]), f"{found[2]}s")  # type: ignore[arg-type]
            elif re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
                yield date.fromisoformat(value)
            elif value.isdecimal() and int(value) > 1:
                yield int(value)
    if clause.payback.kind == "share":
        yield clause.payback.percent
    yield from clause.payback.fixed.values()
    if clause.payback.proration and clause.payback.proration.notice:
        yield clause.payback.proration.notice
    if clause.fee:
        yield clause.fee.percent
        yield from clause.fee.at_most.values()


DAYS = st.integers(min_value=2, max_value=900)
DISPUTES = st.builds(Disputes, st.sampled_from(("stops", "goes_on")), st.sampled_from(("ends_access", "keeps_access")))
EVERY = tuple(clauses())
DEFAULT = pack("reference").refund.clauses[-1]


@st.composite
def generated(draw: st.DrawFn) -> Policy:
    """A policy of arbitrary numbers and arbitrary clauses, without sentences of its own."""
    base = pack("reference")
    chosen = draw(st.lists(st.sampled_from(EVERY), min_size=1, max_size=8, unique_by=id))
    numbered = [replace(clause, id=f"RULE-{number}") for number, clause in enumerate(chosen)]
    refunds = [replace(one, acts=("refund",), fee=None) for one in numbered if one.acts != ("cancel",)]
    cancels = [one for one in numbered if one.acts == ("cancel",)]
    lead = draw(st.sampled_from((0, 1, 14, 35)) | DAYS)
    schedule = RenewalSchedule(Interval(months=draw(st.integers(1, 36))), (), lead, lead + draw(DAYS))
    return replace(
        base,
        windows=WINDOWS,
        facts=FACTS,
        renewal=Renewal((schedule,), draw(DAYS), tuple(sorted(draw(st.sets(DAYS, max_size=4))))),
        cancellation=replace(
            base.cancellation,
            channels=draw(st.sampled_from((("account",), ("support",), ("support", "public_page")))),
            undo=draw(st.sampled_from(("until_the_end", "never"))),
            clauses=(*cancels, base.cancellation.clauses[-1]),
        ),
        disputes=draw(st.none() | DISPUTES),
        price_change=draw(st.none() | st.builds(PriceChange, DAYS, st.sampled_from(("needed", "not_needed")))),
        refund=replace(
            base.refund,
            verify=(Check("purchase_date", "corroborates", "by_date", draw(DAYS)),),
            decide_within_business_days=draw(DAYS),
            credit_business_days=(draw(DAYS), draw(DAYS)),
            second_person_above={"EUR": Money(draw(DAYS), "EUR")},
            goodwill=Goodwill(draw(DAYS), draw(st.integers(1, 100)), "always"),
            clauses=(*refunds, replace(DEFAULT, says={})),
            destinations=draw(st.sampled_from((("original_method",), ("credit", "by_agreement")))),
            tax=draw(st.sampled_from(("refunded", "kept"))),
        ),
    )


@settings(max_examples=60, deadline=None)
@given(policy=generated(), language=st.sampled_from(sorted(CATALOGS)))
def test_any_policy_can_be_read_in_any_language(policy: Policy, language: str) -> None:
    """Arbitrary rules give a page without a hole, on which every number stands and nothing is promised in vain."""
    words = words_in(language)
    said = plain(page_text(policy_page(policy, words, laws=shipped_laws())))
    assert not re.search(r"[{}]|\bNone\b|  | ,|,\.", said)
    if all(clause.outcome in ("deny", "refer") for clause in policy.refund.clauses):
        return  # nothing can be asked for, so the page need not say what to have at hand
    assert missing(policy, words) == []
    account = plain(words.text("cancel.step.manage", button="Manage subscription"))
    assert (account in said) == ("account" in policy.cancellation.channels)
    assert (plain(words.text("cancel.undo.never")) in said) == (policy.cancellation.undo == "never")


@LANGUAGES
def test_only_the_channels_there_are(language: str) -> None:
    """Steps in the account, support, a public page and a form are told only where the policy has them."""
    base, words = pack("reference"), words_in(language)
    bare = replace(
        base,
        cancellation=replace(base.cancellation, channels=("public_page",)),
        refund=replace(base.refund, channels=("support",)),
    )
    said = plain(page_text(policy_page(bare, words)))
    assert words.text("cancel.public.link") in said
    assert plain(words.text("cancel.ways.1")) in said
    assert words.text("how.ask.form.link") not in said
    assert "Manage subscription" not in said
    assert words.text("place.account") not in said


@LANGUAGES
def test_no_way_back_where_no_clause_gives_it(language: str) -> None:
    """Without a refund of renewals, the early payment is not said to come back."""
    base, words = pack("reference"), words_in(language)
    first_only = tuple(clause for clause in base.refund.clauses if not clause.id.startswith(("RENEWAL", "RUN-OUT")))
    policy = replace(base, refund=replace(base.refund, clauses=first_only))
    said = plain(page_text(policy_page(policy, words)))
    back = plain(words.text("effect.way_back", early=days_length(words, 1), refund="")).split("1")[0]
    assert back in text("reference", language)
    assert back not in said
    assert plain(words.text("how.kind.renewal")) not in said
    assert plain(words.text("how.renewal_date")) not in said


@LANGUAGES
def test_a_law_is_told_where_the_policy_is_sold(language: str) -> None:
    """Sold in France and California: their laws with their rights; sold everywhere: a list; unknown laws: nothing."""
    base, words = pack("reference"), words_in(language)
    sold = replace(base, sold_in=("FR", "US-CA"))
    french = page_text(policy_page(sold, words, laws=shipped_laws(), on=date(2026, 11, 23)))
    assert "L215-1" in french
    assert "2011/83" in french
    assert "17600" in french
    assert "BGB" not in french
    assert "527-a" not in french
    assert words.text("heading.law") not in page_text(policy_page(base, words))
    general = text("reference", language)
    assert plain(words.text("law.general")) in general
    assert "L215-1" not in general


@LANGUAGES
def test_a_law_that_is_over_is_left_out(language: str) -> None:
    """A law counts until its last day."""
    words = words_in(language)
    (law,) = (law for law in shipped_laws() if law.id == "fr-renewal-notice")
    over = replace(law, applies_until=date(2026, 6, 1))
    policy = replace(pack("reference"), sold_in=("FR",))
    before, after = (
        page_text(policy_page(policy, words, laws=(over,), on=day)) for day in (date(2026, 5, 31), date(2026, 6, 1))
    )
    assert words.text("heading.law") in before
    assert words.text("heading.law") not in after


def test_the_vendors_own_sentence_comes_first() -> None:
    """In its language it stands in place of the generated one, in others it does not."""
    base = pack("reference")
    own = replace(base.refund.clauses[-1], says={"de": "Danach erstatten wir nichts mehr."})
    policy = replace(base, refund=replace(base.refund, clauses=(*base.refund.clauses[:-1], own)))
    assert "- OUTSIDE-WINDOW: Danach erstatten wir nichts mehr." in page_text(policy_page(policy, words_in("de")))
    assert "- OUTSIDE-WINDOW: In all other cases, no refund is given." in page_text(
        policy_page(policy, words_in("en"))
    )


@LANGUAGES
def test_the_page_as_html(language: str) -> None:
    """A document in its language, every text escaped, links by route or to the published terms."""
    policy = replace(pack("reference"), titles={language: "A <b> & c"})
    html = page_html(page_in(policy, language))
    assert html.startswith(f'<!doctype html>\n<html lang="{language}">')
    assert "<h1>A &lt;b&gt; &amp; c</h1>" in html
    assert 'data-route="refund_form"' in html
    assert f'href="{policy.legal_source.url}"' in html
    assert html.count("<section") == html.count("</section>") == 5
