"""What messages show of their links, DELETE /api/messages/{id}/previews, GET …/previews/{id}/image"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import User
from chat import actions
from chat.actions import previews
from chat.models import Conversation, LinkPreview, LinkSearch, Message, MessageLink
from realtime.models import Event
from tests import files
from tests.conftest import Api
from tests.links.web import Web, answer, serving

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def web(settings: Settings) -> Iterator[Web]:
    """Somebody else's server, with a page and its picture."""
    with serving() as web:
        settings.LINK_PREVIEW_HOSTS = [web.host]
        web.html("/river", '<title>River</title><meta property="og:image" content="/river.jpg">')
        web.html("/mill", "<title>Mill</title>")
        picture = files.picture(image=files.striped(1200, 600))
        web.pages["/river.jpg"] = answer(picture, media_type="image/jpeg")
        yield web


def shown(client: APIClient, message: Message) -> Any:
    return client.get(f"/api/messages/{message.pk}").json()["previews"]


def titles(client: APIClient, message: Message) -> list[str]:
    return [each["title"] for each in shown(client, message)]


def hide(client: APIClient, message: Message) -> int:
    return int(client.delete(f"/api/messages/{message.pk}/previews").status_code)


def updates() -> list[Any]:
    events = Event.objects.filter(type="message.updated").order_by("id")
    return [orjson.loads(event.payload)["message"] for event in events]


def test_from_sending_to_the_preview(api: Api, say: Any, web: Web, alice: User, bob: User, talk: Conversation) -> None:
    message = say(alice, talk, f"see {web.url}/river")
    assert shown(api(bob), message) == []
    assert web.asked == [], "no request asks anybody"
    actions.show_previews()
    (preview,) = shown(api(bob), message)
    assert {**preview, "image_url": None} == {
        "url": f"{web.url}/river",
        "title": "River",
        "description": "",
        "site_name": "127.0.0.1",
        "image_url": None,
        "width": 480,
        "height": 240,
    }
    (told,) = updates()
    assert (told["previews"], told["edited_at"], told["content"]) == ([preview], None, message.content)
    (listed,) = api(bob).get(f"/api/conversations/{talk.pk}/messages").json()["results"]
    assert listed["previews"] == [preview]
    actions.show_previews()
    assert len(updates()) == 1
    assert not LinkSearch.objects.exists()


def test_the_picture_is_for_those_who_see_the_message(
    api: Api, say: Any, web: Web, alice: User, bob: User, carol: User, talk: Conversation
) -> None:
    message = say(alice, talk, f"see {web.url}/river")
    actions.show_previews()
    (preview,) = shown(api(bob), message)
    picture: Any = api(bob).get(preview["image_url"])
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/webp")
    assert b"".join(picture.streaming_content)[8:12] == b"WEBP"
    assert api(carol).get(preview["image_url"]).status_code == 404
    other = say(bob, actions.create_group(creator=bob, title="Other", people=[carol]), "hello")
    assert api(carol).get(preview["image_url"].replace(str(message.pk), str(other.pk))).status_code == 404


def test_a_page_is_fetched_once(api: Api, say: Any, web: Web, alice: User, bob: User, talk: Conversation) -> None:
    first, second = (say(who, talk, f"see {web.url}/mill#{who}") for who in (alice, bob))
    actions.show_previews()
    third = say(bob, talk, f"{web.url}/mill again")
    actions.show_previews()
    assert [titles(api(bob), each) for each in (first, second, third)] == [["Mill"]] * 3
    assert web.paths() == ["/mill"]


def test_an_old_one_is_fetched_anew_for_the_next_message(
    api: Api, say: Any, web: Web, alice: User, talk: Conversation
) -> None:
    first = say(alice, talk, f"{web.url}/mill")
    actions.show_previews()
    web.html("/mill", "<title>New mill</title>")
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        second = say(alice, talk, f"{web.url}/mill")
        actions.show_previews()
        assert (titles(api(alice), first), titles(api(alice), second)) == (["Mill"], ["New mill"])


