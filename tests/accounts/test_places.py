"""Where somebody logged in: `place` of a session, and in the administration."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import Client
from django.utils import translation
from mmdb_writer import MMDBWriter
from netaddr import IPSet
from pytest_django import Settings

from accounts.models import Session, User
from accounts.places import place_of
from tests.conftest import Api

pytestmark = pytest.mark.django_db

VIENNA = {
    "city": {"names": {"en": "Vienna", "ja": "ウィーン"}},
    "country": {"names": {"en": "Austria", "ja": "オーストリア"}},
}
RECORDS: dict[str, Any] = {  # of addresses for documentation: RFC 5737, RFC 3849
    "192.0.2.0/25": VIENNA,
    "2001:db8::/32": VIENNA,
    "192.0.2.128/25": {"country": {"names": {"de": "Österreich"}}},
    "198.51.100.0/25": {"city": "Vienna", "country": {"names": ["Austria"]}},
    "198.51.100.128/25": "nowhere",
}

Give = Callable[..., Path]


@pytest.fixture
def give(tmp_path: Path, settings: Settings) -> Give:
    """Writes a database and has the server use it."""

    def given(records: dict[str, Any], *, ip_version: int = 6) -> Path:
        writer = MMDBWriter(ip_version, "Test-City", languages=["en", "ja"], ipv4_compatible=ip_version == 6)
        for network, record in records.items():
            writer.insert_network(IPSet([network]), record)
        path = tmp_path / "new.mmdb"
        writer.to_db_file(str(path))
        settings.GEOIP = str(path.rename(tmp_path / "places.mmdb"))
        return Path(settings.GEOIP)

    return given


def test_city_and_country_in_the_readers_language(give: Give) -> None:
    give(RECORDS)
    for address in ("192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"):
        assert place_of(address) == "Vienna, Austria"
        with translation.override("ja"):
            assert place_of(address) == "オーストリア ウィーン"
        with translation.override("ar"):  # which the database has not
            assert place_of(address) == "Vienna، Austria"
    assert place_of("192.0.2.200") == "Österreich"


def test_what_is_not_known_is_none(give: Give, settings: Settings) -> None:
    give(RECORDS)
    for address in ("203.0.113.1", "2001:db9::1", "198.51.100.1", "198.51.100.200", None):
        assert place_of(address) is None
    settings.GEOIP = ""
    assert place_of("192.0.2.1") is None
    assert place_of("10.0.0.1") is None


@pytest.mark.parametrize("address", ["10.1.2.3", "127.0.0.1", "172.31.0.1", "192.168.1.1", "::1", "fd00::1", "fe80::1"])
def test_the_local_network_is_called_so(give: Give, address: str) -> None:
    give(RECORDS)
    assert place_of(address) == "local network"
    assert place_of(f"::ffff:{address}" if "." in address else address) == "local network"


def test_a_new_file_counts_at_once(give: Give) -> None:
    path = give({"192.0.2.0/24": VIENNA})
    assert place_of("192.0.2.1") == "Vienna, Austria"
    give({"192.0.2.0/24": {"country": {"names": {"en": "Atlantis"}}}})
    assert place_of("192.0.2.1") == "Atlantis"
    path.unlink()
    assert place_of("192.0.2.1") is None
    give({"192.0.2.0/24": VIENNA}, ip_version=4)
    assert place_of("192.0.2.1") == "Vienna, Austria"
    assert place_of("2001:db8::1") is None  # it has none of these
    assert not warnings()


def warnings() -> list[str]:
    return [message.msg for message in run_checks() if message.id == "accounts.W001"]


def test_whatever_is_wrong_with_the_file_is_said_by_a_check_and_to_nobody_else(
    give: Give, settings: Settings, tmp_path: Path, alice: User, api: Api
) -> None:
    whole = give(RECORDS).read_bytes()
    assert not warnings()
    assert settings.GEOIP
    middle = len(whole) // 2
    broken = {"empty": b"", "half": whole[:middle], "text": b"GeoLite2" * 100, "end": whole[middle:]}
    for name, content in broken.items():
        (tmp_path / name).write_bytes(content)
    for path in (*broken, "missing", ".", "a" * 300):
        settings.GEOIP = str(tmp_path / path)
        assert place_of("192.0.2.1") is None, path
        assert api(alice).get("/api/auth/sessions").status_code == 200
    for path in ("empty", "half", "text", "missing", "."):
        settings.GEOIP = str(tmp_path / path)
        assert [settings.GEOIP in warning for warning in warnings()] == [True], path


def test_people_and_staff_see_it_in_their_lists(give: Give, admin: User, alice: User, api: Api) -> None:
    phone = api(alice)
    Session.objects.filter(user=alice).update(address="192.0.2.1")
    [shown] = phone.get("/api/auth/sessions").json()["results"]
    assert (shown["address"], shown["place"]) == ("192.0.2.1", None)
    give(RECORDS)
    [shown] = phone.get("/api/auth/sessions", headers={"Accept-Language": "ja"}).json()["results"]
    assert (shown["address"], shown["place"]) == ("192.0.2.1", "オーストリア ウィーン")
    desk = Client()
    desk.force_login(admin)
    listed = desk.get("/admin/accounts/session/", {"q": "alice"}).content.decode()
    assert "Vienna, Austria" in listed
    assert "Vienna, Austria" in desk.get(f"/admin/accounts/session/{shown['id']}/change/").content.decode()
