"""Spanish, in the formal address."""

from __future__ import annotations

from goodterms.domain.words.catalog import Catalog, percent_sign, spanish
from goodterms.domain.words.es.page import PAGE
from goodterms.domain.words.es.policy import POLICY
from goodterms.domain.words.es.rules import PLACES, RULES, STATES, UNITS

ES = Catalog(
    language="es",
    name="Español",
    phrases={**RULES, **POLICY, **PAGE},
    units=UNITS,
    places=PLACES,
    states=STATES,
    tidy=spanish,
    signs=percent_sign,
)
