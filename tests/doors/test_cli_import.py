"""Taking over what lived elsewhere: sound files become state, facts and ledger; every problem is named by line."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from goodterms import wiring
from goodterms.domain.facts import Actor
from goodterms.domain.subscription import DisplayState, display_state
from goodterms.gateways.bank.adapter import Bank
from goodterms.storage.directory import EMAIL, find_order, look_up
from goodterms.storage.load import load_subscription, subscription_keys_of
from goodterms.storage.models import (
    CancellationRow,
    CustomerRow,
    FactRow,
    MessageRow,
    Plan,
    PostingRow,
    Price,
    RefundRow,
    SubscriptionRow,
)
from goodterms.storage.policies import publish, shipped_policy
from goodterms.usecases.import_files import CUSTOMER_COLUMNS, ORDER_COLUMNS, SUBSCRIPTION_COLUMNS
from goodterms.usecases.import_history import Report, import_history
from goodterms.usecases.world import World

NOW = datetime(2026, 5, 10, 9, 0, tzinfo=UTC)
OPERATOR = Actor("system", "import")
CUSTOMERS = [
    "c1,Ann@example.org,Ann Lee,Australia/Sydney,en,AU,2024-02-01T00:00:00Z",
    "c2,bo@example.org,Bo Ek,,,,",
    "c3,cy@example.org,Cy Ode,,,,",
]
SUBSCRIPTIONS = [
    "s1,c1,year,AUD,yes,pm_ok,bank,vendor_store,,",
    "s2,c2,year,AUD,no,,bank,,,2026-04-01T10:00:00Z",
    "s3,c2,month,JPY,no,,,,,",
]
ORDERS = [
    "HB-1,s1,2024-03-02T10:00:00Z,2024-03-02T10:00:00Z,2025-03-02T10:00:00Z,59.95,5.45,ch_1,,",
    "HB-2,s1,2025-02-16T10:00:00Z,2025-03-02T10:00:00Z,2026-03-02T10:00:00Z,59.95,5.45,ch_2,10.00,2025-03-01T00:00:00Z",
    "HB-3,s1,2026-02-16T10:00:00Z,2026-03-02T10:00:00Z,2027-03-02T10:00:00Z,59.95,5.45,ch_3,,",
    "HB-4,s2,2025-08-01T12:00:00+02:00,2025-08-01T12:00:00+02:00,2026-08-01T12:00:00+02:00,59.95,,,,",
    "HB-5,s3,2026-03-20T10:00:00Z,2026-03-20T10:00:00Z,2026-04-20T10:00:00Z,980,89,ch_5,980,2026-04-02T09:00:00Z",
]


def write(folder: Path, customers: list[str], subscriptions: list[str], orders: list[str]) -> Path:
    """The three files."""
    folder.mkdir(exist_ok=True)
    parts = {
        "customers": (CUSTOMER_COLUMNS, customers), "subscriptions": (SUBSCRIPTION_COLUMNS, subscriptions),
        "orders": (ORDER_COLUMNS, orders),
    }  # fmt: skip
    for name, (columns, lines) in parts.items():
        (folder / f"{name}.csv").write_text("\n".join([",".join(columns), *lines]) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def world(transactional_db: None) -> World:
    """A world at rest, with two plans and the reference policy."""
    publish(shipped_policy(), at=NOW, by="test")
    for code, months, currency, minor in (("year", 12, "AUD", 5995), ("month", 1, "JPY", 980)):
        plan = Plan.objects.create(code=code, product=code, name=code, interval_months=months, created_at=NOW)
        Price.objects.create(
            plan=plan, currency=currency, amount_minor=minor, tax_minor=minor // 11, effective_at=NOW, created_at=NOW
        )
    connected = {"bank": Bank("http://127.0.0.1:9", "no key of any bank")}  # never called
    return World(lambda: NOW, wiring.new_id, wiring.draw_bucket, connected, "http://shop.test")


def run(world: World, folder: Path, *, check: bool = False) -> Report:
    """Import and give the report."""
    return import_history(world, folder, actor=OPERATOR, check=check)


def test_sound_files_become_state_facts_and_ledger(world: World, tmp_path: Path) -> None:
    """Customers, terms, orders, refunds and a cancellation arrive as if they had happened here."""
    report = run(world, write(tmp_path, CUSTOMERS, SUBSCRIPTIONS, ORDERS))
    assert (report.problems, report.customers, report.subscriptions, report.orders) == ([], 3, 3, 5)
    assert CustomerRow.objects.count() == 3  # also the one without a subscription
    bucket, ann = look_up(EMAIL, "ann@EXAMPLE.org") or (0, wiring.new_id())
    [key] = subscription_keys_of(bucket, ann)
    shield = load_subscription(*key, at=NOW, lock=False)
    assert display_state(shield, NOW) is DisplayState.ACTIVE
    assert shield.paid_through == datetime(2027, 3, 2, 10, tzinfo=UTC)
    assert shield.next_step_at == datetime(2027, 1, 31, 10, tzinfo=UTC)  # announced 30 days before the end
    assert find_order("hb-2") is not None
    names = list(FactRow.objects.filter(bucket=bucket, stream=key[1]).order_by("seq").values_list("name", "at"))
    assert [name for name, _ in names] == [
        "subscription.imported", "subscription.started", "subscription.renewed", "refund.intended",
        "refund.initiated", "refund.succeeded", "subscription.renewed",
    ]  # fmt: skip
    assert names[1][1] == datetime(2024, 3, 2, 10, tzinfo=UTC)
    cash = PostingRow.objects.filter(bucket=bucket, stream=key[1])
    paid = sum(p.amount_minor for p in cash.filter(debit="cash"))
    back = sum(p.amount_minor for p in cash.filter(credit="cash"))
    assert (paid, back) == (3 * 5995, 1000)
    assert CancellationRow.objects.get().requested_at == datetime(2026, 4, 1, 10, tzinfo=UTC)
    assert SubscriptionRow.objects.get(currency="JPY").end_reason == "refunded"
    assert RefundRow.objects.get(currency="JPY").effect == "revoke_term"
    assert not MessageRow.objects.exists()  # nobody is written to about the past


def test_a_law_plans_the_first_announcement_of_what_was_taken_over(world: World, tmp_path: Path) -> None:
    """A French customer's renewal is announced in the law's window, before the policy's own day."""
    french = [CUSTOMERS[0].replace("Australia/Sydney,en,AU", "Europe/Paris,fr,FR"), *CUSTOMERS[1:]]
    run(world, write(tmp_path, french, SUBSCRIPTIONS, ORDERS))
    row = SubscriptionRow.objects.get(buyer_country="FR")
    assert row.paid_through is not None
    assert row.next_step_at is not None
    # The charge is on 16 February 2027; the window closes with 16 January, and the mail leaves three days of it.
    assert row.next_step_at == datetime(2027, 1, 13, 10, 0, tzinfo=UTC)


