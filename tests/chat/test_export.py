"""POST /api/conversations/{id}/export, GET /api/exports…"""

from __future__ import annotations

import tracemalloc
import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import orjson
import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient
from selectolax.lexbor import LexborHTMLParser

from accounts import actions as account_actions
from accounts.models import User
from chat import actions
from chat.actions import exports
from chat.exporting import reading
from chat.models import Attachment, Conversation, Export, ExportState
from realtime.models import Event
from tests import files
from tests.conftest import Api

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def group(alice: User, bob: User) -> Conversation:
    return actions.create_group(creator=alice, title="River <b>Team</b>", people=[bob], description="& more")


def ask(client: APIClient, conversation: Conversation, format: Any = "json") -> Any:
    return client.post(f"/api/conversations/{conversation.pk}/export", {"format": format}, format="json")


def state(client: APIClient, export: Any) -> Any:
    return client.get(f"/api/exports/{export['id']}").json()


def file_of(client: APIClient, export: Any) -> Any:
    return client.get(f"/api/exports/{export['id']}/file")


def made(client: APIClient, conversation: Conversation, format: str = "json") -> bytes:
    """What is in the file."""
    export = ask(client, conversation, format).json()
    actions.make_exports()
    answer = file_of(client, export)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def kept(media: Path) -> list[Path]:
    return files.kept(media / "exports") if (media / "exports").exists() else []


def test_from_asking_to_the_file(api: Api, say: Any, alice: User, talk: Conversation) -> None:
    say(alice, talk, "hello")
    asked = ask(api(alice), talk)
    assert asked.status_code == 202
    export = asked.json()
    assert (export["state"], export["format"], export["url"]) == ("waiting", "json", None)
    assert export["conversation_id"] == str(talk.pk)
    assert file_of(api(alice), export).status_code == 404
    actions.make_exports()
    done = state(api(alice), export)
    assert (done["state"], done["url"]) == ("done", f"/api/exports/{export['id']}/file")
    answer = file_of(api(alice), export)
    body = b"".join(answer.streaming_content)
    assert len(body) == done["size"] == int(answer["Content-Length"])
    assert answer["Content-Disposition"] == 'attachment; filename="conversation.json"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "private, no-store"
    assert api(alice).get("/api/exports").json() == {"results": [done], "next": None}
    told = [orjson.loads(event.payload)["export"] for event in Event.objects.filter(type="me.updated").order_by("id")]
    assert [each["state"] for each in told] == ["waiting", "running", "done"]


def test_what_the_json_says(api: Api, say: Any, alice: User, bob: User, talk: Conversation) -> None:
    first = say(alice, talk, "hello")
    actions.edit_message(user=alice, message_id=first.pk, content="hello you")
    answer, _new = actions.send_message(
        sender=bob, conversation_id=talk.pk, client_id="r", content="hi", reply_to=first.pk
    )
    threaded, _new = actions.send_message(
        sender=bob, conversation_id=talk.pk, client_id="t", content="@alice", thread_root=first.pk
    )
    actions.add_reaction(user=bob, message_id=first.pk, emoji="👍")
    actions.pin_message(user=bob, message_id=first.pk)
    picture = actions.upload_attachment(owner=alice, file=files.upload(files.picture()), name="beach.jpg")
    actions.send_message(sender=alice, conversation_id=talk.pk, client_id="f", content="", attachment_ids=[picture.pk])
    gone = say(alice, talk, "a secret")
    actions.delete_message(user=alice, message_id=gone.pk)
    body = made(api(alice), talk)
    assert b"a secret" not in body
    said = orjson.loads(body)
    assert (said["format"], said["version"], said["exported_by"]) == ("brook.conversation", 1, str(alice.pk))
    assert (said["conversation"]["id"], said["conversation"]["kind"]) == (str(talk.pk), "direct")
    assert [each["user"]["username"] for each in said["participants"]] == ["alice", "bob"]
    assert "email" not in said["participants"][0]["user"]
    assert [each["seq"] for each in said["messages"]] == [1, 2, 3, 4, 5, 6]
    shown = said["messages"]
    assert shown[0]["edited_at"]
    assert shown[0]["pinned_at"]
    assert shown[0]["reply_count"] == 1
    assert shown[0]["reactions"] == [{"emoji": "👍", "count": 1, "user_ids": [str(bob.pk)]}]
    assert (shown[1]["id"], shown[1]["reply_to"]) == (str(answer.pk), str(first.pk))
    assert (shown[2]["id"], shown[2]["thread_root"]) == (str(threaded.pk), str(first.pk))
    assert shown[2]["mentions"] == [str(alice.pk)]
    assert shown[3]["type"] == "system"
    (attachment,) = shown[4]["attachments"]
    assert (attachment["name"], attachment["media_type"]) == ("beach.jpg", "image/jpeg")
    assert (shown[5]["content"], bool(shown[5]["deleted_at"])) == ("", True)


