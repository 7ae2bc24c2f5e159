"""No request goes to an address inside, however it is written, whatever a name leads to, wherever one is sent on."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from datetime import UTC, datetime
from typing import Any

import pytest

from goodterms.usecases.webhooks.reach import Reach, is_public, wrong_url
from goodterms.usecases.webhooks.send import Parcel, Sent, send_all, signed
from tests.support.receiver import receiving

NOW = datetime(2026, 5, 10, 9, tzinfo=UTC)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.shop.com/a", "https://localhost/a", "https://intranet/a", "https://127.0.0.1/", "https://[::1]/",
        "https://10.0.0.8/", "https://2130706433/", "https://0x7f.1/", "https://127.1/", "https://0x7f000001/",
        "https://user:pw@hooks.shop.com/", "https://user@hooks.shop.com/", "https://hooks.shop.com:8443/",
        "https://hooks.shop.com:22/", "https://db.internal/", "https://printer.local/", "https://a.localhost/",
        "ftp://hooks.shop.com/", "https:///a", "https://hooks.shop.com/#a", "https://hooks.shop.com:99999/", "", "x",
        "https://hooks.shop.com/ a", "https://hooks.shop.com/é", "file:///etc/passwd", "https://[::ffff:127.0.0.1]/",
        "https://127.0.0.1./", "https://localhost./",
    ],
)  # fmt: skip
def test_addresses_that_are_refused(url: str) -> None:
    """Before anything is looked up."""
    assert wrong_url(url, Reach())


def test_addresses_that_are_taken() -> None:
    """A public name over TLS; another port where the operator says so."""
    assert not wrong_url("https://hooks.shop.com/in?x=1", Reach())
    assert not wrong_url("https://hooks.shop.com:8443/in", Reach(ports=(443, 8443)))


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True), ("2606:2800:220:1:248:1893:25c8:1946", True), ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False), ("192.168.1.1", False), ("169.254.169.254", False), ("100.64.0.1", False),
        ("0.0.0.1", False), ("224.0.0.1", False), ("255.255.255.255", False), ("::1", False), ("::", False),
        ("fe80::1", False), ("fc00::1", False), ("::ffff:169.254.169.254", False), ("64:ff9b::a9fe:a9fe", False),
        ("2002:a9fe:a9fe::1", False), ("2001:0:4136:e378:8000:63bf:5601:5601", False), ("ff02::1", False),
    ],
)  # fmt: skip
def test_which_addresses_are_public(address: str, public: bool) -> None:
    """Also what an address wraps is looked at."""
    assert is_public(ipaddress.ip_address(address)) is public


def sent_to(monkeypatch: pytest.MonkeyPatch, *found: str) -> Sent:
    """What comes of sending to a name that leads to these addresses."""

    async def look_up(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in found]

    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", look_up)
    return send_all([Parcel("https://hooks.shop.com/in", "fct_1", "{}", (SECRET,))], NOW, Reach())[0]


@pytest.mark.parametrize("found", [("127.0.0.1",), ("93.184.216.34", "10.0.0.1"), ("169.254.169.254",), ()])
def test_a_name_that_leads_inside(monkeypatch: pytest.MonkeyPatch, found: tuple[str, ...]) -> None:
    """One private address among those of a name is enough to send nothing; so is none."""
    assert sent_to(monkeypatch, *found).trouble == "the name leads to an address that is not public"


def test_redirects_are_not_followed() -> None:
    """Wherever a receiver points to, nothing is sent there."""
    with receiving() as one, receiving() as other:
        one.answers, one.headers = [307], {"location": other.url}
        sent = send_all([Parcel(one.url, "fct_1", "{}", (SECRET,))], NOW, Reach(private=True))[0]
    assert (sent.status, sent.taken, other.came) == (307, False, [])


def test_a_receiver_that_is_not_there() -> None:
    """It is said what was in the way, without a word of the network inside."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}/"
    sent = send_all([Parcel(url, "fct_1", "{}", (SECRET,))], NOW, Reach(private=True))[0]
    assert (sent.status, sent.trouble) == (None, "ClientConnectorError")


def test_as_the_specification_signs() -> None:
    """The example of the specification's own tests."""
    at = datetime.fromtimestamp(1614265330, UTC)
    parcel = Parcel("", "msg_p5jXN8AQM9LWM0D4loKWxJek", '{"test": 2432232314}', (SECRET,))
    assert signed(parcel, at)["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
