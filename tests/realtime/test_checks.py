"""`manage.py check` says what is wrong with a set-up."""

from __future__ import annotations

from typing import Any

import pytest
from channels.layers import channel_layers
from django.core import checks as django_checks
from django.db import OperationalError, connection
from pytest_django import Settings

from realtime import checks, epoch

MEMORY = "channels.layers.InMemoryChannelLayer"
PUBSUB = "channels_redis.pubsub.RedisPubSubChannelLayer"
QUEUES = "channels_redis.core.RedisChannelLayer"


def found(check: Any, **options: Any) -> list[str | None]:
    return [message.id for message in check(**options)]


def test_the_set_up_of_the_tests_is_right() -> None:
    messages = django_checks.run_checks()
    assert [each.id for each in messages if (each.id or "").startswith("realtime.")] == []


def test_a_hook_that_leads_nowhere(settings: Settings) -> None:
    settings.REALTIME = {**settings.REALTIME, "INIT": "chat.nothing.here", "WATCHERS": ["presence.nobody.Nobody"]}
    assert found(checks.check_hooks) == ["realtime.E001", "realtime.E001"]


def test_compression_before_a_stream(settings: Settings) -> None:
    settings.MIDDLEWARE = ["django.middleware.gzip.GZipMiddleware", *settings.MIDDLEWARE]
    assert found(checks.check_middleware) == ["realtime.W001"]


@pytest.mark.parametrize(
    ("backend", "on_sqlite", "wanted"),
    [
        (MEMORY, True, []),
        (MEMORY, False, ["realtime.W002"]),
        (PUBSUB, True, ["realtime.W003"]),
        (PUBSUB, False, []),
        (QUEUES, False, ["realtime.W004"]),
        ("channels.layers.NoSuchLayer", True, ["realtime.E002"]),
    ],
)
def test_a_layer_and_a_database_that_do_not_go_together(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, backend: str, on_sqlite: bool, wanted: list[str]
) -> None:
    monkeypatch.setattr(channel_layers, "backends", {})
    monkeypatch.setattr(connection, "vendor", "sqlite" if on_sqlite else "postgresql", raising=False)
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": backend}}
    assert found(checks.check_layer) == wanted


def test_no_layer_at_all(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel_layers, "backends", {})
    settings.CHANNEL_LAYERS = {}
    assert found(checks.check_layer) == ["realtime.E002"]


@pytest.mark.parametrize("limits", [{"STREAMS_PER_PERSON": 0}, {"MAX_STREAMS": 0}])
def test_limits_under_which_nobody_gets_a_stream(settings: Settings, limits: dict[str, int]) -> None:
    settings.REALTIME = {**settings.REALTIME, **limits}
    assert found(checks.check_limits) == ["realtime.E004"]


def test_an_epoch_that_cannot_be_read(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(checks.check_epoch, databases=["default"]) == []

    def refused() -> None:
        raise OperationalError("permission denied for function pg_control_system\nand more")

    monkeypatch.setattr(epoch, "head_and_epoch", refused)
    assert found(checks.check_epoch, databases=["default"]) == ["realtime.E003"]
    assert found(checks.check_epoch, databases=None) == [], "no database is touched unless asked"
    [message] = checks.check_epoch(databases=["default"])
    assert "permission denied" in message.msg
    assert "\n" not in message.msg
