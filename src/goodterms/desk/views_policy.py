"""Policies at the desk: where each version is used, what it says, two compared, a what-if, and publication."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from goodterms import wiring
from goodterms.desk.forms_facts import FactsForm
from goodterms.desk.forms_policy import ProposeForm, WhatIfForm, first_case
from goodterms.desk.pages import actor_of, page, tell, user_of, world_of
from goodterms.domain.comparing.case_space_answers import say_example
from goodterms.domain.comparing.policy_diff import Flip, PolicyDiff
from goodterms.domain.decision import Refusal
from goodterms.domain.policy import Policy
from goodterms.domain.reading.policy_problems import PolicyError
from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.domain.words import CATALOGS
from goodterms.storage import company as profile
from goodterms.storage import proposals
from goodterms.storage.models import PolicyVersion
from goodterms.storage.policies import NoPolicy, policy_by_digest, policy_in_force
from goodterms.storage.queries.desk_customer import policy_version, policy_versions
from goodterms.storage.queries.policy_use import PolicyUse, clause_counts, plans_of, use_by_digest
from goodterms.usecases.check_policies import Document, check_document, compare_documents
from goodterms.usecases.policy_page_text import LANGUAGES, explained, text_in
from goodterms.usecases.publish_policy import PUBLISHERS, confirm_policy, propose_policy, withdraw_policy
from goodterms.usecases.what_if import Invented, WhatIf, facts_to_enter, what_if, what_if_of_order

_UTC = ZoneInfo("UTC")
#: How long searches of a document go on while somebody waits for the page.
_SECONDS_TO_CHECK = 4
_SECONDS_TO_COMPARE = 6
_NOT_USED = PolicyUse((), 0, (), ())


@require_safe
def policies(request: HttpRequest) -> HttpResponse:
    """Every published version, whether it is in force, and where it is used."""
    now, used = world_of(request).now(), use_by_digest()
    newest: set[str] = set()
    rows = []
    for version in policy_versions():
        in_force = version.effective_at <= now and version.name not in newest
        if in_force:
            newest.add(version.name)
        standing = ("In force", "success") if in_force else ("Past", "neutral")
        rows.append(
            {
                "version": version,
                "standing": standing if version.effective_at <= now else ("To come", "info"),
                "use": replace(used.get(version.digest, _NOT_USED), plans=plans_of(version.name) if in_force else ()),
            }
        )
    return page(
        request, "policies.html", title="Policies", rows=rows, proposals=proposals.open_proposals(),
        may_publish=user_of(request).role in PUBLISHERS, versions=[row["version"] for row in rows],
    )  # fmt: skip


@require_safe
def policy(request: HttpRequest, digest: str) -> HttpResponse:
    """One version: its sentences, which rule decided how many cases, the page of customers, and the document."""
    row, found = _version(digest)
    chosen = request.GET.get("lang", "")
    language = chosen if chosen in LANGUAGES else LANGUAGES[0]
    today = world_of(request).now().date()
    return page(
        request, "policy.html", title=f"{found.label}: {found.title}", policy=found, version=row,
        groups=explained(found, on=today), language=language, decided=clause_counts(digest),
        languages=[(code, CATALOGS[code].name) for code in LANGUAGES],
        text=text_in(found, language, company=profile.own_name(), on=today),
    )  # fmt: skip


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Two versions: what changes for whom, and the simplest cases that come out differently."""
    versions = policy_versions()
    chosen = [request.GET.get(name, "") for name in ("before", "after")]
    known = {version.digest: version for version in versions}
    place = request.GET.get("country", "").strip().upper()[:6]
    found = None
    if all(digest in known for digest in chosen):
        old, new = (Document(_label(known[digest]), known[digest].text) for digest in chosen)
        found = _compared(old, new, place)
    return page(
        request, "policy_compare.html", title="Compare policies", versions=versions, before=chosen[0],
        after=chosen[1], country=place, found=found, rows=_rows(found),
    )  # fmt: skip


