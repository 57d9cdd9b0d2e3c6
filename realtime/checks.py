"""System checks: wrong set-ups are said at the start, not found out later."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.utils.module_loading import import_string

HOOKS = ("INIT", "CONVERSATION", "TICKETS", "SESSIONS_ENDED", "HANDED_OVER", "USERS_ONLINE")


@register()
def check_hooks(**_options: Any) -> list[CheckMessage]:
    """Every dotted path in REALTIME leads to something."""
    messages: list[CheckMessage] = []
    options = getattr(settings, "REALTIME", {})
    paths = [(name, options.get(name)) for name in HOOKS]
    paths += [("WATCHERS", path) for path in options.get("WATCHERS", ())]
    for name, path in paths:
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
