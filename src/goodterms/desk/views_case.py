"""A refund request: its page and the acts on it. Acts are confirmed, refused in words, harmless when repeated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from goodterms.desk import forms
from goodterms.desk.access import is_senior
from goodterms.desk.case import Shown, case_context, checks, load_shown, preview_rows
from goodterms.desk.case_rules import rule_words
from goodterms.desk.pages import actor_of, key_of, page, person, related_to, tell, world_of
from goodterms.domain.approval import ApprovalOutcome, Wish
from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.public_id import REQUEST
from goodterms.domain.refund_request import RefundRequest, RequestState
from goodterms.storage.load import NotFound
from goodterms.usecases import request_refund, review


@require_safe
def show(request: HttpRequest, req: str) -> HttpResponse:
    """The case: facts against the order, findings, what approving will do, what happened."""
    shown = shown_of(request, req)
    preview = _preview(request, shown, shown.wish) if shown.case.request.state.open else None
    first = [(person(a.by), a.at) for a in shown.case.request.approvals]
    return page(
        request, "case.html",
        title=f"Refund request {shown.case.request.number}", first=first, zone=shown.zone,
        handler=person(shown.case.request.handled_by), mine=shown.case.request.handled_by == str(actor_of(request)),
        opened_by=person(shown.case.request.opened_by), decided_by=person(shown.case.request.decided_by),
        **case_context(shown, preview),
    )  # fmt: skip


@require_POST
def take(request: HttpRequest, req: str) -> HttpResponse:
    """Begin to review a request."""
    bucket, id = key_of(REQUEST, req)
    tell(request, _found(review.take, world_of(request), bucket, id, actor=actor_of(request)), "You handle this now.")
    return redirect("desk:request", req)


@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: HttpRequest, req: str) -> HttpResponse:
    """Show what approving will do, then do exactly that."""
    shown = shown_of(request, req)
    if request.method == "POST":
        return _approve(request, shown, shown.wish)
    if not shown.case.request.state.open:
        return decided_before(request, shown)
    return _confirm(request, shown, shown.wish)


@require_http_methods(["GET", "HEAD", "POST"])
def goodwill(request: HttpRequest, req: str) -> HttpResponse:
    """Propose an amount outside the policy, see what it does, and confirm it."""
    shown = shown_of(request, req)
    case = shown.case
    if not case.request.state.open:
        return decided_before(request, shown)
    if shown.wish is not None:
        return redirect("desk:request_approve", req)
    form = forms.GoodwillForm(request.POST or None, currency=case.order.amount.currency)
    if request.method == "POST" and form.is_valid() and "change" not in request.POST:
        wish = Wish(form.cleaned_data["amount"], form.cleaned_data["reason"])
        if "shown" in request.POST:
            return _approve(request, shown, wish)
        refused = _preview(request, shown, wish)
        if not isinstance(refused, Refusal):
            return _confirm(request, shown, wish)
        form.add_error(None, refused.reason)
    limits = case.policy.refund.goodwill
    most = min(
        case.order.amount.share(limits.max_share_percent, 100), case.order.refundable, key=lambda amount: amount.minor
    )
    return act_page(
        request, shown, "act_goodwill.html", form=form, title="Goodwill or partial refund",
        most=most, limits=limits,
        status=422 if form.errors and "change" not in request.POST else 200,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, req: str) -> HttpResponse:
    """Decline with the policy's criterion and, where it grants, a note that says why."""
    shown = shown_of(request, req)
    return _text_act(
        request, shown, _decline_form(shown), "act_decline.html", title="Decline the request", reached="declined",
        possible=shown.case.request.state.open,
        success="The request is declined; the customer is told the reason.",
        act=lambda text: review.decline(
            world_of(request), *key_of_case(shown), actor=actor_of(request), note=text
        ),
    )  # fmt: skip


