"""`python -m bench.http_servers NAME PORT THREADS`: what answers over HTTP, each under granian with one worker.

- `door`: the product as it is served.
- `open`: the same, but the door takes every call for one with a key, and counts none.
- `ninja`: the open door with a django-ninja operation behind it, in place of a plain view.
- `orm`: the same answer by an ordinary Django view: ORM, default settings, the seven middlewares of a new project.
- `bare`: Starlette and a pool of psycopg: one SELECT of one row by its key, as JSON.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

SETTINGS = "goodterms.site.settings"
_ORDINARY = """
    django.middleware.security.SecurityMiddleware
    django.contrib.sessions.middleware.SessionMiddleware
    django.middleware.common.CommonMiddleware
    django.middleware.csrf.CsrfViewMiddleware
    django.contrib.auth.middleware.AuthenticationMiddleware
    django.contrib.messages.middleware.MessageMiddleware
    django.middleware.clickjacking.XFrameOptionsMiddleware
""".split()
SELECT = "SELECT bucket, id, paid_through, auto_renew FROM subscriptions WHERE bucket = %s AND id = %s"


def door() -> Any:
    """The product's own application."""
    from django.core.wsgi import get_wsgi_application

    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    application = get_wsgi_application()
    _set_clock()
    return application


def open() -> Any:
    """The product with a door that stands open."""
    os.environ["GOODTERMS_API_RATE"] = "0"
    application = door()
    from goodterms.api import door as opened
    from goodterms.storage.api_keys import KnownKey
    from goodterms.usecases.api_keys import Scope
    from goodterms.wiring import new_id

    key = KnownKey(new_id(), new_id(), "gtk_live_", "gtk_live_", frozenset(Scope), None, None)
    opened.key_of = lambda *_anything: key  # type: ignore[assignment]
    return application


def ninja() -> Any:
    """The product with an open door, and a django-ninja operation behind it."""
    application = open()
    from goodterms.api import door as opened

    opened._URLS = "bench.http_ninja"
    return application


def orm() -> Any:
    """An ordinary Django project."""
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    import django

    django.setup()
    from django.conf import settings

    settings.MIDDLEWARE = _ORDINARY
    settings.ROOT_URLCONF = "bench.http_orm"
    settings.DATABASES["default"] |= {"OPTIONS": {}, "CONN_HEALTH_CHECKS": False}
    return door()


def bare() -> Any:
    """One indexed SELECT, with nothing around it."""
    from contextlib import asynccontextmanager
    from uuid import UUID

    from psycopg_pool import AsyncConnectionPool
    from starlette.applications import Starlette
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    url = os.environ["DATABASE_URL"]
    pool = AsyncConnectionPool(url, min_size=4, max_size=4, kwargs={"autocommit": True}, open=False)

    async def one(request: Any) -> JSONResponse:
        key = (int(request.path_params["bucket"]), UUID(request.path_params["id"]))
        async with pool.connection() as connection:
            row = await (await connection.execute(SELECT, key)).fetchone()
        assert row is not None
        said = {"bucket": row[0], "id": str(row[1]), "paid_through": row[2].isoformat(), "auto_renew": row[3]}
        return JSONResponse(said)

    @asynccontextmanager
    async def lifespan(_app: Any) -> Any:
        await pool.open()
        yield
        await pool.close()

    return Starlette(routes=[Route("/select/{bucket}/{id}", one)], lifespan=lifespan)


def _set_clock() -> None:
    """Let it be the day of the seeded rows; the clock is still read for every answer."""
    from bench.seed import NOW
    from goodterms import wiring

    ahead = NOW - datetime.now(UTC)
    wiring.now = lambda: datetime.now(UTC) + ahead  # type: ignore[assignment]


APPLICATIONS: dict[str, Callable[[], Any]] = {"door": door, "open": open, "ninja": ninja, "orm": orm, "bare": bare}


def main() -> int:
    """Serve one of them until told to end."""
    parser = argparse.ArgumentParser(prog="python -m bench.http_servers", description=__doc__)
    parser.add_argument("name", choices=APPLICATIONS)
    parser.add_argument("port", type=int)
    parser.add_argument("threads", type=int)
    given = parser.parse_args()
    from granian import Granian
    from granian.constants import Interfaces

    bare_one = given.name == "bare"
    Granian(
        f"bench.http_servers:{given.name}",
        factory=True,
        address="127.0.0.1",
        port=given.port,
        interface=Interfaces.ASGI if bare_one else Interfaces.WSGI,
        blocking_threads=1 if bare_one else given.threads,
        websockets=False,
        log_enabled=False,
    ).serve()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
