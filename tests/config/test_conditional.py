"""Polling a list that has not changed."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from chat import actions
from tests.conftest import Api

pytestmark = pytest.mark.django_db


def again(client: APIClient, path: str, before: Any) -> Any:
    return client.get(path, headers={"If-None-Match": before["ETag"]})


@pytest.mark.parametrize("path", ["/api/conversations", "/api/conversations/{}/messages", "/api/unread-counts"])
def test_what_has_not_changed_is_not_sent_again(alice: User, bob: User, carol: User, api: Api, path: str) -> None:
    talk, _created = actions.open_direct(user=alice, partner=bob)
    elsewhere, _created = actions.open_direct(user=bob, partner=carol)
    client, path = api(alice), path.format(talk.pk)
    first = client.get(path)
    assert first["ETag"].startswith('W/"')
    actions.send_message(sender=bob, conversation_id=elsewhere.pk, client_id="1", content="not for Alice")
    same = again(client, path, first)
    assert (same.status_code, same.content) == (304, b"")
    assert same["ETag"] == first["ETag"]
    assert same["Cache-Control"] == first["Cache-Control"] == "private, no-store"
    actions.send_message(sender=bob, conversation_id=talk.pk, client_id="2", content="for Alice")
    changed = again(client, path, first)
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_a_tag_is_of_no_use_to_others(alice: User, bob: User, api: Api) -> None:
    actions.open_direct(user=alice, partner=bob)
    first = api(alice).get("/api/users/me")
    assert again(api(bob), "/api/users/me", first).status_code == 200
    assert again(APIClient(), "/api/users/me", first).status_code == 401


def test_errors_and_writes_have_none(alice: User, api: Api) -> None:
    client = api(alice)
    assert "ETag" not in client.get("/api/users/nobody")
    assert "ETag" not in client.patch("/api/users/me", {"status_text": "x"})
