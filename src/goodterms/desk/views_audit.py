"""The audit: what the last one found and what to do about it; ask for another."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from goodterms.desk.pages import actor_of, page, person, world_of
from goodterms.storage.audit.invariants import INVARIANTS
from goodterms.storage.audit.results import last_result, last_runs
from goodterms.usecases.audit.advice import what_to_do
from goodterms.usecases.audit.keep import want_audit


@require_http_methods(["GET", "HEAD", "POST"])
def audit(request: HttpRequest) -> HttpResponse:
    """When it ran, how long it took, and every invariant that is broken with its rows."""
    if request.method == "POST":
        want_audit(world_of(request), actor=actor_of(request))
        messages.success(
            request, "The audit is asked for. The next worker with time runs it; its result appears here."
        )
        return redirect("desk:audit")
    last = last_result()
    texts = {one.number: one.text for one in INVARIANTS}
    broken: dict[int, list[dict[str, str]]] = {}
    for one in last.found if last else ():
        broken.setdefault(one["invariant"], []).append(one)
    groups = [
        {"number": n, "text": texts.get(n, ""), "rows": rows, "advice": what_to_do(n, rows[0]["detail"])}
        for n, rows in sorted(broken.items())
    ]
    runs = [(run, person(run.asked_by)) for run in last_runs()]
    asked = sum(1 for one in INVARIANTS if one.applies)
    seconds = (last.took_ms or 0) / 1000 if last else 0
    return page(
        request, "audit.html", title="Audit", last=last, groups=groups, runs=runs, asked=asked,
        took=f"{seconds:.1f}",
    )  # fmt: skip
