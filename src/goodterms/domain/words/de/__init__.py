"""German, in the formal address."""

from __future__ import annotations

from goodterms.domain.words.catalog import Catalog, percent_sign
from goodterms.domain.words.de.page import PAGE
from goodterms.domain.words.de.policy import POLICY
from goodterms.domain.words.de.rules import PLACES, RULES, STATES, UNITS

DE = Catalog(
    language="de",
    name="Deutsch",
    phrases={**RULES, **POLICY, **PAGE},
    units=UNITS,
    places=PLACES,
    states=STATES,
    tidy=percent_sign,
    signs=percent_sign,
)
