"""Where `goodterms` starts: the application with every command registered."""

from __future__ import annotations

from goodterms.cli import (
    api_key,
    bank,
    bench,
    database,
    decide,
    demo,
    explain,
    first_run,
    import_,
    listen,
    policy,
    policy_backtest,
    policy_check,
    policy_diff,
    policy_list,
    policy_publish,
    policy_words,
    server,
    signing_key,
    story,
    worker,
)
from goodterms.cli.app import app

__all__ = [
    "api_key",
    "app",
    "bank",
    "bench",
    "database",
    "decide",
    "demo",
    "explain",
    "first_run",
    "import_",
    "listen",
    "policy",
    "policy_backtest",
    "policy_check",
    "policy_diff",
    "policy_list",
    "policy_publish",
    "policy_words",
    "server",
    "signing_key",
    "story",
    "worker",
]
