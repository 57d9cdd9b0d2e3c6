"""The disk is full: a refusal that says when to come again, nothing saved by halves, and on when there is room."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest

from tests.faults.checker import judge
from tests.faults.disk import Disk, SmallPostgres
from tests.faults.rest import call, history, new_person
from tests.faults.server import Cast, Home, House, Server
from tests.faults.waiting import eventually
from tests.services import Valkey

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx

    from tests.faults.reader import Follow
    from tests.faults.writer import Write

pytestmark = [pytest.mark.postgres, pytest.mark.faults]  # needs neither, and stands among the others

MEGABYTES = 32
LARGE = "長" * 10_000  # 30,000 bytes
TRIES = 1000
REFUSED = 3


def assert_refused(answer: httpx.Response) -> None:
    assert answer.status_code == 503, answer.text
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.json()["type"] == "server_error"


async def upload(server: Server, cast: Cast) -> httpx.Response:
    return await call(server, cast, 0, "POST", "/attachments", files={"file": ("large.txt", b"x" * 500_000)})


async def two_people(server: Server) -> Cast:
    """Signed up as anybody, with a conversation between them."""
    alice, bob = await new_person(server), await new_person(server)
    cast = Cast([alice["access"], bob["access"]], [alice["id"], bob["id"]], [], [], [[0, 1]])
    answer = await call(server, cast, 0, "POST", "/conversations/direct", json={"user_id": bob["id"]})
    assert answer.status_code in {200, 201}, answer.text
    cast.conversations.append(answer.json()["id"])
    return cast


@pytest.mark.parametrize(
    "real", [True, pytest.param(False, marks=pytest.mark.faults(complete=True))], ids=["no-room", "no-file-may-grow"]
)
async def test_the_default_set_up_survives_a_full_disk(
    tmp_path: Path, follow: Follow, write: Write, show: Callable[..., None], real: bool
) -> None:
    home = Home(tmp_path)
    disk = Disk(tmp_path / "data", MEGABYTES, real=real)
    server = Server(home, "full", role="all", launcher=disk.command)
    server.start()
    try:
        await server.ready()
        cast = await two_people(server)
        [conversation] = cast.conversations
        alice = await write(cast, 0, [server])
        [bob] = await follow(cast, [1], [server])
        for _ in range(5):
            await alice.say(conversation, LARGE)

        disk.fill(server.process.pid)
        refused: list[str] = []
        for _ in range(TRIES):
            client_id = uuid.uuid4().hex
            answer = await alice.post(server, conversation, client_id, LARGE)
            assert answer is not None, alice.failures
            if answer.status_code == 201:  # there was still room in a file
                alice.note(answer, client_id)
                continue
            assert_refused(answer)
            refused.append(client_id)
            if len(refused) == REFUSED:
                break
        assert len(refused) == REFUSED
        assert_refused(await upload(server, cast))
        read = await call(server, cast, 1, "GET", f"/conversations/{conversation}/messages")
        assert read.status_code == 200, "what is there can be read"
        media = disk.seen_by(server.process.pid) / "media"
        halves = [path for path in media.rglob("*") if path.is_file()]

        disk.make_room(server.process.pid)
        last = await alice.say(conversation, "There is room again")
        for client_id in refused:
            answer = await alice.post(server, conversation, client_id, LARGE)
            assert answer is not None
            assert answer.status_code == 201, "nothing of it had been saved"
            alice.note(answer, client_id)
        assert (await upload(server, cast)).status_code == 201
        assert await eventually(lambda: all(bob.saw(message.id) for message in alice.answered), 30)
        verdict = judge([bob], alice.answered)
        held = await history(server, cast, 1, conversation)
        show(
            "the disk is full, default set-up" if disk.is_real else "no file may grow, default set-up",
            answered=len(alice.answered),
            refused=len(refused),
            files_saved_by_halves=len(halves),
            lost_connections=bob.connects - 1,
            resets=len(bob.resets),
            **asdict(verdict),
        )
        assert held == [message.id for message in alice.answered][-len(held) :]
        assert last.id in held
        assert not halves
        assert bob.connects == 1
        assert not verdict
    finally:
        server.clear_away()


@pytest.mark.faults(complete=True)
@pytest.mark.parametrize("real", [True, False], ids=["no-room", "no-file-may-grow"])
async def test_postgres_on_a_full_disk_refuses_and_goes_on(
    tmp_path: Path, follow: Follow, write: Write, show: Callable[..., None], real: bool
) -> None:
    with SmallPostgres(real=real) as postgres, Valkey() as valkey:
        house = House(tmp_path, postgres, valkey)
        server = Server(house, "full")
        server.start()
        try:
            await server.ready()
            cast = house.cast(2)
            [conversation] = cast.conversations
            alice = await write(cast, 0, [server])
            [bob] = await follow(cast, [1], [server])
            await alice.say(conversation, "Before")
            postgres.use_up()
            refused: list[str] = []
            for _ in range(TRIES):
                client_id = uuid.uuid4().hex
                answer = await alice.post(server, conversation, client_id, secrets.token_hex(5000))
                assert answer is not None, alice.failures
                if answer.status_code == 201:
                    alice.note(answer, client_id)
                    continue
                assert_refused(answer)
                refused.append(client_id)
                if len(refused) == REFUSED:
                    break
            assert len(refused) == REFUSED
            postgres.make_room()
            last = await alice.say(conversation, "There is room again")
            for client_id in refused:
                answer = await alice.post(server, conversation, client_id, "Once more")
                assert answer is not None
                assert answer.status_code == 201, "nothing of it had been saved"
                alice.note(answer, client_id)
            assert await eventually(lambda: all(bob.saw(message.id) for message in alice.answered), 30)
            verdict = judge([bob], alice.answered)
            saved = house.ask("SELECT count(*) FROM chat_message")
            show(
                f"{'the disk is full' if postgres.is_mounted else 'no file may grow'}, PostgreSQL",
                answered=len(alice.answered),
                refused=len(refused),
                saved=saved,
                lost_connections=bob.connects - 1,
                resets=len(bob.resets),
                **asdict(verdict),
            )
            assert bob.saw(last.id)
            assert saved == len(alice.answered)
            assert not verdict
        finally:
            server.clear_away()
            house.close()
