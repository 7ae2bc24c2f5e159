"""The invented history as an operator would hand it over: charges in the bank's books and three CSV files."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from goodterms.usecases.demo.past import PastSubscription, tax_of
from goodterms.usecases.demo.people import Person
from goodterms.usecases.import_files import CUSTOMER_COLUMNS, OPTIONAL, ORDER_COLUMNS, SUBSCRIPTION_COLUMNS


def bank_entries(subscriptions: Iterable[PastSubscription]) -> list[dict[str, Any]]:
    """Every charge and refund of the history, oldest first, as the bank wants them."""
    entries: list[dict[str, Any]] = []
    for sub in subscriptions:
        for order in sub.orders:
            entries.append(
                {
                    "kind": "charge", "reference": order.number, "amount_minor": order.amount.minor,
                    "currency": order.amount.currency, "payment_method": sub.card,
                    "description": f"Order {order.number}", "at": _text(order.placed_at),
                }
            )  # fmt: skip
            if order.refunded_at:
                refund = {"reference": order.number, "amount_minor": order.amount.minor}
                entries.append({"kind": "refund", **refund, "at": _text(order.refunded_at)})
    return sorted(entries, key=lambda entry: (entry["at"], entry["kind"], entry["reference"]))


def write_files(folder: Path, subscriptions: list[PastSubscription], charge_ids: Mapping[str, str]) -> None:
    """customers.csv, subscriptions.csv and orders.csv, as `goodterms import` reads them."""
    folder.mkdir(parents=True, exist_ok=True)
    people = {sub.person.email: sub for sub in reversed(subscriptions)}
    refs = {email: f"C{number:04d}" for number, email in enumerate(people, 1)}
    _write(
        folder / "customers.csv", (*CUSTOMER_COLUMNS, *OPTIONAL["customers.csv"]),
        (_customer(refs[email], sub.person, sub.orders[0].placed_at) for email, sub in people.items()),
    )  # fmt: skip
    _write(
        folder / "subscriptions.csv", SUBSCRIPTION_COLUMNS,
        (
            (
                sub.ref, refs[sub.person.email], sub.plan, sub.person.land.currency, "yes" if sub.renews else "no",
                sub.card, "bank", sub.channel, "", _text(sub.canceled_at),
            )
            for sub in subscriptions
        ),
    )  # fmt: skip
    _write(
        folder / "orders.csv", ORDER_COLUMNS,
        (
            (
                order.number, sub.ref, _text(order.placed_at), _text(order.starts_at), _text(order.ends_at),
                order.amount.decimal_str(), tax_of(order).decimal_str(), charge_ids[order.number],
                order.amount.decimal_str() if order.refunded_at else "", _text(order.refunded_at),
            )
            for sub in subscriptions
            for order in sub.orders
        ),
    )  # fmt: skip


def _customer(ref: str, person: Person, since: datetime) -> tuple[str, ...]:
    land = person.land
    return (ref, person.email, person.name, land.timezone, "en", land.country, _text(since), land.state or "", "yes")


def _write(path: Path, columns: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        writer.writerows(lines)


def _text(at: datetime | None) -> str:
    return at.astimezone(UTC).replace(microsecond=0).strftime("%Y-%m-%dT%H:%M:%SZ") if at else ""
