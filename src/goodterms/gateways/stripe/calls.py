"""One call of Stripe's SDK: through the gate, once, with our own key, over within our own time.

The SDK retries by itself and makes up a random key where it is given none; here it does neither. What goes wrong on
the way is an answer that is not known.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, TypeVar

import stripe

from goodterms.gateways.gate import Gate, Run
from goodterms.gateways.loops import run_here
from goodterms.gateways.stripe.words import API_VERSION

T = TypeVar("T")
Call = Callable[[stripe.StripeClient], Awaitable[Any]]


class Unanswered(Exception):
    """No answer that can be used; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Refused(Exception):
    """Stripe said no to the request itself: nothing was done. `error` is what it said."""

    def __init__(self, error: Mapping[str, Any], code: str) -> None:
        super().__init__(code)
        self.error, self.code = error, code


class Calls:
    """Makes SDK clients for one event loop each, and calls them."""

    def __init__(self, api_key: str, base_url: str | None, timeout: int, gate: Gate) -> None:
        self._api_key, self._base_url, self._timeout, self._gate = api_key, base_url, timeout, gate

    def run(self, work: Callable[[Client], Coroutine[Any, Any, T]]) -> T:
        """Work with a client to the end, in this thread or, where an event loop runs in it, in another."""

        async def all_of_it() -> T:
            http = stripe.HTTPXClient(timeout=self._timeout)
            try:
                return await work(Client(self._sdk(http), self._timeout, self._gate))
            finally:
                await http.close_async()  # type: ignore[no-untyped-call]

        return run_here(all_of_it())

    def _sdk(self, http: stripe.HTTPXClient) -> stripe.StripeClient:
        return stripe.StripeClient(
            self._api_key,
            stripe_version=API_VERSION,
            base_addresses={"api": self._base_url} if self._base_url else {},
            max_network_retries=0,
            http_client=http,
        )


class Client:
    """A client of the SDK behind the gate."""

    def __init__(self, sdk: stripe.StripeClient, timeout: int, gate: Gate) -> None:
        self._sdk, self._timeout, self._gate = sdk, timeout, gate

    async def call(self, call: Call, run: Run | None = None) -> dict[str, Any] | None:
        """The object that a call gives; None when the gate did not let it pass. Raises `Unanswered` and `Refused`."""
        began = await self._gate.enter(run)
        if began is None:
            return None
        well = False
        try:
            answer = await asyncio.wait_for(call(self._sdk), self._timeout)
            fields: dict[str, Any] = answer.to_dict()
            well = True
            return fields
        except TimeoutError:
            raise Unanswered("timeout", "no answer in time") from None
        except (stripe.AuthenticationError, stripe.PermissionError) as refused:
            raise Unanswered("unauthorized", type(refused).__name__) from None
        except stripe.RateLimitError:
            raise Unanswered("rate_limited", "asked too often; it was not carried out") from None
        except stripe.IdempotencyError:
            well = True
            raise Unanswered("key_reused", "the key was used for another request") from None
        except (stripe.CardError, stripe.InvalidRequestError) as refused:
            well = True
            raise _refused(refused) from None
        except stripe.APIConnectionError as broken:
            raise Unanswered("connection_broken", type(broken).__name__) from None
        except stripe.StripeError as broken:
            raise Unanswered("server_error", f"HTTP {broken.http_status}") from None
        except (OSError, ValueError) as broken:
            raise Unanswered("bad_answer", type(broken).__name__) from None
        finally:
            self._gate.leave(began, well=well)


def _refused(refused: stripe.StripeError) -> Exception:
    body = refused.json_body
    error = body.get("error") if isinstance(body, Mapping) else None
    if not isinstance(error, Mapping):
        return Unanswered("bad_answer", "an error without its object")
    if refused.http_status == 409:
        return Unanswered("in_progress", "the same request is being carried out")
    return Refused(error, str(error.get("code") or ""))