def test_a_conversation_without_a_message(api: Api, alice: User, talk: Conversation) -> None:
    assert orjson.loads(made(api(alice), talk))["messages"] == []
    assert b"</html>" in made(api(alice), talk, "html")


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "![x](https://tracker.example/pixel.png)",
    '[x](https://example.org/"onmouseover="alert(1))',
    "</div></article></main><style>*{display:none}</style>",
    "<https://example.org/?a=<script>>",
    "[x]: data:text/html,<script>alert(1)</script>\n[x]",
    "| a |\n|---|\n| <iframe src=//x> |",
]


def test_the_page_is_inert(api: Api, say: Any, alice: User, bob: User, group: Conversation) -> None:
    User.objects.filter(pk=bob.pk).update(display_name='<script>x</script>"Bob')
    bob.refresh_from_db()
    for text in HOSTILE:
        say(bob, group, text)
    evil = actions.upload_attachment(owner=bob, file=files.upload(b"x"), name="<svg onload=alert(1)>.txt")
    actions.send_message(sender=bob, conversation_id=group.pk, client_id="f", content="", attachment_ids=[evil.pk])
    page: Any = LexborHTMLParser(made(api(alice), group, "html").decode())
    assert not page.css("script, img, iframe, object, embed, svg, form, input, link, base, video, audio")
    assert len(page.css("style")) == 1
    assert all(link.attributes["href"].startswith(("#m", "https://")) for link in page.css("a"))
    assert not [name for node in page.css("*") for name in node.attributes if name.startswith("on")]
    assert page.css_first("h1").text() == "River <b>Team</b>"
    assert "default-src 'none'" in page.css_first("meta[http-equiv]").attributes["content"]
    assert len(page.css("article")) == len(HOSTILE) + 1


def test_the_page_reads_well(api: Api, say: Any, alice: User, bob: User, group: Conversation) -> None:
    first = say(alice, group, "see **this** https://example.org/a_b and `code`")
    actions.send_message(sender=bob, conversation_id=group.pk, client_id="r", content="one\ntwo", reply_to=first.pk)
    gone = say(alice, group, "a secret")
    actions.delete_message(user=alice, message_id=gone.pk)
    page: Any = LexborHTMLParser(made(api(bob), group, "html").decode())
    (shown, reply, deleted) = page.css("article")
    assert shown.css_first("strong").text() == "this"
    assert shown.css_first(".text a").attributes["href"] == "https://example.org/a_b"
    assert reply.css_first("blockquote a").attributes["href"] == "#m1"
    assert reply.css("br")
    assert deleted.css_first(".text").text() == "This message was deleted."


def test_asking_again_while_it_waits_gives_the_same(api: Api, alice: User, bob: User, talk: Conversation) -> None:
    first = ask(api(alice), talk).json()
    assert ask(api(alice), talk).json() == first
    other = ask(api(alice), talk, "html")
    assert (other.status_code, other.json()["errors"][0]["code"]) == (409, "export_waiting")
    assert ask(api(bob), talk).json()["id"] != first["id"]
    actions.make_exports()
    assert ask(api(alice), talk).json()["id"] != first["id"]


def test_the_last_file_takes_the_place_of_the_one_before(
    api: Api, alice: User, talk: Conversation, media: Path
) -> None:
    first = ask(api(alice), talk).json()
    actions.make_exports()
    made(api(alice), talk)
    assert api(alice).get(f"/api/exports/{first['id']}").status_code == 404
    assert len(kept(media)) == 1


def test_not_too_many_at_once(api: Api, alice: User, bob: User) -> None:
    for number in range(exports.MAX_WAITING):
        ask(api(alice), actions.create_group(creator=alice, title=str(number), people=[bob]))
    refused = ask(api(alice), actions.create_group(creator=alice, title="more", people=[bob]))
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "too_many_exports")


@pytest.mark.parametrize("format", ["pdf", "", None, 5, ["json"]])
def test_bad_input(api: Api, alice: User, talk: Conversation, format: Any) -> None:
    assert ask(api(alice), talk, format).status_code == 400


