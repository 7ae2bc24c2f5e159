"""What came of telling a seller to stop renewing, or to go on: confirmed, refused, or unknown."""

from __future__ import annotations

from datetime import datetime

from goodterms.domain.charging import look_up_at
from goodterms.domain.decision import Decision, Draft, Refusal
from goodterms.domain.facts import Actor, FactName
from goodterms.domain.instruction import SUPERSEDED, Instruction, InstructionState, Wish
from goodterms.domain.policy import Policy
from goodterms.domain.renewal import settle
from goodterms.domain.subscription import Subscription
from goodterms.domain.value import dataclass, replace


@dataclass(frozen=True, slots=True)
class InstructionResult:
    """What the seller said. `outcome`: succeeded, declined, unknown, not_found (look-ups only) or superseded."""

    outcome: str
    code: str | None = None


def decide_instruction_outcome(
    subscription: Subscription, instruction: Instruction, result: InstructionResult, policy: Policy, now: datetime
) -> Decision | Refusal:
    """Record what came of an open instruction. One that is settled is left alone: refuses `instruction_settled`.

    What a refusal leaves open is for a person: the seller may go on charging.
    """
    if not instruction.state.open:
        return Refusal("instruction_settled", f"The instruction is {instruction.state} already.", already=True)
    draft = Draft(subscription, now=now, actor=Actor("gateway", instruction.gateway), policy_digest=policy.digest)
    match result.outcome:
        case "succeeded" | "declined":
            _settled(draft, instruction, result)
        case "superseded":
            draft.update(_closed(instruction, InstructionState.DECLINED, SUPERSEDED, now))
        case "not_found":
            draft.update(replace(instruction, state=InstructionState.INTENDED, sent_at=None, check_at=now))
        case _:
            first = instruction.state is not InstructionState.UNKNOWN
            draft.update(
                replace(
                    instruction, state=InstructionState.UNKNOWN, code=result.code,
                    looked_up=instruction.looked_up + (0 if first else 1),
                    check_at=look_up_at(now, instruction.looked_up),
                )
            )  # fmt: skip
    return settle(draft, policy, instruction)


def _settled(draft: Draft, instruction: Instruction, result: InstructionResult) -> None:
    done = result.outcome == "succeeded"
    state = InstructionState.SUCCEEDED if done else InstructionState.DECLINED
    draft.update(_closed(instruction, state, result.code, draft.now))
    if instruction.wish is Wish.STOP:
        name = FactName.SUBSCRIPTION_STOP_CONFIRMED if done else FactName.SUBSCRIPTION_STOP_REFUSED
    else:
        name = FactName.SUBSCRIPTION_RENEWAL_CONFIRMED if done else FactName.SUBSCRIPTION_RENEWAL_REFUSED
    draft.fact(name, instruction=instruction.number, code=result.code)


def _closed(instruction: Instruction, state: InstructionState, code: str | None, at: datetime) -> Instruction:
    return replace(instruction, state=state, code=code, settled_at=at, check_at=None)
