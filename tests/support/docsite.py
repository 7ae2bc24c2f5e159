"""The documentation site as `make site` builds it, for tests: its files, and a server that shows them."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.house.sources import ROOT


@contextmanager
def built_site() -> Iterator[Path]:
    """Build the site anew in a directory of its own; anything that Sphinx warns of fails."""
    with tempfile.TemporaryDirectory(prefix="gt-site-") as place:
        command = [sys.executable, "-m", "tools.docsite", place]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert not done.stderr, done.stderr
        yield Path(place) / "html"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing of what is asked."""


@contextmanager
def shown(site: Path) -> Iterator[str]:
    """Serve a built site on this machine; its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
