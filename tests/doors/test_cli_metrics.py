"""Metrics of a worker: due rows, done rows, gateways; and nothing about people."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from goodterms.cli.metrics import WorkerMetrics
from goodterms.gateways.gate import OF_THE_LAST
from goodterms.usecases.run_due import run_due
from tests.support.bulk import due_renewals
from tests.support.crew import PROGRAM
from tests.support.worlds import Sandbox

LABELS = {"kind", "gateway", "outcome", "question", "phase", "table"}


@pytest.fixture(autouse=True)
def _mail_in_memory(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def registry_of(sandbox: Sandbox) -> tuple[CollectorRegistry, WorkerMetrics]:
    registry, metrics = CollectorRegistry(), WorkerMetrics(sandbox.world, lambda: 0)
    registry.register(metrics)
    return registry, metrics


def test_what_is_due_and_what_was_done(sandbox: Sandbox) -> None:
    """Rows due, for how long, rows done, what came of them, and seconds by phase."""
    due_renewals(
        [sandbox.now - timedelta(minutes=n) for n in range(20)],
        ["pm_declined"] * 2 + ["pm_ok"] * 17 + ["pm_answer_lost"],
    )
    registry, metrics = registry_of(sandbox)
    value = registry.get_sample_value
    assert value("goodterms_due_rows", {"kind": "renewals", "gateway": ""}) is None, "not counted yet"
    metrics.count()
    assert value("goodterms_due_rows", {"kind": "renewals", "gateway": ""}) == 20
    assert value("goodterms_oldest_due_seconds", {"kind": "renewals", "gateway": ""}) == 19 * 60
    run_due(sandbox.world, statements=False)
    metrics.count()
    assert value("goodterms_due_rows", {"kind": "renewals", "gateway": ""}) == 0
    assert value("goodterms_oldest_due_seconds", {"kind": "renewals", "gateway": ""}) == 0
    assert value("goodterms_rows_total", {"kind": "renewals"}) == 20
    assert value("goodterms_rows_total", {"kind": "mails"}) == 19
    for outcome, count in (("renewed", 17), ("declined", 2), ("unknown", 1), ("announced", 0), ("expired", 0)):
        assert value("goodterms_renewals_total", {"outcome": outcome}) == count, outcome
    for outcome, count in (("succeeded", 17), ("declined", 2), ("unknown", 1)):
        labels = {"gateway": "bank", "question": "charge", "outcome": outcome}
        assert value("goodterms_gateway_answers_total", labels) == count, outcome
    for phase in ("plan", "ask", "record"):
        assert value("goodterms_batch_seconds_count", {"phase": phase}) == 1
        assert value("goodterms_batch_seconds_sum", {"phase": phase}) > 0
    sandbox.advance(hours=1)
    metrics.count()
    assert value("goodterms_due_rows", {"kind": "charges", "gateway": "bank"}) == 1, "to be looked up"
    run_due(sandbox.world)
    labels = {"gateway": "bank", "question": "look_up", "outcome": "succeeded"}
    assert value("goodterms_gateway_answers_total", labels) == 1


def test_a_gateway_at_rest_is_seen(sandbox: Sandbox) -> None:
    """1 while it is left alone."""
    registry, _ = registry_of(sandbox)
    resting = "goodterms_gateway_resting", {"gateway": "bank"}
    assert registry.get_sample_value(*resting) == 0
    sandbox.bank.kill()
    for _ in range(OF_THE_LAST):
        sandbox.world.gateway("bank").find_charge(key="k", reference="r")
    assert registry.get_sample_value(*resting) == 1
    assert registry.get_sample_value("goodterms_gateway_calls", {"gateway": "bank"}) == 0


def test_counting_that_fails_is_no_end(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last numbers stay, with their age; nothing is raised."""
    registry, metrics = registry_of(sandbox)
    metrics.count()

    def broken(*_: object) -> list[Any]:
        raise ZeroDivisionError

    monkeypatch.setattr("goodterms.cli.metrics.backlog", broken)
    assert metrics.count() == 0
    assert registry.get_sample_value("goodterms_due_rows", {"kind": "renewals", "gateway": ""}) == 0
    assert registry.get_sample_value("goodterms_due_counted_seconds_ago") == 0


def test_a_worker_serves_them(crew: Any) -> None:
    """On the port that was asked for, of this machine only, as text that Prometheus reads; labels name no person."""
    now = datetime.now(UTC).replace(microsecond=0)
    due_renewals([now - timedelta(hours=1)] * 30, ["pm_ok"] * 30)
    worker = crew.start("--metrics-port", "0", "--poll-seconds", "0.1")
    said = worker.stdout.readline().decode()
    crew.ready(worker)
    url = re.search(r"http://127\.0\.0\.1:\d+/metrics", said)
    assert url, said
    deadline = time.monotonic() + 30
    while 'goodterms_renewals_total{outcome="renewed"} 30.0' not in (text := httpx.get(url.group()).text):
        assert time.monotonic() < deadline, text
        time.sleep(0.2)
    families = {family.name: family for family in text_string_to_metric_families(text)}
    assert {
        "goodterms_due_rows", "goodterms_oldest_due_seconds", "goodterms_rows", "goodterms_renewals",
        "goodterms_gateway_answers", "goodterms_batch_seconds", "goodterms_gateway_resting", "goodterms_set_aside",
    } <= families.keys()  # fmt: skip
    assert {label for family in families.values() for sample in family.samples for label in sample.labels} <= LABELS
    assert "example.org" not in text
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0


def test_a_port_that_is_taken(crew: Any) -> None:
    """One line, and it ends."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = subprocess.run(
            [PROGRAM, "worker", "--metrics-port", str(port)], capture_output=True, text=True, check=False,
            env={**os.environ, **crew.environment, "GOODTERMS_DATA": str(crew.place)},
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == f"goodterms: metrics can not be served on 127.0.0.1:{port}: Address already in use\n"
