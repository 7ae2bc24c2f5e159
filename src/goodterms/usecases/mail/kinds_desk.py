"""What letters to the vendor's own people state; those to customers are in `kinds`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from goodterms.usecases.mail.kinds import Sketch
from goodterms.usecases.mail.reader import Reader


def _invitation(r: Reader) -> Sketch:
    company = r.company["name"]
    return Sketch(
        subject=f"You are invited to the support desk of {company}",
        heading=f"Welcome to the support desk of {company}",
        facts=(("Your role", str(r.data.get("role") or "")),),
        action=(r.links.desk, "Sign in"),
        more={"address": r.mail.to},
    )


def _webhook_disabled(r: Reader) -> Sketch:
    return Sketch(
        subject="Facts are not sent any more to an address of yours",
        heading="A webhook endpoint was turned off",
        facts=(
            ("Address", str(r.data["url"])),
            ("It has taken nothing since", r.at("failing_since")),
            ("Turned off", r.at("disabled_at")),
            ("Facts that wait for it", str(r.data["waiting"])),
        ),
        action=(r.links.webhook(UUID(r.data["endpoint"])), "See every attempt"),
        more={"gone": bool(r.data.get("gone"))},
    )


DESK_KINDS: Mapping[str, Callable[[Reader], Sketch]] = {
    "invitation": _invitation,
    "webhook_disabled": _webhook_disabled,
}
