"""Fixtures of all tests, and the one real PostgreSQL they share.

The server's address is known before it runs: Django is configured at once and the server starts only when the
first test asks for the database. Tables are made by the owner role; tests work as the application role: what
that role may not do fails here as it would in production.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import settings as hypothesis_settings

from goodterms.storage.embedded import create_database, ensure_server, locate_server, stop_servers

pytest.register_assert_rewrite("tests.support.crew")
# How long an example takes says how busy the machine is, and nothing else.
hypothesis_settings.register_profile("goodterms", deadline=None)
hypothesis_settings.load_profile("goodterms")

#: Tables whose rows come from migrations and stay between tests.
KEPT_TABLES = frozenset({"django_migrations", "django_content_type", "auth_permission"})


def _worker() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


SOURCE = Path(__file__).parent.parent / "src" / "goodterms"
DBNAME = f"goodterms_test_{_worker()}"


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Point the settings at the tests' own server, which is not started yet."""
    if "GOODTERMS_TEST_DATA" not in os.environ:
        os.environ["GOODTERMS_TEST_DATA"] = tempfile.mkdtemp(prefix="gt-test-")
        config.add_cleanup(_remove_server)
    data = Path(os.environ["GOODTERMS_TEST_DATA"])
    server = locate_server(data)
    os.environ["GOODTERMS_DATA"] = str(data)
    os.environ["DATABASE_URL"] = server.app_url(DBNAME)
    os.environ["DATABASE_OWNER_URL"] = server.owner_url(DBNAME)
    os.environ["GOODTERMS_FENCE_FILE"] = str(data / f"fence-{DBNAME}.json")
    os.environ["GOODTERMS_SECRET_KEY"] = "only-for-tests"
    os.environ["COLUMNS"] = "400"  # programs started by tests break no path or sentence over two lines
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # playwright's synchronous API runs an event loop
    for name in ("GOODTERMS_DEMO", "GOODTERMS_DEBUG", "GOODTERMS_PUBLIC_URL", "GOODTERMS_SMTP_URL"):
        os.environ.pop(name, None)
    if getattr(config.option, "numprocesses", None):
        return  # this process only hands out work; its workers must choose databases of their own first
    os.environ["DJANGO_SETTINGS_MODULE"] = "goodterms.site.settings"
    import django

    django.setup()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests have no limit."""
    for item in items:
        if item.get_closest_marker("long") is not None:
            item.add_marker(pytest.mark.timeout(0))


def _remove_server() -> None:
    stop_servers()
    shutil.rmtree(os.environ["GOODTERMS_TEST_DATA"], ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """Start the server, create this worker's database and migrate it as the owner."""
    from django.core.management import call_command
    from django.db import connections
    from django.test import TransactionTestCase

    server = ensure_server(Path(os.environ["GOODTERMS_TEST_DATA"]), fast=True)
    create_database(server, DBNAME)
    with django_db_blocker.unblock():
        call_command("migrate", database="owner", interactive=False, verbosity=0)
    flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]
    TransactionTestCase._fixture_teardown = _empty_tables  # type: ignore[attr-defined]
    yield
    TransactionTestCase._fixture_teardown = flush  # type: ignore[attr-defined]
    with django_db_blocker.unblock():
        connections.close_all()
    server.stop()


def _empty_tables(_case: Any = None) -> None:
    """Empty every table that has rows, as the owner: the application's role has no right to."""
    Path(os.environ["GOODTERMS_FENCE_FILE"]).unlink(missing_ok=True)  # what was remembered of them
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        found = owner.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL(%s)",
            [list(KEPT_TABLES)],
        ).fetchall()
        if not found:
            return
        asked = " UNION ALL ".join(f"SELECT '{t}' WHERE EXISTS (SELECT 1 FROM \"{t}\")" for (t,) in found)
        filled = [row[0] for row in owner.execute(asked)]  # type: ignore[call-overload]
        if filled:
            names = ", ".join(f'"{name}"' for name in filled)
            owner.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")  # type: ignore[call-overload]


@pytest.fixture
def clean_tables(django_db_setup: None) -> Iterator[None]:
    """For tests that commit on connections of their own: every table is emptied afterwards."""
    yield
    _empty_tables()


