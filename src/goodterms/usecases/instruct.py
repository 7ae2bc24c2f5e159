"""Telling a seller that renews by itself to stop, or to go on. The intent is a committed row; the call comes after."""

from __future__ import annotations

from django.db import transaction

from goodterms.domain.decision import Decision
from goodterms.domain.instructing import InstructionResult, decide_instruction_outcome
from goodterms.domain.instruction import Instruction, named_by
from goodterms.gateways.protocol import Answer, Outcome
from goodterms.gateways.selling import RenewalIntent, Seller
from goodterms.storage.claim import Claimed, claim_instructions
from goodterms.storage.instructions import instruction_of, latest_instruction, load_instruction
from goodterms.storage.save import save
from goodterms.usecases.world import World, locked


def instruct_due(world: World, gateway_name: str, limit: int = 100) -> int:
    """Send or look up what a seller is to be told; returns how many were worked on."""
    claimed = claim_instructions(world.now(), limit, gateway_name) if not world.held() else []
    for one in claimed:
        instruct_one(world, gateway_name, one)
    return len(claimed)


def instruct_one(world: World, gateway_name: str, claimed: Claimed) -> None:
    """Send or look up one claimed instruction and record what the seller says.

    One that was not sent when a later one was given is let go: only the latest wish counts. One that was sent before
    is looked up first, and sent again, under its key, only where the seller certainly never saw it.
    """
    instruction = load_instruction(claimed.bucket, claimed.id)
    latest = latest_instruction(claimed.bucket, claimed.subscription_id)
    if not claimed.sent_before and latest is not None and latest[0] > instruction.number:
        _record(world, instruction, InstructionResult("superseded"))
        return
    seller = world.gateway(gateway_name)
    if not isinstance(seller, Seller):
        return  # behind the fence of a restored database; found again when the lease is over
    if claimed.sent_before:
        answer = seller.find_instruction(key=instruction.key, agreement=instruction.agreement)
    else:
        answer = seller.instruct(_intent(instruction))
    _record(world, instruction, _result(answer))


def settle_instruction(world: World, gateway_name: str, key: str) -> bool:
    """Look up what came of the instruction with a key, of which the seller has just said something; False for none."""
    named = named_by(key)
    found = instruction_of(*named) if named else None
    if found is None:
        return False
    instruction = load_instruction(*found)
    seller = world.gateway(gateway_name)
    if instruction.gateway != gateway_name or not isinstance(seller, Seller):
        return False
    if instruction.state.open:
        answer = seller.find_instruction(key=instruction.key, agreement=instruction.agreement)
        if answer.outcome is not Outcome.UNKNOWN:
            _record(world, instruction, _result(answer))
    return True


def _intent(instruction: Instruction) -> RenewalIntent:
    return RenewalIntent(
        instruction.key, instruction.agreement, "go_on" if instruction.wish.value == "go_on" else "stop",
        instruction.number,
    )  # fmt: skip


def _result(answer: Answer) -> InstructionResult:
    if answer.not_found:
        return InstructionResult("not_found")
    if answer.outcome in (Outcome.SUCCEEDED, Outcome.DECLINED):
        return InstructionResult(answer.outcome.value, answer.code)
    return InstructionResult("unknown", answer.code)


def _record(world: World, instruction: Instruction, result: InstructionResult) -> None:
    now = world.now()
    with transaction.atomic():
        subscription, policy = locked(instruction.bucket, instruction.subscription_id, now)
        # What it says may have been recorded since it was asked.
        fresh = load_instruction(instruction.bucket, instruction.id)
        if result.outcome == "not_found" and fresh.sent_at != instruction.sent_at:
            return
        decision = decide_instruction_outcome(subscription, fresh, result, policy, now)
        if isinstance(decision, Decision):
            save([decision])
