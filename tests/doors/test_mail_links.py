"""What letters link to is answered."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.urls import resolve

from goodterms.usecases.links import inquiry_token, read_token, request_token
from goodterms.usecases.mail.links import Links

ID = UUID(int=5)
LINKS = Links("")


@pytest.mark.parametrize(
    ("path", "view"),
    [
        (LINKS.account, "portal:account"),
        (LINKS.policy, "portal:policy"),
        (LINKS.desk, "desk:home"),
        (LINKS.subscription(7, ID), "portal:subscription"),
        (LINKS.refund(7, ID), "portal:refund"),
        (LINKS.request(7, ID), "portal:request"),
        (LINKS.inquiry(ID), "portal:request"),
    ],
)
def test_every_address_has_its_page(path: str, view: str) -> None:
    """An address in a letter leads to the page it promises."""
    assert resolve(path).view_name == view


def test_a_signed_address_can_not_be_made_up() -> None:
    """A changed token leads nowhere."""
    for token in (request_token(7, ID), inquiry_token(ID)):
        assert read_token(token) is not None
        assert read_token(token.replace("5.", "6.")) is None
