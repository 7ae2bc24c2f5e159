"""Values that are cheap to make: `dataclass` and `replace`, to be used in place of those of the standard library.

A renewal run makes some thirty values a subscription. A frozen dataclass of the standard library sets every field
through a guarded call, and `dataclasses.replace` looks every field up by name: for a subscription that takes 15 and 20
times as long as plain assignments. So values are frozen to the type checker, which sees the standard library's own
decorator, and plain underneath. Nothing assigns to a field of a value: mypy refuses it.
"""

from __future__ import annotations

import dataclasses
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
    from dataclasses import replace as replace
else:

    def dataclass(*, frozen: bool, slots: bool, order: bool = False, eq: bool = True, kw_only: bool = False):
        """A dataclass with slots, equal and hashed by its fields, without a guard around its construction."""
        if not (frozen and slots):
            raise TypeError("values are frozen and have slots")
        made = dataclasses.dataclass(slots=True, order=order, eq=eq, unsafe_hash=eq, kw_only=kw_only)

        def decorate(cls: type) -> type:
            kind = made(cls)
            names = [field.name for field in dataclasses.fields(kind)]
            plain = not kw_only and len(names) > 1
            kind.__shape__ = (attrgetter(*names), {name: place for place, name in enumerate(names)}) if plain else None
            return kind

        return decorate

    def replace(value: Any, /, **changes: Any) -> Any:
        """The value with some fields changed; the others are taken over. Raises TypeError for an unknown field."""
        kind = type(value)
        shape = getattr(kind, "__shape__", None)
        if shape is None:
            return dataclasses.replace(value, **changes)
        take, places = shape
        fields = list(take(value))
        for name, changed in changes.items():
            if name not in places:
                raise TypeError(f"{kind.__name__} has no field {name!r}")
            fields[places[name]] = changed
        return kind(*fields)
