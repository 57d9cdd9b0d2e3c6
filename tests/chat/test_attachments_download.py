"""GET /api/attachments/{id}: ranges, validators, and nothing that a browser would run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import User
from chat.models import Attachment
from tests import files
from tests.conftest import Api
from tests.files import bring, kept

pytestmark = pytest.mark.django_db

CONTENT = bytes(range(256)) * 4000  # a megabyte


@pytest.fixture
def client(api: Api, alice: User) -> APIClient:
    return api(alice)


@pytest.fixture
def url(client: APIClient) -> str:
    """The address of a file of a megabyte."""
    return str(bring(client, CONTENT, "data.bin").json()["url"])


def body_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_the_whole_file(client: APIClient, url: str) -> None:
    answer = client.get(url)
    assert (answer.status_code, body_of(answer)) == (200, CONTENT)
    assert answer["Content-Length"] == str(len(CONTENT))
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["ETag"].startswith('"')
    head = client.head(url)
    assert (head.status_code, head.content, head["Content-Length"]) == (200, b"", str(len(CONTENT)))


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-99", 0, 99),
        ("bytes=500000-600000", 500_000, 600_000),
        ("bytes=1023999-", 1_023_999, 1_023_999),
        ("bytes=-1", 1_023_999, 1_023_999),
        ("bytes=-9999999", 0, 1_023_999),
        ("bytes=5-99999999999999999999", 5, 1_023_999),
    ],
)
def test_a_range(client: APIClient, url: str, wanted: str, first: int, last: int) -> None:
    answer = client.get(url, headers={"Range": wanted})
    assert (answer.status_code, body_of(answer)) == (206, CONTENT[first : last + 1])
    assert answer["Content-Range"] == f"bytes {first}-{last}/{len(CONTENT)}"
    assert answer["Content-Length"] == str(last + 1 - first)


@pytest.mark.parametrize("wanted", ["bytes=1024000-", "bytes=2000000-3000000", "bytes=-0"])
def test_a_range_behind_the_end(client: APIClient, url: str, wanted: str) -> None:
    answer = client.get(url, headers={"Range": wanted})
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(CONTENT)}")


@pytest.mark.parametrize("wanted", ["bytes=0-1,5-6", "bytes=9-5", "bytes=-", "bytes=x-y", "pages=1-2", "bytes=٣-٤"])
def test_what_is_no_single_range_gives_everything(client: APIClient, url: str, wanted: str) -> None:
    answer = client.get(url, headers={"Range": wanted.encode().decode("latin-1")})
    assert (answer.status_code, len(body_of(answer))) == (200, len(CONTENT))


def test_a_file_that_one_has(client: APIClient, url: str) -> None:
    etag = client.get(url)["ETag"]
    for value in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        answer = client.get(url, headers={"If-None-Match": value})
        assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", etag)
    assert client.get(url, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_range_of_what_one_has(client: APIClient, url: str) -> None:
    etag = client.get(url)["ETag"]
    for validator, status in (
        (etag, 206),
        ('"other"', 200),
        (f"W/{etag}", 200),
        ("Sat, 29 Oct 1994 19:43:31 GMT", 200),
    ):
        answer = client.get(url, headers={"Range": "bytes=0-9", "If-Range": validator})
        assert answer.status_code == status, validator


def test_two_files_have_two_etags(client: APIClient) -> None:
    etags = {client.get(bring(client, b"same").json()["url"])["ETag"] for _number in range(2)}
    assert len(etags) == 2


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (files.SVG, "drawing.svg"),
        (files.HTML, "page.html"),
        (files.GIF_SCRIPT, "picture.gif"),
        (files.PDF, "paper.pdf"),
        (b"ID3\x04\0\0\0\0\0\0" + files.HTML, "song.mp3"),
        (b"just text", "notes.txt"),
        (b"BM" + bytes(100), "picture.bmp"),
    ],
)
def test_what_is_saved_and_not_shown(client: APIClient, content: bytes, name: str) -> None:
    answer = client.get(bring(client, content, name).json()["url"])
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert body_of(answer) == content


@pytest.mark.parametrize(
    ("content", "media_type"),
    [(files.picture("PNG"), "image/png"), (files.sound(), "audio/wav"), (files.mp4(b"vide"), "video/mp4")],
)
def test_what_is_shown(client: APIClient, content: bytes, media_type: str) -> None:
    answer = client.get(bring(client, content, "x.html").json()["url"])
    assert answer["Content-Type"] == media_type
    assert answer["Content-Disposition"] == 'inline; filename="x.html"'


def test_names_of_all_letters(client: APIClient) -> None:
    answer = client.get(bring(client, b"x", 'Übung "eins".txt').json()["url"])
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''%C3%9Cbung%20%22eins%22.txt"


def test_the_proxy_may_do_it(client: APIClient, url: str, settings: Settings) -> None:
    settings.ACCEL_LOCATION = "/protected"
    answer = client.get(url)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["X-Accel-Redirect"] == f"/protected/{Attachment.objects.get().file}"
    assert answer["Content-Disposition"] == 'attachment; filename="data.bin"'
    assert client.get(url, headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_another_storage(client: APIClient, settings: Settings, media: Path) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    body = bring(client, files.picture()).json()
    assert kept(media) == []
    assert body_of(client.get(body["url"]))[:3] == b"\xff\xd8\xff"
    assert body_of(client.get(body["url"], headers={"Range": "bytes=0-1"})) == b"\xff\xd8"
    assert client.get(body["thumbnail_url"]).status_code == 200


def test_a_file_that_the_storage_lost(client: APIClient, url: str) -> None:
    default_storage.delete(Attachment.objects.get().file)
    assert client.get(url).status_code == 404
