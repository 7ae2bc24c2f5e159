"""The guide to the API: every sample is run against a server as it is served, and says what the guide says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from goodterms.api.problems import CODES
from goodterms.domain.entitlement import ChangeKind, Reason
from goodterms.usecases.api_keys import Scope
from tests.house.sources import ROOT
from tests.support.api import new_key
from tests.support.serving import PROGRAMS, serving
from tests.support.worlds import Sandbox

GUIDE = (ROOT / "docs" / "api.md").read_text()
#: Language and text of every sample.
SAMPLES: list[tuple[str, str]] = re.findall(r"^```(\w+)\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
_PLAIN = (
    (re.compile(r"\b(cus|sub)_[0-9a-f]{35}\b"), r"\1"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"), "instant"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "id"),
)


def plain(text: str) -> Any:
    """An answer with its ids and instants made alike."""
    for pattern, name in _PLAIN:
        text = pattern.sub(name, text)
    return json.loads(text)


@pytest.fixture
def served(sandbox: Sandbox) -> Iterator[dict[str, str]]:
    """`goodterms serve` on the tests' database with one sale, as an environment for samples."""
    sandbox.set_clock(
        datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    )  # the server's clock is the real one
    sale = sandbox.sell()
    with serving() as url:
        yield {
            **os.environ, "PATH": f"{PROGRAMS}:{os.environ['PATH']}", "GOODTERMS_URL": url,
            "CUSTOMER": sale.customer_public_id, "SUBSCRIPTION": sale.public_id,
        }  # fmt: skip


def _run(language: str, text: str, environment: dict[str, str]) -> str:
    command = [sys.executable, "-c", text] if language == "python" else ["bash", "-euo", "pipefail", "-c", text]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_sample_runs_and_says_so(served: dict[str, str]) -> None:
    """Copied as it stands, each sample gives what the guide shows under it."""
    said, ran = "", 0
    for language, text in SAMPLES:
        if language == "json":
            assert plain(said) == plain(text)
        elif language == "http":
            continue
        elif language == "text":
            assert said == text
        elif text.startswith("export GOODTERMS_KEY="):
            served["GOODTERMS_KEY"] = _run(language, f'{text}echo "$GOODTERMS_KEY"', served).strip()
            ran += 1
        else:
            said = _run(language, text, served)
            ran += 1
    assert ran == 8
    assert served["GOODTERMS_KEY"][:17] in said  # the list of keys came last


def test_as_it_is_served(served: dict[str, str], sandbox: Sandbox) -> None:
    """Through the real server: HEAD without a body, one connection for many calls, oddities refused."""
    path = f"/v1/entitlements/{served['SUBSCRIPTION']}"
    key = {"Authorization": f"Bearer {new_key(sandbox.world).key}"}
    with httpx.Client(base_url=served["GOODTERMS_URL"], headers=key) as client:
        whole = client.get(path)
        head = client.head(path)
        assert (head.status_code, head.content, head.headers["ETag"]) == (200, b"", whole.headers["ETag"])
        assert head.headers["Content-Length"] == str(len(whole.content))
        assert client.get(path, headers={"If-None-Match": head.headers["ETag"]}).status_code == 304
        assert client.get(path).content == whole.content
        assert client.get("/v1/%00%ff/..%2f").json()["code"] == "not_found"
        assert client.get(f"{path}?customer=%00").json()["code"] == "invalid_parameter"
        assert client.get("/account/", follow_redirects=False).headers["Location"].startswith("/auth/login/")
        # Last: a body that nobody reads ends the connection.
        assert client.post(path, content=b"x" * 100_000).json()["code"] == "method_not_allowed"


def test_the_guide_is_whole() -> None:
    """Every code, reason and kind of change has its line, and none has one that does not exist."""
    rows = re.findall(r"^\| (\d{3}) \| (.*?) \|", GUIDE, re.MULTILINE)
    told = {code: int(status) for status, codes in rows for code in re.findall(r"`(\w+)`", codes)}
    assert told == {code: status for code, (status, _) in CODES.items()}
    for word in (*Reason, *ChangeKind, *Scope):
        assert f"`{word}`" in GUIDE
