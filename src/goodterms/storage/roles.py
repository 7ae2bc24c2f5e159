"""The two database roles: the owner migrates, the application serves.

The application's role can not define tables, empty them, or change a fact or a posting once written. The
database enforces that, not this program: a mistake in the code meets "permission denied".
"""

from __future__ import annotations

import re
from typing import Any, Final, Protocol

import psycopg
from psycopg import sql

SUPERUSER: Final = "postgres"
OWNER_ROLE: Final = "goodterms_owner"
APP_ROLE: Final = "goodterms_app"

#: The journal, the ledger, the record of administrative acts, and what was published: rows are added, never changed.
APPEND_ONLY: Final = ("facts", "postings", "admin_acts", "policies", "prices")
#: Written by migrations alone.
_OWNERS_TABLES: Final = ("django_migrations",)

_PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}\Z")


class _Cursor(Protocol):
    def execute(self, query: Any, params: Any = None, /) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def fetchone(self) -> Any: ...


class _Connection(Protocol):
    """What Django's connection and psycopg's have in common."""

    def cursor(self) -> Any: ...


def quoted(name: str) -> str:
    """Quote an identifier; only plain lower-case names are accepted.

    Raises ValueError: any other name, since nothing here needs one.
    """
    if not _PLAIN_NAME.match(name):
        raise ValueError(f"not a plain database name: {name!r}")
    return f'"{name}"'


def create_roles(
    admin: psycopg.Connection[Any], *, owner_password: str | None = None, app_password: str | None = None
) -> None:
    """Create both roles where they are missing, and set the passwords that are given.

    `admin` is an autocommit connection of a role that may create roles.
    """
    for role, password in ((OWNER_ROLE, owner_password), (APP_ROLE, app_password)):
        name = sql.Identifier(role)
        exists = admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        if not exists:
            admin.execute(sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE").format(name))
        if password is not None:
            admin.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(password)))


def create_owned_database(admin: psycopg.Connection[Any], dbname: str, *, template: str = "template0") -> bool:
    """Create a database that belongs to the owner role; return False when it was there already.

    `admin` is an autocommit connection of a role that may create databases. `template` is copied, tables and rows.
    """
    if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [dbname]).fetchone():
        return False
    database, owner, app = sql.Identifier(dbname), sql.Identifier(OWNER_ROLE), sql.Identifier(APP_ROLE)
    # Somebody who creates roles without being superuser must be a member of a role to give it a database.
    admin.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(owner))
    copied = sql.Identifier(template)
    admin.execute(sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(database, owner, copied))
    admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    # TEMPORARY: many rows are written by COPY into a temporary table first.
    admin.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(database, app))
    return True


def prepare_schema(owner: _Connection, app_role: str = APP_ROLE) -> None:
    """Let the application use what the owner is going to create. Run as the owner, once per database."""
    app = quoted(app_role)
    with owner.cursor() as cursor:
        cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {app}")
        default = "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT"
        cursor.execute(f"{default} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}")
        cursor.execute(f"{default} USAGE, SELECT ON SEQUENCES TO {app}")


def apply_grants(connection: _Connection, app_role: str = APP_ROLE) -> None:
    """Set the application's privileges on every table there is. Run as the owner, after every migration."""
    app = quoted(app_role)
    prepare_schema(connection, app_role)
    with connection.cursor() as cursor:
        for table in _own_tables(cursor):
            name = quoted(table)
            cursor.execute(f"REVOKE ALL ON TABLE {name} FROM {app}")
            cursor.execute(f"GRANT {_allowed(table)} ON TABLE {name} TO {app}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app}")


def _allowed(table: str) -> str:
    if table in _OWNERS_TABLES:
        return "SELECT"
    if table in APPEND_ONLY:
        return "SELECT, INSERT"
    return "SELECT, INSERT, UPDATE, DELETE"


def _own_tables(cursor: _Cursor) -> list[str]:
    cursor.execute(
        "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace"
        " AND c.relkind IN ('r', 'p') AND pg_has_role(c.relowner, 'USAGE') ORDER BY 1"
    )
    return [row[0] for row in cursor.fetchall()]


def role_of(connection: _Connection) -> str:
    """Return the role a connection works as."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])
