"""Files to and from the real server: cut in the middle, too large, read slowly."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.files import kept
from tests.server import Server, running
from tests.services import wait_until

PASSWORD = "a fine long password"
MIB = 1_048_576
HEAD = b'--x\r\nContent-Disposition: form-data; name="file"; filename="big.bin"\r\n\r\n'
TAIL = b"\r\n--x--\r\n"


class Place:
    """A server with a folder for its temporary files, and Alice."""

    def __init__(self, server: Server, folder: Path, temporary: Path) -> None:
        self.server = server
        self.media = folder / "data" / "media"
        self.temporary = temporary
        session = server.make_people(["alice"], 1, PASSWORD)["alice000"]["session"]
        client = httpx.Client(base_url=server.base_url, cookies={"sessionid": session}, timeout=30)
        self.token = client.post(
            "/api/auth/token", json={"username": "alice000", "password": PASSWORD}, headers={"x-csrftoken": "none"}
        ).json()["access"]
        self.client = httpx.Client(
            base_url=server.base_url, headers={"Authorization": f"Bearer {self.token}"}, timeout=30
        )

    def connect(self, *headers: str) -> socket.socket:
        """Begin an upload by hand."""
        connection = socket.create_connection(("127.0.0.1", self.server.port), timeout=30)
        lines = [
            "POST /api/attachments HTTP/1.1",
            f"Host: 127.0.0.1:{self.server.port}",
            f"Authorization: Bearer {self.token}",
            "Content-Type: multipart/form-data; boundary=x",
            *headers,
        ]
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        return connection

    def is_clean(self) -> bool:
        return not kept(self.media) and not self.open_files()

    def open_files(self) -> list[str]:
        """Temporary files, those that have no name any more as well."""
        assert self.server._process is not None
        folder = Path(f"/proc/{self.server._process.pid}/fd")
        held = []
        for descriptor in folder.iterdir() if folder.exists() else ():
            with contextlib.suppress(OSError):
                held.append(str(descriptor.readlink()))
        return [name for name in held if str(self.temporary) in name] + [str(path) for path in kept(self.temporary)]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder, temporary = tmp_path_factory.mktemp("brook"), tmp_path_factory.mktemp("temporary")
    with running(folder, TMPDIR=str(temporary), BROOK_POOL_SIZE="2") as server:
        yield Place(server, folder, temporary)


@pytest.fixture(autouse=True)
def nothing_left(place: Place) -> Iterator[None]:
    assert place.is_clean()
    yield
    assert wait_until(place.is_clean, 30)


def forget(place: Place) -> None:
    for path in kept(place.media):
        path.unlink()


def test_an_upload_that_is_cut_off_leaves_nothing(place: Place) -> None:
    with place.connect(f"Content-Length: {20 * MIB}") as connection:
        connection.sendall(HEAD + bytes(5 * MIB))
        if os.path.exists("/proc"):
            assert wait_until(lambda: bool(place.open_files()), 30)  # it was on its way
    assert wait_until(place.is_clean, 30)
    assert place.client.get("/api/users/me").status_code == 200


def test_too_large_by_its_length_is_refused_before_it_comes(place: Place) -> None:
    with place.connect(f"Content-Length: {26 * MIB}") as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


def test_too_large_without_a_length_is_refused_on_the_way(place: Place) -> None:
    sent = 0
    with place.connect("Transfer-Encoding: chunked") as connection:
        piece = b"%x\r\n%b\r\n" % (MIB, bytes(MIB))
        connection.sendall(b"%x\r\n%b\r\n" % (len(HEAD), HEAD))
        connection.settimeout(5)
        for _number in range(60):
            connection.sendall(piece)
            sent += 1
            connection.settimeout(0.01)
            with contextlib.suppress(TimeoutError):
                assert connection.recv(100).startswith(b"HTTP/1.1 413 ")
                break
            connection.settimeout(5)
    assert 25 <= sent < 40


def test_nobody_in_particular_may_send_no_more_than_text(place: Place) -> None:
    answer = httpx.post(f"{place.server.base_url}/api/attachments", files={"file": bytes(2 * MIB)}, timeout=30)
    assert answer.status_code == 413


def test_a_large_file_there_and_back(place: Place) -> None:
    content = os.urandom(25 * MIB)
    answer = place.client.post("/api/attachments", files={"file": ("big.bin", content)})
    assert answer.status_code == 201
    assert answer.json()["size"] == len(content)
    assert place.open_files() == []
    assert place.client.get(answer.json()["url"]).content == content
    part = place.client.get(answer.json()["url"], headers={"Range": "bytes=1000000-"})
    assert (part.status_code, part.content) == (206, content[1_000_000:])
    forget(place)


def test_slow_readers_hold_nothing_that_others_need(place: Place) -> None:
    """Five downloads that nobody reads, where there are two connections to the database."""
    url = place.client.post("/api/attachments", files={"file": bytes(20 * MIB)}).json()["url"]
    with contextlib.ExitStack() as stack:
        for _number in range(5):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", place.server.port)))
            head = f"GET {url} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {place.token}\r\n\r\n"
            connection.sendall(head.encode())
            assert connection.recv(12) == b"HTTP/1.1 200"
        for _number in range(3):
            answer: Any = place.client.get("/api/users/me")
            assert answer.status_code == 200
    forget(place)
