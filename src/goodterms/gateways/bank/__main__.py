"""`python -m goodterms.gateways.bank --data DIR --port N [--test-clock]`: run the bank.

Environment: GOODTERMS_BANK_KEY, when set, is the API key the bank accepts; otherwise it makes one in
DIR/api-key. GOODTERMS_BANK_WEBHOOK_URL, when set, is where it tells of what happens, signed with the first of
GOODTERMS_BANK_WEBHOOK_SECRETS.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path

from aiohttp import web

from goodterms.gateways.bank.server import application, serve


def main(arguments: list[str] | None = None, *, application: Callable[..., web.Application] = application) -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="goodterms bank", description="The built-in bank: a gateway for trying out.")
    parser.add_argument("--data", type=Path, required=True, help="directory of the bank's own books")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0 takes a free one (default)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument(
        "--test-clock", action="store_true", help="allow the clock to be moved and faults to be planned"
    )
    parser.add_argument("--stop-on-eof", action="store_true", help="stop when standard input closes")
    given = parser.parse_args(arguments)
    told, secrets = os.environ.get("GOODTERMS_BANK_WEBHOOK_URL"), os.environ.get("GOODTERMS_BANK_WEBHOOK_SECRETS", "")
    serve(
        given.data,
        given.port,
        host=given.host,
        test_clock=given.test_clock,
        api_key=os.environ.get("GOODTERMS_BANK_KEY") or None,
        webhook=(told, secrets.split(",")[0].strip()) if told else None,
        stop_on_eof=given.stop_on_eof,
        made_of=application,
    )


if __name__ == "__main__":
    main()
