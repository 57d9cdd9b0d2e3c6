from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RealtimeConfig(AppConfig):
    name = "realtime"
    verbose_name = "Realtime"

    def ready(self) -> None:
        from realtime import checks  # noqa: F401 - registers the system checks

        post_migrate.connect(make_head, sender=self)


def make_head(**_options: Any) -> None:
    """The log has one head row, and a row for each of its readers: after a migration, and after a `flush` as well."""
    from realtime import conf, readers
    from realtime.models import Head

    Head.objects.get_or_create(pk=1)
    for name in conf.option("READERS", ()):
        readers.place_of(name)
