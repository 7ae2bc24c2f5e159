"""The audit of a history that was imported: what was paid back before is known as a sum."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest

from goodterms import wiring
from goodterms.domain.facts import Actor
from goodterms.domain.money import Money
from goodterms.gateways.protocol import Movement, Outcome
from goodterms.storage.models import MessageRow, RefundRow
from goodterms.storage.statement import move_cursor
from goodterms.usecases.audit.run import Report, audit
from goodterms.usecases.import_files import CUSTOMER_COLUMNS, ORDER_COLUMNS, SUBSCRIPTION_COLUMNS
from goodterms.usecases.import_history import import_history
from goodterms.usecases.pay_back import read_statement, take_in
from tests.support.worlds import START, Sandbox
from tests.usecases.doctored_statements import Doctored

_PAID = START - timedelta(days=100)
_BACK = START - timedelta(days=60)


def _line(kind: Literal["charge", "refund"], ref: str, minor: int, days_ago: int) -> Movement:
    return Movement(
        kind, ref, None if kind == "charge" else "ch_1", "H-1", Money(minor, "AUD"), Outcome.SUCCEEDED,
        START - timedelta(days=days_ago), ref, None,
    )  # fmt: skip


CHARGE = _line("charge", "ch_1", 5995, 100)
FIRST = _line("refund", "re_1", 1000, 70)
SECOND = _line("refund", "re_2", 500, 60)
LATER = START + timedelta(days=2)


@pytest.fixture
def imported(sandbox: Sandbox, tmp_path: Path) -> Sandbox:
    """One order, paid a hundred days ago, of which 15.00 were paid back; then five days pass."""
    sandbox.plan()
    order = f"H-1,s1,{_PAID:%FT%TZ},{_PAID:%FT%TZ},{_PAID + timedelta(days=365):%FT%TZ},59.95,5.45,ch_1"
    files = {
        "customers": (CUSTOMER_COLUMNS, "c1,ann@example.org,Ann Lee,,,,"),
        "subscriptions": (SUBSCRIPTION_COLUMNS, "s1,c1,shield-year,AUD,no,,bank,,,"),
        "orders": (ORDER_COLUMNS, f"{order},15.00,{_BACK:%FT%TZ}"),
    }
    for name, (columns, line) in files.items():
        (tmp_path / f"{name}.csv").write_text(f"{','.join(columns)}\n{line}\n", encoding="utf-8")
    assert import_history(sandbox.world, tmp_path, actor=Actor("system", "import")).problems == []
    sandbox.advance(days=5)
    return sandbox


def _audit(place: Sandbox, *lines: Movement) -> Report:
    doctored = Doctored(place.world.gateways["bank"], lambda _: list(lines))
    return audit(replace(place.world, gateways={"bank": doctored}), wiring.elapsed)


@pytest.mark.parametrize(
    "lines",
    [
        (CHARGE, FIRST, SECOND),
        (CHARGE, replace(FIRST, amount=Money(1500, "AUD"))),
        (CHARGE, FIRST, SECOND, replace(FIRST, gateway_ref="re_3", outcome=Outcome.DECLINED)),
        # On its way when the import was made, and arrived since.
        (CHARGE, FIRST, replace(SECOND, outcome=Outcome.PENDING), replace(SECOND, at=LATER)),
        # The statement does not reach back to the charge, nor to the first refund.
        (SECOND,),
    ],
    ids=["two", "one", "one that failed", "on its way", "short statement"],
)
def test_what_was_paid_back_before_an_import_is_covered_by_its_sum(
    imported: Sandbox, lines: tuple[Movement, ...]
) -> None:
    """The import knows how much it was, not what the gateway calls it."""
    assert _audit(imported, *lines).violations == ()


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        ((CHARGE, FIRST), ["re_1"]),
        ((CHARGE, FIRST, SECOND, replace(SECOND, gateway_ref="re_3")), ["re_1", "re_2", "re_3"]),
        ((replace(SECOND, amount=Money(1600, "AUD")),), ["re_2"]),
        ((CHARGE, FIRST, SECOND, replace(SECOND, gateway_ref="re_3", at=LATER)), ["re_3"]),
        ((CHARGE, FIRST, SECOND, replace(SECOND, outcome=Outcome.DECLINED, at=LATER)), ["re_1"]),
    ],
    ids=["less", "more", "more than a short statement may have", "after the import", "came back"],
)
def test_another_sum_and_what_came_after_the_import_are_named(
    imported: Sandbox, lines: tuple[Movement, ...], named: list[str]
) -> None:
    """The sum covers what it is the sum of, and nothing else."""
    found = _audit(imported, *lines).violations
    assert {one.invariant for one in found} == {25}
    assert sorted(one.detail.split(" of ")[0].rsplit(" ", 1)[1] for one in found) == named


def test_a_gateway_that_only_an_import_names_need_not_be_set(imported: Sandbox) -> None:
    """Its statement was never read, and nothing of ours is on it; once it was read, it is asked again."""
    bare = replace(imported.world, gateways={})
    assert audit(bare, wiring.elapsed).clean
    move_cursor("bank", None, "7")
    assert audit(bare, wiring.elapsed).not_set == ("bank",)


def test_what_was_paid_back_before_an_import_is_not_taken_in_again(imported: Sandbox) -> None:
    """A worker reads the gateway's statement from its beginning; what came after the import is news."""
    lines = [CHARGE, FIRST, SECOND]
    doctored = Doctored(imported.world.gateways["bank"], lambda _: lines)
    world = replace(imported.world, gateways={"bank": doctored})
    before = list(RefundRow.objects.values_list("id", "state", "amount_minor")), MessageRow.objects.count()
    assert read_statement(world, "bank") == len(lines)
    assert (list(RefundRow.objects.values_list("id", "state", "amount_minor")), MessageRow.objects.count()) == before
    assert take_in(world, "bank", replace(SECOND, gateway_ref="re_3", at=LATER))
    assert RefundRow.objects.get(gateway_ref="re_3").amount_minor == 500
    assert RefundRow.objects.count() == len(before[0]) + 1
