"""Finance: how the books of each gateway and ours compare, and what is to be settled by a person."""

from __future__ import annotations

import csv
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from goodterms.desk import forms
from goodterms.desk.pages import actor_of, page, world_of
from goodterms.domain.money import Money
from goodterms.domain.public_id import SUBSCRIPTION, encode
from goodterms.domain.reconciling import PROPOSALS, Finding
from goodterms.storage.differences import latest_reconciliations, open_differences
from goodterms.storage.models import Difference
from goodterms.usecases.reconcile import settle
from goodterms.usecases.spreadsheet import cells

_WORDS = {
    Finding.MATCHED: "Agrees",
    Finding.EXTERNAL: "Agrees, refunded in the gateway's dashboard",
    Finding.MISSING_HERE: "Missing in our books",
    Finding.MISSING_THERE: "Missing at the gateway",
    Finding.AMOUNT_DIFFERS: "The amount differs",
    Finding.CURRENCY_DIFFERS: "The currency differs",
    Finding.STATE_DIFFERS: "One side has the money, the other does not",
    Finding.FOREIGN: "Another system's",
}


@require_safe
def finance(request: HttpRequest) -> HttpResponse:
    """The latest comparison with each gateway, and the differences that wait."""
    return page(
        request, "finance.html",
        title="Finance",
        runs=[(run, [_sum(line) for line in run.sums]) for run in latest_reconciliations()],
        differences=[_line(row) for row in open_differences()],
        form=forms.SettleForm(),
    )  # fmt: skip


@require_safe
def differences_csv(_request: HttpRequest) -> HttpResponse:
    """What is to be settled, as a file for finance."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="differences.csv"'
    rows = csv.writer(answer, lineterminator="\n")
    rows.writerow(["gateway", "kind", "gateway_ref", "finding", "at", "order", "theirs", "ours", "proposed"])
    for row in open_differences(10_000):
        line = _line(row)
        rows.writerow(
            cells([
                row.gateway, row.kind, row.object_ref, row.finding, row.at.isoformat(), row.order_number,
                _decimal(line["theirs"]), _decimal(line["ours"]), line["proposed"],
            ])
        )  # fmt: skip
    return answer


@require_POST
def difference_settle(request: HttpRequest, id: int) -> HttpResponse:
    """Say how a difference was settled; that is written down, and nothing else changes."""
    form = forms.SettleForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Say how it was settled.")
    elif settle(world_of(request), id, actor=actor_of(request), note=form.cleaned_data["note"]) is True:
        messages.success(request, "Written down as settled.")
    else:
        messages.info(request, "It was settled already.")
    return redirect("desk:finance")


def _sum(line: list[Any]) -> dict[str, Any]:
    finding, kind, currency, count, minor = line
    return {
        "words": _WORDS[Finding(finding)], "kind": kind, "count": count, "amount": Money(minor, currency),
        "agrees": Finding(finding).agrees,
    }  # fmt: skip


def _line(row: Difference) -> dict[str, Any]:
    finding = Finding(row.finding)
    address = (
        encode(SUBSCRIPTION, row.bucket, row.subscription_id)
        if row.bucket is not None and row.subscription_id is not None
        else None
    )
    return {
        "row": row,
        "words": _WORDS[finding],
        "proposed": PROPOSALS.get(finding, ""),
        "theirs": Money(row.theirs_minor, row.theirs_currency) if row.theirs_minor is not None else None,
        "ours": Money(row.ours_minor, row.ours_currency) if row.ours_minor is not None else None,
        "address": address,
    }


def _decimal(amount: Money | None) -> str:
    return f"{amount.decimal_str()} {amount.currency}" if amount else ""
