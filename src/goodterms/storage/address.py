"""The address of a database: read, refused without showing what is in it, and named where nothing answers there."""

from __future__ import annotations

import os
import re
from typing import Any, Final

import psycopg
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

_FORM: Final = "postgresql://USER:PASSWORD@HOST:PORT/NAME"
_ENCODE: Final = "special characters in its password are written as % and two digits, as %40 for @"
_SCHEMES: Final = ("postgresql", "postgres")
#: What libpq and psycopg say of a server that was not reached, and that in a few words.
_REASONS: Final = (
    (r"Connection refused", "refused"),
    (r"failed to resolve host|could not translate host name", "unknown host"),
    (r"password authentication failed", "user or password not accepted"),
    (r"no password supplied", "it wants a password"),
    (r"no pg_hba\.conf entry", "it lets nobody in from here under that name"),
    (r'role ".*" does not exist', "unknown user"),
    (r'database ".*" does not exist', "unknown database"),
    (r"permission denied for database", "this user may not enter it"),
    (r"too many (clients|connections)|remaining connection slots", "too many connections"),
    (r"No such file or directory", "no server listens there"),
    (r"timeout expired|timed out", "no answer in time"),
    (r"the database system is", "it is starting or stopping"),
    (r"closed the connection|connection is lost|terminating connection", "the connection was cut"),
)
_UNKNOWN: Final = re.compile(r'invalid (?:URI query parameter|connection option): "(\w+)"')


class AddressError(ImproperlyConfigured):
    """What is given is no address of a PostgreSQL. Says why, and nothing of the address: a password may be in it."""


def read_address(name: str, address: str) -> dict[str, Any]:
    """The parts of an address, as libpq names them. Raises `AddressError`, which calls it by the `name`."""
    scheme = re.match(r"([a-z][a-z0-9+.-]*)://", address, re.IGNORECASE)
    if scheme and scheme[1] not in _SCHEMES:
        raise AddressError(f"{name} starts with {scheme[1]}://, but only PostgreSQL will do: {_FORM}")
    try:
        parts: dict[str, Any] = dict(conninfo_to_dict(address))
    except psycopg.Error as problem:
        unknown = _UNKNOWN.search(str(problem))
        if unknown and "@" not in address.partition(unknown[1])[2]:  # else it is a piece of a password
            raise AddressError(f"{name} has an option that PostgreSQL does not know: {unknown[1]}") from None
        if "percent-encoded" in str(problem):
            raise AddressError(f"{name} has a % that begins no character; {_ENCODE}") from None
        raise AddressError(f"{name} is no address of a database, like {_FORM}") from None
    _, slash, path = address[scheme.end() :].partition("/") if scheme else ("", "", "")
    if "@" in str(parts.get("host", "")) or (slash and "@" in path.partition("?")[0]):
        raise AddressError(f"{name} has an @ where none belongs; {_ENCODE}")
    ports = str(parts.get("port") or "").split(",")
    if not all(re.fullmatch(r"[0-9]{0,5}", port) and 0 < int(port or 1) < 65_536 for port in ports):
        raise AddressError(f"{name} has a port that is no number from 1 to 65535; {_ENCODE}")
    return parts


def check_addresses() -> None:
    """Read the addresses in the environment. Raises `AddressError`."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        if given := os.environ.get(name):
            read_address(name, given)


def say_silent(host: str, port: str, problem: Exception) -> str:
    """That a database does not answer, where it was looked for, and why in a few words; never who asked."""
    place = f" in {host}" if host.startswith("/") else f" at {_joined(host, port)}" if host else ""
    found = [words for pattern, words in _REASONS if re.search(pattern, str(problem))]
    return f"the database{place} does not answer ({found[0] if found else type(problem).__name__})"


def _joined(host: str, port: str) -> str:
    """Hosts with their ports, as an address has them: one port may hold for several hosts."""
    hosts, ports = host.split(","), port.split(",")
    ports = ports * len(hosts) if len(ports) == 1 else ports
    shown = [f"[{one}]" if ":" in one else one for one in hosts]
    return ", ".join(f"{one}:{number or 5432}" for one, number in zip(shown, ports, strict=False))
