"""Logs: what is written to them tells nobody who people are, and opens nothing."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

import pytest

from goodterms.site.logs import logging_config


def _line(message: str, *arguments: object, exc_info: Any = None, **more: object) -> dict[str, Any]:
    made = dict(logging_config(plain=False)["formatters"]["line"])
    formatter = made.pop("()")(**made)
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, message, arguments, exc_info)
    record.__dict__.update(more)
    line: dict[str, Any] = json.loads(formatter.format(record))
    return line


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("/requests/req_0a1.ziiQQrERAO/answer/", "/requests/.../answer/"),
        ("/auth/password/reset/key/3-c8dk-9f/", "/auth/password/reset/key/.../"),
        ("/account/subscriptions/sub_0a1/cancel/", "/account/subscriptions/sub_0a1/cancel/"),
    ],
)
def test_a_path_opens_nothing(path: str, written: str) -> None:
    """A failed request is logged with its path, but without what would let a reader of the log in."""
    assert _line("%s: %s", "Unprocessable Entity", path)["event"] == f"Unprocessable Entity: {written}"


def test_an_exception_names_nobody() -> None:
    """What a database says of the row it refused stays readable, without the address."""
    try:
        raise ValueError("Key (email)=(ann.lee@example.org) already exists.")
    except ValueError:
        line = _line("not saved", exc_info=sys.exc_info(), email="ann.lee@example.org", attempt=2)
    assert "ann.lee" not in json.dumps(line)
    assert "already exists" in line["exception"]
    assert line["attempt"] == 2
