"""`python -m goodterms.gateways.paddle_face --data DIR --port N [--test-clock]`: run the shop behind Paddle's API."""

from __future__ import annotations

import argparse
import asyncio
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from goodterms.gateways.bank.server import run
from goodterms.gateways.paddle_face.server import application
from goodterms.gateways.paddle_face.shop import PaddleShop


def main() -> None:
    """Read the command line and serve. Under a test clock time passes only when it is moved."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="directory of the shop's own books")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0 takes a free one (default)")
    parser.add_argument(
        "--test-clock", action="store_true", help="let the clock be moved; otherwise it is this machine's"
    )
    parser.add_argument("--stop-on-eof", action="store_true", help="stop when standard input closes")
    told = parser.parse_args()
    told.data.mkdir(parents=True, exist_ok=True)
    shop = PaddleShop(told.data / "shop.sqlite")
    clock: Callable[[], datetime] | None = None if told.test_clock else lambda: datetime.now(UTC)
    try:
        app = application(shop, _key(told.data / "api-key"), clock=clock)
        asyncio.run(run(app, host="127.0.0.1", port=told.port, stop_on_eof=told.stop_on_eof))
    finally:
        shop.books.close()


def _key(path: Path) -> str:
    """The vendor's API key, made at the first start and readable for the directory's owner only."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(f"pdl_sdbx_apikey_{secrets.token_hex(16)}\n")
    return path.read_text().strip()


if __name__ == "__main__":
    main()
