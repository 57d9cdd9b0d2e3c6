"""System checks: wrong set-ups are said at the start, not found out later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from channels.exceptions import InvalidChannelLayerError
from channels.layers import get_channel_layer
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connection
from django.utils.module_loading import import_string

from realtime import conf, epoch

if TYPE_CHECKING:
    from collections.abc import Collection

HOOKS = ("INIT", "CONVERSATION", "TICKETS", "SESSIONS_ENDED", "HANDED_OVER", "USERS_ONLINE")
GZIP = "django.middleware.gzip.GZipMiddleware"
QUEUES_BACKEND = "channels_redis.core.RedisChannelLayer"
NO_TABLES = ("no such table", "does not exist")


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
    if GZIP in settings.MIDDLEWARE:
        return [
            Warning(
                "GZipMiddleware compresses every answer, and what compresses a stream holds its events back.",
                hint="Let the proxy compress, and not text/event-stream.",
                id="realtime.W001",
            )
        ]
    return []


@register()
def check_layer(**_options: Any) -> list[CheckMessage]:
    """There is a channel layer, and one that does what several processes need."""
    try:
        layer = get_channel_layer()
    except (InvalidChannelLayerError, ImproperlyConfigured) as error:
        return [Error(f"The channel layer cannot be made: {error}", id="realtime.E002")]
    if layer is None:
        return [Error("There is no channel layer.", hint="Set CHANNEL_LAYERS['default'].", id="realtime.E002")]
    backend = settings.CHANNEL_LAYERS["default"]["BACKEND"]
    in_memory = backend == "channels.layers.InMemoryChannelLayer"
    on_sqlite = connection.vendor == "sqlite"
    found: list[tuple[bool, Warning]] = [
        (
            in_memory and not on_sqlite,
            Warning(
                "The channel layer is in memory: it reaches no second process, and several of them would deliver each "
                "other's events only by reading the log, up to 1.5 s late, and never typing or presence.",
                hint="Set REDIS_URL, or run one process alone.",
                id="realtime.W002",
            ),
        ),
        (
            not in_memory and on_sqlite,
            Warning(
                "The channel layer is for several processes, and SQLite lets one of them write at a time.",
                hint="Set DATABASE_URL to a PostgreSQL, or leave REDIS_URL out and run one process.",
                id="realtime.W003",
            ),
        ),
        (
            backend == QUEUES_BACKEND,
            Warning(
                "RedisChannelLayer loses receivers that are idle for 5 s with redis-py 8 (channels_redis #422), and "
                "drops messages beyond its capacity.",
                hint="Use channels_redis.pubsub.RedisPubSubChannelLayer.",
                id="realtime.W004",
            ),
        ),
    ]
    return [message for applies, message in found if applies]


@register()
def check_limits(**_options: Any) -> list[CheckMessage]:
    """Somebody may have a stream."""
    limits = (int(conf.option("STREAMS_PER_PERSON", 10)), int(conf.option("MAX_STREAMS", 20_000)))
    if min(limits) < 1:
        return [Error("REALTIME['STREAMS_PER_PERSON'] and MAX_STREAMS must be at least 1.", id="realtime.E004")]
    return []


@register(Tags.database)
def check_epoch(databases: Collection[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """The epoch can be read: without it nobody would notice that an older backup was put back."""
    if DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    try:
        epoch.head_and_epoch()
    except (DatabaseError, InterfaceError, OSError) as error:
        if any(words in str(error) for words in NO_TABLES):
            return []  # before the first migration
        return [
            Error(
                f"The epoch of the log cannot be read: {str(error).strip().splitlines()[0]}",
                hint="PostgreSQL: the role must be allowed to call pg_control_system(). "
                "SQLite: the folder of the database must be writable.",
                id="realtime.E003",
            )
        ]
    return []
