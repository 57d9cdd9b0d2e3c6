"""manage.py import_conversation"""

from __future__ import annotations

import tracemalloc
import zipfile
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from chat import actions, exporting
from chat.models import Conversation, Message, Participant
from tests import files
from tests.conftest import Api

pytestmark = pytest.mark.django_db(transaction=True)


def exported(conversation: Conversation, person: User) -> Any:
    """What is in the person's export."""
    out = BytesIO()
    own = Participant.objects.find(person, conversation.pk)
    exporting.write(out, own, format="json", first_seq=1, still=lambda: None)
    return orjson.loads(out.getvalue())


def bring(tmp_path: Path, document: Any) -> str:
    path = tmp_path / "conversation.json"
    path.write_bytes(document if isinstance(document, bytes) else orjson.dumps(document))
    out = StringIO()
    call_command("import_conversation", path, stdout=out)
    return out.getvalue()


@pytest.fixture
def lively(alice: User, bob: User, say: Any) -> Conversation:
    """A group with a little of everything."""
    group = actions.create_group(creator=alice, title="River Team", people=[bob], description="Levels")
    first = say(alice, group, "hello @bob")
    actions.send_message(sender=bob, conversation_id=group.pk, client_id="r", content="hi", reply_to=first.pk)
    actions.send_message(sender=bob, conversation_id=group.pk, client_id="t", content="and", thread_root=first.pk)
    for emoji, person in [("👍", bob), ("🎉", alice), ("👍", alice)]:
        actions.add_reaction(user=person, message_id=first.pk, emoji=emoji)
    actions.pin_message(user=alice, message_id=first.pk)
    actions.edit_message(user=alice, message_id=say(alice, group, "wrong").pk, content="right")
    actions.delete_message(user=bob, message_id=say(bob, group, "secret").pk)
    return group


def elsewhere(document: Any) -> None:
    """As if this were another server: nobody and nothing of it is here."""
    Message.objects.filter(conversation=document["conversation"]["id"]).delete()
    Conversation.objects.filter(pk=document["conversation"]["id"]).delete()
    User.objects.filter(pk__in=[each["user"]["id"] for each in document["participants"]]).delete()


def without(document: Any) -> Any:
    return {name: value for name, value in document.items() if name not in {"exported_at", "exported_by"}}


def test_there_and_back(tmp_path: Path, lively: Conversation, alice: User) -> None:
    document = exported(lively, alice)
    elsewhere(document)
    assert "6 messages in “River Team”, 2 new people" in bring(tmp_path, document)
    again = exported(Conversation.objects.get(), User.objects.get(username="alice"))
    assert without(again) == without(document)
    assert not User.objects.filter(is_active=True).exists()
    assert not User.objects.get(username="bob").has_usable_password()


def test_it_is_there_for_those_who_take_part(
    tmp_path: Path, api: Api, lively: Conversation, alice: User, bob: User
) -> None:
    document = exported(lively, alice)
    before = api(bob).get(f"/api/conversations/{lively.pk}/messages").json()["results"]
    Message.objects.all().delete()
    Conversation.objects.all().delete()
    assert "0 new people" in bring(tmp_path, document)
    (found,) = api(bob).get("/api/conversations").json()["results"]
    assert (found["id"], found["me"]["unread"], found["last_seq"]) == (str(lively.pk), 0, document["last_seq"])
    after = api(bob).get(f"/api/conversations/{lively.pk}/messages").json()["results"]
    same = ("id", "seq", "content", "reply_to", "thread_root", "reply_count", "reactions", "created_at", "pinned_at")
    assert [{name: each[name] for name in same} for each in after] == [
        {name: each[name] for name in same} for each in before
    ]
    said = actions.send_message(sender=bob, conversation_id=lively.pk, client_id="new", content="on we go")[0]
    assert said.seq == document["last_seq"] + 1
    assert api(bob).get("/api/messages/search", {"q": "right"}).json()["results"]


def test_twice_is_once(tmp_path: Path, lively: Conversation, alice: User) -> None:
    document = exported(lively, alice)
    assert "is here already" in bring(tmp_path, document)
    elsewhere(document)
    bring(tmp_path, document)
    assert "is here already" in bring(tmp_path, document)
    assert (Conversation.objects.count(), User.objects.count()) == (1, 2)


def test_people_are_known_by_their_user_names(tmp_path: Path, lively: Conversation, alice: User) -> None:
    document = exported(lively, alice)
    elsewhere(document)
    other = User.objects.create_user("Bob", "a fine long password")
    bring(tmp_path, document)
    assert Participant.objects.filter(user=other).exists()
    assert Message.objects.get(content="hello @bob").mentions == [str(other.pk)]


def test_of_files_the_names(tmp_path: Path, alice: User, talk: Conversation) -> None:
    picture = actions.upload_attachment(owner=alice, file=files.upload(files.picture()), name="beach.jpg")
    actions.send_message(sender=alice, conversation_id=talk.pk, client_id="f", content="", attachment_ids=[picture.pk])
    document = exported(talk, alice)
    elsewhere(document)
    bring(tmp_path, document)
    message = Message.objects.get()
    assert (message.content, message.type) == ("[beach.jpg]", "text")


def test_a_direct_conversation_that_is_there(tmp_path: Path, alice: User, talk: Conversation) -> None:
    document = exported(talk, alice)
    document["conversation"]["id"] = str(uuid4())
    with pytest.raises(CommandError, match="have a direct conversation here already"):
        bring(tmp_path, document)