def test_outsiders(api: Api, alice: User, bob: User, carol: User, talk: Conversation) -> None:
    assert ask(api(carol), talk).status_code == 404
    export = ask(api(alice), talk).json()
    actions.make_exports()
    for other in (bob, carol):
        assert api(other).get(f"/api/exports/{export['id']}").status_code == 404
        assert file_of(api(other), export).status_code == 404
        assert api(other).get("/api/exports").json()["results"] == []


def test_a_newcomer_of_protected_history(api: Api, say: Any, alice: User, carol: User, group: Conversation) -> None:
    secret = say(alice, group, "before her time")
    actions.update_conversation(user=alice, conversation_id=group.pk, changes={"history": "protected"})
    actions.add_participants(user=alice, conversation_id=group.pk, people=[carol])
    actions.send_message(sender=alice, conversation_id=group.pk, client_id="r", content="welcome", reply_to=secret.pk)
    for format in ("json", "html"):
        body = made(api(carol), group, format)
        assert b"welcome" in body
        assert b"before her time" not in body
        assert b"before her time" in made(api(alice), group, format)


def test_removed_before_it_is_made(api: Api, alice: User, bob: User, group: Conversation, media: Path) -> None:
    export = ask(api(bob), group).json()
    actions.remove_participant(user=alice, conversation_id=group.pk, target_id=bob.pk)
    actions.make_exports()
    assert Export.objects.get().state == ExportState.FAILED
    assert api(bob).get(f"/api/exports/{export['id']}").status_code == 404
    assert not kept(media)


