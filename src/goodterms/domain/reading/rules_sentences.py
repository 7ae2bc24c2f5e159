"""The sentences of clauses in several languages: placeholders filled from the data, lengths and amounts in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from goodterms.domain.counting import date_in_words
from goodterms.domain.reading.policy_problems import suggestion
from goodterms.domain.reading.policy_tables import Table, read_span
from goodterms.domain.reading.policy_words import LANGUAGES
from goodterms.domain.reading.rules_reader import Rulebook
from goodterms.domain.reading.texts_reader import read_texts
from goodterms.domain.rules import Condition, Fee, Payback, Proration, Span, Unit, Window

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_BRACE = re.compile(r"[{}]")
_UNITS: Mapping[str, Mapping[Unit, tuple[str, str]]] = {
    "de": {  # in the case that "innerhalb von", "nach" and "binnen" want
        "days": ("Tag", "Tagen"),
        "hours": ("Stunde", "Stunden"),
        "business days": ("Arbeitstag", "Arbeitstagen"),
        "months": ("Monat", "Monaten"),
        "years": ("Jahr", "Jahren"),
    },
    "fr": {
        "days": ("jour", "jours"),
        "hours": ("heure", "heures"),
        "business days": ("jour ouvré", "jours ouvrés"),
        "months": ("mois", "mois"),
        "years": ("an", "ans"),
    },
    "es": {
        "days": ("día", "días"),
        "hours": ("hora", "horas"),
        "business days": ("día hábil", "días hábiles"),
        "months": ("mes", "meses"),
        "years": ("año", "años"),
    },
}
_PERCENT: Mapping[str, str] = {"en": "percent", "de": "Prozent", "fr": "pour cent", "es": "por ciento"}
_OR: Mapping[str, str] = {"en": "or", "de": "oder", "fr": "ou", "es": "o"}
_SHARES: Mapping[str, tuple[str, str]] = {
    "en": ("in proportion to the unused days", "in proportion to the unused whole months"),
    "de": ("anteilig nach ungenutzten Tagen", "anteilig nach ungenutzten vollen Monaten"),
    "fr": ("au prorata des jours non utilisés", "au prorata des mois entiers non utilisés"),
    "es": ("en proporción a los días no utilizados", "en proporción a los meses completos no utilizados"),
}
#: The first of a month, another day of it, and the months.
_DATES: Mapping[str, tuple[str, str, str]] = {
    "de": (
        "{day}. {month} {year}",
        "{day}. {month} {year}",
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    ),
    "fr": (
        "{day}er {month} {year}",
        "{day} {month} {year}",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    ),
    "es": (
        "{day} de {month} de {year}",
        "{day} de {month} de {year}",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    ),
}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_COUNTED = "days?|hours?|weeks?|months?|years?|Tage?n?|Stunden?|Wochen?|Monate?n?|Jahre?n?|Werktage?n?|jours?|heures?"
_COUNTED += "|semaines?|mois|ans?|années?|días?|horas?|semanas?|mes|meses|años?|percent|Prozent|pour cent|por ciento"
_COUNTED += "|Arbeitstage?n?"
_NUMBERS = "one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|fifteen|twenty|thirty|forty|forty-five"
_NUMBERS += "|sixty|ninety|zwei|drei|vier|fünf|sechs|sieben|zehn|zwölf|vierzehn|dreißig|sechzig|deux|trois|quatre"
_NUMBERS += "|cinq|sept|quatorze|trente|soixante|dos|tres|cuatro|cinco|siete|catorce|treinta|sesenta"
#: A number with what it counts, in digits or in words, which would say a second time what the data says.
_WRITTEN_NUMBER = re.compile(
    rf"(?i:(?:\d+[.,]?\d*|\b(?:{_NUMBERS})\b)[\s\u00a0-]*"
    rf"(?:(?:calendar|business|working|full|whole)[\s-]+)?(?:{_COUNTED})\b)"
    r"|\d+[.,]?\d*[\s\u00a0]?(?:%|€|\$|£|[A-Z]{3}\b)|[€$£]\s?\d+(?:[.,]\d+)?"
)
_DIGITS: Final = re.compile(r"(?<![\w.-])\d+(?:[.,]\d+)*(?![\w-])")


def say_length(span: Span, language: str = "en") -> str:
    """A length in words: "30 days", "30 Tagen" (as after "innerhalb von"), "30 jours", "30 días"."""
    if language not in _UNITS:
        return str(span)
    one, many = _UNITS[language][span.unit]
    return f"{span.count} {one if span.count == 1 else many}"


def placeholders(
    book: Rulebook, conditions: tuple[Condition, ...], payback: Payback, fee: Fee | None, more: Mapping[str, Span]
) -> dict[str, dict[str, str]]:
    """What can be put in braces in the sentence of a clause, by language.

    `{window}` is the length of a window, `{window.opens}` and `{window.extended_by}` its other lengths; a length or an
    amount that the clause tests stands under the key of its condition; then its own amount, fee and notice.
    """
    spans: dict[str, Span] = dict(more)
    for window in book.windows.values():
        spans |= _window_lengths(window)
    for condition in conditions:
        if condition.test in ("in_first", "in_last") and (span := read_span(condition.values[0])):
            spans[f"{condition.test}_of_term"] = span
        elif len(condition.values) == 1 and (span := read_span(condition.values[0])):
            spans[f"{condition.fact}_{condition.test}"] = span
    if payback.proration and payback.proration.notice:
        spans["notice"] = payback.proration.notice
    return {
        language: {name: say_length(span, language) for name, span in spans.items()}
        | _sums(conditions, payback, fee, language)
        | _proration(payback.proration or book.proration, language)
        | dict(book.spoken)
        for language in LANGUAGES
    }


def _window_lengths(window: Window) -> dict[str, Span]:
    parts = {"": window.length, ".opens": window.opens, ".extended_by": window.extended_by}
    return {window.name + part: span for part, span in parts.items() if span is not None}


def _sums(conditions: tuple[Condition, ...], payback: Payback, fee: Fee | None, language: str) -> dict[str, str]:
    joiner = f" {_OR[language]} "
    said = {
        f"{need.fact}_{need.test}": joiner.join(_say_value(value, language) for value in need.values)
        for need in conditions
        if need.test in ("at_least", "at_most", "more_than", "less_than", "before", "on_or_after")
        and not any(read_span(value) for value in need.values)
    }
    if payback.kind == "share":
        said["amount"] = f"{payback.percent} {_PERCENT[language]}"
    if payback.kind == "fixed":
        said["amount"] = joiner.join(str(amount) for amount in payback.fixed.values())
    if payback.handling_fee:
        said["handling_fee"] = joiner.join(str(amount) for amount in payback.handling_fee.values())
    if fee is not None:
        said["fee"] = f"{fee.percent} {_PERCENT[language]}"
        if fee.at_most:
            said["fee.at_most"] = joiner.join(str(amount) for amount in fee.at_most.values())
    return said


def _say_value(value: str, language: str) -> str:
    """A date in words ("1 January 2025", "1er janvier 2025"); anything else as it is written."""
    if not _DATE.fullmatch(value):
        return value
    day = date.fromisoformat(value)
    if language not in _DATES:
        return date_in_words(day)
    first, other, months = _DATES[language]
    return (first if day.day == 1 else other).format(day=day.day, month=months.split()[day.month - 1], year=day.year)


def _proration(proration: Proration, language: str) -> dict[str, str]:
    return {"proration": _SHARES[language][proration.by == "whole_month"]}


def read_sentences(table: Table, spoken: Mapping[str, Mapping[str, str]], *, is_law: bool) -> dict[str, str]:
    """The sentences of a clause by language with their placeholders filled; numbers may only come from these."""
    said = {}
    for language, written in read_texts(table, "says", required=False).items():
        key = "says" if language == "en" else f"says_{language}"
        words = spoken[language]
        for name in _PLACEHOLDER.findall(written):
            if name not in words:
                message = f'nothing is called "{{{name}}}"; {suggestion(name, tuple(words))}'
                table.wrong(key, message, part=f"{{{name}}}")
        _check_numbers(table, key, _PLACEHOLDER.sub("{}", written), is_law=is_law)
        said[language] = _filled(written, words)
    return said


def _filled(written: str, words: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: words.get(found.group(1), ""), written)


def _check_numbers(table: Table, key: str, bare: str, *, is_law: bool) -> None:
    """Refuse what the data says and a sentence repeats, and remark on other numbers, whose unit nobody can tell."""
    found = _WRITTEN_NUMBER.search(bare)
    if found:
        table.wrong(
            key,
            f'"{found.group(0)}" is written a second time here; name the window in braces instead, '
            "so that the sentence follows the data",
            part=found.group(0),
        )
    elif _BRACE.search(bare.replace("{}", "")):
        table.wrong(key, "a brace is left open; write a placeholder such as {money_back}")
    elif not is_law and (digits := _DIGITS.search(bare)):
        table.report.warn(
            table.at(key),
            f"the number {digits.group(0)} has no unit; what a rule counts comes from the data: {{money_back}}",
            part=digits.group(0),
        )
