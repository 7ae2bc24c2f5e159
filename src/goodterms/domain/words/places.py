"""Where somebody lives, in words: countries, groups of them, states of the USA."""

from __future__ import annotations

from collections.abc import Iterable

from goodterms.domain.words.catalog import Words

EU = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())
EEA = EU | frozenset("IS LI NO".split())

US_STATE_NAMES = {
    "AK": "Alaska", "AL": "Alabama", "AR": "Arkansas", "AZ": "Arizona", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DC": "Washington, D.C.", "DE": "Delaware", "FL": "Florida", "GA": "Georgia", "HI": "Hawaii",
    "IA": "Iowa", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "KS": "Kansas", "KY": "Kentucky",
    "LA": "Louisiana", "MA": "Massachusetts", "MD": "Maryland", "ME": "Maine", "MI": "Michigan", "MN": "Minnesota",
    "MO": "Missouri", "MS": "Mississippi", "MT": "Montana", "NC": "North Carolina", "ND": "North Dakota",
    "NE": "Nebraska", "NH": "New Hampshire", "NJ": "New Jersey", "NM": "New Mexico", "NV": "Nevada", "NY": "New York",
    "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania", "RI": "Rhode Island",
    "SC": "South Carolina", "SD": "South Dakota", "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VA": "Virginia",
    "VT": "Vermont", "WA": "Washington", "WI": "Wisconsin", "WV": "West Virginia", "WY": "Wyoming",
}  # fmt: skip


def in_places(words: Words, codes: Iterable[str], joiner: str = "or") -> str:
    """Where, for codes of countries ("DE") and of states ("US-NY"): "in Germany or in the Netherlands".

    All of the European Union or the European Economic Area is said as such; no code at all means everywhere.
    """
    left = list(dict.fromkeys(codes))
    said: list[str] = []
    if not left:
        return words.text("place.everywhere")
    for name, members in (("EEA", EEA), ("EU", EU)):
        if members <= set(left):
            left = [code for code in left if code not in members]
            said.append(words.catalog.places[name])
    return words.listed([*said, *(in_place(words, code) for code in left)], joiner)


def in_place(words: Words, code: str) -> str:
    """Where, for one code: "in the Netherlands", "in New York (United States)"."""
    country, _, state = code.partition("-")
    name = words.writing.country(country)
    if not state:
        way = words.catalog.places.get(country)
        return way.format(name=name) if way else words.text("place.in", name=name)
    return words.text("place.state", state=state_name(words, country, state), country=name)


def state_name(words: Words, country: str, state: str) -> str:
    """The name of a state of the USA; the code of any other."""
    if country != "US":
        return state
    return words.catalog.states.get(state) or US_STATE_NAMES.get(state, state)
