"""Policies and laws in plain sentences, made from their data alone, in four languages.

A language is a `Catalog`: phrases under keys that are the same in all of them. What differs between languages beyond
words (cases, plurals, elision, the order of a sentence) is in its phrases and in a few rules of its own; the functions
here only put phrases together. Dates, amounts and names of countries are written by a `Writing`, which is outside.
"""

from __future__ import annotations

from goodterms.domain.words.catalog import Catalog, Length, Words, Writing, sentence
from goodterms.domain.words.de import DE
from goodterms.domain.words.en import EN
from goodterms.domain.words.es import ES
from goodterms.domain.words.fr import FR

CATALOGS: dict[str, Catalog] = {"en": EN, "de": DE, "fr": FR, "es": ES}
"""Every language that policies are published in, by its code."""

__all__ = ["CATALOGS", "Catalog", "Length", "Words", "Writing", "sentence"]
