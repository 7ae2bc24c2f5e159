"""English, American spelling."""

from __future__ import annotations

from goodterms.domain.words.catalog import Catalog
from goodterms.domain.words.en.page import PAGE
from goodterms.domain.words.en.policy import POLICY
from goodterms.domain.words.en.rules import PLACES, RULES, STATES, UNITS

EN = Catalog(
    language="en",
    name="English",
    phrases={**RULES, **POLICY, **PAGE},
    units=UNITS,
    places=PLACES,
    states=STATES,
)
