"""The disk under the database is full: everything fails closed, and goes on when there is room again.

It needs a small file system, which only root may make. Where that is not possible the test is skipped, and says so.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from tests.crashes.test_real_crashes import audit, found, kept_when_it_fails, settle
from tests.crashes.town import Town
from tests.crashes.visitors import Told, Visitor

_SIZE = "320m"
_CUSTOMERS = 60
_SOME = 5
_STAYS_FULL = 6  # seconds
_DAY = 24 * 3600


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """An empty file system of a few hundred megabytes, unmounted afterwards."""
    place = Path(tempfile.mkdtemp(prefix="gt-disk-"))
    command = ["mount", "-t", "tmpfs", "-o", f"size={_SIZE},mode=755", "tmpfs", str(place)]
    try:
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        why = made.stderr.strip()
    except OSError as problem:
        made, why = None, str(problem)
    if made is None or made.returncode:
        place.rmdir()
        pytest.skip(f"THE FULL DISK WAS NOT TESTED: a small file system can not be mounted here ({why})")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)
        place.rmdir()


def test_a_full_disk_loses_nothing(small_disk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No call goes to the gateway without a committed intent, and afterwards every book agrees."""
    with capsys.disabled(), kept_when_it_fails(0) as place, Town(place, small_disk / "data") as town:
        people, told = found(town, customers=_CUSTOMERS), Told()
        town.start_all()
        visitors = [Visitor(town.url, people, lambda: town.bank.url, seed, told) for seed in range(2)]
        for visitor in visitors:
            visitor.start()
        _until(lambda: len(told.promises) > _SOME, "nobody got anything done: the test proves nothing")
        town.move_clock(3 * _DAY)  # renewals are due while the disk fills
        filler = small_disk / "filler"
        _fill(filler)
        _until(lambda: not _takes_more(town, filler), "the disk is not full")
        while_full = told.acts.copy()
        time.sleep(_STAYS_FULL)
        failed = sum(n for act, n in (told.acts - while_full).items() if not act.endswith(("done", "to do")))
        filler.unlink()
        for visitor in visitors:
            visitor.ending.set()
            visitor.join(60)
        assert failed, "nobody noticed that the disk was full"
        print(f"\nfull disk: {failed} acts failed while it was full")
        settle(town)
        audit(town, told)


def _until(true: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.2)


def _fill(filler: Path) -> None:
    """Write until nothing fits any more."""
    with filler.open("ab", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            with suppress(OSError):
                while file.write(b"\0" * size):
                    pass


def _takes_more(town: Town, filler: Path) -> bool:
    """Whether the database still takes some megabytes; what it gave back meanwhile is filled as well."""
    try:
        with psycopg.connect(town.server.superuser_url("goodterms"), connect_timeout=5, autocommit=True) as session:
            session.execute("CREATE TEMPORARY TABLE more AS SELECT repeat('x', 1000) FROM generate_series(1, 20000)")
    except psycopg.Error:
        return False
    finally:
        _fill(filler)
    return True
