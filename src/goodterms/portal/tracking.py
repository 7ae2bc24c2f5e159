"""A refund request's page: followed like a parcel, answered, taken back, appealed (R35, R36, R39).

Its owner sees it when signed in; a signed link from a letter shows the same page without signing in. GET only shows,
POST acts, so that a program that opens every link of a letter changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from goodterms.domain.counting import counting_zone, local_date
from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.facts import Actor
from goodterms.domain.public_id import REQUEST, PublicIdError, decode, encode
from goodterms.domain.refund_request import RefundRequest
from goodterms.portal.forms import Answer, Appeal, facts_of
from goodterms.portal.forms_facts import PREFIX
from goodterms.portal.identity import actor_of, customer_key
from goodterms.portal.parcel import asked_of, parcel_of, unclear_of
from goodterms.portal.words import refusal_words
from goodterms.storage.inquiries import claimed_from
from goodterms.storage.load import NotFound
from goodterms.storage.models import Inquiry
from goodterms.storage.policies import policy_of_plan
from goodterms.usecases import request_refund as journey
from goodterms.usecases.cases import Case, load_case
from goodterms.usecases.customers import owns
from goodterms.usecases.inquiries import complete_inquiry, load_inquiry
from goodterms.usecases.links import Subject, read_token, request_token
from goodterms.wiring import world


@dataclass(frozen=True, slots=True)
class Found:
    """What an address leads to: a case, or an inquiry that names no order yet; `ref` repeats the address."""

    ref: str
    case: Case | None
    inquiry: Inquiry | None
    by_link: bool

    @property
    def actor(self) -> Actor:
        """Who acts: the customer, or whoever holds the letter about an inquiry."""
        if self.case is None:
            return Actor("customer", "mail link")
        return actor_of(self.case.request.bucket, self.case.request.customer_id)


@login_not_required
@require_safe
def track(request: HttpRequest, ref: str) -> HttpResponse:
    """Where the request stands."""
    found = _found(request, ref)
    if found is None:
        return redirect_to_login(request.get_full_path())
    if found.inquiry is not None and found.inquiry.request_id is not None:
        return redirect(
            "portal:request", ref=request_token(found.inquiry.request_bucket or 0, found.inquiry.request_id)
        )
    return _page(request, found)


@login_not_required
@require_POST
def answer(request: HttpRequest, ref: str) -> HttpResponse:
    """The customer answers in words, completes or corrects the four facts; the request keeps its date (R35)."""
    found = _found(request, ref)
    if found is None:
        return redirect_to_login(_address(ref))
    form = _answer_form(found, request.POST)
    if not form.is_valid():
        return _page(request, found, answer=form)
    decision: Decision | Refusal | None
    if found.case is not None:
        sent = found.case.request
        decision = journey.give_information(
            world(), sent.bucket, sent.id, form.claimed(), actor=found.actor,
            answer=form.cleaned_data.get("answer", ""), stated=form.stated,
        )  # fmt: skip
        if isinstance(decision, Refusal) and decision.code in ("answer_missing", "fact_invalid"):
            field = f"{PREFIX}{decision.values['fact']}" if decision.code == "fact_invalid" else None
            form.add_error(field, refusal_words(decision))
            return _page(request, found, answer=form)
    else:
        assert found.inquiry is not None
        decision = complete_inquiry(world(), found.inquiry.id, form.claimed(), actor=found.actor)
    return _done(request, found, decision, "Thank you. We have your answer; your request keeps its date.")


@login_not_required
@require_POST
def retract(request: HttpRequest, ref: str) -> HttpResponse:
    """Take the request back before it is decided."""
    found = _case_found(request, ref)
    sent = found.request
    decision = journey.retract(world(), sent.bucket, sent.id, actor=actor_of(sent.bucket, sent.customer_id))
    return _done(request, ref, decision, "You have taken your request back. Nothing was changed.")


@login_not_required
@require_POST
def appeal(request: HttpRequest, ref: str) -> HttpResponse:
    """Have a declined request looked at again, once."""
    found = _case_found(request, ref)
    sent = found.request
    form = Appeal(request.POST)
    if not form.is_valid():
        return _page(request, Found(ref, found, None, read_token(ref) is not None), appeal=form)
    decision = journey.appeal(
        world(), sent.bucket, sent.id, form.cleaned_data["reason"], actor=actor_of(sent.bucket, sent.customer_id)
    )
    return _done(request, ref, decision, "We look at your request again. You hear from us by mail.")


def _done(request: HttpRequest, found: Found | str, decision: Decision | Refusal | None, words: str) -> HttpResponse:
    if isinstance(decision, Refusal):
        messages.info(request, refusal_words(decision))
    else:
        messages.success(request, words)
    return redirect(_address(found if isinstance(found, str) else found.ref))


def _address(ref: str) -> str:
    return reverse("portal:request", args=[ref])


def _case_found(request: HttpRequest, ref: str) -> Case:
    found = _found(request, ref)
    if found is None or found.case is None:
        raise Http404
    return found.case


def _found(request: HttpRequest, ref: str) -> Found | None:
    """What `ref` leads to; None asks to sign in first. Raises Http404, for other people's requests too."""
    subject = read_token(ref)
    if subject is None:
        if not request.user.is_authenticated:
            return None
        subject = _own(ref)
        case = _load(subject)
        if not owns(customer_key(request), case.request.bucket, case.request.customer_id):
            raise Http404
        return Found(ref, case, None, False)
    if subject.kind == "request":
        return Found(ref, _load(subject), None, True)
    try:
        return Found(ref, None, load_inquiry(subject.id), True)
    except NotFound:
        raise Http404 from None