@require_safe
def whatif(request: HttpRequest, digest: str) -> HttpResponse:
    """Judge a real or an invented case on any day, and see over which days what holds."""
    _, found = _version(digest)
    number = request.GET.get("order", "").strip()
    if number:
        return _of_order(request, found, number)
    start = first_case(found, world_of(request).now())
    given = request.GET if "act" in request.GET else None
    form = WhatIfForm(given, initial=start)
    country = request.GET.get("country", "").strip().upper() or None
    facts = FactsForm(
        given, facts=facts_to_enter(found, country), known={}, zone=_UTC,
        currency=request.GET.get("currency", start["currency"]).upper(),
    )  # fmt: skip
    answer: WhatIf | None = None
    if form.is_bound and form.is_valid() and facts.is_valid():
        try:
            answer = what_if(found, _invented(form.cleaned_data, form, facts))
        except ValueError as problem:
            form.add_error(None, f"This case can not be judged: {problem}.")
    return page(
        request, "policy_whatif.html", title=f"What if: {found.label}", policy=found, form=form, facts=facts,
        answer=answer, days=answer.days if answer else 400, status=422 if form.is_bound and form.errors else 200,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Propose a version for publication: checked first, with every problem in its place."""
    digest = request.GET.get("from", "")
    row = policy_version(digest) if digest else None
    form = ProposeForm(request.POST or None, initial={"text": row.text if row else ""})
    problems: tuple[object, ...] = ()
    warnings: tuple[object, ...] = ()
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        enough = wiring.after_seconds(_SECONDS_TO_CHECK)
        checked = check_document(Document("document", typed["text"]), enough=enough)
        problems, warnings = checked.problems, checked.warnings
        if checked.policy is not None and "check" not in request.POST:
            done = propose_policy(
                world_of(request), typed["text"], "document", by=user_of(request), actor=actor_of(request),
                note=typed["note"],
            )  # fmt: skip
            if not isinstance(done, Refusal) or done.already:
                tell(request, done, f"{checked.policy.label} waits for a second person.")
                return redirect("desk:policies")
            form.add_error(None, done.reason)
        elif checked.policy is not None and not warnings:
            messages.success(request, "Nothing to remark: it can be proposed.")
    return page(
        request, "policy_propose.html", title="Propose a policy version", form=form, problems=problems,
        warnings=warnings, status=422 if form.errors or problems else 200,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def proposed(request: HttpRequest, proposal: int) -> HttpResponse:
    """One proposal: what would change against the version in force; confirm it, or withdraw it."""
    row = proposals.proposal(proposal)
    if row is None:
        raise Http404
    if request.method == "POST":
        world, me, actor = world_of(request), user_of(request), actor_of(request)
        if request.POST.get("act") == "confirm":
            done = confirm_policy(world, proposal, by=me, actor=actor)
            tell(request, done, f"{row.name}@{row.version} is published.")
        else:
            tell(request, withdraw_policy(world, proposal, by=me, actor=actor), "The proposal is withdrawn.")
        return redirect("desk:policies")
    before = _in_force(row.name, world_of(request).now())
    found = None
    if before is not None:
        found = _compared(Document(before.label, before.text), Document("proposal", row.text))
    return page(
        request, "policy_proposed.html", title=f"Proposed: {row.name}@{row.version}", proposal=row, found=found,
        rows=_rows(found),
        policy=_parsed(row.text), before=before, own=row.proposed_by == str(actor_of(request)),
    )  # fmt: skip


def _in_force(name: str, at: datetime) -> Policy | None:
    """The version of a policy that holds now, whatever else is published for later; None for a new policy."""
    try:
        return policy_in_force(at, name)
    except NoPolicy:
        return None


def _compared(old: Document, new: Document, place: str = "") -> PolicyDiff:
    """Two documents compared, for as long as somebody waits."""
    enough = wiring.after_seconds(_SECONDS_TO_COMPARE)
    return compare_documents(old, new, (place,) if place else (), enough=enough)


def _rows(found: PolicyDiff | None) -> list[tuple[str, Flip]]:
    """Cases that come out differently, each in words."""
    return [(say_example(flip.example), flip) for flip in found.flips] if found else []


def _version(digest: str) -> tuple[PolicyVersion, Policy]:
    row = policy_version(digest)
    if row is None:
        raise Http404
    return row, policy_by_digest(digest)


def _of_order(request: HttpRequest, found: Policy, number: str) -> HttpResponse:
    act = request.GET.get("act", "refund")
    day = request.GET.get("day", "")
    try:
        answer = what_if_of_order(
            world_of(request), found, number, act if act in ("refund", "cancel", "withdraw") else "refund",  # type: ignore[arg-type]
            int(day) if day.isdecimal() and len(day) < 4 else None,
        )  # fmt: skip
        problem = f"There is no order {number}."
    except ValueError as error:
        answer, problem = None, f"The order {number} can not be judged: {error}."
    if answer is None:
        messages.error(request, problem)
        return redirect(request.path)
    asked = (answer.case.requested_at - answer.case.placed_at).days
    return page(
        request, "policy_whatif.html", title=f"What if: {found.label}", policy=found, order=number, answer=answer,
        act=act, day=asked, days=answer.days,
    )  # fmt: skip


def _invented(told: dict[str, Any], form: WhatIfForm, facts: FactsForm) -> Invented:
    return Invented(
        act=told["act"], kind=told["kind"], placed_at=told["placed_at"], interval=form.interval(),
        lead_days=told["lead_days"] or 0, amount=told["money"], channel=told["channel"].strip(),
        country=told["country"] or None, state=told["state"].strip().upper() or None, disputed=told["disputed"],
        day=told["day"], facts=facts.stated(),
    )  # fmt: skip


def _parsed(text: str) -> Policy | None:
    try:
        return parse_policy(text, "proposal")
    except PolicyError:
        return None


def _label(version: PolicyVersion) -> str:
    return f"{version.name}@{version.version}"
