"""The chat's pages: / and /c/{id}"""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from accounts.models import User
from chat import actions
from chat.models import Conversation


def state(response: Any) -> dict[str, Any]:
    """The first state that a page carries."""
    found = re.search(r'<script id="brook-state" type="application/json">(.*?)</script>', response.content.decode())
    assert found is not None
    parsed: dict[str, Any] = json.loads(found[1])
    return parsed


@pytest.mark.django_db
def test_strangers_are_welcomed_and_sent_to_log_in(client: Client, talk: Conversation) -> None:
    welcome = client.get("/")
    assert welcome.status_code == 200
    assert b"/signup" in welcome.content
    response = client.get(f"/c/{talk.pk}")
    assert response.status_code == 302
    assert response["Location"] == f"/login?next=/c/{talk.pk}"


@pytest.mark.django_db
def test_a_page_carries_what_the_api_would_give(
    client: Client, api: Any, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    say(bob, talk, "</script><b>hello</b>")
    client.force_login(alice)
    page = state(client.get(f"/c/{talk.pk}"))
    assert page["me"]["username"] == "alice"
    assert page["conversations"] == {**api(alice).get("/api/conversations").json(), "cursor": page["cursor"]}
    assert page["unread"] == {"total": 1, "conversations": {str(talk.pk): 1}, "users": {str(bob.pk): 1}}
    shown = api(alice).get(f"/api/conversations/{talk.pk}/messages").json()
    assert page["open"]["history"]["results"] == shown["results"]
    assert state(client.get("/"))["open"] is None


@pytest.mark.django_db
def test_an_address_of_a_message_carries_what_is_around_it(
    client: Client, say: Any, alice: User, bob: User, carol: User, talk: Conversation
) -> None:
    for number in range(70):
        say(bob, talk, f"Line {number}")
    client.force_login(alice)
    shown = state(client.get(f"/c/{talk.pk}/10"))["open"]["history"]
    assert 10 in [message["seq"] for message in shown["results"]]
    assert shown["has_more_after"]
    for seq in (0, 10**6, 2**53):
        assert client.get(f"/c/{talk.pk}/{seq}").status_code == 200
    assert client.get(f"/c/{talk.pk}/{2**53 + 1}").status_code == 404
    client.force_login(carol)
    assert client.get(f"/c/{talk.pk}/10").status_code == 404


@pytest.mark.django_db
def test_outsiders_get_404_whether_it_exists_or_not(client: Client, carol: User, talk: Conversation) -> None:
    client.force_login(carol)
    assert client.get(f"/c/{talk.pk}").status_code == client.get(f"/c/{uuid4()}").status_code == 404
    assert client.get("/c/nonsense").status_code == 404


@pytest.mark.django_db
def test_pages_are_private_and_strict(client: Client, alice: User) -> None:
    client.force_login(alice)
    response = client.get("/")
    assert response["Cache-Control"] == "private, no-store"
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "csrftoken" in response.cookies


@pytest.mark.django_db
def test_with_many_unread_the_page_begins_where_they_begin(
    client: Client, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    for _ in range(120):
        say(bob, talk)
    actions.mark_read(user=alice, conversation_id=talk.pk, seq=30)
    client.force_login(alice)
    history = state(client.get(f"/c/{talk.pk}"))["open"]["history"]
    assert 31 in [message["seq"] for message in history["results"]]
    assert history["has_more_after"]
