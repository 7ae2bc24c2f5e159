"""Published policy versions: by digest (as orders pin them) and as in force at an instant."""

from __future__ import annotations

from datetime import UTC, datetime, time
from functools import lru_cache
from importlib import resources

from django.db import connection

from goodterms.domain.policy import Policy
from goodterms.domain.reading.policy_reader import parse_policy
from goodterms.storage.models import PolicyVersion
from goodterms.storage.policy_numbers import policy_number


class NoPolicy(LookupError):
    """No published policy of that name, digest or instant."""


@lru_cache(maxsize=256)
def _parsed(digest: str) -> Policy:
    text = _one("SELECT text FROM policies WHERE digest = %s", [digest])
    if text is None:
        raise NoPolicy(f"no policy with digest {digest}")
    return parse_policy(text, f"policy {digest[:12]}")


def policy_by_digest(digest: str) -> Policy:
    """The policy version an order was made under (R26, A23). Raises `NoPolicy`."""
    return _parsed(digest)


def policy_in_force(at: datetime, name: str = "reference") -> Policy:
    """The newest version of a policy that is effective at an instant. Raises `NoPolicy`."""
    digest = _one(
        "SELECT digest FROM policies WHERE name = %s AND effective_at <= %s ORDER BY version DESC LIMIT 1",
        [name, at],
    )
    if digest is None:
        raise NoPolicy(f"no version of the policy {name!r} is in force at {at.isoformat()}")
    return _parsed(digest)


def digests_in_force(at: datetime) -> list[str]:
    """The version of every policy that is in force at an instant, in the order of their names."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (name) digest FROM policies WHERE effective_at <= %s ORDER BY name, version DESC",
            [at],
        )
        return [digest for (digest,) in cursor.fetchall()]


def policy_of_plan(plan: str, at: datetime) -> Policy:
    """The policy under which a plan is sold and renewed at an instant. Raises `NoPolicy`."""
    name = _one("SELECT policy_name FROM plans WHERE code = %s", [plan])
    return policy_in_force(at, name or "reference")


def shipped_policy(name: str = "reference") -> str:
    """The text of a policy that comes with goodterms. Raises `NoPolicy`."""
    file = resources.files("goodterms") / "policies" / f"{name}.toml"
    if not file.is_file():
        raise NoPolicy(f"goodterms ships no policy called {name!r}")
    return file.read_text(encoding="utf-8")


def publish(text: str, *, at: datetime, by: str, effective_at: datetime | None = None) -> Policy:
    """Store a policy version for good; publishing the same text again changes nothing.

    It takes effect at the start (UTC) of its `effective_on`, or at `effective_at`. Raises `PolicyError` for a document
    that is refused.
    """
    policy = parse_policy(text, "policy")
    PolicyVersion.objects.get_or_create(
        digest=policy.digest,
        defaults={
            "number": policy_number(policy.digest),
            "name": policy.name,
            "version": policy.version,
            "text": policy.text,
            "effective_at": effective_at or datetime.combine(policy.effective_on, time(), UTC),
            "published_at": at,
            "published_by": by,
        },
    )
    return policy


def _one(sql: str, params: list[str | datetime]) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        row = cursor.fetchone()
    return row[0] if row else None
