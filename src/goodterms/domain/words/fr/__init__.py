"""French, in the formal address."""

from __future__ import annotations

from goodterms.domain.words.catalog import Catalog, french, french_signs
from goodterms.domain.words.fr.page import PAGE
from goodterms.domain.words.fr.policy import POLICY
from goodterms.domain.words.fr.rules import PLACES, RULES, STATES, UNITS

FR = Catalog(
    language="fr",
    name="Français",
    phrases={**RULES, **POLICY, **PAGE},
    units=UNITS,
    places=PLACES,
    states=STATES,
    zero_is_plural=False,
    tidy=french,
    signs=french_signs,
)
