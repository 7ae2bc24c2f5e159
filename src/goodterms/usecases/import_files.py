"""Reading the import's CSV files: every column checked, every problem with its file and line, nothing guessed."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from goodterms.domain.counting import known_zone
from goodterms.domain.importing import History, PastOrder
from goodterms.domain.money import Money, MoneyError

CUSTOMER_COLUMNS = ("customer", "email", "name", "timezone", "locale", "country", "created_at")
SUBSCRIPTION_COLUMNS = (
    "subscription", "customer", "plan", "currency", "auto_renew", "payment_method", "gateway", "channel",
    "anchor_at", "canceled_at",
)  # fmt: skip
ORDER_COLUMNS = (
    "order_number", "subscription", "placed_at", "starts_at", "ends_at", "amount", "tax", "gateway_ref",
    "refunded", "refunded_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class CustomerLine:
    """One line of customers.csv."""

    ref: str
    email: str
    name: str
    timezone: str | None
    locale: str
    country: str | None
    created_at: datetime | None


@dataclass(frozen=True, slots=True)
class SubscriptionLine:
    """One line of subscriptions.csv, with the orders that name it."""

    line: int
    ref: str
    customer_ref: str
    plan: str
    currency: str
    auto_renew: bool
    payment_method: str
    gateway: str
    channel: str
    anchor_at: datetime | None
    history: History
    order_lines: dict[str, int] = field(default_factory=dict)


@dataclass
class Files:
    """The three files as read."""

    customers: dict[str, CustomerLine] = field(default_factory=dict)
    subscriptions: list[SubscriptionLine] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class _Bad(ValueError):
    pass


def read_files(folder: Path) -> Files:
    """Read `customers.csv`, `subscriptions.csv` and `orders.csv`; problems are collected, never raised."""
    files = Files()
    _each(folder, "customers.csv", CUSTOMER_COLUMNS, files, lambda row, _line: _customer(row, files))
    currencies: dict[str, str] = {}
    _each(
        folder, "subscriptions.csv", SUBSCRIPTION_COLUMNS, files,
        lambda row, line: _subscription(row, line, files, currencies),
    )  # fmt: skip
    orders: dict[str, list[tuple[int, PastOrder]]] = {ref: [] for ref in currencies}
    numbers: set[str] = set()
    _each(
        folder, "orders.csv", ORDER_COLUMNS, files,
        lambda row, line: _order(row, line, currencies, orders, numbers),
    )  # fmt: skip
    files.subscriptions = [
        replace(
            sub,
            history=replace(sub.history, orders=tuple(order for _, order in orders[sub.ref])),
            order_lines={order.number: line for line, order in orders[sub.ref]},
        )
        for sub in files.subscriptions
    ]
    return files


Row = dict[str, str]


def _each(folder: Path, name: str, columns: tuple[str, ...], files: Files, use: Callable[[Row, int], None]) -> None:
    for row, line in _rows(folder / name, name, columns, files):
        try:
            use(row, line)
        except _Bad as problem:
            files.problems.append(Problem(name, line, str(problem)))


def _rows(path: Path, name: str, columns: tuple[str, ...], files: Files) -> Iterator[tuple[Row, int]]:
    if not path.is_file():
        files.problems.append(Problem(name, 0, "the file is missing"))
        return
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream, restkey="", restval="")
        found = tuple(reader.fieldnames or ())
        missing, unknown = set(columns) - set(found), set(found) - set(columns)
        if missing or unknown:
            parts = [f"missing: {', '.join(sorted(missing))}"] if missing else []
            parts += [f"unknown: {', '.join(sorted(unknown))}"] if unknown else []
            files.problems.append(Problem(name, 1, f"the columns do not fit ({'; '.join(parts)})"))
            return
        for row in reader:
            if "" in row:
                files.problems.append(Problem(name, reader.line_num, "more values than columns"))
                continue
            yield {key: (value or "").strip() for key, value in row.items()}, reader.line_num


def _customer(row: Row, files: Files) -> None:
    ref, email = _needed(row, "customer"), _needed(row, "email")
    if ref in files.customers:
        raise _Bad(f"customer {ref!r} stands here twice")
    if "@" not in email.strip("@") or any(c.isspace() for c in email):
        raise _Bad(f"not an e-mail address: {email!r}")
    if any(c.email.casefold() == email.casefold() for c in files.customers.values()):
        raise _Bad(f"the e-mail address {email!r} stands here twice")
    zone = row["timezone"] or None
    if zone is not None and known_zone(zone) is None:
        raise _Bad(f"unknown time zone {zone!r} (write it like Europe/Berlin)")
    files.customers[ref] = CustomerLine(
        ref, email, _needed(row, "name"), zone, row["locale"] or "en", row["country"] or None,
        _instant(row, "created_at"),
    )  # fmt: skip


def _subscription(row: Row, line: int, files: Files, currencies: dict[str, str]) -> None:
    ref, currency = _needed(row, "subscription"), _needed(row, "currency")
    if ref in currencies:
        raise _Bad(f"subscription {ref!r} stands here twice")
    try:
        Money(0, currency)
    except MoneyError as problem:
        raise _Bad(str(problem)) from None
    if row["auto_renew"] not in ("yes", "no"):
        raise _Bad(f"auto_renew is yes or no, not {row['auto_renew']!r}")
    currencies[ref] = currency
    files.subscriptions.append(
        SubscriptionLine(
            line, ref, _needed(row, "customer"), _needed(row, "plan"), currency, row["auto_renew"] == "yes",
            row["payment_method"], row["gateway"] or "bank", row["channel"] or "vendor_store",
            _instant(row, "anchor_at"), History((), _instant(row, "canceled_at")),
        )
    )  # fmt: skip


def _order(
    row: Row, line: int, currencies: dict[str, str], orders: dict[str, list[tuple[int, PastOrder]]], numbers: set[str]
) -> None:
    number, ref = _needed(row, "order_number"), _needed(row, "subscription")
    if ref not in currencies:
        raise _Bad(f"subscriptions.csv has no (sound) subscription {ref!r}")
    if number in numbers:
        raise _Bad(f"order {number!r} stands here twice")
    numbers.add(number)
    starts_at, ends_at = _required_instant(row, "starts_at"), _required_instant(row, "ends_at")
    if ends_at <= starts_at:
        raise _Bad("ends_at must be later than starts_at")
    amount = _amount(row, "amount", currencies[ref])
    tax = _amount(row, "tax", currencies[ref]) if row["tax"] else Money(0, currencies[ref])
    if amount < tax:
        raise _Bad("the tax is more than the amount that includes it")
    orders[ref].append(
        (
            line,
            PastOrder(
                number, _required_instant(row, "placed_at"), starts_at, ends_at, amount, tax.minor,
                row["gateway_ref"] or None,
                _amount(row, "refunded", currencies[ref]) if row["refunded"] else None,
                _instant(row, "refunded_at"),
            ),
        )
    )  # fmt: skip


def _needed(row: Row, column: str) -> str:
    if not row[column]:
        raise _Bad(f"{column} is empty")
    return row[column]


def _amount(row: Row, column: str, currency: str) -> Money:
    try:
        amount = Money.parse(_needed(row, column), currency)
    except MoneyError as problem:
        raise _Bad(f"{column}: {problem}") from None
    if amount.minor < 0:
        raise _Bad(f"{column} is negative")
    return amount


def _required_instant(row: Row, column: str) -> datetime:
    _needed(row, column)
    found = _instant(row, column)
    assert found is not None
    return found


def _instant(row: Row, column: str) -> datetime | None:
    if not row[column]:
        return None
    try:
        at = datetime.fromisoformat(row[column])
    except ValueError:
        raise _Bad(f"{column}: not an instant (write 2026-03-02T10:00:00Z): {row[column]!r}") from None
    if at.tzinfo is None:
        raise _Bad(f"{column}: the time zone is missing (write 2026-03-02T10:00:00Z): {row[column]!r}")
    return at.astimezone(UTC)