def test_importing_again_changes_nothing(world: World, tmp_path: Path) -> None:
    """The same files twice leave the same rows."""
    folder = write(tmp_path, CUSTOMERS, SUBSCRIPTIONS, ORDERS)
    run(world, folder)
    before = FactRow.objects.count(), PostingRow.objects.count(), CustomerRow.objects.count()
    again = run(world, folder)
    assert (again.problems, again.customers, again.subscriptions, again.skipped) == ([], 0, 0, 3)
    assert (FactRow.objects.count(), PostingRow.objects.count(), CustomerRow.objects.count()) == before


def test_checking_writes_nothing(world: World, tmp_path: Path) -> None:
    """`--check` counts what would come and leaves the tables empty."""
    report = run(world, write(tmp_path, CUSTOMERS, SUBSCRIPTIONS, ORDERS), check=True)
    assert (report.customers, report.subscriptions, report.orders) == (3, 3, 5)
    assert not CustomerRow.objects.exists()


BAD = [
    ("customers", ",x@example.org,X,,,,", "customer is empty"),
    ("customers", "c1,x@example.org,X,,,,", "customer 'c1' stands here twice"),
    ("customers", "c9,nobody,X,,,,", "not an e-mail address: 'nobody'"),
    ("customers", "c9,ANN@example.org,X,,,,", "the e-mail address 'ANN@example.org' stands here twice"),
    ("customers", "c9,x@example.org,X,Mars/Base,,,", "unknown time zone 'Mars/Base' (write it like Europe/Berlin)"),
    ("customers", "c9,x@example.org,X", "fewer values than columns"),
    ("customers", "c9,x@example.org,X,,,,,,", "more values than columns"),
    ("customers", "c9,x@example.org,X\x00,,,,", "a value contains a control character"),
    ("customers", "c9,x@example.org,,,,,", "name is empty"),
    ("subscriptions", "s1,c3,year,AUD,no,,,,,", "subscription 's1' stands here twice"),
    ("subscriptions", "s9,c3,year,dollars,no,,,,,", "not an ISO 4217 currency code: 'dollars'"),
    ("subscriptions", "s9,c3,year,AUD,maybe,,,,,", "auto_renew is yes or no, not 'maybe'"),
    ("subscriptions", "s9,c3,year,AUD,yes,,,,,", "auto_renew is yes, but there is no payment_method to charge"),
    ("subscriptions", "s9,c3,year,AUD,yes,pm_ok,,,,2026-01-01T00:00:00Z",
     "auto_renew is yes although canceled_at says that the subscription was canceled"),
    ("subscriptions", "s9,c3,decade,AUD,no,,,,,", "there is no plan 'decade' (plans: month, year)"),
    ("subscriptions", "s9,c8,year,AUD,no,,,,,", "customers.csv has no customer 'c8'"),
    ("subscriptions", "s9,c3,year,AUD,yes,pm_ok,paybox,,,",
     "no gateway 'paybox' is connected to charge the renewal (connected: bank)"),
    ("subscriptions", "s9,c3,year,AUD,no,,,,,", "A subscription without a paid order can not be taken over."),
    ("orders", "HB-9,s8,2026-01-01T00:00:00Z,2026-01-01T00:00:00Z,2027-01-01T00:00:00Z,1.00,,,,",
     "subscriptions.csv has no (sound) subscription 's8'"),
    ("orders", "hb-1,s1,2027-01-01T00:00:00Z,2027-03-02T10:00:00Z,2028-03-02T10:00:00Z,1.00,,,,",
     "order 'hb-1' stands here twice"),
    ("orders", "HB-9,s1,2026-01-01,2027-03-02T10:00:00Z,2028-03-02T10:00:00Z,1.00,,,,",
     "placed_at: the time zone is missing (write 2026-03-02T10:00:00Z): '2026-01-01'"),
    ("orders", "HB-9,s1,yesterday,2027-03-02T10:00:00Z,2028-03-02T10:00:00Z,1.00,,,,",
     "placed_at: not an instant (write 2026-03-02T10:00:00Z): 'yesterday'"),
    ("orders", "HB-9,s1,2026-01-01T00:00:00Z,2028-03-02T10:00:00Z,2027-03-02T10:00:00Z,1.00,,,,",
     "ends_at must be later than starts_at"),
    ("orders", "HB-9,s1,2026-01-01T00:00:00Z,2027-03-02T10:00:00Z,2028-03-02T10:00:00Z,1.005,,,,",
     "amount: '1.005' has more digits than AUD allows (2)"),
    ("orders", "HB-9,s1,2026-01-01T00:00:00Z,2027-03-02T10:00:00Z,2028-03-02T10:00:00Z,-1.00,,,,",
     "amount is negative: '-1.00'"),
    ("orders", "HB-9,s1,2026-01-01T00:00:00Z,2027-03-02T10:00:00Z,2028-03-02T10:00:00Z,999999999999999,,,,",
     "amount is too much to be meant: '999999999999999'"),
    ("orders", "HB-9,s1,2026-01-01T00:00:00Z,2027-03-02T10:00:00Z,2028-03-02T10:00:00Z,1.00,2.00,,,",
     "the tax is more than the amount that includes it"),
    ("orders", "HB-9,s1,2026-01-01T00:00:00Z,2027-03-02T10:00:00Z,2028-03-02T10:00:00Z,1.00,,,,2026-01-02T00:00:00Z",
     "refunded_at without an amount in refunded"),
    ("orders", "HB-9,s1,2026-01-01T00:00:00Z,2027-03-02T10:00:00Z,2028-03-02T10:00:00Z,1.00,,,9,2026-01-02T00:00:00Z",
     "More was paid back than HB-9 was charged."),
    ("orders", "HB-9,s1,2026-01-01T00:00:00Z,2027-03-02T10:00:00Z,2028-03-02T10:00:00Z,1.00,,,1.00,",
     "The refund of HB-9 needs a past date."),
    ("orders", "HB-9,s1,2026-06-01T00:00:00Z,2027-03-02T10:00:00Z,2028-03-02T10:00:00Z,1.00,,,,",
     "Order HB-9 lies in the future."),
    ("orders", "HB-9,s1,2026-01-01T00:00:00Z,2027-03-01T10:00:00Z,2028-03-02T10:00:00Z,1.00,,,,",
     "The terms of HB-3 and HB-9 overlap."),
    ("orders", "HB-9,s1,2026-01-01T00:00:00Z,2027-03-05T10:00:00Z,2028-03-02T10:00:00Z,1.00,,,,",
     "Between HB-3 and HB-9 nothing was paid: import them as two subscriptions."),
]  # fmt: skip


