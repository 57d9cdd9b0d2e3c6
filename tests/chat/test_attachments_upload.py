"""POST /api/attachments: what is kept of a file, and what is refused."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image
from pytest_django import Settings
from rest_framework.test import APIClient

from accounts.models import User
from chat.actions.attachments import tidy_attachments
from chat.models import Attachment, Conversation
from tests import files
from tests.conftest import Api
from tests.files import UPLOAD, bring, kept

pytestmark = pytest.mark.django_db


def content_of(answer: Any) -> bytes:
    with default_storage.open(Attachment.objects.get(pk=answer.json()["id"]).file) as file:
        return bytes(file.read())


# --- what it is -------------------------------------------------------------------------------------------------------
def test_a_picture(api: Api, alice: User) -> None:
    answer = bring(api(alice), files.picture("PNG"), "holiday.png")
    assert answer.status_code == 201, answer.content
    body = answer.json()
    attachment = Attachment.objects.get()
    assert body == {
        "id": str(attachment.pk),
        "name": "holiday.png",
        "size": len(content_of(answer)),
        "media_type": "image/png",
        "kind": "image",
        "width": 60,
        "height": 40,
        "duration": None,
        "waveform": None,
        "url": f"/api/attachments/{attachment.pk}",
        "thumbnail_url": f"/api/attachments/{attachment.pk}/thumbnail",
    }
    assert (attachment.owner, attachment.message) == (alice, None)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
def test_nothing_but_the_picture_is_kept(api: Api, alice: User, kind: str) -> None:
    original = files.picture(kind)
    assert any(secret in original for secret in files.SECRETS)  # or there would be nothing to see
    answer = bring(api(alice), original)
    assert answer.json()["media_type"] == f"image/{kind.lower()}"
    stored = content_of(answer)
    assert not [secret for secret in files.SECRETS if secret in stored]
    with Image.open(BytesIO(stored)) as image:
        assert (image.format, image.size) == (kind, (60, 40))
        assert not image.getexif()
        red, blue = image.convert("RGB").getpixel((30, 5)), image.convert("RGB").getpixel((30, 35))
    assert isinstance(red, tuple)
    assert isinstance(blue, tuple)
    assert red[0] > 200
    assert blue[2] > 200


@pytest.mark.parametrize(("kind", "orientation"), [("JPEG", 6), ("JPEG", 3), ("PNG", 8), ("WEBP", 6)])
def test_a_picture_is_turned_the_right_way_up(api: Api, alice: User, kind: str, orientation: int) -> None:
    """A telephone held sideways writes the pixels as they fall, and how to turn them beside."""
    turns = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
    lying = files.striped().transpose(turns[orientation])
    answer = bring(api(alice), files.picture(kind, lying, exif=files.exif(orientation)))
    body = answer.json()
    assert (body["width"], body["height"]) == (60, 40)
    with Image.open(BytesIO(content_of(answer))) as image:
        top = image.convert("RGB").getpixel((30, 5))
    assert isinstance(top, tuple)
    assert top[0] > 200


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_an_animation_stays_one(api: Api, alice: User, kind: str) -> None:
    answer = bring(api(alice), files.animation(kind))
    assert answer.json()["kind"] == "image"
    stored = content_of(answer)
    assert not [secret for secret in files.SECRETS if secret in stored]
    with Image.open(BytesIO(stored)) as image:
        assert getattr(image, "n_frames", 1) == 3
        image.seek(2)
        last = image.convert("RGB").getpixel((30, 20))
    assert isinstance(last, tuple)
    assert last[1] > 100 > last[0]


@pytest.mark.parametrize("mode", ["L", "CMYK", "P", "RGBA", "LA", "I;16", "1"])
def test_pictures_of_all_modes(api: Api, alice: User, mode: str) -> None:
    image = files.striped(mode="L" if mode == "I;16" else mode)
    out = BytesIO()
    image.convert(mode).save(out, "JPEG" if mode in {"L", "CMYK"} else "PNG")
    body = bring(api(alice), out.getvalue()).json()
    assert (body["kind"], body["width"], bool(body["thumbnail_url"])) == ("image", 60, True)


def test_a_large_picture_has_a_small_one(api: Api, alice: User) -> None:
    client = api(alice)
    body = bring(client, files.picture("JPEG", files.striped(2000, 1000))).json()
    assert (body["width"], body["height"]) == (2000, 1000)
    answer: Any = client.get(body["thumbnail_url"])
    with Image.open(BytesIO(b"".join(answer.streaming_content))) as image:
        assert (image.format, image.size) == ("WEBP", (480, 240))
    assert answer["Content-Type"] == "image/webp"


def test_a_picture_that_would_burst_the_memory_is_refused_before_it_is_decoded(
    api: Api, alice: User, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decoded(*_arguments: Any) -> None:
        pytest.fail("it was decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", decoded)
    answer = bring(api(alice), files.bomb())
    assert answer.status_code == 400
    (only,) = answer.json()["errors"]
    assert (only["code"], only["attr"]) == ("image_too_large", "file")
    assert kept(media) == []


@pytest.mark.parametrize(
    "content",
    [
        files.GIF_SCRIPT,
        files.picture("JPEG")[:400],
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        files.picture("GIF")[:-20],
        b"RIFF\x10\0\0\0WEBPVP8 ",
        files.bomb(200, 200),
    ],
    ids=["script", "cut", "empty", "cut gif", "riff", "short"],
)
def test_what_looks_like_a_picture_and_is_none_is_a_plain_file(api: Api, alice: User, content: bytes) -> None:
    answer = bring(api(alice), content, "picture.png")
    body = answer.json()
    assert (answer.status_code, body["media_type"], body["kind"]) == (201, "application/octet-stream", "file")
    assert body["thumbnail_url"] is None
    assert content_of(answer) == content


def test_what_hangs_behind_a_picture_is_left_behind(api: Api, alice: User) -> None:
    for kind in ("JPEG", "PNG", "GIF", "WEBP"):
        answer = bring(api(alice), files.picture(kind) + files.HTML)
        assert answer.json()["kind"] == "image"
        assert files.SCRIPT not in content_of(answer)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (files.SVG, "text/plain"),
        (files.HTML, "text/plain"),
        (files.PDF, "application/pdf"),
        ("später, 日本語".encode(), "text/plain"),
        (bytes(range(256)), "application/octet-stream"),
        (b"PK\x03\x04" + bytes(40), "application/zip"),
    ],
)
def test_files_by_content_not_by_name(api: Api, alice: User, content: bytes, media_type: str) -> None:
    answer = bring(api(alice), content, "innocent.png")
    assert (answer.json()["kind"], answer.json()["media_type"]) == ("file", media_type)
    assert content_of(answer) == content


@pytest.mark.parametrize(
    ("content", "media_type", "kind"),
    [
        (files.sound(), "audio/wav", "voice"),
        (files.webm(), "audio/webm", "voice"),
        (files.webm(b"V_VP9"), "video/webm", "file"),
        (files.ogg(), "audio/ogg", "voice"),
        (files.mp4(), "audio/mp4", "voice"),
        (files.mp4(b"vide"), "video/mp4", "file"),
        (b"ID3\x04\0\0\0\0\0\0<script>", "application/octet-stream", "file"),
    ],
)
def test_recordings_by_content(api: Api, alice: User, content: bytes, media_type: str, kind: str) -> None:
    body = bring(api(alice), content).json()
    assert (body["media_type"], body["kind"]) == (media_type, kind)


def test_how_long_a_recording_is(api: Api, alice: User) -> None:
    """The file's own word counts; where it has none (a browser's recorder writes none), the client's."""
    client = api(alice)
    assert bring(client, files.sound(2.5), duration="99").json()["duration"] == 2.5
    body = bring(client, files.webm(), duration="3.25", waveform="[0, 50, 100]").json()
    assert (body["duration"], body["waveform"]) == (3.25, [0, 50, 100])
    assert bring(client, files.webm()).json()["duration"] is None
    assert bring(client, files.picture(), duration="3").json()["duration"] is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("duration", "nan"),
        ("duration", "inf"),
        ("duration", "-1"),
        ("duration", "86401"),
        ("duration", "long"),
        ("waveform", "[101]"),
        ("waveform", "[1.5]"),
        ("waveform", "[true]"),
        ("waveform", "[]"),
        ("waveform", "{}"),
        ("waveform", "nonsense"),
        ("waveform", "[" + "1," * 256 + "1]"),
        ("waveform", "[" * 5000),
    ],
)
def test_what_a_recording_cannot_be(api: Api, alice: User, media: Path, field: str, value: str) -> None:
    answer = bring(api(alice), files.webm(), **{field: value})
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, field)
    assert kept(media) == []


