"""A guard for tests: no statement reaches a customer table without its bucket, outside a short list of fan-outs.

On one PostgreSQL such a statement is merely slower; on a distributed one it asks every node, or fails.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Any

from goodterms.storage.tables import DISTRIBUTED

#: Modules that may ask every bucket, and why.
FAN_OUT = {
    "storage/claim.py": "due work is claimed by its own column; distributed, one claim a node",
    "storage/queries/due.py": "what comes next in a demo, by the same columns as due work",
    "storage/fence.py": "whether anything was ever sold here, asked once in the life of a database",
    "storage/recover.py": "a restored database is gone through as a whole, once",
    "storage/queries/journal.py": "the replay of every customer's journal goes through all keys",
    "storage/messages.py": "mails are claimed like other due work",
    "storage/feed.py": "all facts have one order; where it begins, all of them are asked",
    "storage/queries/pages.py": "programs read everything, page by page",
    "storage/queries/books.py": "a gateway's statement names charges and refunds by its own ids",
    "storage/queries/orders.py": "a refund made at the gateway names only the gateway's own charge",
}
FAN_OUT_PREFIXES = {
    "storage/queries/desk": "lists and searches of the support desk",
    "storage/audit/": "what must hold of every row",
    "demo/": "the showroom's lists",
}

_TABLE = re.compile(r"\b(?:FROM|JOIN|UPDATE|INTO)\s+\"?(" + "|".join(DISTRIBUTED) + r")\"?\b", re.IGNORECASE)
_INTO = re.compile(r"\s*INSERT\s+INTO\s+\"?(\w+)", re.IGNORECASE)
_LIMITED = re.compile(r"\b(?:WHERE|ON|USING)\b.*\bbucket\b", re.IGNORECASE | re.DOTALL)


def check(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    """An execute wrapper that raises on a statement without its bucket."""
    found = _TABLE.search(sql)
    if found and not _allowed(sql):
        raise AssertionError(f"a statement reaches {found.group(1)} without its bucket: {sql[:300]}")
    return execute(sql, params, many, context)


def _allowed(sql: str) -> bool:
    into = _INTO.match(sql)
    if into and into.group(1).lower() in DISTRIBUTED:
        return "bucket" in sql.split(")")[0]
    return bool(_LIMITED.search(sql)) or _from_fan_out()


def _from_fan_out() -> bool:
    """Whether product code nearest to the statement is on the list; tests may look at everything."""
    frame = sys._getframe(2)
    while frame is not None:
        path = frame.f_code.co_filename
        if "/goodterms/" in path and "/site-packages/" not in path:
            place = path.split("/goodterms/")[-1]
            return place in FAN_OUT or place.startswith(tuple(FAN_OUT_PREFIXES))
        if "/tests/" in path and not path.endswith("bucket_guard.py"):
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return True