def _decline_form(shown: Shown) -> Callable[[Any], Form]:
    """The note is asked for, not offered, where the policy grants (R36)."""

    def form_of(data: Any) -> Form:
        form = forms.DeclineForm(data)
        if shown.case.request.state.open and shown.verdict["outcome"] == "grant":
            note = form.fields["text"]
            note.required = True
            note.help_text = "Needed, because the policy grants this request: say why it is declined all the same."
            note.error_messages["required"] = "The policy grants this request; say why it is declined all the same."
        return form

    return form_of


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, req: str) -> HttpResponse:
    """Ask the customer; the request keeps its date."""
    shown = shown_of(request, req)
    return _text_act(
        request, shown, forms.QuestionForm, "act_ask.html", title="Ask for information", reached="needs_information",
        possible=shown.case.request.state.open,
        success="The question is on its way to the customer.",
        act=lambda text: review.ask(world_of(request), *key_of_case(shown), text, actor=actor_of(request)),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, req: str) -> HttpResponse:
    """Look at a declined request again."""
    shown = shown_of(request, req)
    return _text_act(
        request, shown, forms.ReasonForm, "act_reopen.html", title="Reopen the request", reached="in_review",
        possible=shown.case.request.state is RequestState.DECLINED,
        success="The request is open again and keeps its first date.",
        act=lambda text: request_refund.appeal(world_of(request), *key_of_case(shown), text, actor=actor_of(request)),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def information(request: HttpRequest, req: str) -> HttpResponse:
    """Record what the customer answered, by phone for example; the facts are compared again."""
    shown = shown_of(request, req)
    if request.method != "POST" and shown.case.request.state is not RequestState.NEEDS_INFORMATION:
        return decided_before(request, shown)
    told = shown.case.request.claimed
    first = {
        "order_number": told.order_number, "email": told.email, "name": told.name, "purchase_on": told.purchase_on,
    }  # fmt: skip
    asked = shown.case.request.open_question is not None
    form = forms.InformationForm(request.POST or None, initial=first, question=asked)
    if request.method == "POST" and form.is_valid():
        done = request_refund.give_information(
            world_of(request), *key_of_case(shown), form.claimed(), actor=actor_of(request),
            answer=form.cleaned_data["answer"],
        )  # fmt: skip
        if not isinstance(done, Refusal):
            settled = isinstance(done.outcome, RefundRequest) and done.outcome.state
            if settled == RequestState.IN_REVIEW:
                messages.success(request, "The facts are confirmed; the request is in review.")
            else:
                messages.warning(request, "Recorded. Something is still unclear; the customer was asked again.")
            return redirect("desk:request", req)
        if done.already:
            messages.info(request, done.reason)
            return redirect("desk:request", req)
        form.add_error("answer" if done.code == "answer_missing" else None, done.reason)
    return act_page(
        request, shown, "act_information.html", form=form, title="Record information",
        checks=checks(shown.case), status=422 if form.errors else 200,
    )  # fmt: skip


def _approve(request: HttpRequest, shown: Shown, wish: Wish | None) -> HttpResponse:
    done = review.approve(
        world_of(request), *key_of_case(shown), actor=actor_of(request), wish=wish, related=related_to(request),
        senior=is_senior(request), shown=request.POST.get("shown", ""),
    )  # fmt: skip
    if isinstance(done, Refusal):
        if done.code == "preview_changed":
            messages.warning(request, f"{done.reason} Please look again.")
            return _confirm(request, shown, wish)
        if done.code == "wrong_state":
            return decided_before(request, shown)
        tone = messages.info if done.code == "same_person" else messages.error
        tone(request, done.reason)
    else:
        assert isinstance(done.outcome, ApprovalOutcome)
        final = done.outcome.final
        messages.success(
            request,
            "Approved. The refund is on its way to the gateway." if final
            else "Your approval is recorded. A second person has to confirm it; nothing is paid yet.",
        )  # fmt: skip
    return redirect("desk:request", shown.public_id)


def _confirm(request: HttpRequest, shown: Shown, wish: Wish | None) -> HttpResponse:
    """The confirm step: what approving does, or why it can not be done."""
    outcome = _preview(request, shown, wish)
    approvals = [(person(a.by), a.at) for a in shown.case.request.approvals]
    waits = isinstance(outcome, Refusal) and outcome.code == "same_person"
    return act_page(
        request, shown, "act_approve.html", title="Approve the refund",
        wish=wish, proposing=wish is not None and not approvals, first=approvals,
        outcome=None if isinstance(outcome, Refusal) else outcome,
        refusal=outcome if isinstance(outcome, Refusal) else None,
        rows=[] if isinstance(outcome, Refusal) else preview_rows(shown, outcome),
        waits=waits, status=409 if isinstance(outcome, Refusal) and not waits else 200,
    )  # fmt: skip


def _text_act(
    request: HttpRequest, shown: Shown, form_of: Callable[[Any], Form], template: str, *, title: str, reached: str,
    success: str, act: Callable[[str], Decision | Refusal], possible: bool,
) -> HttpResponse:  # fmt: skip
    """An act with one text: shown with its form, done, refused with what was typed, or found done before."""
    form = form_of(request.POST or None)
    if request.method != "POST" and not possible:
        return decided_before(request, shown)
    if request.method == "POST" and form.is_valid():
        done = act(form.cleaned_data["text"])
        if not isinstance(done, Refusal):
            messages.success(request, success)
            return redirect("desk:request", shown.public_id)
        if done.code == "wrong_state" and done.values.get("state") == reached:
            return decided_before(request, shown)
        form.add_error("text" if "missing" in done.code else None, done.reason)
    return act_page(request, shown, template, form=form, title=title, status=422 if form.errors else 200)


def act_page(request: HttpRequest, shown: Shown, template: str, *, status: int = 200, **more: Any) -> HttpResponse:
    """A page of an act on a case, with the case beside it."""
    context: Mapping[str, Any] = {
        "shown": shown, "case": shown.case, "request_": shown.case.request, "order": shown.case.order,
        "subscription": shown.case.subscription, "verdict": shown.verdict, "policy": shown.case.policy,
        "deciding": {"because": shown.verdict["because"]}, "rule": rule_words(shown.case, shown.verdict),
    }  # fmt: skip
    return page(request, template, status=status, zone=shown.zone, **{**context, **more})


def decided_before(request: HttpRequest, shown: Shown) -> HttpResponse:
    """Back to the case, whose state does not allow the act any more."""
    state = shown_of(request, shown.public_id).case.request.state.replace("_", " ")
    messages.info(request, f"The request is {state} already; nothing was changed.")
    return redirect("desk:request", shown.public_id)


def _preview(request: HttpRequest, shown: Shown, wish: Wish | None) -> ApprovalOutcome | Refusal:
    return review.preview_approval(
        world_of(request), *key_of_case(shown), actor=actor_of(request), wish=wish, related=related_to(request),
        senior=is_senior(request),
    )  # fmt: skip


def shown_of(request: HttpRequest, req: str) -> Shown:
    """The case of an address. Raises Http404."""
    bucket, id = key_of(REQUEST, req)
    found: Shown = _found(load_shown, world_of(request), bucket, id)
    return found


def _found(call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    try:
        return call(*args, **kwargs)
    except NotFound:
        raise Http404 from None


def key_of_case(shown: Shown) -> tuple[int, Any]:
    """Bucket and id of a case's request."""
    return shown.case.request.bucket, shown.case.request.id
