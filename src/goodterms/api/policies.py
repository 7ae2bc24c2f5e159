"""Policies, and decisions that change nothing: what a policy says to a case, day by day."""

from __future__ import annotations

from typing import Any

from babel.numbers import is_currency
from django.http import HttpRequest
from ninja import Query

from goodterms.api import told_requests
from goodterms.api.finding import after_code, listed
from goodterms.api.problems import Problem, missing
from goodterms.api.routes import ask, read
from goodterms.api.shapes_refunds import Decision, Policies, PolicyText
from goodterms.api.told import amount, day
from goodterms.api.wishes import Listed, WhatIf
from goodterms.domain.money import Money
from goodterms.domain.reading.policy_words import wrong_country
from goodterms.domain.term import Interval
from goodterms.storage.models import PolicyVersion
from goodterms.storage.policies import policy_by_digest
from goodterms.storage.queries.desk_customer import policy_version
from goodterms.storage.queries.pages import policies_after
from goodterms.usecases.api_keys import Scope
from goodterms.usecases.what_if import Invented, what_if, what_if_of_order
from goodterms.wiring import world

TAG = "Policies"
_TOLD = ("digest", "name", "version", "effective_at", "published_at")


@read("/policies", Scope.POLICIES_READ, TAG, Policies)
def list_policies(request: HttpRequest, query: Query[Listed]) -> Any:
    """List the published versions of all policies."""
    rows = policies_after(after_code(query.after), query.limit + 1)
    return listed([{name: getattr(row, name) for name in _TOLD} for row in rows], query.limit)


@read("/policies/{digest}", Scope.POLICIES_READ, TAG, PolicyText)
def get_policy(request: HttpRequest, digest: str) -> Any:
    """One version with its document."""
    row = _version(digest)
    return {**{name: getattr(row, name) for name in _TOLD}, "text": row.text}


@ask("/decisions", Scope.POLICIES_READ, TAG, Decision)
def decide(request: HttpRequest, body: WhatIf) -> Any:
    """What a policy says to a real order or to an invented case. Nothing is changed."""
    policy = policy_by_digest(_version(body.policy).digest)
    try:
        if body.order_number is not None:
            answer = what_if_of_order(world(), policy, body.order_number, body.act, body.day)
            if answer is None:
                missing("order")
        else:
            answer = what_if(policy, _invented(body))
    except ValueError as problem:
        raise _wrong("act", f"It can not be judged: {problem}.") from None
    return {
        "policy": policy.digest, "verdict": told_requests.verdict(answer.verdict),
        "requested_at": answer.case.requested_at, "days": answer.days,
        "stretches": [
            {
                "first_on": day(one.first_on), "last_on": day(one.last_on), "outcome": one.verdict.outcome,
                "clause": one.verdict.clause, "rule": one.verdict.rule, "least": amount(one.least),
                "most": amount(one.most),
            }
            for one in answer.stretches
        ],
    }  # fmt: skip


def _invented(body: WhatIf) -> Invented:
    if (body.months > 0) == (body.days > 0):
        raise _wrong("months", "Either months or days: set the other one to 0.")
    if not is_currency(body.currency):
        raise _wrong("currency", f"There is no currency {body.currency}.")
    if body.country and (problem := wrong_country(body.country)):
        raise _wrong("country", problem)
    return Invented(
        act=body.act, kind=body.kind, placed_at=body.placed_at or world().now(),
        interval=Interval(body.months, body.days), lead_days=body.lead_days,
        amount=Money(body.amount_minor, body.currency), channel=body.channel, country=body.country, state=body.state,
        disputed=body.disputed, day=body.day, facts={},
    )  # fmt: skip


def _wrong(at: str, message: str) -> Problem:
    return Problem("invalid_body", f"{at}: {message}", errors=[{"at": at, "message": message}])


def _version(digest: str) -> PolicyVersion:
    row = policy_version(digest) if len(digest) == 64 and digest.isalnum() else None
    if row is None:
        missing("policy")
    return row
