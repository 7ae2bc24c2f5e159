"""The audit at its doors: the command's exit codes and lines, the desk's page, the worker's daily run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.test import Client
from django.urls import reverse

from goodterms import wiring
from goodterms.domain.facts import Actor
from goodterms.storage.audit.results import last_result, last_runs
from goodterms.storage.models import MessageRow, User
from goodterms.usecases.audit.keep import audit_and_keep, want_audit, work_on_audit
from tests.support.worlds import Sale, Sandbox

PROGRAM = str(Path(sys.executable).with_name("goodterms"))


def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """The program on the tests' database."""
    return subprocess.run(
        [PROGRAM, *arguments], env={**os.environ, **env}, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.fixture
def sold(sandbox: Sandbox) -> Sale:
    """One sale, its letters delivered; long ago enough for the program's own clock."""
    sale = sandbox.sell(months=12)
    for row in MessageRow.objects.all():
        MessageRow.objects.filter(bucket=row.bucket, id=row.id).update(send_at=None, sent_at=row.at)
    return sale


def test_the_list_names_all_of_them() -> None:
    """51 lines of JSON without a database, each with how it is asked or why not."""
    done = run("audit", "--list", "--json", DATABASE_URL="postgresql://nobody@/nothing?host=/nowhere")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [line["invariant"] for line in lines] == list(range(1, 52))
    assert all(bool(line["how"]) == line["applies"] != bool(line["reason"]) for line in lines)


def test_exit_codes(sold: Sale, sandbox: Sandbox, pg_owner: psycopg.Connection[object]) -> None:
    """0 clean, 1 with each violation as a line, 2 where the gateway or the database does not answer."""
    bank = {"GOODTERMS_BANK_URL": sandbox.bank.url, "GOODTERMS_BANK_KEY": sandbox.bank.key}
    clean = run("audit", "--replay", **bank)
    assert clean.returncode == 0, clean.stdout + clean.stderr
    assert "Nothing is wrong; 1 lines" in clean.stdout
    assert run("replay", sold.customer.email).returncode == 0
    deaf = run("audit", GOODTERMS_BANK_URL="http://127.0.0.1:1", GOODTERMS_BANK_KEY="x")
    assert deaf.returncode == 2
    assert "the gateway bank does not answer" in deaf.stderr
    bare = run("audit", GOODTERMS_BANK_URL="")
    assert bare.returncode == 2
    assert "the gateway bank is not set here" in bare.stderr
    assert "Nothing is wrong" not in bare.stdout
    assert run("audit", DATABASE_URL="postgresql://nobody@/nothing?host=/nowhere").returncode == 2
    pg_owner.execute("UPDATE subscriptions SET paid_through = paid_through + interval '1 day'")
    broken = run("audit", "--json", **bank)
    assert broken.returncode == 1
    (line,) = [json.loads(text) for text in broken.stdout.splitlines()]
    assert line["invariant"] == 35
    assert line["key"] == sold.public_id
    assert set(line) == {"invariant", "table", "key", "detail"}
    pg_owner.execute("UPDATE subscriptions SET auto_renew = false, end_reason = 'canceled', expired_at = now()")
    assert run("replay", sold.customer.email).returncode == 1
    for nobody in ("nobody@example.org", "cus_0"):
        done = run("replay", nobody)
        assert (done.returncode, done.stderr) == (2, f"goodterms: there is no customer '{nobody}'\n")


def test_a_list_may_be_read_in_part() -> None:
    """Who reads the first lines only is not told that something is wrong: it ends as others do, by SIGPIPE."""
    command = [PROGRAM, "audit", "--list"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1) as listing:
        assert listing.stdout is not None
        assert listing.stderr is not None
        listing.stdout.close()  # before it has said anything
        assert listing.stderr.read() == ""
        assert listing.wait(60) == -signal.SIGPIPE


def test_the_desk_shows_the_last_result(
    sold: Sale, sandbox: Sandbox, client: Client, pg_owner: psycopg.Connection[object]
) -> None:
    """Nothing yet, then clean, then what is wrong and what to do; asking for one leaves it to a worker."""
    sandbox.sign_in(client, role=User.Role.SUPERVISOR)
    url = reverse("desk:audit")
    assert "No audit has ended yet" in client.get(url).content.decode()
    audit_and_keep(sandbox.world, wiring.elapsed)
    assert "Nothing is wrong" in client.get(url).content.decode()
    audit_and_keep(replace(sandbox.world, gateways={}), wiring.elapsed)
    unasked = client.get(url).content.decode()
    assert "The gateway bank could not be asked" in unasked
    assert unasked.count("Not everything was asked") == 2
    pg_owner.execute("UPDATE subscriptions SET paid_through = paid_through + interval '1 day'")
    client.post(url)
    assert [run.started_at for run in last_runs(1)] == [None]
    assert work_on_audit(sandbox.world, wiring.elapsed, daily=False) == 1
    said = client.get(url).content.decode()
    assert "35. Access runs exactly as far as paid terms do" in said
    assert sold.public_id in said
    assert "goodterms replay CUSTOMER" in said


def test_a_worker_runs_one_a_day(sandbox: Sandbox) -> None:
    """Whatever workers there are, a day has one audit; what somebody asks for comes besides."""
    assert [work_on_audit(sandbox.world, wiring.elapsed, daily=True) for _ in range(3)] == [1, 0, 0]
    want_audit(sandbox.world, actor=Actor("agent", "sam@desk.example"))
    want_audit(sandbox.world, actor=Actor("agent", "kim@desk.example"))
    assert [work_on_audit(sandbox.world, wiring.elapsed, daily=True) for _ in range(2)] == [1, 0]
    sandbox.set_clock(sandbox.now + timedelta(days=1))
    assert work_on_audit(sandbox.world, wiring.elapsed, daily=True) == 1
    assert len(last_runs()) == 3
    result = last_result()
    assert result is not None
    assert result.found == []
