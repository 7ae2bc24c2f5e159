"""Comparing policies: interesting cases, what changes between two, what was hardly meant, the past replayed."""
