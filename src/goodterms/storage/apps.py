"""The Django app with the tables. After every migration the application role's privileges are set anew."""

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connections, reset_queries
from django.db.models.signals import post_migrate

from goodterms.storage.roles import apply_grants


class StorageConfig(AppConfig):
    """All tables of goodterms."""

    name = "goodterms.storage"
    label = "storage"
    verbose_name = "goodterms"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Follow every migration, so that no new table is ever left open to the application role.

        And look after connections once a request, at its beginning. Django does so three times, which is a tenth of
        what it costs to answer a program.
        """
        request_started.disconnect(reset_queries)  # they are noted for Django's debug mode alone
        request_finished.disconnect(close_old_connections)
        post_migrate.connect(_set_privileges, sender=self, dispatch_uid="goodterms.storage.grants")


def _set_privileges(*, using: str, **_: Any) -> None:
    apply_grants(connections[using], str(settings.DATABASES["default"]["USER"]))
