"""Start the bank as a child process, for tests, the demo and stories."""

from __future__ import annotations

import os
import re
import selectors
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_READY = re.compile(rb"bank ready (http://\S+)\n")
_SILENT_FOR = 60
_STOPS_WITHIN = 5


@dataclass(slots=True)
class BankProcess:
    """A bank that runs as our child. It also stops by itself when this process ends, however it ends."""

    url: str
    key: str
    process: subprocess.Popen[bytes]

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.process.pid

    @property
    def port(self) -> int:
        """The port it listens on; start the next bank on it to keep the address."""
        return int(self.url.rsplit(":", 1)[1])

    def stop(self) -> None:
        """Ask it to stop (SIGTERM), and kill it when it does not within seconds."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(_STOPS_WITHIN)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self._reap()

    def kill(self) -> None:
        """Pull the plug (SIGKILL)."""
        if self.process.poll() is None:
            self.process.kill()
        self._reap()

    def _reap(self) -> None:
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                with suppress(OSError):
                    pipe.close()

    def __enter__(self) -> BankProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start_bank(
    data_dir: Path, *, port: int = 0, test_clock: bool = True, face: str = "goodterms.gateways.bank"
) -> BankProcess:
    """Start a bank on the books in `data_dir` and return when it is ready. Its complaints go to bank.log.

    `face` is the module that runs it: the bank's own, or another API in front of it.

    Raises RuntimeError when it does not become ready.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", face, "--data", str(data_dir), "--port", str(port)]
    command += ["--stop-on-eof", *(["--test-clock"] if test_clock else [])]
    with (data_dir / "bank.log").open("ab") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=_environment()
        )
    bank = BankProcess(url="", key="", process=process)
    ready = _READY.match(_first_line(process))
    if not ready:
        try:
            why = f"ended with {process.wait(1)}"  # its pipe closes a moment before it can be waited for
        except subprocess.TimeoutExpired:
            why = "was not ready in time"
        bank.kill()
        raise RuntimeError(f"the bank {why}; see {data_dir / 'bank.log'}")
    bank.url = ready.group(1).decode()
    bank.key = (data_dir / "api-key").read_text().strip()
    return bank


def _environment() -> dict[str, str]:
    """Ours, with this source first on the path and without anything that is set for goodterms: the bank is no part."""
    ours = ("GOODTERMS_", "DATABASE_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    source = str(Path(__file__).resolve().parents[3])
    path = environment.get("PYTHONPATH")
    return {**environment, "PYTHONPATH": f"{source}{os.pathsep}{path}" if path else source}


def _first_line(process: subprocess.Popen[bytes]) -> bytes:
    """What it prints first; less than a line when it ended or was silent for too long."""
    if process.stdout is None:
        raise RuntimeError("the bank was started without a pipe")
    line = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while not line.endswith(b"\n") and selector.select(_SILENT_FOR):
            piece = os.read(process.stdout.fileno(), 1000)
            if not piece:
                break
            line += piece
    return line
