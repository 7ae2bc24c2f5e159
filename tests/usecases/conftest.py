"""Fixtures of journeys."""

from tests.support.smtp import sink

__all__ = ["sink"]
