"""A whole installation as real processes: bank, embedded server, website, workers; each can be killed and comes back.

The database and the gateway are reached through fault proxies by the website and by all workers but one, which uses
the embedded server as an operator's first worker does. fsync is on: what was committed must survive everything here.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg

from goodterms.gateways.bank.control import BankControl
from goodterms.gateways.bank.process import BankProcess, start_bank
from goodterms.storage.embedded import EmbeddedServer, ensure_server
from goodterms.storage.pg_program import EmbeddedServerError, pg_ctl
from goodterms.storage.roles import APP_ROLE
from goodterms.usecases.demo.turn import ClockBusyError, turn
from tests.support.fault_proxy import FaultProxy

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = str(Path(sys.executable).with_name("goodterms"))
DIRECT = "worker-0"  # uses the embedded server itself; the others come through the proxy
WORKERS = (DIRECT, "worker-1", "worker-2")
WEB = "web"
_PATIENCE = 60
_STOPS_WITHIN = 15
_BANK_SECONDS = "2"  # an answer later than this is unknown

#: What is still to be done now; nothing of it may stay for good.
_WAITING = {
    "charges": "SELECT count(*) FROM charges WHERE state IN ('intended', 'unknown')",
    "refunds": "SELECT count(*) FROM refunds WHERE state IN ('intended', 'unknown') AND way = 'original'",
    "mails": "SELECT count(*) FROM messages WHERE sent_at IS NULL",
    "steps": "SELECT count(*) FROM subscriptions WHERE next_step_at <= now() + make_interval(secs => %(ahead)s)",
}


class Town:
    """Everything that runs, with what it takes to break and to mend it."""

    def __init__(self, place: Path, data: Path | None = None) -> None:
        self.place, self.data, self.logs = place, data or place / "data", place / "logs"
        self.logs.mkdir(parents=True)
        self._stack = ExitStack()
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.server: EmbeddedServer = ensure_server(self.data)
        self.bank: BankProcess = start_bank(place / "bank")
        self.to_bank = self._stack.enter_context(FaultProxy(self.bank.port))
        self.to_database = self._stack.enter_context(FaultProxy(self.server.socket_dir / ".s.PGSQL.5432"))
        self.port = _free_port()
        self.ahead = 0

    @property
    def url(self) -> str:
        """Where the website is."""
        return f"http://127.0.0.1:{self.port}"

    def environment(self, *, direct: bool) -> dict[str, str]:
        """What a process is started with; `direct` finds the embedded server by its directory."""
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("GOODTERMS_", "DATABASE_", "DJANGO_"))}
        found = {
            **kept, "GOODTERMS_DATA": str(self.data), "GOODTERMS_DEMO": "1", "PYTHONUNBUFFERED": "1",
            "GOODTERMS_PUBLIC_URL": f"http://localhost:{self.port}", "GOODTERMS_BANK_KEY": self.bank.key,
            "GOODTERMS_BANK_URL": f"http://127.0.0.1:{self.to_bank.port}", "GOODTERMS_BANK_TIMEOUT": _BANK_SECONDS,
        }  # fmt: skip
        if not direct:
            found["DATABASE_URL"] = (
                f"postgresql://{APP_ROLE}@127.0.0.1:{self.to_database.port}/goodterms?connect_timeout=5"
            )
            found["DATABASE_OWNER_URL"] = self.server.owner_url()
        return found

    # --- starting ----------------------------------------------------------------------------

    def run(self, *command: str, env: Mapping[str, str] | None = None, seconds: int = 300) -> str:
        """Run a command of ours to its end, undisturbed, and return what it printed. Raises when it fails."""
        done = subprocess.run(
            command, env=env or self.environment(direct=True), cwd=ROOT, capture_output=True, text=True,
            timeout=seconds, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def goodterms(self, *arguments: str) -> str:
        """Run a command of goodterms on this installation."""
        return self.run(PROGRAM, *arguments)

    def start(self, name: str) -> None:
        """Start the website or a worker; it is ready some time later."""
        command = ["worker", "--poll-seconds", "0.2"]
        if name == WEB:
            command = ["serve", "--port", str(self.port), "--no-upgrade", "--threads", "6"]
        with (self.logs / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [PROGRAM, *command], env=self.environment(direct=name == DIRECT), stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def start_all(self) -> None:
        """Start what does not run, whatever became of it."""
        self.mend_database()
        self.mend_bank()
        for name in (WEB, *WORKERS):
            if name not in self.running or self.running[name].poll() is not None:
                self.start(name)
        self.await_web()

    def await_web(self) -> None:
        """Wait until the website answers."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            with suppress(httpx.HTTPError):
                if httpx.get(f"{self.url}/", timeout=5, trust_env=False).status_code == 200:
                    return
            if self.running[WEB].poll() is not None:
                self.start(WEB)
            assert time.monotonic() < deadline, f"the website does not answer; see {self.logs}"
            time.sleep(0.2)

    # --- breaking ----------------------------------------------------------------------------

    def kill(self, name: str) -> None:
        """SIGKILL for a process and everything it started."""
        process = self.running.pop(name, None)
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def signal(self, name: str, number: int) -> None:
        """Send a signal to a process and everything it started."""
        with suppress(ProcessLookupError):
            os.killpg(self.running[name].pid, number)

    def postmaster(self) -> int:
        """The process id of the database server."""
        return int((self.data / "pgdata" / "postmaster.pid").read_text().split("\n", 1)[0])

    def backends(self) -> list[int]:
        """The process ids of sessions at the database."""
        with psycopg.connect(self.server.superuser_url(), connect_timeout=5) as looking:
            rows = looking.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = 'goodterms' AND pid <> pg_backend_pid() ORDER BY pid"
            ).fetchall()
        return [row[0] for row in rows]

    def stop_database_at_once(self) -> None:
        """Stop the server in immediate mode: like a power cut, without a last checkpoint."""
        with suppress(EmbeddedServerError):
            pg_ctl(self.data, "-m", "immediate", "-t", "15", "stop")

    # --- mending -----------------------------------------------------------------------------

    def mend_database(self) -> None:
        """Start the server where it does not run, and wait until it has recovered from its log."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            if not self._database_runs():
                self.server.stop()  # lets go of one that is gone
                self.server = ensure_server(self.data)
            try:
                psycopg.connect(self.server.superuser_url("goodterms"), connect_timeout=5).close()
                return
            except psycopg.OperationalError:
                assert time.monotonic() < deadline, f"the database does not answer; see {self.data}/pgdata/server.log"
                time.sleep(0.2)

    def _database_runs(self) -> bool:
        with suppress(OSError, ValueError, psutil.Error):
            return psutil.Process(self.postmaster()).status() != psutil.STATUS_ZOMBIE
        return False

    def mend_bank(self) -> None:
        """Start the bank on its old books and port where it does not run; its clock is in its books."""
        if self.bank.process.poll() is not None:
            port = self.bank.port
            self.bank.kill()
            self.bank = start_bank(self.place / "bank", port=port)

    # --- time --------------------------------------------------------------------------------

    def move_clock(self, seconds: int) -> None:
        """Move this world's clock and the bank's, whatever is under way."""
        self.ahead += seconds
        self.sql("UPDATE world_clock SET offset_seconds = greatest(offset_seconds, %(ahead)s)", ahead=self.ahead)
        control = BankControl(self.bank.url, self.bank.key)
        try:
            control.run_ahead(self.ahead)
        finally:
            control.close()

    def let_pass(self, seconds: int) -> bool:
        """Move the clock far, while no worker works and no call is under way; False when somebody does not stop."""
        try:
            with turn(self.data, patience=50):
                if not self.to_bank.quiet(5):
                    return False
                self.move_clock(seconds)
                return True
        except ClockBusyError:
            return False

    # --- looking -----------------------------------------------------------------------------

    def sql(self, statement: str, **values: Any) -> list[Any]:
        """Ask the database directly, waiting for one that is just recovering."""
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                with psycopg.connect(self.server.superuser_url("goodterms"), connect_timeout=5) as looking:
                    done = looking.execute(statement, values)
                    return done.fetchall() if done.description else []
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def waiting(self) -> dict[str, int]:
        """What is left to do at this instant of the world."""
        counts = {name: self.sql(text, ahead=self.ahead)[0][0] for name, text in _WAITING.items()}
        return {name: count for name, count in counts.items() if count}

    def stop(self) -> dict[str, int]:
        """Ask everything but database and bank to end; with which codes they did."""
        for process in self.running.values():
            process.terminate()
        codes = {}
        for name, process in self.running.items():
            try:
                codes[name] = process.wait(_STOPS_WITHIN)
            except subprocess.TimeoutExpired:
                codes[name] = -999
        for name in tuple(self.running):
            self.kill(name)
        return codes

    def __enter__(self) -> Town:
        return self

    def __exit__(self, *_: object) -> None:
        for name in tuple(self.running):
            self.signal(name, signal.SIGCONT)
            self.kill(name)
        self.bank.kill()
        self._stack.close()
        self.server.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
