"""Holding a conversation, and exporting all of it: by a permission, with a reason, each step in the audit log."""

from __future__ import annotations

import hashlib
import zipfile
from datetime import timedelta
from io import BytesIO
from typing import Any

import orjson
import pytest
import time_machine
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import User
from chat import actions as chat
from chat.models import Conversation, Message
from moderation.actions import legal, make_legal_exports, report_message, tidy_legal_exports
from moderation.models import Act, AuditEntry, LegalExport, Reason
from tests import files
from tests.moderation.conftest import Ask, Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(staff: dict[str, User]) -> User:
    return staff["Administrator"]


@pytest.fixture
def group(alice: User, bob: User, carol: User) -> Conversation:
    made = chat.create_group(creator=alice, title="River Team", people=[bob, carol])
    chat.set_held(conversation_id=made.pk, held=True)
    return made


def say(person: User, group: Conversation, content: str, **more: Any) -> Message:
    count = Message.objects.count()
    return chat.send_message(sender=person, conversation_id=group.pk, client_id=str(count), content=content, **more)[0]


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_everything_is_in_it(
    order: Ask, office: Office, boss: User, admin: User, alice: User, bob: User, carol: User, group: Conversation
) -> None:
    said = say(alice, group, "frist")
    chat.edit_message(user=alice, message_id=said.pk, content="first")
    picture = chat.upload_attachment(owner=bob, file=files.upload(files.picture()), name="beach.jpg")
    shown = say(bob, group, "look", attachment_ids=[picture.pk])
    rude = say(carol, group, "<b>rude</b>")
    for message, by in ((said, alice), (shown, bob), (rude, alice)):
        chat.delete_message(user=by, message_id=message.pk)
    chat.leave(user=carol, conversation_id=group.pk)

    assert order(boss, Act.EXPORT, group, reason="Case 12/30.").status_code == 302
    export = LegalExport.objects.get()
    assert (export.state, export.asked_by) == ("waiting", boss)
    assert b"already" in order(boss, Act.EXPORT, group).content
    assert office(boss).get(f"/admin/act/download/legalexport/{export.pk}/").status_code == 200
    assert b"no file of it" in order(boss, Act.DOWNLOAD, export).content
    make_legal_exports()
    export.refresh_from_db()
    answer = order(boss, Act.DOWNLOAD, export, reason="For the court.")
    assert answer["Content-Disposition"].startswith('attachment; filename="conversation-')
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    body = body_of(answer)
    assert hashlib.sha256(body).hexdigest() == export.sha256

    with zipfile.ZipFile(BytesIO(body)) as packed:
        document = orjson.loads(packed.read("conversation.json"))
        page = packed.read("conversation.html").decode()
        (path,) = [name for name in packed.namelist() if name.startswith("files/")]
    assert (document["whole"], document["exported_by"]) == (True, str(boss.pk))
    people = {each["user"]["username"]: each for each in document["participants"]}
    assert (bool(people["carol"]["left_at"]), people["alice"]["left_at"]) == (True, None)
    by_id = {message["id"]: message for message in document["messages"]}
    first, second, third = (by_id[str(each.pk)] for each in (said, shown, rude))
    assert [edit["content"] for edit in first["edits"]] == ["frist"]
    assert (first["content"], first["removed"]["content"]) == ("", "first")
    assert second["removed"]["attachments"][0]["path"] == path
    assert third["removed"]["removed_by"]["username"] == "alice"
    assert third["removed"]["removed_at"]
    for text in ("frist", "first", "removed by alice", "beach.jpg"):
        assert text in page
    assert "<b>rude" not in page

    entries = list(AuditEntry.objects.order_by("id"))
    assert [(entry.act, entry.target_id) for entry in entries] == [
        (act, str(group.pk)) for act in ("export", "export", "download")
    ]
    made, taken = entries[1], entries[2]
    assert (made.by_name, made.reason, made.after["sha256"]) == ("administrator", "Case 12/30.", export.sha256)
    assert made.after["message_count"] == len(document["messages"]) == group.messages.count()
    assert (taken.reason, taken.after["sha256"]) == ("For the court.", export.sha256)
    assert not any("first" in str(entry.__dict__) for entry in entries)


