"""Files in an S3 store: only where BROOK_S3_BUCKET names one for tests (docs/tests.md)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts import files as stored
from accounts.models import User
from chat import actions
from chat.models import Attachment, Conversation, Export
from tests import files
from tests.conftest import Api

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.s3,
]
LARGE = bytes(range(256)) * 40_000  # ten megabytes, which go up in several parts


def kept() -> set[str]:
    """The keys of all objects in the bucket."""
    bucket: Any = default_storage.bucket  # type: ignore[attr-defined] # of django-storages
    return {each.key for each in bucket.objects.all()}


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    assert settings.S3_BUCKET, "set BROOK_S3_BUCKET to an empty bucket for this test (docs/tests.md)"
    assert kept() == set(), "the bucket is not empty"
    yield
    for name in kept():
        default_storage.delete(name)


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_files_come_and_go(
    api: Api,
    alice: User,
    bob: User,
    carol: User,
    talk: Conversation,
    subtests: pytest.Subtests,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = api(alice)
    picture = files.bring(client, files.picture(), "beach.jpg").json()
    large = files.bring(client, LARGE, "large.bin").json()
    assert len(kept()) == 3
    ids = [picture["id"], large["id"]]
    body = {"conversation_id": str(talk.pk), "client_id": "1", "content": "", "attachment_ids": ids}
    sent = client.post("/api/messages", body, format="json")
    assert settings.S3_BUCKET not in sent.content.decode()

    with subtests.test("read"):
        answer = api(bob).get(large["url"])
        assert (answer.status_code, body_of(answer)) == (200, LARGE)
        assert answer["Content-Length"] == str(len(LARGE))
        assert not [value for value in answer.headers.values() if "amz" in value.lower()]
        assert api(bob).get(large["url"], headers={"If-None-Match": answer["ETag"]}).status_code == 304
        part = api(bob).get(large["url"], headers={"Range": "bytes=9000000-9000099"})
        assert (part.status_code, body_of(part)) == (206, LARGE[9_000_000:9_000_100])
        assert body_of(api(bob).get(picture["thumbnail_url"])).startswith(b"RIFF")
        assert {api(carol).get(picture[name]).status_code for name in ("url", "thumbnail_url")} == {404}

    with subtests.test("exported"):
        client.post(f"/api/conversations/{talk.pk}/export", {"format": "zip"}, format="json")
        actions.make_exports()
        with ZipFile(BytesIO(body_of(client.get(f"/api/exports/{Export.objects.get().pk}/file")))) as packed:
            [name] = [each for each in packed.namelist() if each.endswith("large.bin")]
            assert packed.read(name) == LARGE

    with subtests.test("avatars"):
        for _number in range(2):
            answer = client.put("/api/users/me/avatar", {"file": files.upload(files.picture())}, format="multipart")
        assert len([name for name in kept() if name.startswith("avatars/")]) == 1
        assert api(bob).get(answer.json()["avatar_url"]).status_code == 200

    with subtests.test("deleted"):
        assert client.delete(f"/api/messages/{sent.json()['id']}").status_code == 204
        assert not [name for name in kept() if name.startswith("attachments/")]
        assert api(bob).get(large["url"]).status_code == 404

    with subtests.test("left over from a crash"):
        name = default_storage.save("attachments/00/left", ContentFile(b"over"))
        assert stored.sweep("attachments", Attachment.objects.names_in_use, folder=0) == 0
        monkeypatch.setattr(stored, "LEFT_OVER_AFTER", timedelta(days=-1))  # the store has a clock of its own
        assert stored.sweep("attachments", Attachment.objects.names_in_use, folder=0) == 1
        assert name not in kept()