def _own(ref: str) -> Subject:
    try:
        return Subject("request", *decode(REQUEST, ref))
    except PublicIdError:
        raise Http404 from None


def _load(subject: Subject) -> Case:
    try:
        return load_case(subject.bucket, subject.id, world().now(), lock=False)
    except NotFound:
        raise Http404 from None


def _policy(found: Found) -> Any:
    return found.case.policy if found.case else policy_of_plan("", world().now())


def _answer_form(found: Found, typed: QueryDict | None = None) -> Answer:
    """The form that asks for what is open: words to a question, facts that are unclear."""
    today = local_date(world().now(), counting_zone(_policy(found).counting, None))
    if found.case is None:
        assert found.inquiry is not None
        first = facts_of(claimed_from(found.inquiry.claimed))
        return Answer(typed, initial=first, today=today, question=False, facts_asked=True)
    sent = found.case.request
    question = sent.open_question is not None
    asked = asked_of(found.case)
    four = bool(unclear_of(found.case)) or not (question or asked)
    return Answer(typed, initial=facts_of(sent.claimed), today=today, question=question, facts_asked=four, asked=asked)


def _page(
    request: HttpRequest, found: Found, *, answer: Answer | None = None, appeal: Appeal | None = None
) -> HttpResponse:
    policy, now = _policy(found), world().now()
    zone = counting_zone(policy.counting, found.case.order.buyer_timezone if found.case else None)
    context: dict[str, Any] = {"found": found, "ref": found.ref, "zone": zone.key, "now": now, "policy": policy}
    if found.case is not None:
        sent: RefundRequest = found.case.request
        context |= {"title": f"Refund request {sent.number}", "sent": sent, **parcel_of(found.case)}
        context["public_id"] = encode(REQUEST, sent.bucket, sent.id)
    else:
        assert found.inquiry is not None
        context |= {"title": f"Refund request {found.inquiry.number}", "inquiry": found.inquiry}
    context["form"] = answer or _answer_form(found)
    context["appeal"] = appeal or Appeal()
    failed = bool((answer and answer.errors) or (appeal and appeal.errors))
    return render(request, "portal/request.html", context, status=422 if failed else 200)
