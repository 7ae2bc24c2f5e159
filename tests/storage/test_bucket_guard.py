"""The guard that watches statements can fail, and does not cry wolf."""

from __future__ import annotations

import pytest
from django.db import connection

from goodterms.storage import load
from tests.support.bucket_guard import _LIMITED, check

pytestmark = pytest.mark.django_db


def test_a_statement_without_its_bucket_is_caught() -> None:
    """Product code that looks for a customer's row by id alone fails its test."""
    with pytest.raises(AssertionError, match="without its bucket"):
        load.records("SELECT o.id FROM orders o WHERE o.number = %s", ["x"])


def test_a_statement_with_its_bucket_passes() -> None:
    """Naming the bucket in the condition is enough."""
    assert load.records("SELECT o.id FROM orders o WHERE o.bucket = %s AND o.number = %s", [1, "x"]) == []


def test_the_select_list_does_not_count_as_a_condition() -> None:
    """A bucket that is only read does not limit anything."""
    assert not _LIMITED.search("SELECT bucket, id FROM orders WHERE number = 'x'")


def test_the_guard_is_in_place() -> None:
    """Every database test runs under the guard."""
    assert check in connection.execute_wrappers
