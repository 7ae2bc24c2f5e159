"""Reading the import's CSV files: every column checked, every problem with its file and line, nothing guessed."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from goodterms.domain.counting import known_zone
from goodterms.domain.importing import History, PastOrder
from goodterms.domain.money import Money, MoneyError
from goodterms.domain.public_id import normalize_number
from goodterms.domain.reading.policy_words import KNOWN_FACTS, wrong_country, wrong_region

CUSTOMER_COLUMNS = ("customer", "email", "name", "timezone", "locale", "country", "created_at")
SUBSCRIPTION_COLUMNS = (
    "subscription", "customer", "plan", "currency", "auto_renew", "payment_method", "gateway", "channel",
    "anchor_at", "canceled_at",
)  # fmt: skip
ORDER_COLUMNS = (
    "order_number", "subscription", "placed_at", "starts_at", "ends_at", "amount", "tax", "gateway_ref",
    "refunded", "refunded_at",
)  # fmt: skip

#: Columns that a file may leave out: where the law is to be known, and how a charge came about.
OPTIONAL: Mapping[str, tuple[str, ...]] = {"customers.csv": ("state", "consumer"), "orders.csv": ("origin",)}

MOST_MINOR = 10**12  # more than any subscription costs, and far inside what a column holds


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where; line 0 is the file as a whole."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}"


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
    state: str | None = None
    consumer: bool | None = None


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
    emails: set[str] = field(default_factory=set)
    subscriptions: list[SubscriptionLine] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass
class _Row:
    """One line while it is read: every getter notes what is wrong and goes on, so that all of it is reported."""

    file: str
    line: int
    values: dict[str, str]
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, message: str) -> None:
        """Note a problem of this line."""
        self.problems.append(Problem(self.file, self.line, message))

    def needed(self, column: str) -> str:
        """A value that must be there."""
        if not self.values[column]:
            self.wrong(f"{column} is empty")
        return self.values[column]

    def instant(self, column: str) -> datetime | None:
        """An instant with its time zone, in UTC."""
        text = self.values[column]
        if not text:
            return None
        try:
            at = datetime.fromisoformat(text)
            if at.tzinfo is not None:
                return at.astimezone(UTC)
        except (ValueError, OverflowError):
            self.wrong(f"{column}: not an instant (write 2026-03-02T10:00:00Z): {text!r}")
            return None
        self.wrong(f"{column}: the time zone is missing (write 2026-03-02T10:00:00Z): {text!r}")
        return None

    def yes_or_no(self, column: str) -> bool | None:
        """Yes or no; None when it is not said."""
        text = self.values.get(column) or ""
        if text not in ("", "yes", "no"):
            self.wrong(f"{column} is yes or no, not {text!r}")
        return None if text not in ("yes", "no") else text == "yes"

    def amount(self, column: str, currency: str) -> Money | None:
        """An amount in the subscription's currency; None when the column is empty or wrong."""
        text = self.values[column]
        if not text:
            return None
        try:
            amount = Money.parse(text, currency)
        except MoneyError as problem:
            self.wrong(f"{column}: {problem}")
            return None
        if not 0 <= amount.minor <= MOST_MINOR:
            self.wrong(f"{column} is {'negative' if amount.minor < 0 else 'too much to be meant'}: {text!r}")
            return None
        return amount


def read_files(folder: Path) -> Files:
    """Read `customers.csv`, `subscriptions.csv` and `orders.csv`; problems are collected, never raised."""
    files = Files()
    _each(folder, "customers.csv", CUSTOMER_COLUMNS, files, lambda row: _customer(row, files))
    currencies: dict[str, str] = {}
    _each(folder, "subscriptions.csv", SUBSCRIPTION_COLUMNS, files, lambda row: _subscription(row, files, currencies))
    orders: dict[str, list[tuple[int, PastOrder]]] = {ref: [] for ref in currencies}
    numbers: set[str] = set()
    _each(folder, "orders.csv", ORDER_COLUMNS, files, lambda row: _order(row, currencies, orders, numbers))
    files.subscriptions = [
        replace(
            sub,
            history=replace(sub.history, orders=tuple(order for _, order in orders[sub.ref])),
            order_lines={order.number: line for line, order in orders[sub.ref]},
        )
        for sub in files.subscriptions
    ]
    return files


def _each(folder: Path, name: str, columns: tuple[str, ...], files: Files, use: Callable[[_Row], None]) -> None:
    try:
        for row in _rows(folder / name, name, columns, files):
            use(row)
            files.problems += row.problems
    except UnicodeDecodeError:
        files.problems.append(Problem(name, 0, "the file is not UTF-8"))
    except csv.Error as problem:
        files.problems.append(Problem(name, 0, f"not a CSV file: {problem}"))


