"""While the storage of files does not answer: 503 with Retry-After, nothing half-saved; then everything as before."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from accounts.actions import make_takeouts
from accounts.models import Takeout, User
from chat import actions
from chat.models import Attachment, Conversation, Export
from tests import files
from tests.conftest import Api

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def away(media: Path) -> Iterator[None]:
    """As a disk that fails, to whoever opens, makes or lists anything on it."""
    aside = media.with_name("aside")
    media.mkdir(exist_ok=True)
    media.rename(aside)
    media.write_bytes(b"no folder")
    try:
        yield
    finally:
        media.unlink()
        shutil.move(aside, media)


def test_uploads_and_downloads(api: Api, alice: User, bob: User, talk: Conversation, media: Path) -> None:
    client = api(alice)
    before = files.bring(client, files.picture(), "beach.jpg").json()
    group = actions.create_group(creator=alice, title="River", people=[bob])
    with away(media):
        refused = [
            files.bring(client, files.picture()),
            files.bring(client, b"text"),
            client.put("/api/users/me/avatar", {"file": files.upload(files.picture())}, format="multipart"),
            client.put(
                f"/api/conversations/{group.pk}/avatar", {"file": files.upload(files.picture())}, format="multipart"
            ),
            client.get(before["url"]),
            client.get(before["thumbnail_url"]),
        ]
    assert [answer.status_code for answer in refused] == [503] * 6
    assert all(int(answer["Retry-After"]) > 0 for answer in refused)
    assert refused[0].json()["errors"][0]["code"] == "unavailable"
    assert Attachment.objects.count() == 1
    alice.refresh_from_db()
    assert alice.avatar == ""
    assert len(files.kept(media)) == 2
    assert client.get(before["url"]).status_code == 200
    (media / Attachment.objects.get().file).unlink()
    assert client.get(before["url"]).status_code == 404  # gone is not away


def test_exports_wait_for_it(api: Api, alice: User, talk: Conversation, media: Path) -> None:
    export = api(alice).post(f"/api/conversations/{talk.pk}/export", {"format": "json"}, format="json").json()
    with away(media), pytest.raises(OSError, match="the storage of files"):
        actions.make_exports()
    assert Export.objects.get().state == "running"  # and taken up anew in two minutes
    Export.objects.update(state="waiting")
    actions.make_exports()
    with away(media):
        assert api(alice).get(f"/api/exports/{export['id']}/file").status_code == 503
    assert api(alice).get(f"/api/exports/{export['id']}/file").status_code == 200


def test_a_copy_of_everything_waits_for_it(api: Api, alice: User, media: Path) -> None:
    """Better later than without the files."""
    files.bring(api(alice), b"text")
    assert api(alice).post("/api/users/me/export").status_code == 202
    with away(media), pytest.raises(OSError, match="the storage of files"):
        make_takeouts()
    assert Takeout.objects.get().state == "running"  # and taken up anew in two minutes
    Takeout.objects.update(state="waiting")
    make_takeouts()
    answer: Any = api(alice).get("/api/users/me/export/file")
    with ZipFile(BytesIO(b"".join(answer.streaming_content))) as packed:
        brought = [packed.read(name) for name in packed.namelist() if name.startswith("files/")]
    assert brought == [b"text"]


def test_what_is_deleted_meanwhile_is_deleted(api: Api, alice: User, talk: Conversation, media: Path) -> None:
    brought = files.bring(api(alice), b"text").json()["id"]
    body = {"conversation_id": str(talk.pk), "client_id": "1", "content": "", "attachment_ids": [brought]}
    message = api(alice).post("/api/messages", body, format="json").json()
    with away(media):
        assert api(alice).delete(f"/api/messages/{message['id']}").status_code == 204
    assert not Attachment.objects.exists()
