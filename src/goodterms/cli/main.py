"""Where `goodterms` starts: the application with every command registered."""

from __future__ import annotations

from goodterms.cli import (
    api_key,
    audit,
    bank,
    bench,
    database,
    decide,
    demo,
    explain,
    first_run,
    import_,
    policy,
    policy_backtest,
    policy_check,
    policy_diff,
    policy_list,
    policy_publish,
    policy_words,
    reconcile,
    server,
    story,
    worker,
)
from goodterms.cli.app import app

__all__ = [
    "api_key",
    "app",
    "audit",
    "bank",
    "bench",
    "database",
    "decide",
    "demo",
    "explain",
    "first_run",
    "import_",
    "policy",
    "policy_backtest",
    "policy_check",
    "policy_diff",
    "policy_list",
    "policy_publish",
    "policy_words",
    "reconcile",
    "server",
    "story",
    "worker",
]
