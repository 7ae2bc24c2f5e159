"""Entering the facts that the rules of a case need: typed, checked, kept with who said them; then judged anew."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from goodterms.desk.case_rules import facts_of_case
from goodterms.desk.forms_facts import FactsForm
from goodterms.desk.pages import actor_of, world_of
from goodterms.desk.views_case import act_page, decided_before, key_of_case, shown_of
from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.refund_request import RefundRequest
from goodterms.usecases import review

_OUTCOMES = {
    "grant": "grants the refund",
    "deny": "denies the refund",
    "refer": "refers the customer elsewhere",
    "review": "leaves it to a person",
}


@require_http_methods(["GET", "HEAD", "POST"])
def facts(request: HttpRequest, req: str) -> HttpResponse:
    """Enter or correct facts; the verdict is computed anew and shown."""
    shown = shown_of(request, req)
    if not shown.case.request.state.open:
        return decided_before(request, shown)
    case = shown.case
    missing, stated, others = facts_of_case(case, shown.verdict)
    home = {"country": case.subscription.buyer_country, "state": case.subscription.buyer_state}
    known = {**home, **case.beside.facts, **{name: fact.value for name, fact in case.request.facts.items()}}
    form = FactsForm(
        request.POST or None, facts=[*missing, *stated, *others], known=known,
        currency=case.order.amount.currency, zone=shown.zone,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        done = review.state_facts(world_of(request), *key_of_case(shown), form.stated(), actor=actor_of(request))
        if isinstance(done, Decision):
            _tell(request, done)
            return redirect("desk:request", req)
        if done.already:
            messages.info(request, done.reason)
            return redirect("desk:request", req)
        if done.code == "wrong_state":
            return decided_before(request, shown)
        _refuse(form, done)
    names = [[fact.name for fact in group] for group in (missing, stated, others)]
    return act_page(
        request, shown, "act_facts.html", title="Facts the rules need", form=form,
        missing=form.fields_of(names[0]), stated=form.fields_of(names[1]), others=form.fields_of(names[2]),
        others_open=form.wrong(names[2]) or not (names[0] or names[1]),
        status=422 if form.is_bound and form.errors else 200,
    )  # fmt: skip


def _tell(request: HttpRequest, done: Decision) -> None:
    """What the rules say now."""
    changed = done.outcome
    assert isinstance(changed, RefundRequest)
    verdict = changed.verdict or {}
    if verdict.get("outcome") == "ask":
        messages.warning(request, "Recorded. The rules still need to know more.")
        return
    said = _OUTCOMES.get(str(verdict.get("outcome")), "has decided")
    messages.success(request, f"Recorded. {verdict.get('clause')} of {verdict.get('rule')} {said}.")


def _refuse(form: FactsForm, done: Refusal) -> None:
    name = done.values.get("fact", "")
    form.add_error(name if name in form.fields else None, done.reason)
