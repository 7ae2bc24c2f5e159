"""The operator's first minutes: create the database, serve, be answered."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psycopg
import pytest

from goodterms.storage.embedded import ensure_server

PROGRAM = str(Path(sys.executable).with_name("goodterms"))


def _environment(data: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("DATABASE_", "GOODTERMS_"))}
    return {**kept, "GOODTERMS_DATA": str(data), "DJANGO_SETTINGS_MODULE": "goodterms.site.settings"}


def _run(data: Path, *arguments: str, **more: str) -> str:
    env = {**_environment(data), **more}
    done = subprocess.run([PROGRAM, *arguments], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def test_version() -> None:
    """The program runs without a database."""
    assert _run(Path("nowhere"), "--version").startswith("goodterms ")


def test_init_then_serve(data_dir: Path) -> None:
    """Two commands lead from nothing to a running site; stopping it stops its database too."""
    data, port = data_dir, _free_port()
    _run(data, "init")
    command = [PROGRAM, "serve", "--port", str(port)]
    serving = subprocess.Popen(command, env=_environment(data), stdout=subprocess.DEVNULL)
    try:
        answer = _ask(f"http://127.0.0.1:{port}/healthz")
    finally:
        serving.send_signal(signal.SIGTERM)
        serving.wait(timeout=30)
    assert answer == "ok\n"
    assert not (data / "pgdata" / "postmaster.pid").exists()


def _ask(url: str) -> str:
    deadline = time.monotonic() + 30
    while True:
        try:
            return httpx.get(url).text
        except httpx.TransportError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def test_init_on_a_server_of_ones_own(data_dir: Path, tmp_path: Path) -> None:
    """With an administrator's URL both roles are made, and the printed URLs work."""
    server = ensure_server(data_dir, fast=True)
    try:
        printed = _run(tmp_path, "init", "--admin-url", server.superuser_url(), "--database", "shop")
        urls = dict(line.split("=", 1) for line in printed.splitlines() if line.startswith("DATABASE_"))
        _run(tmp_path, "migrate", **urls)
        refused = pytest.raises(psycopg.errors.InsufficientPrivilege)
        with psycopg.connect(urls["DATABASE_URL"]) as connection, refused:
            connection.execute("CREATE TABLE x (a int)")
    finally:
        server.stop()