@pytest.fixture
def pg(clean_tables: None) -> Iterator[psycopg.Connection[Any]]:
    """A connection of the application's role, outside Django's."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        yield connection


@pytest.fixture
def pg_owner(clean_tables: None) -> Iterator[psycopg.Connection[Any]]:
    """A connection of the owner role, outside Django's."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as connection:
        yield connection


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A fresh data directory for a server of its own.

    Not pytest's `tmp_path`: every start of pytest shuts the directory above it to other users, and a server
    started by root runs as one.
    """
    with tempfile.TemporaryDirectory(prefix="gt-data-", ignore_cleanup_errors=True) as place:
        yield Path(place) / "data"


def _missing(what: str) -> None:
    """Skip, saying why; on a build machine fail, since there every test must run."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what}: run `make browser`")
    pytest.skip(f"{what}: run `make browser`")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium to drive."""
    names = [os.environ.get("GOODTERMS_CHROMIUM"), "chromium", "chromium-browser", "google-chrome"]
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is None:
        _missing("no Chromium")
    return str(found)


@pytest.fixture(scope="session")
def axe_source() -> str:
    """The text of axe-core, the accessibility checker that tests inject into a page."""
    script = SOURCE.parents[1] / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        _missing("no axe-core")
    return script.read_text()


@pytest.fixture
def bank_process() -> Iterator[Any]:
    """The built-in bank as a process of its own, with a clock that tests set.

    Every test has its own: a bank's clock can not go back behind its books.
    """
    from goodterms.gateways.bank.process import start_bank

    with (
        tempfile.TemporaryDirectory(prefix="gt-bank-", ignore_cleanup_errors=True) as place,
        start_bank(Path(place) / "bank", test_clock=True) as bank,
    ):
        yield bank


@pytest.fixture
def sandbox(transactional_db: None, bank_process: Any) -> Iterator[Any]:
    """A world with a settable clock and a real bank, used by every door of this process (`tests.support.worlds`)."""
    from tests.support.worlds import Sandbox, in_place

    made = Sandbox(bank_process)
    with in_place(made):
        yield made


@pytest.fixture
def stripe_sandbox(transactional_db: None) -> Iterator[Any]:
    """The same with Stripe as its gateway: its adapter, and the bank behind Stripe's API as the far side."""
    from goodterms.gateways.bank.process import start_bank
    from goodterms.gateways.stripe_face.control import MODULE
    from tests.support.stripe_sandbox import StripeSandbox
    from tests.support.worlds import in_place

    with (
        tempfile.TemporaryDirectory(prefix="gt-bank-", ignore_cleanup_errors=True) as place,
        start_bank(Path(place) / "bank", test_clock=True, face=MODULE) as bank,
    ):
        made = StripeSandbox(bank)
        with in_place(made):
            yield made


@pytest.fixture
def reseller_sandbox(transactional_db: None) -> Iterator[Any]:
    """The same with a reseller that charges by itself, spoken to through files, and its shop as the far side."""
    from tests.support.reseller_sandbox import ResellerSandbox
    from tests.support.worlds import in_place

    with tempfile.TemporaryDirectory(prefix="gt-reseller-", ignore_cleanup_errors=True) as place:
        made = ResellerSandbox(Path(place))
        with in_place(made):
            yield made
        made.shop.books.close()


@pytest.fixture
def paddle_sandbox(transactional_db: None) -> Iterator[Any]:
    """The same with Paddle, which charges by itself: its adapter, and a shop behind Paddle's API as the far side."""
    from goodterms.gateways.bank.process import start_bank
    from goodterms.gateways.paddle_face.control import MODULE
    from tests.support.paddle_sandbox import PaddleSandbox
    from tests.support.worlds import in_place

    with (
        tempfile.TemporaryDirectory(prefix="gt-paddle-", ignore_cleanup_errors=True) as place,
        start_bank(Path(place), face=MODULE) as process,
    ):
        made = PaddleSandbox(process)
        with in_place(made):
            yield made
        made.shop.close()


@pytest.fixture
def crew(transactional_db: None, bank_process: Any, data_dir: Path) -> Iterator[Any]:
    """Real workers beside the bank, gone after the test (`tests.support.crew`)."""
    from tests.support.crew import Crew

    data_dir.mkdir(parents=True)
    with Crew(bank_process, data_dir) as made:
        yield made


@pytest.fixture(autouse=True)
def _bucket_guard(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test in which a statement reaches a customer table without its bucket."""
    from django.apps import apps

    marked = request.node.get_closest_marker("django_db") is not None
    if not apps.ready or not (marked or {"db", "transactional_db"} & set(request.fixturenames)):
        yield
        return
    from django.db import connection

    from tests.support.bucket_guard import check

    with connection.execute_wrapper(check):
        yield
