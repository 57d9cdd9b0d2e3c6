"""Sessions that ran out, and those that ended long ago."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts import actions
from accounts.models import Session, User
from tests.accounts.conftest import Events
from tests.conftest import Api

pytestmark = pytest.mark.django_db


def test_sessions_end_when_they_ran_out_and_are_forgotten_later(alice: User, api: Api, events: Events) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        api(alice)
        clock.shift(timedelta(days=29))
        api(alice)
        actions.tidy_sessions()
        assert Session.objects.filter(ended_at=None).count() == 2
        clock.shift(timedelta(days=2))
        actions.tidy_sessions()
        (out,) = Session.objects.exclude(ended_at=None)
        assert out.end_reason == "expired"
        assert events("auth.ended", topic=f"session:{out.pk}") == [{"reason": "expired"}]
        clock.shift(timedelta(days=31))
        actions.tidy_sessions()
        assert not Session.objects.filter(pk=out.pk).exists()
        assert Session.objects.count() == 1
