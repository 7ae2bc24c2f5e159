"""Judging cases: conditions, windows and amounts, facts that nobody knows, the better of policy and law."""