def test_removed_while_it_is_made(
    api: Api, say: Any, alice: User, bob: User, group: Conversation, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(alice, group)
    ask(api(bob), group)
    still = exports._still_mine

    def removed(export: Export) -> None:
        actions.remove_participant(user=alice, conversation_id=group.pk, target_id=bob.pk)
        still(export)

    monkeypatch.setattr(exports, "_still_mine", removed)
    actions.make_exports()
    assert (Export.objects.get().state, Export.objects.get().reason) == ("failed", "not_participant")
    assert not kept(media)


def test_removed_after_it_was_made(api: Api, say: Any, alice: User, bob: User, group: Conversation) -> None:
    say(alice, group, "while he was there")
    export = ask(api(bob), group).json()
    actions.make_exports()
    actions.update_conversation(user=alice, conversation_id=group.pk, changes={"history": "protected"})
    actions.remove_participant(user=alice, conversation_id=group.pk, target_id=bob.pk)
    assert file_of(api(bob), export).status_code == 404
    assert api(bob).get("/api/exports").json()["results"] == []
    actions.add_participants(user=alice, conversation_id=group.pk, people=[bob])
    assert file_of(api(bob), export).status_code == 404, "what came before he is back is not for him any more"


def test_deactivated_before_it_is_made(api: Api, bob: User, talk: Conversation, media: Path) -> None:
    ask(api(bob), talk)
    account_actions.deactivate(user=bob)
    actions.make_exports()
    assert Export.objects.get().reason == "deactivated"
    assert not kept(media)


def test_killed_in_the_middle(
    api: Api, say: Any, alice: User, talk: Conversation, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(alice, talk)
    export = ask(api(alice), talk).json()

    class Killed(BaseException):
        pass

    def die(_export: Export) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(exports, "_still_mine", die)
        with pytest.raises(Killed):
            actions.make_exports()
    assert state(api(alice), export)["state"] == "running"
    assert file_of(api(alice), export).status_code == 404
    actions.make_exports()
    assert state(api(alice), export)["state"] == "running", "its maker may be alive"
    with time_machine.travel(timezone.now() + exports.STALE + timedelta(seconds=1), tick=False):
        actions.make_exports()
        assert Export.objects.get().state == "done"
    assert len(kept(media)) == 1


def test_a_maker_that_slept_gives_nothing_out(
    api: Api, say: Any, alice: User, talk: Conversation, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(alice, talk)
    ask(api(alice), talk)
    still = exports._still_mine

    def sleep(export: Export) -> None:
        monkeypatch.setattr(exports, "_still_mine", still)
        with time_machine.travel(timezone.now() + exports.STALE + timedelta(seconds=1), tick=False):
            actions.make_exports()
        still(export)

    monkeypatch.setattr(exports, "_still_mine", sleep)
    actions.make_exports()
    assert (Export.objects.get().state, Export.objects.get().tries) == ("done", 2)
    assert len(kept(media)) == 1


def test_what_fails_again_and_again_is_given_up(
    api: Api, say: Any, alice: User, talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = ask(api(alice), talk).json()

    def full(*_args: Any) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("accounts.files.save", full)
    now = timezone.now()
    for number in range(exports.MAX_TRIES):
        moment = now + number * (exports.STALE + timedelta(seconds=1))
        with time_machine.travel(moment, tick=False), pytest.raises(OSError, match="no space"):
            actions.make_exports()
    with time_machine.travel(now + timedelta(hours=1), tick=False):
        actions.make_exports()
    found = state(api(alice), export)
    assert (found["state"], found["reason"], found["url"]) == ("failed", "gave_up", None)


def test_after_a_week_it_is_gone(api: Api, alice: User, talk: Conversation, media: Path) -> None:
    made(api(alice), talk)
    export = api(alice).get("/api/exports").json()["results"][0]
    assert len(kept(media)) == 1
    exports.tidy_exports()
    assert len(kept(media)) == 1
    Export.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert file_of(api(alice), export).status_code == 404
    exports.tidy_exports()
    assert not kept(media)
    assert not Export.objects.exists()


def test_many_messages_take_pages_of_queries(
    api: Api,
    say: Any,
    alice: User,
    talk: Conversation,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(12):
        say(alice, talk, f"message {number}")
    monkeypatch.setattr(reading, "PAGE", 5)
    ask(api(alice), talk)
    with django_assert_max_num_queries(45):
        actions.make_exports()
    body = b"".join(file_of(api(alice), api(alice).get("/api/exports").json()["results"][0]).streaming_content)
    assert [each["content"] for each in orjson.loads(body)["messages"]] == [f"message {n}" for n in range(12)]


# --- as a zip ---------------------------------------------------------------------------------------------------------
def say_with(api: Api, person: User, conversation: Conversation, *brought: tuple[bytes, str]) -> list[str]:
    """The ids of the files that a message was sent with."""
    ids = [files.bring(api(person), content, name).json()["id"] for content, name in brought]
    actions.send_message(
        sender=person,
        conversation_id=conversation.pk,
        client_id=ids[0],
        content="",
        attachment_ids=[UUID(each) for each in ids],
    )
    return ids


def unpacked(content: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(BytesIO(content))


def test_a_zip_has_both_and_the_files(api: Api, say: Any, alice: User, talk: Conversation, media: Path) -> None:
    say(alice, talk, "hello")
    names = ["beach.png", "a/../plan: 1%.pdf", "é" * 200 + ".txt", "dots.."]
    contents = [files.picture("PNG"), files.PDF, b"text", b"dots"]
    ids = say_with(api, alice, talk, *zip(contents, names, strict=True))
    packed = unpacked(made(api(alice), talk, "zip"))
    assert packed.testzip() is None
    attachments = orjson.loads(packed.read("conversation.json"))["messages"][1]["attachments"]
    assert [each["id"] for each in attachments] == ids
    assert all(packed.getinfo(each["path"]).file_size == each["size"] for each in attachments)
    assert packed.read(attachments[1]["path"]) == files.PDF
    assert all(len(part.encode()) < 255 for name in packed.namelist() for part in name.split("/"))
    page = LexborHTMLParser(packed.read("conversation.html"))
    linked = {unquote(each.attributes["href"] or "") for each in page.css(".files a")}
    assert (
        linked
        == {each["path"] for each in attachments}
        == set(packed.namelist())
        - {
            "conversation.json",
            "conversation.html",
        }
    )


def test_files_that_are_gone_or_not_for_them(
    api: Api, alice: User, carol: User, group: Conversation, media: Path
) -> None:
    for number, content in enumerate((b"before", b"after", b"lost")):
        if number == 1:
            actions.update_conversation(user=alice, conversation_id=group.pk, changes={"history": "protected"})
            actions.add_participants(user=alice, conversation_id=group.pk, people=[carol])
        say_with(api, alice, group, (content, f"{content.decode()}.txt"))
    (media / Attachment.objects.get(name="lost.txt").file).unlink()
    packed = unpacked(made(api(carol), group, "zip"))
    assert [name.rpartition("/")[2] for name in packed.namelist()] == ["after.txt", *packed.namelist()[1:]]
    assert len(packed.namelist()) == 3
    (lost,) = orjson.loads(packed.read("conversation.json"))["messages"][-1]["attachments"]
    assert (lost["name"], "path" in lost) == ("lost.txt", False)


def test_a_zip_takes_no_memory(api: Api, alice: User, talk: Conversation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "PAGE", 2)
    for number in range(5):
        say_with(api, alice, talk, (bytes(4_000_000), f"{number}.bin"))
    ask(api(alice), talk, "zip")
    tracemalloc.start()
    try:
        actions.make_exports()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (Export.objects.get().size or 0) > 20_000_000
    assert peak < 8_000_000