@pytest.mark.parametrize(("file", "line", "message"), BAD)
def test_each_problem_is_named_by_line(world: World, tmp_path: Path, file: str, line: str, message: str) -> None:
    """One bad line is reported with its file, number and reason, and nothing at all is written."""
    lines = {"customers": list(CUSTOMERS), "subscriptions": list(SUBSCRIPTIONS), "orders": list(ORDERS)}
    lines[file].append(line)
    report = run(world, write(tmp_path, **lines))
    assert f"{file}.csv:{len(lines[file]) + 1}: {message}" in [str(problem) for problem in report.problems]
    assert not CustomerRow.objects.exists()


def test_all_problems_come_at_once(world: World, tmp_path: Path) -> None:
    """Several mistakes in one line and in several files are told together, in the order of the files."""
    folder = write(
        tmp_path,
        [*CUSTOMERS, "c9,nobody,,Mars/Base,,,"],
        [*SUBSCRIPTIONS, "s9,c3,decade,AUD,no,,,,,"],
        [ORDERS[0].replace("59.95", "fifty"), *ORDERS[1:], "HB-9,s9,,2026-01-01,,,,,,"],
    )
    said = [str(problem) for problem in run(world, folder).problems]
    places = [line.rsplit(":", 1)[0] if line.count(":") == 2 else ":".join(line.split(":")[:2]) for line in said]
    assert places == [
        "customers.csv:5", "customers.csv:5", "customers.csv:5", "subscriptions.csv:5", "orders.csv:2",
        "orders.csv:7", "orders.csv:7", "orders.csv:7", "orders.csv:7",
    ]  # fmt: skip


