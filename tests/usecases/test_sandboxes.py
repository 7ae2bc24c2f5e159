"""Wishes for sandboxes: names, keys, and what is on record."""

from __future__ import annotations

import pytest

from goodterms.domain.decision import Refusal
from goodterms.storage.models import AdminAct, ApiKey, SandboxRow
from goodterms.storage.sandboxes import find_sandbox
from goodterms.usecases.api_keys import Scope, digest_of
from goodterms.usecases.sandboxes import Wished, ask_for_sandbox, drop_sandbox, first_key, key_of
from tests.support.api import OPERATOR
from tests.support.worlds import Sandbox


@pytest.mark.parametrize("name", ["", "Shop", "0-filling", "a--b", "-a", "a-", "a_b", "a" * 31, "../x", "a b", "shöp"])
def test_names_that_are_none(sandbox: Sandbox, name: str) -> None:
    """A name is part of a directory's and a database's: nothing else gets in."""
    wished = ask_for_sandbox(sandbox.world, name, actor=OPERATOR)
    assert isinstance(wished, Refusal)
    assert wished.code == "bad_name"
    assert not SandboxRow.objects.exists()


def test_a_name_is_given_once(sandbox: Sandbox) -> None:
    """The second is refused, and the first stays as it is; there is an end to how many."""
    made = ask_for_sandbox(sandbox.world, "shop-2", actor=OPERATOR)
    assert isinstance(made, Wished)
    again = ask_for_sandbox(sandbox.world, "shop-2", actor=OPERATOR)
    assert isinstance(again, Refusal)
    assert again.code == "name_taken"
    found = find_sandbox("shop-2")
    assert found is not None
    assert key_of(found) == made.key
    for number in range(19):
        assert isinstance(ask_for_sandbox(sandbox.world, f"n{number}", actor=OPERATOR), Wished)
    full = ask_for_sandbox(sandbox.world, "one-more", actor=OPERATOR)
    assert isinstance(full, Refusal)
    assert full.code == "too_many"


def test_its_key_is_none_of_ours(sandbox: Sandbox) -> None:
    """It is kept sealed beside the live rows, opens nothing there, and may do all but make sandboxes in its own."""
    made = ask_for_sandbox(sandbox.world, "shop", actor=OPERATOR)
    assert isinstance(made, Wished)
    assert made.key.startswith("gtk_test_")
    assert not ApiKey.objects.exists()
    found = find_sandbox("shop")
    assert found is not None
    assert made.key not in str(SandboxRow.objects.values())
    kept = first_key(found)
    assert kept.digest == digest_of(made.key)
    assert made.key.startswith(kept.prefix)
    assert set(kept.scopes.split()) == set(Scope) - {Scope.SANDBOXES_MANAGE}


def test_what_is_on_record(sandbox: Sandbox) -> None:
    """Made and dropped, by whom; dropping it twice is one act."""
    ask_for_sandbox(sandbox.world, "shop", actor=OPERATOR)
    found = find_sandbox("shop")
    assert found is not None
    for _ in range(2):
        drop_sandbox(sandbox.world, found, actor=OPERATOR)
    assert list(AdminAct.objects.order_by("id").values_list("act", "subject", "actor")) == [
        ("sandbox.created", "shop", "system:test"), ("sandbox.dropped", "shop", "system:test"),
    ]  # fmt: skip
