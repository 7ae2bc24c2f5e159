"""What happens to an inquiry: the customer completes it, or an agent links it to an order or closes it."""

from __future__ import annotations

from uuid import UUID

from goodterms.domain.decision import Decision, Refusal
from goodterms.domain.facts import Actor
from goodterms.domain.refund_request import Claimed, RefundRequest
from goodterms.storage.directory import find_order
from goodterms.storage.inquiries import claimed_from, close_inquiry, update_claims
from goodterms.storage.load import NotFound
from goodterms.storage.models import Inquiry
from goodterms.storage.queries.orders import buyer_email_of
from goodterms.usecases.request_refund import request_refund
from goodterms.usecases.world import World


def load_inquiry(id: UUID) -> Inquiry:
    """One inquiry. Raises `NotFound`."""
    found = Inquiry.objects.filter(id=id).first()
    if found is None:
        raise NotFound(f"no inquiry {id}")
    return found


def complete_inquiry(world: World, id: UUID, later: Claimed, *, actor: Actor) -> Decision | Refusal | None:
    """The customer corrected the facts: a case, dated by the first contact, once they lead to an order; else None."""
    inquiry = load_inquiry(id)
    if inquiry.state != "open":
        return Refusal("wrong_state", "This request has been dealt with already.")
    claimed = claimed_from(inquiry.claimed).completed_by(later)
    update_claims(id, claimed)
    found = find_order(claimed.order_number) if claimed.order_number else None
    if found is None:
        return None
    if buyer_email_of(found[0], found[1]).casefold() != claimed.email.strip().casefold():
        return None
    return _link(world, inquiry, found[0], found[1], claimed, actor)


def link_inquiry(world: World, id: UUID, order_number: str, *, actor: Actor) -> Decision | Refusal:
    """An agent found the order: open the case with the inquiry's date, facts compared as given."""
    inquiry = load_inquiry(id)
    if inquiry.state != "open":
        return Refusal("wrong_state", "This request has been dealt with already.")
    found = find_order(order_number)
    if found is None:
        return Refusal("order_unknown", f"There is no order {order_number}.")
    return _link(world, inquiry, found[0], found[1], claimed_from(inquiry.claimed), actor)


def dismiss_inquiry(world: World, id: UUID, note: str, *, actor: Actor) -> Refusal | None:
    """Close an inquiry that leads nowhere, with a note."""
    if not note.strip():
        return Refusal("reason_missing", "Say why the request is closed.")
    if not close_inquiry(id, now=world.now(), by=str(actor), note=note.strip()):
        return Refusal("wrong_state", "This request has been dealt with already.", already=True)
    return None


def _link(
    world: World, inquiry: Inquiry, bucket: int, order_id: UUID, claimed: Claimed, actor: Actor
) -> Decision | Refusal:
    decision = request_refund(
        world, bucket, order_id, claimed, actor=actor, channel=inquiry.channel,
        contact_email=inquiry.contact_email, received_at=inquiry.received_at, route=inquiry.route,
    )  # fmt: skip
    if isinstance(decision, Decision):
        request = decision.outcome
        assert isinstance(request, RefundRequest)
        close_inquiry(inquiry.id, now=world.now(), by=str(actor), linked=(bucket, request.id))
    return decision
