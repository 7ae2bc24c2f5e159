"""The seeded databases: dense (all are due) and sparse (one in a hundred is, scattered), of any size."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import sha1
from pathlib import Path

import goodterms
from bench import seed
from bench.multiply import TABLES, multiply
from bench.place import Place
from goodterms.domain.policy import Policy

#: Made by the domain; the rest are copies of these.
_ORIGINALS = 4000
#: A sparse set is made of whole hundreds of hundreds, so that each of its windows has a due one in a hundred.
SPARSE_STEP = 10_000
WINDOWS = 10
#: What a renewal only adds to, and never reads: left out of the largest sets to save their disk.
_LEFT_OUT = ("messages", "postings")


def all_due(place: Place, count: int) -> tuple[str, Policy]:
    """The database of `dense`, in use, and the policy that its subscriptions renew under."""
    template = dense(place, count)
    place.use(template)
    return template, seed.policy_now()


def dense(place: Place, count: int) -> str:
    """The database of `count` subscriptions that are all due at `seed.NOW`."""

    def fill() -> None:
        copies = max(1, -(-count // _ORIGINALS))
        policy = seed.publish()
        seed.seed_dense(count // copies, policy)
        multiply(place, f"{name}_unfinished", copies)
        if rest := count % copies:
            seed.seed_dense(rest, policy, first=count // copies)

    name = f"dense_{count}_{_mark()}"
    return place.seeded(name, fill)


def sparse(place: Place, count: int, *, whole: bool = False) -> str:
    """The database of `count` subscriptions of which one in a hundred is due in each of `WINDOWS` windows.

    Unless `whole`, it has no messages and no postings: five million then take 18 GB in place of 23.
    """
    if count % SPARSE_STEP:
        raise SystemExit(f"a table's size must be a multiple of {SPARSE_STEP:,}, not {count:,}")

    def fill() -> None:
        seed.seed_sparse(SPARSE_STEP, WINDOWS, seed.publish())
        left_out: Sequence[str] = () if whole else _LEFT_OUT
        if left_out:
            with place.admin(f"{name}_unfinished") as admin:
                admin.execute(f"TRUNCATE {', '.join(left_out)}")
        multiply(place, f"{name}_unfinished", count // SPARSE_STEP, TABLES)

    name = f"sparse_{count}{'_whole' if whole else ''}_{_mark()}"
    return place.seeded(name, fill)


@cache
def _mark() -> str:
    """A few letters that change with the tables and with how they are filled: what was kept is not used then."""
    here, product = Path(__file__).parent, Path(goodterms.__file__).parent
    files = [here / "seed.py", here / "multiply.py", here / "sets.py", *sorted(product.glob("storage/migrations/*"))]
    files += sorted(product.glob("storage/**/*.sql"))
    return sha1(b"".join(f.read_bytes() for f in files if f.is_file()), usedforsecurity=False).hexdigest()[:8]
