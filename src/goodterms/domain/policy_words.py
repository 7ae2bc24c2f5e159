"""The words a policy document may use: facts of a case with their values, checked facts, calendars."""

from __future__ import annotations

from collections.abc import Mapping

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

HOLIDAY_CALENDARS = ("European Central Bank",)
"""Calendars of closing days that storage can provide (A18)."""

CHECKED_FACTS = ("order_number", "email", "name", "purchase_date")
"""What a refund request states (R31)."""

YES_OR_NO = ("true", "false")

CASE_FACTS: Mapping[str, tuple[str, ...]] = {
    "payment": ("initial", "renewal"),
    "sales_channel": (),
    "latest_paid_term": YES_OR_NO,
    "already_refunded": ("none", "part", "all"),
    "asks_for": ("all", "part"),
    "disputed": YES_OR_NO,
    "term": ("upcoming", "running", "ended", "dropped"),
}
"""Facts of a refund case that conditions compare, with the values each can have; empty: any text.

`term` is the state of the order's term at the moment of the request (A7, A8).
"""