# --- what it is called ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\alice\\plan.doc", "plan.doc"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("two\nlines\x07.txt", "twolines.txt"),
        ("x" * 300 + ".jpeg", "x" * 250 + ".jpeg"),
        ("日本語.pdf", "日本語.pdf"),
        ("<script>.html", "<script>.html"),
    ],
)
def test_names(api: Api, alice: User, media: Path, name: str, shown: str) -> None:
    file = files.upload(b"text")
    file._name = name
    answer = api(alice).post(UPLOAD, {"file": file}, format="multipart")
    assert answer.status_code == 201, answer.content
    assert answer.json()["name"] == shown
    (path,) = kept(media)
    assert path.parent.parent == media / "attachments"
    assert set(path.name) <= set("0123456789abcdef")


# --- what is refused --------------------------------------------------------------------------------------------------
def test_nothing_no_file_two_files(api: Api, alice: User, media: Path) -> None:
    client = api(alice)
    two = {"file": [files.upload(b"one"), files.upload(b"two")]}
    for form in ({}, {"file": "text"}, {"file": files.upload(b"")}, two):
        answer = client.post(UPLOAD, form, format="multipart")
        assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "file")
    assert client.post(UPLOAD, {"file": "x"}, format="json").status_code == 415
    for body in (
        b"",
        b"nonsense",
        b"--x\r\n",
        b"--x\r\nContent-Disposition: form-data; name=file; filename=a\r\n\r\nabc",
    ):
        assert client.post(UPLOAD, body, content_type="multipart/form-data; boundary=x").status_code in {400, 201}
    assert client.post(UPLOAD, b"x", content_type="multipart/form-data").status_code == 400
    many = {f"file{number}": files.upload(b"x") for number in range(200)}
    assert client.post(UPLOAD, many, format="multipart").status_code == 400
    assert len(kept(media)) == Attachment.objects.count()


