"""What a moderator or staff removed is kept for staff, for a time, and can be put back; what people delete is gone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from chat import actions
from chat.models import Attachment, Conversation, Mention, Message, RemovedMessage
from realtime.models import Event
from tests import files

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(alice: User, bob: User, carol: User) -> Conversation:
    return actions.create_group(creator=alice, title="River Team", people=[bob, carol])


def test_back_as_it_was(api: Any, say: Any, alice: User, bob: User, admin: User, group: Conversation) -> None:
    first = say(alice, group, "first")
    message, _new = actions.send_message(
        sender=bob, conversation_id=group.pk, client_id="1", content="hi @alice", reply_to=first.pk
    )
    before = api(alice).get(f"/api/messages/{message.pk}").json()
    actions.remove_message(message=message, by=admin)
    assert api(alice).get(f"/api/messages/{message.pk}").json()["content"] == ""
    assert api(alice).get("/api/unread-counts").json()["total"] == 0
    assert not Event.objects.filter(payload__contains="hi @alice").exists()
    actions.restore_message(message=message)
    assert api(alice).get(f"/api/messages/{message.pk}").json() == before
    counts = api(alice).get(f"/api/conversations/{group.pk}").json()["me"]
    assert (counts["unread"], counts["mentions"], Mention.objects.count()) == (1, 1, 1)
    assert not RemovedMessage.objects.exists()
    events = Event.objects.count()
    actions.restore_message(message=message)
    assert Event.objects.count() == events


def test_files_come_back_and_are_nobodys_meanwhile(api: Any, bob: User, admin: User, group: Conversation) -> None:
    file = actions.upload_attachment(owner=bob, file=files.upload(files.picture()), name="beach.jpg")
    message, _new = actions.send_message(
        sender=bob, conversation_id=group.pk, client_id="1", content="", attachment_ids=[file.pk]
    )
    actions.remove_message(message=message, by=admin)
    assert api(bob).get(f"/api/attachments/{file.pk}").status_code == 404
    body = {"conversation_id": str(group.pk), "client_id": "2", "content": "", "attachment_ids": [str(file.pk)]}
    assert api(bob).post("/api/messages", body).status_code == 400
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        actions.attachments.tidy_attachments()
    actions.restore_message(message=message)
    shown = api(bob).get(f"/api/messages/{message.pk}").json()["attachments"]
    assert [each["name"] for each in shown] == ["beach.jpg"]
    assert api(bob).get(shown[0]["url"]).status_code == 200


def test_a_moderators_delete_is_kept_and_ones_own_is_not(say: Any, alice: User, bob: User, group: Conversation) -> None:
    said, own = say(bob, group), say(bob, group)
    actions.delete_message(user=alice, message_id=said.pk)
    actions.delete_message(user=bob, message_id=own.pk)
    assert RemovedMessage.objects.get().message == said
    with pytest.raises(actions.Unfit, match="cannot be put back"):
        actions.restore_message(message=own)


def test_it_is_purged(
    settings: Settings, say: Any, bob: User, admin: User, group: Conversation, django_capture_on_commit_callbacks: Any
) -> None:
    file = actions.upload_attachment(owner=bob, file=files.upload(files.picture()), name="beach.jpg")
    message, _new = actions.send_message(
        sender=bob, conversation_id=group.pk, client_id="1", content="", attachment_ids=[file.pk]
    )
    actions.remove_message(message=message, by=admin)
    actions.tidy_removed()
    assert RemovedMessage.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(days=31)), django_capture_on_commit_callbacks(execute=True):
        actions.tidy_removed()
    assert not RemovedMessage.objects.exists()
    assert not Attachment.objects.exists()
    assert not default_storage.exists(file.file)
    settings.REMOVED_DAYS = 0
    actions.remove_message(message=say(bob, group), by=admin)
    assert not RemovedMessage.objects.exists()


def test_nothing_of_it_is_shown_to_anybody(api: Any, say: Any, alice: User, admin: User, group: Conversation) -> None:
    message = say(alice, group, "a secret word")
    actions.remove_message(message=message, by=admin)
    for path in (f"/api/conversations/{group.pk}/messages", "/api/conversations", "/api/messages/search?q=secret"):
        assert b"secret word" not in api(alice).get(path).content
    assert Message.objects.get(pk=message.pk).content == ""
