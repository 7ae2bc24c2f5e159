"""Which addresses facts may be sent to: public ones by name, over TLS. Nothing inside the operator's own network."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_INSIDE = (".local", ".localhost", ".internal", ".intranet", ".lan", ".home.arpa", ".onion", ".test", ".example")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a world reaches. `private`: this machine's own addresses too, over plain HTTP, on any port (demo)."""

    private: bool = False
    ports: tuple[int, ...] = (443,)


class ForbiddenAddressError(OSError):
    """A name leads to an address that facts are never sent to, or to none."""


def wrong_url(url: str, reach: Reach) -> str:
    """Why facts are not sent to an address, in a sentence; empty where they are.

    What the name leads to is looked at again, and for good, with every delivery.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "It is no address."
    host = (parts.hostname or "").rstrip(".").lower()
    if not host or not url.isascii() or not url.isprintable() or " " in url or len(url) > 1000:
        return "It is no address."
    if parts.username is not None or parts.password is not None or parts.fragment:
        return "An address has no user name, password or fragment."
    if reach.private:
        return "" if parts.scheme in ("http", "https") else "It begins with http:// or https://."
    if parts.scheme != "https":
        return "It begins with https://."
    if (port or 443) not in reach.ports:
        return f"Its port is one of {', '.join(map(str, reach.ports))}."
    if _is_literal(host) or "." not in host or host.endswith(_INSIDE):
        return "It is a public name, not a number and not a name of a network inside."
    return ""


def _is_literal(host: str) -> bool:
    last = host.rsplit(".", 1)[-1]
    return ":" in host or last.isdecimal() or last.startswith("0x")  # also 127.1 and 0x7f.1, which sockets take


def is_public(address: Address) -> bool:
    """Whether an address is routed on the whole internet, also what it wraps (IPv4-mapped, NAT64, 6to4, Teredo)."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None and not is_public(inner):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


class CheckedResolver(AbstractResolver):
    """Gives a connection only addresses that were checked, and it connects to exactly these: no second look-up."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a name. Raises `ForbiddenAddressError` if one of them is not public, or there is none."""
        found = await self._inner.resolve(host, port, family)
        addresses = [ipaddress.ip_address(one["host"].partition("%")[0]) for one in found]
        if not addresses or (not self._reach.private and not all(map(is_public, addresses))):
            raise ForbiddenAddressError(f"{len(addresses)} addresses, not all public")
        return found

    async def close(self) -> None:
        """Nothing is held open."""
        await self._inner.close()
