"""Invented customers: names, addresses under reserved domains, and where they live. The same seed, the same people."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

_FIRST = (
    "Ada Aiko Alba Amir Ana Anders Anya Aria Arno Bao Bea Bram Caleb Cara Chidi Clara Cora Dario Dina Edda Eero Eli "
    "Elif Emil Enzo Esme Ewa Finn Freya Gael Gina Hana Hugo Ida Ilse Imran Ines Ivo Jada Jens Jonas Juno Kai Kira "
    "Lara Lars Leila Leo Lina Luca Maeve Malik Marta Mateo Mina Nadia Nils Nora Odin Olga Omar Petra Pia Rafa Remy "
    "Rosa Runa Sami Selma Sena Stig Sven Tara Theo Tilda Uma Vera Wim Yara Yuki Zane Zoe"
).split()
_LAST = (
    "Abara Adler Amundsen Baker Banerjee Berg Bianchi Brandt Byrne Castro Chen Costa Dahl Diaz Dubois Eriksen Falk "
    "Farrow Ferreira Fischer Fontaine Garcia Grant Haas Hale Hansen Hayashi Holm Ibsen Ito Jansen Jovanov Kaya Keller "
    "Khan Kowal Lang Laurent Lindgren Lopez Maas Mensah Meyer Moreau Mori Nakata Ncube Novak Nyberg Okada Olsen Ortiz "
    "Park Pereira Petrov Popa Quist Rao Reyes Rossi Sato Schmid Silva Sousa Stone Suzuki Tamm Torres Tran Urban Varga "
    "Vogel Walsh Weber Wolff Yamada Zhou Zuma"
).split()


@dataclass(frozen=True, slots=True)
class Land:
    """Where somebody lives and pays."""

    country: str
    timezone: str
    currency: str
    state: str | None = None


AUSTRALIA = Land("AU", "Australia/Sydney", "AUD")
BRITAIN = Land("GB", "Europe/London", "GBP")
FRANCE = Land("FR", "Europe/Paris", "EUR")
GERMANY = Land("DE", "Europe/Berlin", "EUR")
JAPAN = Land("JP", "Asia/Tokyo", "JPY")
AMERICA = Land("US", "America/New_York", "USD", "NY")
_LANDS = (AUSTRALIA, AUSTRALIA, BRITAIN, BRITAIN, FRANCE, GERMANY, GERMANY, JAPAN, AMERICA, AMERICA, AMERICA)


@dataclass(frozen=True, slots=True)
class Person:
    """A customer as the demo invents one."""

    name: str
    email: str
    land: Land


def crowd(random: Random) -> Iterator[Person]:
    """People without end, each with an address of their own."""
    taken: set[str] = set()
    while True:
        first, last, land = random.choice(_FIRST), random.choice(_LAST), random.choice(_LANDS)
        local = _plain(f"{first}.{last}")
        number = 1
        while (email := f"{local}{number if number > 1 else ''}@example.net") in taken:
            number += 1
        taken.add(email)
        yield Person(f"{first} {last}", email, land)


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(c for c in decomposed if c.isascii())
