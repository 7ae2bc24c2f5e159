"""`python -m bench.worker`: a worker as a process of its own, told by its parent when to begin.

Says "ready" when everything is loaded, waits for a line, renews until nothing is due, and says what it took as JSON.
The keys that its gateway was asked to charge go to a file, as a bank's books would have them.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path


def main() -> int:
    """Prepare, wait, work, tell."""
    parser = argparse.ArgumentParser(prog="python -m bench.worker", description=__doc__)
    parser.add_argument("--batch", type=int, required=True)
    parser.add_argument("--hands", type=int, required=True)
    parser.add_argument("--books", type=Path, required=True)
    given = parser.parse_args()
    import django

    django.setup()
    from django.db import connection

    connection.ensure_connection()
    base = memory(os.getpid())
    from bench import product
    from bench.meter import used_here
    from bench.stub import Stub
    from goodterms.usecases.lanes import collect_seldom

    collect_seldom()
    print("ready", flush=True)
    if not sys.stdin.readline():
        return 1  # the parent is gone
    with given.books.open("w") as books:
        before = used_here()
        run = product.run(given.batch, given.hands, product.world(gateway=Stub(books)))
        client = used_here() - before
    print(json.dumps({"done": run.done, "client": client, "base": base}), flush=True)
    return 0


def memory(process: int) -> float:
    """Megabytes that a process takes: pages that it shares with others count by its share of them."""
    text = Path(f"/proc/{process}/smaps_rollup").read_text()
    line = next(line for line in text.splitlines() if line.startswith("Pss:"))
    return int(line.split()[1]) / 1000


if __name__ == "__main__":
    raise SystemExit(main())