def test_the_first_with_something_to_show(api: Api, say: Any, web: Web, alice: User, talk: Conversation) -> None:
    message = say(alice, talk, f"{web.url}/gone {web.url}/mill {web.url}/river")
    actions.show_previews()
    assert titles(api(alice), message) == ["Mill"]
    assert len(updates()) == 1
    for nothing in (f"{web.url}/gone", f"`{web.url}/mill`", "no link", "http://127.0.0.1/", "ftp://example.org/"):
        other = say(alice, talk, nothing)
        actions.show_previews()
        assert titles(api(alice), other) == []
    assert len(updates()) == 1


def test_three_tries(api: Api, say: Any, web: Web, alice: User, talk: Conversation) -> None:
    web.pages["/busy"] = answer(b"", status=503)
    message = say(alice, talk, f"{web.url}/busy {web.url}/mill")
    now = timezone.now() + timedelta(seconds=1)
    for seconds, asked in [(0, 1), (1, 1), (2.1, 2), (5, 2), (6.3, 3), (60, 3), (120, 3)]:
        with time_machine.travel(now + timedelta(seconds=seconds), tick=False):
            actions.show_previews()
            assert web.paths().count("/busy") == asked, seconds
            assert titles(api(alice), message) == (["Mill"] if asked == 3 else []), seconds


def test_a_worker_that_died_while_it_fetched(
    api: Api, say: Any, web: Web, alice: User, talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = say(alice, talk, f"{web.url}/mill")

    class Killed(BaseException):
        pass

    def die(*_args: Any) -> None:
        raise Killed

    for minutes, step in [(2, "_keep"), (4, "_choose")]:
        with monkeypatch.context() as patched:
            patched.setattr(previews, step, die)
            with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False), pytest.raises(Killed):
                actions.show_previews()
        assert titles(api(alice), message) == []
    actions.show_previews()
    assert (titles(api(alice), message), len(updates())) == (["Mill"], 1)


def test_editing(api: Api, say: Any, web: Web, alice: User, bob: User, talk: Conversation) -> None:
    message = say(alice, talk, f"see {web.url}/mill")
    actions.show_previews()
    actions.edit_message(user=alice, message_id=message.pk, content=f"look: {web.url}/mill")
    assert titles(api(bob), message) == ["Mill"], "what is still there stays"
    actions.edit_message(user=alice, message_id=message.pk, content=f"see {web.url}/river")
    assert (titles(api(bob), message), updates()[-1]["previews"]) == ([], [])
    actions.show_previews()
    assert titles(api(bob), message) == ["River"]
    actions.edit_message(user=alice, message_id=message.pk, content="nothing")
    assert titles(api(bob), message) == []
    actions.show_previews()
    assert titles(api(bob), message) == []
    actions.edit_message(user=alice, message_id=message.pk, content=f"`{web.url}/mill`")
    actions.show_previews()
    assert titles(api(bob), message) == []


def test_edited_or_deleted_before_anybody_looked(api: Api, say: Any, web: Web, alice: User, talk: Conversation) -> None:
    edited, deleted = (say(alice, talk, f"{web.url}/mill") for _ in range(2))
    actions.edit_message(user=alice, message_id=edited.pk, content="nothing")
    actions.delete_message(user=alice, message_id=deleted.pk)
    actions.show_previews()
    assert (titles(api(alice), edited), titles(api(alice), deleted)) == ([], [])
    assert web.asked == []


def test_deleting_leaves_nothing(
    api: Api, say: Any, web: Web, alice: User, bob: User, talk: Conversation, media: Path
) -> None:
    message = say(alice, talk, f"{web.url}/river")
    actions.show_previews()
    (preview,) = shown(api(bob), message)
    actions.delete_message(user=alice, message_id=message.pk)
    assert shown(api(bob), message) == []
    assert api(bob).get(preview["image_url"]).status_code == 404
    assert not MessageLink.objects.exists()
    assert not Event.objects.filter(payload__contains="River").exists()
    assert len(files.kept(media / "previews")) == 1
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        previews.tidy_previews()
    assert not LinkPreview.objects.exists()
    assert not files.kept(media / "previews")


