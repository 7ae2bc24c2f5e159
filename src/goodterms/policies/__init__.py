"""The policy documents of the product, as data: `<name>.toml`, read by people and by the engine."""

from __future__ import annotations

from importlib.resources import files

SUFFIX = ".toml"


def names() -> tuple[str, ...]:
    """The names of all documents, in alphabetical order."""
    found = (entry.name for entry in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(SUFFIX) for name in found if name.endswith(SUFFIX)))


def source(name: str) -> str:
    """What messages about a document call it: its file."""
    return f"policies/{name}{SUFFIX}"


def read(name: str) -> str:
    """The text of a document. LookupError where there is no document of that name."""
    if name not in names():
        raise LookupError(f"there is no policy {name!r}; there are: {', '.join(names())}")
    return files(__name__).joinpath(name + SUFFIX).read_text(encoding="utf-8")
