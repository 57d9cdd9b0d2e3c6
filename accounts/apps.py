"""The app of people and their log-ins."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Wires the app to Django's log-in and log-out, and to the OpenAPI generator."""

    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from accounts import places, schema, signals  # noqa: F401 - they register themselves