def test_its_pages_and_its_end(order: Ask, office: Office, boss: User, staff: Any, group: Conversation) -> None:
    order(boss, Act.EXPORT, group)
    make_legal_exports()
    export = LegalExport.objects.get()
    page = f"/admin/moderation/legalexport/{export.pk}/change/"
    assert export.sha256 in office(boss).get(page).content.decode()
    assert str(export.pk) in office(boss).get("/admin/moderation/legalexport/").content.decode()
    assert str(export.pk) in office(boss).get(f"/admin/chat/conversation/{group.pk}/change/").content.decode()
    moderator = staff["Moderator"]
    assert str(export.pk) not in office(moderator).get(f"/admin/chat/conversation/{group.pk}/change/").content.decode()
    assert office(moderator).get(page).status_code == 403
    assert order(moderator, Act.DOWNLOAD, export).status_code == 403
    assert not AuditEntry.objects.filter(act="download").exists()
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert b"its week is over" in order(boss, Act.DOWNLOAD, export).content
        tidy_legal_exports()
    assert not LegalExport.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_files_go_and_a_dead_maker_is_replaced(order: Ask, boss: User, group: Conversation) -> None:
    order(boss, Act.EXPORT, group)
    dead = legal._take_next()
    assert dead is not None
    make_legal_exports()
    assert LegalExport.objects.get().state == "running"  # it may live
    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        make_legal_exports()
    export = LegalExport.objects.get()
    assert (export.state, export.tries) == ("done", 2)
    legal._make(dead)  # it lived, and is too late
    export.refresh_from_db()
    assert default_storage.exists(export.file)
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        tidy_legal_exports()
    assert not default_storage.exists(export.file)


def test_one_that_cannot_be_made_is_given_up(order: Ask, boss: User, group: Conversation) -> None:
    order(boss, Act.EXPORT, group)
    for minutes in (0, 3, 6, 9):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            legal._take_next()
    assert LegalExport.objects.get().state == "failed"


def test_holding_and_ending_the_hold(
    order: Ask, office: Office, boss: User, admin: User, alice: User, group: Conversation
) -> None:
    page = f"/admin/chat/conversation/{group.pk}/change/"
    assert b"End the hold" in office(boss).get(page).content
    assert b"This field is required" in order(boss, Act.END_HOLD, group, reason="").content
    assert order(boss, Act.END_HOLD, group).status_code == 302
    assert order(boss, Act.HOLD, group, reason="Case 12/30.").status_code == 302
    ended, held = AuditEntry.objects.order_by("id")
    assert (bool(ended.before["held_at"]), ended.after) == (True, {"held_at": None})
    assert (held.before, bool(held.after["held_at"]), held.reason) == ({"held_at": None}, True, "Case 12/30.")
    chat.delete_group(user=alice, conversation_id=group.pk)
    assert order(boss, Act.EXPORT, group).status_code == 302  # what was deleted is held as well
    assert b"It is not there any more" in order(boss, Act.LOCK, group).content


def test_earlier_versions_of_what_was_deleted_are_on_no_page(
    office: Office, boss: User, alice: User, bob: User, group: Conversation
) -> None:
    said = say(alice, group, "frist")
    chat.edit_message(user=alice, message_id=said.pk, content="first")
    report_message(user=bob, message_id=said.pk, reason=Reason.SPAM)
    assert b"frist" in office(boss).get("/admin/chat/messageedit/").content
    chat.delete_message(user=alice, message_id=said.pk)
    assert b"frist" not in office(boss).get("/admin/chat/messageedit/").content
    assert b"first" not in office(boss).get("/admin/chat/removedmessage/").content
    assert office(boss).get(f"/admin/chat/removedmessage/{said.pk}/change/").status_code == 302
