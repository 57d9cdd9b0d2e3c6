"""A status with an end goes by itself, and everybody sees it go."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts import actions
from accounts.models import User
from config import worker
from tests.accounts.conftest import Events
from tests.conftest import Api

pytestmark = pytest.mark.django_db

ME = "/api/users/me"


def test_it_goes_when_its_time_is_over_and_everybody_hears_once(
    alice: User, bob: User, api: Api, events: Events
) -> None:
    until = timezone.now() + timedelta(minutes=30)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        api(alice).patch(ME, {"status_text": "At lunch", "status_emoji": "🍜", "status_expires_at": until.isoformat()})
        api(bob).patch(ME, {"status_text": "Here to stay"})
        assert actions.end_statuses() == 0
        clock.move_to(until)
        assert actions.end_statuses() == 1
        assert actions.end_statuses() == 0
    told = [payload["user"] for payload in events("user.updated", topic="everyone")]
    assert [(user["username"], user["status_text"], user["status_emoji"]) for user in told] == [
        ("alice", "At lunch", "🍜"),
        ("bob", "Here to stay", ""),
        ("alice", "", ""),
    ]
    alice.refresh_from_db()
    assert (alice.status_text, alice.status_emoji, alice.status_expires_at) == ("", "", None)


def test_an_end_without_a_status_is_nobody_elses_business(alice: User, events: Events) -> None:
    User.objects.filter(pk=alice.pk).update(status_expires_at=timezone.now() - timedelta(seconds=1))
    assert actions.end_statuses() == 1
    assert events("user.updated", topic="everyone") == []


def test_nobody_due_costs_one_query(alice: User, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        actions.end_statuses()


def test_the_worker_looks_every_few_seconds() -> None:
    assert dict(worker.JOBS)[actions.end_statuses] <= 10
