"""The policies and laws of the product, as data (`<name>.toml`, `law/<id>.toml`), for people and for the engine."""

from __future__ import annotations

import tomllib
from difflib import get_close_matches
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

SUFFIX = ".toml"
_ALIASES = "aliases"


def names() -> tuple[str, ...]:
    """The names of all policies, in alphabetical order."""
    return tuple(name for name in _documents(files(__name__)) if name != _ALIASES)


def source(name: str) -> str:
    """What messages about a policy call it: its file."""
    return f"policies/{name}{SUFFIX}"


def read(name: str) -> str:
    """The text of a policy. LookupError where there is no policy of that name."""
    if name not in names():
        raise LookupError(f"there is no policy {name!r}; there are: {', '.join(names())}")
    return files(__name__).joinpath(name + SUFFIX).read_text(encoding="utf-8")


def resolve(name: str) -> str:
    """The name of the policy that is meant, by that or another name (`aliases.toml`). LookupError for others.

    A whole name comes before one with a star, and of those the first in the file that fits; where the name says on
    whose policy a law is laid, it is that one.
    """
    if name in names():
        return name
    if (base := name.partition("-overlay-on-")[2]) in names():
        return base
    aliases = _aliases()
    for other, meant in sorted(aliases.items(), key=lambda alias: "*" in alias[0]):
        if fnmatchcase(name, other):
            return meant
    close = get_close_matches(name, (*names(), *(other for other in aliases if "*" not in other)), n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(names())}"
    raise LookupError(f"there is no policy {name!r}; {hint}")


def law_names() -> tuple[str, ...]:
    """The ids of all laws, in alphabetical order."""
    return _documents(files(__name__) / "law")


def law_source(id: str) -> str:
    """What messages about a law call it: its file."""
    return f"policies/law/{id}{SUFFIX}"


def read_law(id: str) -> str:
    """The text of a law. LookupError where there is no law of that id."""
    if id not in law_names():
        raise LookupError(f"there is no law {id!r}; there are: {', '.join(law_names())}")
    return (files(__name__) / "law" / (id + SUFFIX)).read_text(encoding="utf-8")


@cache
def _aliases() -> dict[str, str]:
    return tomllib.loads(files(__name__).joinpath(_ALIASES + SUFFIX).read_text(encoding="utf-8"))


def _documents(folder: Traversable) -> tuple[str, ...]:
    if not folder.is_dir():
        return ()
    found = (entry.name for entry in folder.iterdir())
    return tuple(sorted(name.removesuffix(SUFFIX) for name in found if name.endswith(SUFFIX)))