def _rows(path: Path, name: str, columns: tuple[str, ...], files: Files) -> Iterator[_Row]:
    if not path.is_file():
        files.problems.append(Problem(name, 0, "the file is missing"))
        return
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream, restkey="", strict=True)
        found = tuple(reader.fieldnames or ())
        missing, unknown = set(columns) - set(found), set(found) - set(columns) - set(OPTIONAL.get(name, ()))
        if missing or unknown or len(found) != len(set(found)):
            parts = [f"missing: {', '.join(sorted(missing))}"] if missing else []
            parts += [f"unknown: {', '.join(sorted(unknown))}"] if unknown else []
            parts += ["one stands there twice"] if len(found) != len(set(found)) else []
            files.problems.append(Problem(name, 1, f"the columns do not fit ({'; '.join(parts)})"))
            return
        for row in reader:
            if "" in row or None in row.values():
                many = "more" if "" in row else "fewer"
                files.problems.append(Problem(name, reader.line_num, f"{many} values than columns"))
                continue
            values = {key: value.strip() for key, value in row.items()}
            if any(unicodedata.category(c) == "Cc" for value in values.values() for c in value):
                files.problems.append(Problem(name, reader.line_num, "a value contains a control character"))
                continue
            yield _Row(name, reader.line_num, values)


def _customer(row: _Row, files: Files) -> None:
    ref, email = row.needed("customer"), row.needed("email")
    if ref and ref in files.customers:
        row.wrong(f"customer {ref!r} stands here twice")
    if email and (not all(email.partition("@")) or any(c.isspace() for c in email)):
        row.wrong(f"not an e-mail address: {email!r}")
    if email and email.casefold() in files.emails:
        row.wrong(f"the e-mail address {email!r} stands here twice")
    files.emails.add(email.casefold())
    zone = row.values["timezone"] or None
    if zone is not None and known_zone(zone) is None:
        row.wrong(f"unknown time zone {zone!r} (write it like Europe/Berlin)")
    country, state = row.values["country"] or None, row.values.get("state") or None
    wrong = wrong_country(country) if country else "state without a country" if state else None
    wrong = wrong or (wrong_region(f"{country}-{state}") if state else None)
    if wrong:
        row.wrong(wrong)
    line = CustomerLine(
        ref, email, row.needed("name"), zone, row.values["locale"] or "en", country, row.instant("created_at"),
        state, row.yes_or_no("consumer"),
    )  # fmt: skip
    if ref:
        files.customers.setdefault(ref, line)


def _subscription(row: _Row, files: Files, currencies: dict[str, str]) -> None:
    ref, currency = row.needed("subscription"), row.needed("currency")
    if ref in currencies:
        row.wrong(f"subscription {ref!r} stands here twice")
    renews, canceled_at = row.values["auto_renew"] == "yes", row.instant("canceled_at")
    if row.values["auto_renew"] not in ("yes", "no"):
        row.wrong(f"auto_renew is yes or no, not {row.values['auto_renew']!r}")
    if renews and canceled_at:
        row.wrong("auto_renew is yes although canceled_at says that the subscription was canceled")
    if renews and not row.values["payment_method"]:
        row.wrong("auto_renew is yes, but there is no payment_method to charge")
    line = SubscriptionLine(
        row.line, ref, row.needed("customer"), row.needed("plan"), currency, renews,
        row.values["payment_method"], row.values["gateway"] or "bank", row.values["channel"] or "vendor_store",
        row.instant("anchor_at"), History((), canceled_at),
    )  # fmt: skip
    try:
        if currency:
            Money(0, currency)
    except MoneyError as problem:
        row.wrong(str(problem))
    if not row.problems:
        currencies[ref] = currency
        files.subscriptions.append(line)


def _order(
    row: _Row, currencies: dict[str, str], orders: dict[str, list[tuple[int, PastOrder]]], numbers: set[str]
) -> None:
    number, ref = row.needed("order_number"), row.needed("subscription")
    if ref and ref not in currencies:
        row.wrong(f"subscriptions.csv has no (sound) subscription {ref!r}")
    if number and normalize_number(number) in numbers:
        row.wrong(f"order {number!r} stands here twice")
    numbers.add(normalize_number(number))
    placed_at, starts_at, ends_at = (_required(row, name) for name in ("placed_at", "starts_at", "ends_at"))
    if starts_at and ends_at and ends_at <= starts_at:
        row.wrong("ends_at must be later than starts_at")
    row.needed("amount")
    currency = currencies.get(ref)
    amount = row.amount("amount", currency) if currency else None
    tax = row.amount("tax", currency) if currency else None
    if amount is not None and tax is not None and amount < tax:
        row.wrong("the tax is more than the amount that includes it")
    refunded = row.amount("refunded", currency) if currency else None
    refunded_at = row.instant("refunded_at")
    if row.values["refunded_at"] and not row.values["refunded"]:
        row.wrong("refunded_at without an amount in refunded")
    origin = row.values.get("origin") or None
    if origin and origin not in KNOWN_FACTS["origin"].words:
        row.wrong(f"origin is one of {', '.join(KNOWN_FACTS['origin'].words)}, not {origin!r}")
    if row.problems or not (placed_at and starts_at and ends_at and amount is not None):
        return
    past = PastOrder(
        number, placed_at, starts_at, ends_at, amount, tax.minor if tax else 0,
        row.values["gateway_ref"] or None, refunded, refunded_at, origin,
    )  # fmt: skip
    orders[ref].append((row.line, past))


def _required(row: _Row, column: str) -> datetime | None:
    row.needed(column)
    return row.instant(column)
