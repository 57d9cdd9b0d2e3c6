"""Opening a stream is using a session: noted for many at once, not by the request."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Session, User
from accounts.streams import SessionTouches
from realtime.gate import Gate
from realtime.hub import Hub
from tests.conftest import Api
from tests.realtime.conftest import hub

__all__ = ["hub"]


def of_long_ago(user: User, api: Api) -> tuple[Session, str]:
    client = api(user)
    Session.objects.filter(user=user).update(last_seen_at=timezone.now() - timedelta(hours=1))
    return Session.objects.get(user=user), client._credentials["HTTP_AUTHORIZATION"]  # type: ignore[attr-defined]


def test_all_that_were_not_noted_lately_are_noted_in_one_go(
    alice: User, bob: User, api: Api, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    old, _credentials = of_long_ago(alice, api)
    api(bob)
    recent = Session.objects.get(user=bob)
    with django_assert_num_queries(1):
        Session.objects.touch_all({str(old.pk), str(recent.pk), "no id at all"})
    assert timezone.now() - Session.objects.get(pk=old.pk).last_seen_at < timedelta(minutes=1)
    assert Session.objects.get(pk=recent.pk).last_seen_at == recent.last_seen_at


@pytest.mark.django_db(transaction=True)
async def test_a_stream_s_request_writes_nothing_and_its_opening_does(hub: Hub, alice: User, api: Api) -> None:
    session, credentials = await hub.pool.run(of_long_ago, alice, api)
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": "/api/realtime/stream",
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"authorization", credentials.encode())],
    }
    answer = await hub.pool.run(Gate(), scope)
    assert answer.status_code == 200

    def seen_at() -> Any:
        return Session.objects.get(pk=session.pk).last_seen_at

    assert await hub.pool.run(seen_at) == session.last_seen_at
    [touches] = [watcher for watcher in hub.watchers if isinstance(watcher, SessionTouches)]
    touches.opened(str(alice.pk), str(session.pk))
    await touches.write()
    assert await hub.pool.run(seen_at) > session.last_seen_at
