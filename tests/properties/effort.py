"""How hard the search for contradictions tries: a little in every run, for long where the environment says so."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

EFFORT = settings(
    max_examples=int(os.environ.get("GOODTERMS_PROPERTY_EXAMPLES", "60")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
"""Settings of every property; `GOODTERMS_PROPERTY_EXAMPLES=5000` looks for an hour where 60 look for seconds."""
