"""What the demo does with its bank beside moving money through it: its clock, its past, its dashboard.

None of this is part of the gateway protocol. It works with a bank that runs with `--test-clock`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

import httpx

from goodterms.domain.money import Money
from goodterms.gateways.bank.clock import to_text

_AT_ONCE = 500


class BankRefusedError(Exception):
    """The bank did not do it; the message says why, in words for people."""


class BankControl:
    """The controls of a bank under test."""

    def __init__(self, base_url: str, api_key: str) -> None:
        self._client = httpx.Client(
            base_url=base_url, headers={"Authorization": f"Bearer {api_key}"}, timeout=30, trust_env=False
        )

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def freeze(self, at: datetime) -> None:
        """Stop the bank's clock at an instant."""
        self._ask("POST", "/test/clock", {"now": to_text(at)})

    def run_ahead(self, seconds: int) -> None:
        """Let the bank's clock run this much ahead of the real time."""
        self._ask("POST", "/test/clock", {"offset_seconds": seconds})

    def enter_past(self, entries: Sequence[Mapping[str, Any]]) -> dict[str, str]:
        """Book charges and refunds of the past, oldest first; returns the charges' ids by reference."""
        ids: dict[str, str] = {}
        pending = iter(entries)
        while batch := list(islice(pending, _AT_ONCE)):
            ids.update(self._ask("POST", "/test/charges", {"entries": batch})["charges"])
        return ids

    def statement(self, limit: int) -> dict[str, Any]:
        """The newest lines, newest first, and the balances."""
        return self._ask("GET", f"/v1/statement?limit={limit}")

    def refund(self, charge: str, amount: Money) -> None:
        """Refund a charge in the bank's dashboard, past the merchant's program. Raises `BankRefusedError`."""
        body = {"charge": charge, "amount_minor": amount.minor, "currency": amount.currency}
        self._ask("POST", "/dashboard/refunds", body)

    def last_cursor(self, after: str | None = None) -> str | None:
        """Where the statement ends now."""
        for cursor in self._cursors(after):
            after = cursor
        return after

    def _cursors(self, after: str | None) -> Iterator[str]:
        more = True
        while more:
            query = f"&after={after}" if after else ""
            page = self._ask("GET", f"/v1/movements?limit=1000{query}")
            more = bool(page["has_more"])
            for line in page["data"]:
                after = line["cursor"]
                yield after

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        try:
            answer = self._client.request(method, path, json=body)
            said = answer.json()
        except (httpx.HTTPError, ValueError) as broken:
            raise BankRefusedError(f"The bank does not answer ({type(broken).__name__}).") from None
        if answer.status_code >= 400 or not isinstance(said, dict):
            error = said.get("error", {}) if isinstance(said, dict) else {}
            raise BankRefusedError(str(error.get("message") or f"HTTP {answer.status_code}"))
        return said
