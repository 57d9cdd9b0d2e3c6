"""/admin/: how the server is doing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from accounts.models import User
from moderation.actions import take_sample
from moderation.dashboard import chart
from moderation.models import Report, Sample
from notifications.models import FailedPush
from tests.moderation.conftest import Office

pytestmark = pytest.mark.django_db

NOON = datetime(2030, 5, 1, 12, 0, 30, tzinfo=UTC)


def test_one_sample_a_minute(report: Report) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        take_sample()
        take_sample()
        clock.shift(timedelta(minutes=1))
        take_sample()
        assert Sample.objects.count() == 2
        assert Sample.objects.latest("at").values["reports"] == 1
        clock.shift(timedelta(days=8))
        take_sample()
        assert Sample.objects.count() == 1


def test_the_first_page_shows_them(report: Report, admin: User, staff: dict[str, User], office: Office) -> None:
    FailedPush.objects.create()
    take_sample()
    assert Sample.objects.get().values["pushes"] == 1
    page = office(admin).get("/admin/").content.decode()
    for label in (
        "People online",
        "Messages a minute",
        "Open reports",
        "Failed pushes in an hour",
        "Worker behind",
        "Disk used",
    ):
        assert label in page
    assert page.count("<polyline") == 6
    assert "style=" not in page
    assert "Open reports" in office(staff["Support"]).get("/admin/").content.decode()


def test_staff_without_a_role_see_no_numbers(alice: User, office: Office) -> None:
    User.objects.filter(pk=alice.pk).update(is_staff=True)
    alice.refresh_from_db()
    assert "Open reports" not in office(alice).get("/admin/").content.decode()


def test_a_chart_of_whatever_there_is() -> None:
    for values in ([0.0], [1.0, 1.0], [0.0, 5.0, 2.5]):
        assert chart(values, "a <b>").startswith("<svg")
    assert "a &lt;b&gt;" in chart([1.0], "a <b>")
    assert "120.0,1.0" in chart([0.0, 5.0], "x")


def test_its_scripts_run_under_the_policy(admin: User, office: Office) -> None:
    """Django's jQuery makes HTML of text, which Trusted Types forbid; all else holds here too."""
    policy = office(admin).get("/admin/accounts/user/")["Content-Security-Policy"]
    assert "trusted-types" not in policy
    assert "script-src 'self';" in f"{policy};"
    assert "require-trusted-types-for" in office(admin).get("/people")["Content-Security-Policy"]
