"""Every address of the desk. Who may open it is said in `access.ROLES`."""

from __future__ import annotations

from django.urls import URLPattern, path

from goodterms.desk import (
    views_admin,
    views_audit,
    views_case,
    views_customer,
    views_facts,
    views_finance,
    views_intake,
    views_policy,
    views_queue,
    views_refund,
    views_sandboxes,
    views_webhooks,
)
from goodterms.desk.access import View, guard

app_name = "desk"


def _at(route: str, view: View, name: str) -> URLPattern:
    return path(route, guard(name, view), name=name)


urlpatterns = [
    _at("", views_queue.home, "home"),
    _at("approvals/", views_queue.approvals, "approvals"),
    _at("refunds/", views_queue.refunds, "refunds"),
    _at("finance/", views_finance.finance, "finance"),
    _at("finance/differences.csv", views_finance.differences_csv, "differences_csv"),
    _at("finance/<int:id>/settle/", views_finance.difference_settle, "difference_settle"),
    _at("webhooks/<int:id>/again/", views_queue.webhook_again, "webhook_again"),
    _at("refunds/<str:ref>/", views_refund.show, "refund"),
    _at("requests/new/", views_intake.new, "request_new"),
    _at("requests/<str:req>/", views_case.show, "request"),
    _at("requests/<str:req>/take/", views_case.take, "request_take"),
    _at("requests/<str:req>/approve/", views_case.approve, "request_approve"),
    _at("requests/<str:req>/goodwill/", views_case.goodwill, "request_goodwill"),
    _at("requests/<str:req>/decline/", views_case.decline, "request_decline"),
    _at("requests/<str:req>/ask/", views_case.ask, "request_ask"),
    _at("requests/<str:req>/information/", views_case.information, "request_information"),
    _at("requests/<str:req>/facts/", views_facts.facts, "request_facts"),
    _at("requests/<str:req>/reopen/", views_case.reopen, "request_reopen"),
    _at("inquiries/<uuid:inq>/", views_intake.inquiry, "inquiry"),
    _at("search/", views_queue.search, "search"),
    _at("customers/<str:cus>/", views_customer.customer, "customer"),
    _at("customers/<str:cus>/mails/<uuid:mail>/", views_customer.mail, "mail"),
    _at("subscriptions/<str:sub>/", views_customer.subscription, "subscription"),
    _at("subscriptions/<str:sub>/cancel/", views_customer.cancel, "subscription_cancel"),
    _at("subscriptions/<str:sub>/undo/", views_customer.undo, "subscription_undo"),
    _at("policies/", views_policy.policies, "policies"),
    _at("policies/compare/", views_policy.compare, "policy_compare"),
    _at("policies/propose/", views_policy.propose, "policy_propose"),
    _at("policies/proposals/<int:proposal>/", views_policy.proposed, "policy_proposed"),
    _at("policies/<str:digest>/", views_policy.policy, "policy"),
    _at("policies/<str:digest>/what-if/", views_policy.whatif, "policy_whatif"),
    _at("audit/", views_audit.audit, "audit"),
    _at("agents/", views_admin.agents, "agents"),
    _at("agents/<int:agent>/", views_admin.agent, "agent"),
    _at("company/", views_admin.company, "company"),
    _at("webhooks/", views_webhooks.webhooks, "webhooks"),
    _at("webhooks/<uuid:endpoint>/", views_webhooks.webhook, "webhook"),
    _at("sandboxes/", views_sandboxes.sandboxes, "sandboxes"),
    _at("plans/", views_admin.plans, "plans"),
    _at("plans/new/", views_admin.plan_new, "plan_new"),
    _at("plans/<slug:plan>/", views_admin.plan, "plan"),
]
