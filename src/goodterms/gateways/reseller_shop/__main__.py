"""`python -m goodterms.gateways.reseller_shop FOLDER BOOKS`: play the reseller over a folder until it is stopped."""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime
from pathlib import Path

from goodterms.gateways.reseller_shop.shop import Shop


def main() -> None:
    """Look into the folder every few seconds, under the clock of this machine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("books", type=Path)
    parser.add_argument("--every", type=float, default=5.0, help="seconds between two looks")
    told = parser.parse_args()
    shop = Shop(told.folder, told.books)
    while True:
        shop.work(datetime.now(UTC))
        time.sleep(told.every)


if __name__ == "__main__":
    main()