def test_hiding(api: Api, say: Any, web: Web, alice: User, bob: User, carol: User, talk: Conversation) -> None:
    message = say(alice, talk, f"{web.url}/mill {web.url}/river")
    actions.show_previews()
    assert (hide(api(bob), message), hide(api(carol), message)) == (403, 404)
    assert titles(api(bob), message) == ["Mill"]
    assert hide(api(alice), message) == 204
    assert (titles(api(bob), message), updates()[-1]["previews"], updates()[-1]["edited_at"]) == ([], [], None)
    told = len(updates())
    assert hide(api(alice), message) == 204
    assert len(updates()) == told
    actions.edit_message(user=alice, message_id=message.pk, content=f"better: {web.url}/mill")
    actions.show_previews()
    assert titles(api(bob), message) == [], "what was hidden stays hidden"


def test_hiding_before_it_is_there(api: Api, say: Any, web: Web, alice: User, talk: Conversation) -> None:
    message = say(alice, talk, f"{web.url}/mill")
    assert hide(api(alice), message) == 204
    actions.show_previews()
    assert titles(api(alice), message) == []
    assert updates() == []


def test_a_moderator_hides(api: Api, say: Any, web: Web, alice: User, bob: User) -> None:
    group = actions.create_group(creator=alice, title="Group", people=[bob])
    message = say(bob, group, f"{web.url}/mill")
    actions.show_previews()
    assert hide(api(alice), message) == 204
    assert titles(api(bob), message) == []


def test_forwarded(api: Api, say: Any, web: Web, alice: User, bob: User, talk: Conversation) -> None:
    message = say(alice, talk, f"{web.url}/mill")
    actions.show_previews()
    group = actions.create_group(creator=alice, title="Group", people=[bob])
    (copy,), _new = actions.forward_message(user=alice, message_id=message.pk, conversation_ids=[group.pk])
    actions.show_previews()
    assert titles(api(bob), copy) == ["Mill"]


def test_a_conversation_that_was_deleted(api: Api, say: Any, web: Web, alice: User, bob: User) -> None:
    group = actions.create_group(creator=alice, title="Group", people=[bob])
    say(alice, group, f"{web.url}/mill")
    actions.delete_group(user=alice, conversation_id=group.pk)
    actions.show_previews()
    assert not LinkSearch.objects.exists(), "or it would be looked at for ever"
    assert web.asked == []


def test_who_waits_keeps_nobody_waiting(
    api: Api, say: Any, web: Web, alice: User, talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "BATCH", 1)
    web.pages["/busy"] = answer(b"", status=503)
    first, second = (say(alice, talk, f"{web.url}{path} {web.url}/mill") for path in ("/busy", "/river"))
    for _ in range(3):
        actions.show_previews()
    assert (titles(api(alice), first), titles(api(alice), second)) == ([], ["River"])


def test_turned_off(api: Api, say: Any, web: Web, alice: User, talk: Conversation, settings: Settings) -> None:
    settings.LINK_PREVIEWS = False
    message = say(alice, talk, f"{web.url}/mill")
    actions.show_previews()
    assert (titles(api(alice), message), web.asked) == ([], [])


def test_queries(api: Api, say: Any, web: Web, alice: User, talk: Conversation) -> None:
    def queries(content: str) -> int:
        with CaptureQueriesContext(connection) as context:
            say(alice, talk, content)
        return len(context)

    say(alice, talk)  # what is compiled once is compiled
    assert queries("http is no link") == queries("hello")
    assert queries("http://example.org") == queries("hello") + 1
    client = api(alice)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as context:
            page = client.get(f"/api/conversations/{talk.pk}/messages").json()["results"]
        counts.append(len(context))
        for path in ("/mill", "/river", "/mill"):
            say(alice, talk, web.url + path)
        actions.show_previews()
    assert len([each for each in page if each["previews"]]) == 3
    assert counts[0] == counts[1]
