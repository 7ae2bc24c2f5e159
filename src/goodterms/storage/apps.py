"""The Django app with the tables. After every migration the application role's privileges are set anew."""

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.db import connections
from django.db.models.signals import post_migrate

from goodterms.storage.roles import apply_grants


class StorageConfig(AppConfig):
    """All tables of goodterms."""

    name = "goodterms.storage"
    label = "storage"
    verbose_name = "goodterms"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Follow every migration, so that no new table is ever left open to the application role."""
        post_migrate.connect(_set_privileges, sender=self, dispatch_uid="goodterms.storage.grants")


def _set_privileges(*, using: str, **_: Any) -> None:
    apply_grants(connections[using], str(settings.DATABASES["default"]["USER"]))
