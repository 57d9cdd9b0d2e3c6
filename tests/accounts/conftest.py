"""Helpers for stories about log-in: at a program's and at a browser's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import User
from realtime.models import Event
from tests.conftest import PASSWORD

Login = Callable[..., dict[str, str]]
Events = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def anybody() -> APIClient:
    """A client without credentials."""
    return APIClient()


@pytest.fixture
def login(anybody: APIClient) -> Login:
    """Logs in as a program does: login(alice)["access"]."""

    def log_in(user: User, password: str = PASSWORD) -> dict[str, str]:
        response = anybody.post("/api/auth/token", {"username": user.username, "password": password})
        assert response.status_code == 200, response.content
        pair: dict[str, str] = response.json()
        return pair

    return log_in


def bearer(token: str) -> APIClient:
    """A client with an access token."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


@dataclass
class Browser:
    """A browser that keeps its cookies, and sends CSRF tokens where pages would."""

    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))

    def get(self, path: str, **data: str) -> Any:
        return self.client.get(path, data)

    def submit(self, path: str, **data: str) -> Any:
        """Open the page of a form, then send the form."""
        if "csrftoken" not in self.client.cookies:
            self.client.get("/login")
        return self.client.post(path, {**data, "csrfmiddlewaretoken": self.client.cookies["csrftoken"].value})

    def log_in(self, user: User, password: str = PASSWORD, **data: str) -> Any:
        return self.submit("/login", username=user.username, password=password, **data)

    def call(self, method: str, path: str, body: Any = None, *, csrf: bool = True) -> Any:
        """A request as a page's script sends it."""
        headers = {"x-csrftoken": self.client.cookies["csrftoken"].value} if csrf else {}
        return self.client.generic(method, path, orjson.dumps(body), "application/json", headers=headers)

    @property
    def is_logged_in(self) -> bool:
        return bool(self.get("/api/users/me").status_code == 200)


@pytest.fixture
def browser() -> Browser:
    return Browser()


@pytest.fixture
def events() -> Events:
    """Payloads of the events of a type, in the order they were written: events("user.updated", topic="everyone")."""

    def written(event_type: str, **having: Any) -> list[dict[str, Any]]:
        rows = Event.objects.filter(type=event_type, **having).order_by("id")
        return [orjson.loads(payload) for payload in rows.values_list("payload", flat=True)]

    return written


def error(response: Any) -> tuple[int, str, str | None]:
    """Status, code and attr of an answer's only error."""
    body = response.json()
    (only,) = body["errors"]
    assert set(only) == {"code", "detail", "attr"}
    assert body["type"] == ("validation_error" if response.status_code == 400 else "client_error")
    return response.status_code, only["code"], only["attr"]


def form_of(browser: Any, path: str) -> dict[str, Any]:
    """The fields of a form as the page shows them."""
    initial = browser.get(path).context["adminform"].form
    values = {name: initial.get_initial_for_field(field, name) for name, field in initial.fields.items()}
    return {name: value for name, value in values.items() if value not in (None, False)}
