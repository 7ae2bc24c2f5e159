"""Whatever is sent to any operation, with any key: no failure of ours, no answer outside the document."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from goodterms.api.document import document
from goodterms.domain.decision import Decision
from goodterms.domain.facts import Actor
from goodterms.domain.public_id import ORDER, encode
from goodterms.storage.models import PolicyVersion, RefundRow
from goodterms.usecases import review
from goodterms.usecases.api_keys import Scope
from tests.support.api import new_key
from tests.support.serving import PROGRAMS, serving
from tests.support.worlds import Sale, Sandbox, refund_public_id, request_public_id

#: What is checked of every answer. That whatever fits the document is accepted is not: a journey may refuse it.
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "negative_data_rejection", "missing_required_header", "unsupported_method",
    "ignored_auth", "use_after_free",
)  # fmt: skip
READS = [scope for scope in Scope if scope.endswith(":read")]
#: So many of the document's links lead on to an answer in ten minutes, at least.
FOLLOWED = 30
_COUNTED = ("facts", "postings", "orders", "charges", "refunds", "refund_requests", "customers", "plans", "prices",
            "inquiries", "messages", "api_calls", "admin_acts")  # fmt: skip


def fuzz(url: str, key: str, seconds: int, config: Path | None = None, *phases: str) -> tuple[int, int]:
    """Let schemathesis call every operation for so long. Fails with what it found.

    Returns how many calls it made, and how many of the document's links it has followed.
    """
    command = [
        str(PROGRAMS / "st"), *(("--config-file", str(config)) if config else ()), "run",
        f"{url}/developers/openapi.json", "--header", f"Authorization: Bearer {key}",
        "--checks", ",".join(CHECKS), "--max-time", str(seconds), "--max-examples", "1000000", "--seed", "1",
        "--no-color", "--warnings", "off", "--generation-database", "none", "--continue-on-failure",
        *(("--phases", ",".join(phases)) if phases else ()),
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as place:  # what it keeps of a run is kept nowhere
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=place, env={**os.environ, "COLUMNS": "150"}
        )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2000:]
    made = re.search(r"([\d,]+) generated", done.stdout)
    links = re.search(r"(\d+) covered / (\d+) selected", done.stdout)
    assert made is not None, done.stdout[-3000:]
    assert links is not None, done.stdout[-3000:]
    assert int(links[2]) >= _links(), done.stdout[-3000:]
    return int(made[1].replace(",", "")), int(links[1])


def _links() -> int:
    """How many links the document has."""
    answers = [
        answer for of in document()["paths"].values() for one in of.values() for answer in one["responses"].values()
    ]
    return sum(len(answer.get("links", ())) for answer in answers)


def state(pg: psycopg.Connection[Any]) -> list[int]:
    """How many rows of each kind there are."""
    counts = " UNION ALL ".join(f"SELECT count(*) FROM {table}" for table in _COUNTED)
    return [row[0] for row in pg.execute(counts)]  # type: ignore[call-overload]


def real_ids(sandbox: Sandbox, sales: list[Sale], place: Path) -> tuple[Path, Path]:
    """Two configurations that put ids of what there is into calls: so journeys are reached, not only refused.

    The first puts them into addresses; the second into the filters of lists, which links lead on from.
    """
    request = sales[0].ask_refund()
    sales[1].ask_refund()
    digest = PolicyVersion.objects.values_list("digest", flat=True)[0]
    refund = paid_back(sandbox, sales[2])
    sub, order = sales[0].public_id, encode(ORDER, sales[0].bucket, sales[0].order.id)
    ids = {
        "path.sub": sub, "path.cus": sales[0].customer_public_id, "path.plan": "shield-year", "path.digest": digest,
        "path.order": order, "path.req": request_public_id(request), "path.ref": refund_public_id(refund),
    }  # fmt: skip
    filters = {
        "query.customer": sales[0].customer_public_id, "query.subscription": sub, "query.order": order,
        "query.plan": "shield-year", "query.product": "shield",
    }  # fmt: skip
    return _config(place / "ids.toml", ids), _config(place / "filters.toml", filters)


def _config(path: Path, parameters: dict[str, str]) -> Path:
    path.write_text("[parameters]\n" + "".join(f'"{name}" = "{value}"\n' for name, value in parameters.items()))
    return path


def paid_back(sandbox: Sandbox, sale: Sale) -> RefundRow:
    """A refund that is on its way."""
    asked = sale.ask_refund()
    done = review.approve(sandbox.world, asked.bucket, asked.id, actor=Actor("agent", "sam@desk.example"))
    assert isinstance(done, Decision), done
    return sale.refund()


def ends_well(sandbox: Sandbox, pg: psycopg.Connection[Any], seconds: int, place: Path) -> None:
    """A key that may do everything, one that may only read, then one for each scope; the calls are printed."""
    sandbox.set_clock(datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1))
    sales = [sandbox.sell(sandbox.customer(f"c{n}@example.org")) for n in range(3)]
    everything, reads = new_key(sandbox.world, *Scope).key, new_key(sandbox.world, *READS).key
    config, filters = real_ids(sandbox, sales, place)
    each = {scope: new_key(sandbox.world, scope).key for scope in Scope}
    bank = {"GOODTERMS_BANK_URL": sandbox.bank.url, "GOODTERMS_BANK_KEY": sandbox.bank.key, "GOODTERMS_API_RATE": "0"}
    with serving(**bank) as url:
        before = state(pg)
        runs = {"read scopes": fuzz(url, reads, seconds // 5, config)}
        assert state(pg) == before
        if seconds > 300:
            runs |= {scope.value: fuzz(url, each[scope], seconds // 60, config) for scope in Scope}
        runs["all scopes"] = fuzz(url, everything, seconds // 6)
        runs["all scopes, ids of what there is"] = fuzz(url, everything, seconds // 6, config)
        runs["links alone"] = followed = fuzz(url, everything, seconds // 5, filters, "stateful")
    total = sum(calls for calls, _ in runs.values())
    print(f"schemathesis made {total} calls in {seconds} s and found nothing: {runs} (calls, links followed)")
    assert followed[1] >= (FOLLOWED if seconds > 300 else 1)


def test_one_minute(sandbox: Sandbox, pg: psycopg.Connection[Any], tmp_path: Path) -> None:
    """What every change is tried with."""
    ends_well(sandbox, pg, 80, tmp_path)


@pytest.mark.long
def test_ten_minutes(sandbox: Sandbox, pg: psycopg.Connection[Any], tmp_path: Path) -> None:
    """The same for longer, and with a key of each scope alone."""
    ends_well(sandbox, pg, 600, tmp_path)