def test_nobody_in_particular_uploads_nothing(media: Path, db: None) -> None:
    assert bring(APIClient(), b"x").status_code == 401
    assert kept(media) == []


def test_a_file_that_is_too_large(api: Api, alice: User, media: Path, settings: Settings) -> None:
    settings.UPLOAD_BYTES = 100_000
    client = api(alice)
    assert bring(client, bytes(100_000)).status_code == 201
    for size in (100_001, 200_000):
        answer = bring(client, bytes(size))
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (413, "too_large")
    assert len(kept(media)) == 1


def test_everybody_has_so_much_room(api: Api, alice: User, bob: User, media: Path, settings: Settings) -> None:
    settings.QUOTA_BYTES = 1000
    client = api(alice)
    assert bring(client, bytes(600)).status_code == 201
    answer = bring(client, bytes(401))
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (413, "quota_exceeded")
    assert len(kept(media)) == 1
    assert bring(client, bytes(400)).status_code == 201
    assert bring(api(bob), bytes(600)).status_code == 201


def test_a_failing_database_leaves_no_file(api: Api, alice: User, media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: Any, **_options: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("chat.models.Attachment.save", fail)
    client = api(alice)
    client.raise_request_exception = False
    assert bring(client, files.picture()).status_code == 500
    assert kept(media) == []


def test_cookies_need_the_csrf_token(alice: User, media: Path) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(alice)
    assert bring(client, b"x").status_code == 403
    client.get("/login")
    token = client.cookies["csrftoken"].value if "csrftoken" in client.cookies else ""
    answer = client.post(UPLOAD, {"file": files.upload(b"x")}, format="multipart", headers={"x-csrftoken": token})
    assert (token != "", answer.status_code) in {(True, 201), (False, 403)}


# --- what is forgotten ------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_what_is_not_sent_within_a_day_goes(api: Api, alice: User, talk: Conversation, media: Path, send: Any) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = api(alice)
        sent, _waiting = bring(client, files.picture()).json(), bring(client, files.picture())
        assert send(alice, talk, "", attachment_ids=[sent["id"]]).status_code == 201
        clock.shift(timedelta(hours=23))
        late = bring(api(alice), files.picture()).json()
        tidy_attachments()
        assert Attachment.objects.count() == 3
        clock.shift(timedelta(hours=2))
        tidy_attachments()
    left = Attachment.objects.all()
    assert {str(each.pk) for each in left} == {sent["id"], late["id"]}
    assert {path.relative_to(media).as_posix() for path in kept(media)} == {
        name for each in left for name in (each.file, each.thumbnail)
    }


@pytest.mark.django_db(transaction=True)
def test_files_that_no_row_names_go_in_time(api: Api, alice: User, media: Path) -> None:
    """A process that is killed between the file and its row leaves the file."""
    assert bring(api(alice), files.picture()).status_code == 201
    Attachment.objects.all().delete()
    assert bring(api(alice), files.picture()).status_code == 201
    stray = media / "attachments" / "ab" / "abc"
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"x")
    assert len(kept(media)) == 5
    with time_machine.travel(timezone.now(), tick=False) as clock:
        tidy_attachments()
        clock.shift(timedelta(hours=25))
        Attachment.objects.update(created_at=timezone.now())
        for _folder in range(256):
            tidy_attachments()
            clock.shift(timedelta(minutes=10))
            Attachment.objects.update(created_at=timezone.now())
    attachment = Attachment.objects.get()
    names = {path.relative_to(media).as_posix() for path in kept(media)}
    assert names == {attachment.file, attachment.thumbnail}
