"""POST and GET /api/users/me/export"""

from __future__ import annotations

import io
import uuid
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.actions import delete_account, make_takeouts, tidy_takeouts
from accounts.models import Takeout, User
from chat import actions
from tests import files
from tests.accounts.conftest import Events
from tests.conftest import Api

pytestmark = pytest.mark.django_db(transaction=True)

EXPORT = "/api/users/me/export"


def unpacked(response: Any) -> zipfile.ZipFile:
    assert response.status_code == 200
    assert "brook-alice-" in response["Content-Disposition"]
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))


def test_everything_of_hers_in_one_file(alice: User, bob: User, api: Api, events: Events) -> None:
    direct, _new = actions.open_direct(user=alice, partner=bob)
    group = actions.create_group(creator=alice, title="River Team", people=[bob])
    picture = actions.upload_attachment(owner=alice, file=files.upload(files.picture()), name="beach.jpg")

    def say(sender: User, where: Any, content: str, **more: Any) -> Any:
        return actions.send_message(
            sender=sender, conversation_id=where.pk, client_id=uuid.uuid4().hex, content=content, **more
        )[0]

    say(alice, direct, "hello Bob")
    theirs = say(bob, direct, "hello Alice")
    say(alice, group, "look", attachment_ids=[picture.pk])
    actions.add_reaction(user=alice, message_id=theirs.pk, emoji="👍")
    actions.set_star(user=alice, message_id=theirs.pk, starred=True)
    actions.save_draft(user=alice, conversation_id=group.pk, content="half a thought", based_on=None)

    page = Client()
    page.force_login(alice)
    client = api(alice)
    assert client.get(EXPORT).status_code == 404
    assert "data-copy" not in page.get("/settings").content.decode()  # so that it does not ask in vain
    asked = client.post(EXPORT)
    assert (asked.status_code, asked.json()["state"], asked.json()["url"]) == (202, "waiting", None)
    assert client.post(EXPORT).json()["id"] == asked.json()["id"]
    assert "data-copy" in page.get("/settings").content.decode()
    assert client.get(f"{EXPORT}/file").status_code == 404
    make_takeouts()
    done = client.get(EXPORT).json()
    assert (done["state"], done["url"]) == ("done", f"{EXPORT}/file")
    response = client.get(done["url"])
    assert int(response["Content-Length"]) == done["size"]
    archive = unpacked(response)
    assert archive.testzip() is None

    def part(name: str) -> Any:
        return orjson.loads(archive.read(name))

    assert part("profile.json")["username"] == "alice"
    assert part("sessions.json")[0]["kind"] == "api"
    assert {each["title"] for each in part("conversations.json")} == {"Bob Lindqvist", "River Team"}
    said = [(each["conversation_title"], each["content"]) for each in part("messages.json")]
    assert said == [("Bob Lindqvist", "hello Bob"), ("River Team", "look")]
    assert part("reactions.json") == [{"message_id": str(theirs.pk), "emoji": "👍"}]
    assert part("stars.json")[0]["message_id"] == str(theirs.pk)
    assert part("drafts.json")[0]["content"] == "half a thought"
    assert part("notifications.json")["email_digest"] == "never"
    assert archive.read(f"files/{picture.pk}/beach.jpg")[:2] == b"\xff\xd8"
    assert "hello Alice" not in str([archive.read(name) for name in archive.namelist()])
    told = [each["takeout"]["state"] for each in events("me.updated") if "takeout" in each]
    assert told == ["waiting", "running", "done"]


def test_it_is_hers_alone_and_for_a_while(alice: User, bob: User, api: Api, media: Path) -> None:
    api(alice).post(EXPORT)
    make_takeouts()
    assert api(bob).get(EXPORT).status_code == api(bob).get(f"{EXPORT}/file").status_code == 404
    first = Takeout.objects.get()
    assert api(alice).post(EXPORT).json()["id"] != str(first.pk)  # a new one takes its place
    assert not list(media.rglob("takeouts/*/*"))
    make_takeouts()
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert Takeout.objects.of(alice, timezone.now()) is None
        tidy_takeouts()
    assert not list(media.rglob("takeouts/*/*"))
    assert not Takeout.objects.exists()


def test_a_deleted_account_leaves_none(alice: User, api: Api, media: Path) -> None:
    api(alice).post(EXPORT)
    make_takeouts()
    delete_account(user=alice, removes_messages=False)
    assert not list(media.rglob("takeouts/*/*"))
    assert not Takeout.objects.exists()


def test_a_killed_maker_is_taken_over_from(alice: User, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    api(alice).post(EXPORT)

    def killed(*_about: Any) -> None:
        raise KeyboardInterrupt

    with time_machine.travel(timezone.now(), tick=False) as clock:
        for tries in (1, 2, 3):
            with monkeypatch.context() as broken:
                broken.setattr("accounts.actions.takeouts._finish", killed)
                with pytest.raises(KeyboardInterrupt):
                    make_takeouts()
            assert Takeout.objects.get().tries == tries
            make_takeouts()  # it may still be at work
            assert Takeout.objects.get().tries == tries
            clock.shift(timedelta(minutes=3))
        make_takeouts()
        assert Takeout.objects.get().state == "failed"
        assert api(alice).post(EXPORT).json()["state"] == "waiting"
