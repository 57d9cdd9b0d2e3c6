"""Pictures of groups: PUT, DELETE and GET /api/conversations/{id}/avatar…"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from rest_framework.test import APIClient

from accounts.models import User
from chat import actions
from chat.models import Conversation, Message, Role
from realtime.models import Event
from tests import files
from tests.conftest import Api
from tests.files import kept

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(alice: User, bob: User) -> Conversation:
    return actions.create_group(creator=alice, title="Walkers", people=[bob])


def put(client: APIClient, group: Conversation, content: bytes | None = None) -> Any:
    form = {"file": files.upload(content or files.picture())}
    return client.put(f"/api/conversations/{group.pk}/avatar", form, format="multipart")


@pytest.mark.django_db(transaction=True)
def test_a_group_gets_a_picture_and_loses_it(
    api: Api, alice: User, bob: User, group: Conversation, media: Path
) -> None:
    answer = put(api(alice), group)
    assert answer.status_code == 200, answer.content
    url = answer.json()["avatar_url"]
    assert url.startswith(f"/api/conversations/{group.pk}/avatar/")
    assert api(bob).get(f"/api/conversations/{group.pk}").json()["avatar_url"] == url
    told = orjson.loads(Event.objects.filter(type="conversation.updated").latest("id").payload)
    assert told["conversation"]["avatar_url"] == url
    assert Message.objects.latest("seq").content == "Alice Moreau changed the picture of the group"
    seen: Any = api(bob).get(url)
    assert (seen.status_code, seen["Content-Type"]) == (200, "image/webp")
    assert b"".join(seen.streaming_content)[8:12] == b"WEBP"
    for _again in range(2):
        assert api(alice).delete(f"/api/conversations/{group.pk}/avatar").status_code == 204
    assert api(bob).get(url).status_code == 404
    assert kept(media) == []
    assert Message.objects.filter(content__contains="removed the picture").count() == 1


def test_who_may_change_and_see_it(api: Api, alice: User, bob: User, carol: User, group: Conversation) -> None:
    assert put(api(bob), group).status_code == 403
    assert api(bob).delete(f"/api/conversations/{group.pk}/avatar").status_code == 403
    assert put(api(carol), group).status_code == 404
    actions.set_role(user=alice, conversation_id=group.pk, target_id=bob.pk, role=Role.MODERATOR)
    url = put(api(bob), group).json()["avatar_url"]
    assert [api(person).get(url).status_code for person in (alice, bob, carol)] == [200, 200, 404]
    assert APIClient().get(url).status_code == 401
    actions.remove_participant(user=alice, conversation_id=group.pk, target_id=bob.pk)
    assert api(bob).get(url).status_code == 404


def test_what_is_refused_leaves_no_file(
    api: Api, alice: User, bob: User, talk: Conversation, group: Conversation, media: Path
) -> None:
    for content, code in ((files.SVG, "invalid_image"), (files.bomb(), "image_too_large")):
        answer = put(api(alice), group, content)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, code)
    assert put(api(alice), talk).status_code == 409
    assert put(api(bob), group).status_code == 403
    assert kept(media) == []
