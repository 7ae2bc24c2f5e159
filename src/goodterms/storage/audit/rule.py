"""What a rule of the audit is, and what it finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One assertion. `sql` selects what breaks it: bucket (or NULL), key and detail, as text; no row is well.

    `number` is that of the invariant, `table` where the rows are, `prefix` that of their public ids (empty: the key is
    shown as it is). A `lasting` rule is about time: it holds only once workers had theirs to do what is due. One
    that asks for several invariants at once names the others in `also` and selects the number last. The
    statement may use `%(now)s` and `%(policies)s`, see `params`.
    """

    number: int
    name: str
    table: str
    prefix: str
    sql: str
    lasting: bool = False
    also: tuple[int, ...] = ()

    @property
    def numbers(self) -> tuple[int, ...]:
        """The invariants that it asks for."""
        return (self.number, *self.also)


@dataclass(frozen=True, slots=True)
class Needed:
    """A constraint or index that makes an invariant impossible to break; the audit looks whether it is there.

    `definition` is as PostgreSQL shows it; of an index, what follows the name of its table.
    """

    number: int
    table: str
    definition: str
    index: str = ""


@dataclass(frozen=True, slots=True)
class Violation:
    """One row that breaks an invariant: where, which (its public id where it has one), and what is wrong."""

    invariant: int
    table: str
    key: str
    detail: str
