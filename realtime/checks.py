"""System checks: wrong set-ups are said at the start, not found out later."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.utils.module_loading import import_string


@register()
def check_hooks(**_options: Any) -> list[CheckMessage]:
    """Every dotted path in REALTIME leads to something."""
    messages: list[CheckMessage] = []
    for name in ("INIT", "SESSIONS_ENDED"):
        path = getattr(settings, "REALTIME", {}).get(name)
        try:
            if path:
                import_string(path)
        except ImportError as error:
            messages.append(Error(f"REALTIME[{name!r}] cannot be imported: {error}", id="realtime.E001"))
    return messages


@register()
def check_middleware(**_options: Any) -> list[CheckMessage]:
    """GZip would hold events back until its buffer is full."""
    if "django.middleware.gzip.GZipMiddleware" in settings.MIDDLEWARE:
        return [Warning("GZipMiddleware holds events of a stream back.", id="realtime.W001")]
    return []
