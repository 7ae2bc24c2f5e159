"""Administration: agents, the company's profile, plans and prices; and the policies, which everybody may read."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from goodterms.desk import forms_admin as forms
from goodterms.desk.pages import actor_of, page, tell, user_of, world_of
from goodterms.domain.decision import Refusal
from goodterms.storage import agents as people
from goodterms.storage import company as profile
from goodterms.storage import plans as selling
from goodterms.storage.admin_acts import recent_acts
from goodterms.storage.models import Price, Role
from goodterms.usecases import administration


@require_http_methods(["GET", "HEAD", "POST"])
def agents(request: HttpRequest) -> HttpResponse:
    """Everybody of the desk; invite a colleague by e-mail with a role."""
    form = forms.InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        world, typed = world_of(request), form.cleaned_data
        done = administration.invite(world, typed["email"], typed["role"], name=typed["name"], actor=actor_of(request))
        if isinstance(done, Refusal):
            form.add_error("email", done.reason)
        else:
            role = Role(done.role).label
            messages.success(request, f"{done.email} is invited as {role.lower()} and signs in with a code by e-mail.")
            return redirect("desk:agents")
    return page(
        request, "agents.html", title="Agents", agents=people.agents(), form=form, acts=_acts(),
        status=422 if form.errors else 200,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def agent(request: HttpRequest, agent: int) -> HttpResponse:
    """One colleague: change the role, deactivate (sessions end at once), reactivate."""
    found = people.agent(agent)
    if found is None:
        raise Http404
    form = forms.RoleForm(request.POST if request.POST.get("act") == "role" else None, initial={"role": found.role})
    if request.method == "POST":
        me = user_of(request)
        act = request.POST.get("act")
        if act == "role" and form.is_valid():
            role = form.cleaned_data["role"]
            done = administration.change_role(world_of(request), agent, role, by=me, actor=actor_of(request))
            said = "The role is changed."
        elif act in ("deactivate", "reactivate"):
            active = act == "reactivate"
            done = administration.set_active(world_of(request), agent, active, by=me, actor=actor_of(request))
            said = "Reactivated." if act == "reactivate" else "Deactivated. Every session has ended."
        else:
            done, said = Refusal("act_unknown", "Choose what to change."), ""
        tell(request, done, said)
        return redirect("desk:agent", agent=agent)
    return page(
        request, "agent.html", title=found.name or found.email, agent=found, form=form,
        myself=found.pk == user_of(request).pk,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def company(request: HttpRequest) -> HttpResponse:
    """The vendor's profile: names, color, contact routes, sender."""
    row = profile.company()
    form = forms.CompanyForm(request.POST or None, initial={name: getattr(row, name) for name in profile.FIELDS})
    if request.method == "POST" and form.is_valid():
        administration.save_company(world_of(request), form.cleaned_data, actor=actor_of(request))
        messages.success(request, "The profile is saved; pages and mails show it from now on.")
        return redirect("desk:company")
    return page(request, "company.html", title="Company", form=form, status=422 if form.errors else 200)


@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """Plans with the prices in force."""
    return page(request, "plans.html", title="Plans and prices", plans=selling.plans(world_of(request).now()))


@require_http_methods(["GET", "HEAD", "POST"])
def plan_new(request: HttpRequest) -> HttpResponse:
    """Create a plan; its first price is added on its page."""
    form = forms.PlanForm(
        request.POST or None, policies=selling.policy_names(), initial={"length": 12, "unit": "months"}
    )
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        done = administration.create_plan(
            world_of(request), typed["code"].lower(), typed["product"].lower(), typed["name"], form.interval(),
            policy_name=typed["policy_name"], actor=actor_of(request), product_class=typed["product_class"],
        )  # fmt: skip
        if not isinstance(done, Refusal):
            messages.success(request, f"{done.name} is created. Add its first price.")
            return redirect("desk:plan", plan=done.code)
        form.add_error("code" if done.code == "code_taken" else "length", done.reason)
    return page(request, "plan_new.html", title="New plan", form=form, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, plan: str) -> HttpResponse:
    """A plan with its price history; add a price from a day on. Old prices are never edited."""
    now = world_of(request).now()
    view = selling.plan(plan, now)
    if view is None:
        raise Http404
    if request.POST.get("act") in ("sell", "withdraw"):
        administration.set_on_sale(world_of(request), plan, request.POST["act"] == "sell", actor=actor_of(request))
        messages.success(request, "On sale." if request.POST["act"] == "sell" else "Taken off sale; it still renews.")
        return redirect("desk:plan", plan=plan)
    form = forms.PriceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        done = administration.add_price(
            world_of(request), plan, typed["amount"], typed["tax"].minor, typed["effective_at"],
            actor=actor_of(request),
        )  # fmt: skip
        if not isinstance(done, Refusal):
            messages.success(request, "The price is added.")
            return redirect("desk:plan", plan=plan)
        field = {"tax_too_high": "tax", "currency_unknown": "currency"}.get(done.code, "effective_at")
        form.add_error(field, done.reason)
    return page(
        request, "plan.html", title=view.plan.name, plan=view.plan, view=view, form=form, history=_history(view, now),
        status=422 if form.errors else 200,
    )  # fmt: skip


def _history(view: selling.PlanView, now: datetime) -> list[tuple[Price, tuple[str, str]]]:
    """Every price with how it stands: to come, in force, past."""
    current = {price.currency: price.pk for price in reversed(view.history) if price.effective_at <= now}
    return [
        (price, _standing(price.effective_at > now, current.get(price.currency) == price.pk)) for price in view.history
    ]


def _standing(to_come: bool, current: bool) -> tuple[str, str]:
    return ("To come", "info") if to_come else ("In force", "success") if current else ("Past", "neutral")


def _acts() -> list[dict[str, object]]:
    """Administrative acts as the audit list shows them."""
    return [
        {
            "at": act.at,
            "what": f"{act.act.replace('.', ' ').replace('_', ' ').capitalize()}: {act.subject}",
            "actor": act.actor.partition(":")[2],
            "detail": ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in act.data.items()),
        }
        for act in recent_acts()
    ]
