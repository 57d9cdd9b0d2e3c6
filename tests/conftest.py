"""The cast: Alice and Bob talk, Carol is outside, an admin looks after the place."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts import actions, tokens
from accounts.devices import Device
from accounts.models import Session, User
from moderation.automatic import words
from tests import database
from tests.mailbox import Mailbox, open_mailbox
from tests.workers import pytest_addoption, pytest_collection_modifyitems, pytest_xdist_setupnodes

__all__ = ["pytest_addoption", "pytest_collection_modifyitems", "pytest_xdist_setupnodes"]

PASSWORD = "a fine long password"
FAST_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

Limits = Callable[..., None]
Api = Callable[[User], APIClient]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Called by pytest-django before it makes the tests' database, one for each worker."""
    default = django_settings.DATABASES["default"]
    if default["ENGINE"].endswith("sqlite3"):
        database.hurry(default["OPTIONS"])
    with pytest.MonkeyPatch.context() as monkeypatch:
        if not default["ENGINE"].endswith("sqlite3"):
            database.be_patient(default["OPTIONS"], monkeypatch)
        database.empty_quickly(monkeypatch)
        yield


@pytest.fixture(autouse=True)
def fast_clients(settings: Settings) -> None:
    """WhiteNoise lists all static files for every new client, as long as ten requests take: let it look later."""
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.fixture(autouse=True)
def fast_passwords(settings: Settings) -> None:
    """The real hasher is slow on purpose."""
    settings.PASSWORD_HASHERS = FAST_HASHERS


@pytest.fixture(autouse=True)
def limits(settings: Settings) -> Callable[..., None]:
    """No limits, so that no test runs into one by accident; limits(sends="2/s") sets some for a test about them."""
    settings.LIMITS = dict.fromkeys(settings.LIMITS, "0")
    settings.AUTOMATIC = {**dict.fromkeys(settings.AUTOMATIC, 0), "minutes": 10}
    settings.LIMITS_PREFIX = f"test:{uuid.uuid4().hex}"

    def limited(**rates: str) -> None:
        settings.LIMITS = {**settings.LIMITS, **rates}

    return limited


@pytest.fixture(autouse=True)
def blocked_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """None, and nobody looks for some until a test changes the list."""
    held = words.Held()
    held.rest()
    monkeypatch.setattr(words, "HELD", held)


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    """Where a test's files are: its own folder."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def alice(db: None, fast_passwords: None) -> User:
    return User.objects.create_user("alice", PASSWORD, display_name="Alice Moreau")


@pytest.fixture
def bob(db: None, fast_passwords: None) -> User:
    return User.objects.create_user("bob", PASSWORD, display_name="Bob Lindqvist")


@pytest.fixture
def carol(db: None, fast_passwords: None) -> User:
    return User.objects.create_user("carol", PASSWORD, display_name="Carol Weiss")


@pytest.fixture
def admin(db: None, fast_passwords: None) -> User:
    return User.objects.create_superuser("admin", PASSWORD, display_name="Ada Admin")


@pytest.fixture
def api() -> Api:
    """A client that a person has logged in with: api(alice).get("/api/users/me")."""

    def logged_in(user: User) -> APIClient:
        session = actions.open_session(
            user=user, kind=Session.Kind.API, device=Device(), lifetime=tokens.refresh_lifetime()
        )
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.access_for(session)}")
        return client

    return logged_in


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    """A real mail server, which Brook sends to."""
    with open_mailbox(settings) as opened:
        yield opened
