"""What a worker tells Prometheus: what is due, what was done, what the gateways said and how they are.

Labels name kinds, gateways, outcomes and phases; nothing here is about a person or an amount.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import typer
from django.db import connection
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.registry import Collector

from goodterms.storage.audit.results import last_result
from goodterms.storage.queries.due import Backlog, backlog
from goodterms.usecases.fence import current
from goodterms.usecases.lanes import Lane
from goodterms.usecases.run_due import KINDS
from goodterms.usecases.set_aside import log_failure
from goodterms.usecases.tally import CAME_OF

if TYPE_CHECKING:
    from goodterms.usecases.hands import Hand
    from goodterms.usecases.world import World

#: What is due is counted this often, whoever asks how often.
COUNTED_EVERY_SECONDS = 15


class WorkerMetrics(Collector):
    """Reads the tally of this process and what was last counted in the database."""

    def __init__(self, world: World, elapsed: Callable[[], float], hands: Sequence[Hand] = ()) -> None:
        self._world, self._elapsed, self._hands = world, elapsed, hands
        self._lock = threading.Lock()
        self._due: Sequence[tuple[Backlog, float]] = ()
        self._audited: tuple[int, float] | None = None
        self._counted: float | None = None
        self._fenced = False

    def count(self) -> int:
        """Count what is due; what fails is logged and tried again later."""
        try:
            now = self._world.now()
            fenced = (self._world.fence.last or current()) is not None
            found = last_result()
            audited = (len(found.found), (now - found.ended_at).total_seconds()) if found and found.ended_at else None
            due = [(one, (now - one.oldest_at).total_seconds() if one.oldest_at else 0) for one in backlog(now)]
        except Exception as problem:
            log_failure("step failed", problem, step="metrics")
            connection.close()
        else:
            with self._lock:
                self._due, self._audited, self._counted = due, audited, self._elapsed()
                self._fenced = fenced
        return 0

    def collect(self) -> Iterator[Metric]:
        """Everything, as it is now."""
        yield from self._what_is_due()
        yield from self._audit()
        yield from self._what_was_done()
        yield from self._gateways()

    def _what_is_due(self) -> Iterator[Metric]:
        with self._lock:
            due, counted, fenced = self._due, self._counted, self._fenced
        if counted is None:
            return
        rows = GaugeMetricFamily(
            "goodterms_due_rows", "Rows that are due, up to a million.", labels=["kind", "gateway"]
        )
        age = GaugeMetricFamily(
            "goodterms_oldest_due_seconds", "For how long the oldest has been due.", labels=["kind", "gateway"]
        )
        for one, seconds in due:
            rows.add_metric([one.kind, one.gateway], one.rows)
            age.add_metric([one.kind, one.gateway], seconds)
        yield GaugeMetricFamily("goodterms_fenced", "1 while nothing is sent outward.", value=int(fenced))
        yield rows
        yield age
        yield GaugeMetricFamily(
            "goodterms_due_counted_seconds_ago", "When the due rows were counted.", value=self._elapsed() - counted
        )

    def _audit(self) -> Iterator[Metric]:
        with self._lock:
            audited = self._audited
        if audited is not None:
            violations, seconds = audited
            yield GaugeMetricFamily("goodterms_audit_violations", "What the last audit found.", value=violations)
            yield GaugeMetricFamily("goodterms_audit_seconds_ago", "When it ended, as last counted.", value=seconds)

    def _what_was_done(self) -> Iterator[Metric]:
        tally = self._world.tally
        rows = CounterMetricFamily("goodterms_rows", "Rows worked on.", labels=["kind"])
        for kind in KINDS:
            rows.add_metric([kind], tally.rows[kind])
        came_of = CounterMetricFamily("goodterms_renewals", "What came of renewals.", labels=["outcome"])
        for outcome, fact in CAME_OF.items():
            came_of.add_metric([outcome], tally.facts[fact.value])
        aside = CounterMetricFamily("goodterms_set_aside", "Rows that could not be worked on.", labels=["table"])
        for table in ("subscriptions", "charges", "refunds"):
            aside.add_metric([table], tally.set_aside[table])
        took = SummaryMetricFamily("goodterms_batch_seconds", "Seconds in a phase of a batch.", labels=["phase"])
        for phase, count in list(tally.phases.items()):
            took.add_metric([phase], count, tally.seconds[phase])
        yield from (rows, came_of, aside, took)

    def _gateways(self) -> Iterator[Metric]:
        answers = CounterMetricFamily(
            "goodterms_gateway_answers", "Answers to charges and look-ups.", labels=["gateway", "question", "outcome"]
        )
        for labels, count in list(self._world.tally.answers.items()):
            answers.add_metric(labels, count)
        rests = GaugeMetricFamily("goodterms_gateway_resting", "1 while it is left alone.", labels=["gateway"])
        calls = GaugeMetricFamily(
            "goodterms_gateway_calls", "Calls under way, those of other hands left out.", labels=["gateway"]
        )
        for name, gateway in self._world.gateways.items():
            ailing = gateway.gate.ailing or any(name in hand.ailing for hand in self._hands)
            rests.add_metric([name], int(ailing))
            calls.add_metric([name], gateway.gate.pace.under_way)
        yield from (answers, rests, calls)


def serve_metrics(
    world: World, elapsed: Callable[[], float], address: str, port: int, hands: Sequence[Hand] = ()
) -> Lane:
    """Serve metrics until the process ends; the lane that counts what is due. Ends with 1 where the port is taken."""
    metrics = WorkerMetrics(world, elapsed, hands)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(metrics)
    try:
        server, _ = start_http_server(port, address, registry)
    except OSError as problem:
        typer.echo(f"goodterms: metrics can not be served on {address}:{port}: {problem.strerror}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"Metrics are on http://{address}:{server.server_port}/metrics")
    return Lane("metrics", metrics.count, COUNTED_EVERY_SECONDS)