def test_damaged_files_are_told(world: World, tmp_path: Path) -> None:
    """A missing file, foreign columns and a foreign encoding are problems, not crashes."""
    folder = write(tmp_path, CUSTOMERS, SUBSCRIPTIONS, ORDERS)
    (folder / "orders.csv").unlink()
    (folder / "subscriptions.csv").write_text("subscription,customer,plan,plan\n")
    (folder / "customers.csv").write_bytes(
        b"customer,email,name,timezone,locale,country,created_at\nc1,a@b.c,\xff,,,,\n"
    )
    said = {problem.file: problem.message for problem in run(world, folder).problems}
    assert said["customers.csv"] == "the file is not UTF-8"
    assert "missing: anchor_at" in said["subscriptions.csv"]
    assert "one stands there twice" in said["subscriptions.csv"]
    assert said["orders.csv"] == "the file is missing"
    assert "orders.csv: the file is missing" in [str(problem) for problem in run(world, folder).problems]


def test_one_cause_is_told_once(world: World, tmp_path: Path) -> None:
    """What is wrong with every line in the same way is one problem, with a count."""
    world = replace(world, gateways={})
    lines = [line.replace(",no,,", ",yes,pm_ok,") for line in SUBSCRIPTIONS]
    folder = write(tmp_path, CUSTOMERS, [lines[0], lines[2], SUBSCRIPTIONS[1]], ORDERS)
    text = "no gateway 'bank' is connected to charge the renewal (connected: none)"
    assert [str(p) for p in run(world, folder).problems] == [f"subscriptions.csv:2: {text}; so it is in 1 more line"]


def test_what_the_database_would_refuse_is_found_before(world: World, tmp_path: Path) -> None:
    """Two living subscriptions to a product, or an order number that is taken, stop the import with a reason."""
    third = "HB-6,s4,2026-03-01T00:00:00Z,2026-03-01T00:00:00Z,2027-03-01T00:00:00Z,59.95,,,,"
    folder = write(tmp_path, CUSTOMERS, [*SUBSCRIPTIONS, "s4,c1,year,AUD,no,,,,,"], [*ORDERS, third])
    text = "the customer would have two living subscriptions to 'year'"
    assert [str(p) for p in run(world, folder).problems] == [f"subscriptions.csv:5: {text}: see line 2"]
    run(world, write(tmp_path, CUSTOMERS, SUBSCRIPTIONS, ORDERS))
    later = write(tmp_path, CUSTOMERS, ["s4,c1,year,AUD,no,,,,,"], [third.replace("HB-6", "HB-4")])
    assert [str(p) for p in run(world, later).problems] == [
        f"subscriptions.csv:2: {text}: there is one here already",
        "orders.csv:2: order 'HB-4' belongs to another subscription here already",
    ]


def test_the_command_tells_counts_or_problems(world: World, tmp_path: Path) -> None:
    """The operator sees counts and exit code 0, or every problem and exit code 1."""
    program = str(Path(sys.executable).with_name("goodterms"))
    folder = write(tmp_path / "in", CUSTOMERS, SUBSCRIPTIONS, ORDERS)
    env = {**os.environ, "GOODTERMS_BANK_URL": "http://127.0.0.1:9", "GOODTERMS_BANK_KEY": "unused"}

    def say(*arguments: str) -> tuple[int, str]:
        command = [program, "import", *arguments]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    assert say(str(folder), "--check") == (0, "Would import 3 customers, 3 subscriptions, 5 orders.\n")
    assert say(str(folder)) == (0, "Imported 3 customers, 3 subscriptions, 5 orders.\n")
    code, said = say(str(folder))
    assert (code, "3 subscriptions that were imported before" in said) == (0, True)
    write(folder, [*CUSTOMERS, "c9,nobody,X,,,,"], SUBSCRIPTIONS, ORDERS)
    code, said = say(str(folder))
    assert code == 1
    assert said == "customers.csv:5: not an e-mail address: 'nobody'\n1 problem found; nothing was written.\n"
