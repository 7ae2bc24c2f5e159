"""The Django app of the support team's door."""

from __future__ import annotations

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Templates and views; no models."""

    name = "goodterms.desk"
    label = "desk"
