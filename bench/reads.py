"""Single reads that people and programs wait for, against one indexed SELECT in the same process."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from uuid import UUID

from django.db import connection

from bench.product import world
from bench.seed import NOW
from goodterms.domain.cancellation import CancellationOutcome
from goodterms.domain.entitlement import entitlement
from goodterms.storage.load import load_terms
from goodterms.usecases.cancel import preview_cancellation

Read = Callable[[int, UUID], object]
_ONE = "SELECT bucket, id, paid_through, auto_renew FROM subscriptions WHERE bucket = %s AND id = %s"
_SAMPLE = "SELECT bucket, id FROM subscriptions WHERE auto_renew ORDER BY id LIMIT %s"


def select_one(bucket: int, id: UUID) -> object:
    """The baseline: one row by its key."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE, [bucket, id])
        return cursor.fetchone()


def may_use(bucket: int, id: UUID) -> object:
    """May the product be used now, until when, and why."""
    answer = entitlement(load_terms(bucket, id), NOW)
    assert answer.may_use
    return answer


def preview() -> Read:
    """What cancelling would mean now, through the use case."""
    measured = world()

    def read(bucket: int, id: UUID) -> object:
        outcome = preview_cancellation(measured, bucket, id)
        assert isinstance(outcome, CancellationOutcome), outcome
        return outcome

    return read


def measure(calls: int, seed: int) -> dict[str, float]:
    """Median milliseconds of each read; the reads take turns, so that a busy moment hits all alike."""
    with connection.cursor() as cursor:
        cursor.execute(_SAMPLE, [calls * 4])
        keys = list(cursor.fetchall())
    random.Random(seed).shuffle(keys)
    reads: dict[str, Read] = {"select": select_one, "entitlement": may_use, "preview": preview()}
    took: dict[str, list[float]] = {name: [] for name in reads}
    for bucket, id in keys[:calls]:
        for name, read in reads.items():
            started = time.perf_counter()
            read(bucket, id)
            took[name].append(time.perf_counter() - started)
    return {name: statistics.median(times) * 1000 for name, times in took.items()}
