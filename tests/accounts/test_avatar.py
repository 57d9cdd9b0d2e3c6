"""Pictures of people: PUT and DELETE /api/users/me/avatar, PATCH /api/users/me, GET /api/users/{id}/avatar/{version}"""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from PIL import Image
from rest_framework.test import APIClient

from accounts.actions import tidy_avatars
from accounts.models import User
from tests import files
from tests.accounts.conftest import Events, error
from tests.conftest import Api
from tests.files import kept

pytestmark = pytest.mark.django_db

MINE = "/api/users/me/avatar"


def put(client: APIClient, content: bytes) -> Any:
    return client.put(MINE, {"file": files.upload(content, "me.jpg")}, format="multipart")


def shown(client: APIClient, url: str) -> Image.Image:
    answer: Any = client.get(url)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    return Image.open(BytesIO(b"".join(answer.streaming_content)))


def test_alice_shows_her_face_and_everyone_hears(alice: User, bob: User, api: Api, events: Events) -> None:
    wide = files.striped(900, 300)
    answer = put(api(alice), files.picture("JPEG", wide))
    assert answer.status_code == 200
    url = answer.json()["avatar_url"]
    assert url.startswith(f"/api/users/{alice.pk}/avatar/")
    (told,) = events("user.updated", topic="everyone")
    assert told["user"]["avatar_url"] == url
    assert api(bob).get(f"/api/users/{alice.pk}").json()["avatar_url"] == url
    image = shown(api(bob), url)
    assert image.size == (256, 256)
    assert not image.getexif()
    assert not set(image.info) & {"exif", "xmp", "icc_profile"}


def test_it_is_kept_by_browsers_and_nobody_else(alice: User, bob: User, api: Api) -> None:
    url = put(api(alice), files.picture()).json()["avatar_url"]
    answer = api(bob).get(url)
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    assert api(bob).get(url, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert APIClient().get(url).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_another_picture_has_another_address(alice: User, api: Api, media: Path) -> None:
    client = api(alice)
    first = put(client, files.picture()).json()["avatar_url"]
    second = put(client, files.picture()).json()["avatar_url"]
    assert first != second
    assert client.get(first).status_code == 404
    assert shown(client, second).size == (256, 256)
    assert len(kept(media)) == 1
    assert client.delete(MINE).status_code == 204
    assert client.get("/api/users/me").json()["avatar_url"] is None
    assert client.get(second).status_code == 404
    assert kept(media) == []
    assert client.delete(MINE).status_code == 204


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_it_is_the_right_way_up(alice: User, api: Api, orientation: int) -> None:
    turns = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
    lying = files.striped(200, 200).transpose(turns[orientation])
    url = put(api(alice), files.picture("JPEG", lying, exif=files.exif(orientation))).json()["avatar_url"]
    top = shown(api(alice), url).convert("RGB").getpixel((128, 20))
    assert isinstance(top, tuple)
    assert top[0] > 200


def test_a_form_may_change_everything_at_once(alice: User, api: Api, events: Events) -> None:
    client = api(alice)
    form = {"avatar": files.upload(files.picture("PNG")), "display_name": "Alix"}
    answer = client.patch("/api/users/me", form, format="multipart")
    assert answer.status_code == 200, answer.content
    assert (answer.json()["display_name"], bool(answer.json()["avatar_url"])) == ("Alix", True)
    assert len(events("user.updated")) == 1
    assert client.patch("/api/users/me", {"display_name": "Al"}).json()["avatar_url"] == answer.json()["avatar_url"]
    assert client.patch("/api/users/me", {"avatar": None}).json()["avatar_url"] is None
    assert error(client.patch("/api/users/me", {"avatar": "me.png"})) == (400, "invalid", "avatar")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (files.SVG, "invalid_image"),
        (files.PDF, "invalid_image"),
        (files.GIF_SCRIPT, "invalid_image"),
        (files.picture()[:400], "invalid_image"),
        (files.bomb(), "image_too_large"),
        (b"", "empty"),
    ],
)
def test_what_is_no_picture(alice: User, api: Api, media: Path, content: bytes, code: str) -> None:
    client = api(alice)
    assert error(put(client, content)) == (400, code, "file")
    assert kept(media) == []
    answer = client.patch("/api/users/me", {"avatar": files.upload(content)}, format="multipart")
    assert error(answer) == (400, code, "avatar")


def test_none_at_all(alice: User, api: Api) -> None:
    client = api(alice)
    assert error(client.put(MINE, {}, format="multipart")) == (400, "required", "file")
    assert client.put(MINE, {"file": "x"}, format="json").status_code == 415
    for version in ("x", "%2e%2e", "a" * 300):
        assert client.get(f"/api/users/{alice.pk}/avatar/{version}").status_code == 404
    assert client.get(f"/api/users/{alice.pk}/avatar/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_what_a_crash_left_over_goes(alice: User, api: Api, media: Path) -> None:
    put(api(alice), files.picture())
    User.objects.update(avatar="")
    put(api(alice), files.picture())
    assert len(kept(media)) == 2
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False) as clock:
        for _folder in range(256):
            tidy_avatars()
            clock.shift(timedelta(minutes=10))
    assert [path.relative_to(media).as_posix() for path in kept(media)] == [User.objects.get().avatar]
