"""While staff hold a conversation, what goes is a tombstone for everybody, and is kept for the hold's export alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.utils import timezone
from pytest_django import Settings

from accounts import actions as accounts
from accounts.models import User
from chat import actions
from chat.models import Attachment, Conversation, MessageEdit, RemovedMessage
from realtime.models import Event
from tests import files

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(talk: Conversation) -> Conversation:
    return actions.set_held(conversation_id=talk.pk, held=True)


def kept() -> list[tuple[str, bool]]:
    """What is kept, and whether for the hold alone."""
    return list(RemovedMessage.objects.order_by("content").values_list("content", "for_hold"))


def test_what_people_delete_is_kept_and_nobody_sees_it(
    api: Any, say: Any, alice: User, bob: User, held: Conversation
) -> None:
    said = say(alice, held, "frist")
    actions.edit_message(user=alice, message_id=said.pk, content="first")
    actions.delete_message(user=alice, message_id=said.pk)
    assert kept() == [("first", True)]
    assert [edit.content for edit in MessageEdit.objects.all()] == ["frist"]
    shown = api(bob).get(f"/api/messages/{said.pk}").json()
    assert (shown["content"], bool(shown["deleted_at"])) == ("", True)
    assert not Event.objects.filter(payload__contains="first").exists()
    assert "held" not in api(bob).get(f"/api/conversations/{held.pk}").content.decode()
    with pytest.raises(actions.Unfit):
        actions.restore_message(message=said)


def test_it_goes_with_the_hold(
    say: Any, alice: User, held: Conversation, django_capture_on_commit_callbacks: Any
) -> None:
    file = actions.upload_attachment(owner=alice, file=files.upload(files.picture()), name="beach.jpg")
    said, _new = actions.send_message(
        sender=alice, conversation_id=held.pk, client_id="1", content="first", attachment_ids=[file.pk]
    )
    actions.edit_message(user=alice, message_id=said.pk, content="second")
    actions.delete_message(user=alice, message_id=said.pk)
    with django_capture_on_commit_callbacks(execute=True), time_machine.travel(timezone.now() + timedelta(days=99)):
        actions.tidy_removed()
        actions.attachments.tidy_attachments()
    assert kept() == [("second", True)]
    assert default_storage.exists(file.file)
    actions.set_held(conversation_id=held.pk, held=False)
    with django_capture_on_commit_callbacks(execute=True):
        actions.tidy_removed()
    assert (kept(), MessageEdit.objects.count(), Attachment.objects.count()) == ([], 0, 0)
    assert not default_storage.exists(file.file)


def test_what_staff_removed_stays_but_is_not_put_back_after_its_time(
    say: Any, alice: User, admin: User, held: Conversation
) -> None:
    said = say(alice, held, "rude")
    actions.remove_message(message=said, by=admin)
    assert kept() == [("rude", False)]
    actions.restore_message(message=said)
    actions.remove_message(message=said, by=admin)
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        actions.tidy_removed()
    assert kept() == [("rude", True)]
    with pytest.raises(actions.Unfit):
        actions.restore_message(message=said)


def test_age_and_a_deleted_account_take_nothing_away(
    settings: Settings, say: Any, alice: User, bob: User, held: Conversation
) -> None:
    settings.KEEP_DIRECT_DAYS = 30
    with time_machine.travel(timezone.now() - timedelta(days=31)):
        old = actions.open_direct(user=alice, partner=bob)[0]
        Conversation.objects.filter(pk=old.pk).update(created_at=timezone.now())
        say(alice, held, "old")
    say(alice, held, "young")
    actions.remove_old()
    assert kept() == [("old", True)]
    accounts.delete_account(user=alice, removes_messages=True)
    accounts.finish_departures()
    assert kept() == [("old", True), ("young", True)]
    assert not held.messages.exclude(content="").exists()


def test_without_a_hold_nothing_is_kept(say: Any, alice: User, talk: Conversation) -> None:
    actions.delete_message(user=alice, message_id=say(alice, talk).pk)
    assert kept() == []
