"""Reading what sellers were told about renewals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from goodterms.domain.instruction import Instruction, InstructionState, Wish
from goodterms.storage.columns import reader
from goodterms.storage.load import Key, NotFound, column_list, tuples
from goodterms.storage.models import InstructionRow
from goodterms.storage.tables_instructions import INSTRUCTIONS

read_instruction = reader(Instruction, INSTRUCTIONS, wish=("wish", Wish), state=("state", InstructionState))


def load_instruction(bucket: int, id: UUID) -> Instruction:
    """One instruction; its subscription's row is its lock. Raises `NotFound`."""
    rows: Sequence[Sequence[Any]] = tuples(
        f"SELECT {column_list(INSTRUCTIONS, 'x')} FROM instructions x WHERE x.bucket = %s AND x.id = %s", [bucket, id]
    )
    if not rows:
        raise NotFound(f"no instruction {id}")
    return read_instruction(rows[0])


def latest_instruction(bucket: int, subscription_id: UUID) -> tuple[int, str, datetime] | None:
    """What the seller was told last about a subscription, its number, wish and instant; None where it never was."""
    rows = InstructionRow.objects.filter(bucket=bucket, subscription_id=subscription_id).order_by("-number")
    return rows.values_list("number", "wish", "intended_at").first()


def instruction_of(bucket: int, subscription_id: UUID, number: int) -> Key | None:
    """The key of an instruction by what it was made of; None where there is none."""
    rows = InstructionRow.objects.filter(bucket=bucket, subscription_id=subscription_id, number=number)
    return rows.values_list("bucket", "id").first()