def test_what_was_deleted_here_stays_so(tmp_path: Path, lively: Conversation, alice: User) -> None:
    document = exported(lively, alice)
    actions.delete_group(user=alice, conversation_id=lively.pk)
    with pytest.raises(CommandError, match="deleted here"):
        bring(tmp_path, document)


def test_all_or_nothing(tmp_path: Path, lively: Conversation, alice: User) -> None:
    document = exported(lively, alice)
    document["conversation"]["id"] = str(uuid4())
    document["participants"][1]["user"] = {"id": str(uuid4()), "username": "newcomer", "display_name": "New"}
    with pytest.raises(CommandError, match="in another conversation"):
        bring(tmp_path, document)
    assert not User.objects.filter(username="newcomer").exists()
    assert Conversation.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d.update(format="slack"), "format: "),
        (lambda d: d.update(version=2), "version: "),
        (lambda d: d.pop("messages"), "messages: This field is required, as a list."),
        (lambda d: d["messages"][1].update(seq=1), "messages.1: They must ascend by seq."),
        (lambda d: d["messages"][1].update(seq="x"), "messages.1.seq: A valid integer is required."),
        (lambda d: d["messages"][0]["sender"].update(username="a b"), "messages.0.sender.username: "),
        (lambda d: d["messages"][0].update(content="\0"), "messages.0.content: Null characters"),
        (lambda d: d["messages"][0]["reactions"][0].update(emoji="xx"), "messages.0.reactions.0.emoji: "),
        (lambda d: d["conversation"].update(kind="direct", id="x"), "conversation.id: "),
        (lambda d: d.update(participants=[]), "participants: This list may not be empty."),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, lively: Conversation, alice: User, change: Any, said: str) -> None:
    document = exported(lively, alice)
    elsewhere(document)
    change(document)
    with pytest.raises(CommandError) as refused:
        bring(tmp_path, document)
    assert said in str(refused.value)


def test_a_zip_brings_its_files_too(
    tmp_path: Path, api: Api, alice: User, bob: User, talk: Conversation, media: Path
) -> None:
    picture, plan, lost = (
        actions.upload_attachment(owner=alice, file=files.upload(content), name=name)
        for content, name in [(files.picture("PNG"), "beach.png"), (files.PDF, "plan.pdf"), (b"text", "lost.txt")]
    )
    for client_id, ids in (("p", [picture.pk]), ("f", [plan.pk, lost.pk])):
        actions.send_message(sender=alice, conversation_id=talk.pk, client_id=client_id, content="", attachment_ids=ids)
    (media / lost.file).unlink()
    path = tmp_path / "conversation.zip"
    with path.open("w+b") as out:
        exporting.write(out, Participant.objects.find(alice, talk.pk), format="zip", first_seq=1, still=lambda: None)
    Message.objects.all().delete()
    Conversation.objects.all().delete()
    for _time in range(2):
        call_command("import_conversation", path, stdout=StringIO())
    first, second = api(bob).get(f"/api/conversations/{talk.pk}/messages").json()["results"]
    assert (first["type"], first["content"], [each["name"] for each in first["attachments"]]) == (
        *("image", ""),
        ["beach.png"],
    )
    assert (second["type"], second["content"]) == ("file", "[lost.txt]")
    answer: Any = api(bob).get(second["attachments"][0]["url"])
    assert b"".join(answer.streaming_content) == files.PDF
    assert len(files.kept(media)) == 6  # a picture, a small one and a plan: those of before, too


def test_nothing_of_a_zip_stays_that_is_wrong(tmp_path: Path, alice: User, talk: Conversation, media: Path) -> None:
    document = exported(talk, alice)
    document["conversation"]["id"] = str(uuid4())  # the two have one here
    said = {"id": str(uuid4()), "seq": 1, "type": "file", "sender": document["participants"][0]["user"], "content": ""}
    said |= {"created_at": document["conversation"]["created_at"], "attachments": [{"name": "x", "path": "files/x"}]}
    document["messages"] = [said]
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr("conversation.json", orjson.dumps(document))
        packed.writestr("files/x", b"some text")
    with pytest.raises(CommandError, match="direct conversation here already"):
        call_command("import_conversation", tmp_path / "a.zip")
    assert not media.exists() or not files.kept(media)
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as packed:
        packed.writestr("other.json", b"{}")
    with pytest.raises(CommandError, match=r"There is no conversation.json"):
        call_command("import_conversation", tmp_path / "b.zip")


def test_a_long_conversation_takes_no_memory(
    tmp_path: Path, alice: User, talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chat.actions.imports.BATCH", 10)
    document = exported(talk, alice)
    elsewhere(document)
    sender = document["participants"][0]["user"]
    same = {"type": "text", "sender": sender, "content": "x" * 60_000, "created_at": "2024-03-01T08:00:00Z"}
    document["messages"] = [{"id": str(uuid4()), "seq": seq, **same} for seq in range(1, 151)]
    path = tmp_path / "long.json"
    path.write_bytes(orjson.dumps(document))
    del document
    tracemalloc.start()
    try:
        call_command("import_conversation", path, stdout=StringIO())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert path.stat().st_size > 9_000_000
    assert peak < 6_000_000


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[]", b"5"])
def test_what_is_no_such_file(tmp_path: Path, content: bytes, db: None) -> None:
    with pytest.raises(CommandError):
        bring(tmp_path, content)
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_conversation", tmp_path / "nowhere.json")
