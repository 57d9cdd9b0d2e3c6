"""DELETE /api/messages/{id}"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import orjson
import pytest
from django.db import connection

from accounts.models import User
from chat import actions
from chat.models import Conversation, History, Mention, Message, MessageEdit, Role
from realtime.hub import Hub
from realtime.log import PlacedEvent
from realtime.models import Event
from realtime.pool import DatabasePool
from realtime.sequencer import look
from realtime.stream import Stream, Viewer
from tests.conftest import Api

pytestmark = pytest.mark.django_db

Delete = Callable[..., Any]
SECRETS = ("Zwetschgenknödel", "Powidltascherl", "Germknödel", "Kaiserschmarrn")


@pytest.fixture
def delete(api: Api) -> Delete:
    def delete_it(user: User, message: Any) -> Any:
        return api(user).delete(f"/api/messages/{getattr(message, 'pk', message)}")

    return delete_it


def told() -> list[Any]:
    return [orjson.loads(event.payload) for event in Event.objects.filter(type="message.deleted").order_by("id")]


def test_a_tombstone_stays(delete: Delete, api: Api, say: Any, alice: User, bob: User, talk: Conversation) -> None:
    original = say(bob, talk)
    message, _new = actions.send_message(
        sender=alice, conversation_id=talk.pk, client_id="1", content="@bob look", reply_to=original.pk
    )
    actions.add_reaction(user=bob, message_id=message.pk, emoji="👍")
    actions.set_star(user=bob, message_id=message.pk, starred=True)
    actions.pin_message(user=bob, message_id=message.pk)
    assert delete(alice, message).status_code == 204
    shown = api(bob).get(f"/api/messages/{message.pk}").json()
    assert (shown["content"], shown["mentions"], shown["attachments"], shown["reactions"]) == ("", [], [], [])
    assert (shown["reply_to"], shown["pinned_at"], shown["starred"]) == (None, None, False)
    assert (shown["seq"], shown["sender"]["username"]) == (2, "alice")
    assert shown["deleted_at"] is not None
    history = api(bob).get(f"/api/conversations/{talk.pk}/messages").json()["results"]
    assert history[1] == shown
    (event,) = told()
    assert event == {
        "conversation_id": str(talk.pk),
        "message_id": str(message.pk),
        "seq": 2,
        "by": str(alice.pk),
        "deleted_at": shown["deleted_at"],
        "deleted_count": 1,
        "sender_id": str(alice.pk),
        "mentions": [str(bob.pk)],
        "mentions_all": False,
    }


def test_it_stays_the_last_message_and_the_list_its_order(
    delete: Delete, api: Api, say: Any, alice: User, talk: Conversation
) -> None:
    message = say(alice, talk)
    before = api(alice).get("/api/conversations").json()["results"][0]
    delete(alice, message)
    after = api(alice).get("/api/conversations").json()["results"][0]
    assert (after["last_message"]["id"], after["last_message"]["content"]) == (str(message.pk), "")
    assert (after["last_activity_at"], after["last_seq"]) == (before["last_activity_at"], before["last_seq"])


def test_twice_is_once(delete: Delete, say: Any, alice: User, talk: Conversation) -> None:
    message = say(alice, talk)
    assert [delete(alice, message).status_code for _ in range(2)] == [204, 204]
    assert len(told()) == 1


def test_who_may(delete: Delete, say: Any, alice: User, bob: User, carol: User, admin: User) -> None:
    group = actions.create_group(creator=alice, title="River Team", people=[bob, carol])
    of_alice, of_bob, of_carol = (say(person, group) for person in (alice, bob, carol))
    assert delete(bob, of_carol).status_code == 403
    assert delete(bob, of_bob).status_code == 204
    assert delete(alice, of_carol).status_code == 204
    actions.set_role(user=alice, conversation_id=group.pk, target_id=bob.pk, role=Role.MODERATOR)
    assert delete(bob, of_alice).status_code == 204
    outside, nowhere = delete(admin, of_alice), delete(admin, uuid4())
    assert outside.status_code == nowhere.status_code == 404
    assert outside.content == nowhere.content


def test_alone_together_each_deletes_ones_own(
    delete: Delete, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    assert delete(alice, say(bob, talk)).status_code == 403
    assert delete(alice, say(alice, talk)).status_code == 204


def test_what_nobody_said_stays(delete: Delete, alice: User, bob: User) -> None:
    group = actions.create_group(creator=alice, title="River Team", people=[bob])
    actions.update_conversation(user=alice, conversation_id=group.pk, changes={"title": "Lake Team"})
    assert delete(alice, Message.objects.get(type="system")).status_code == 409


def test_staff_remove_what_they_take_no_part_in(say: Any, alice: User, admin: User, talk: Conversation) -> None:
    message = say(alice, talk)
    actions.remove_message(message=message, by=admin)
    actions.remove_message(message=message, by=admin)
    assert [event["by"] for event in told()] == [str(admin.pk)]
    assert Message.objects.get().content == ""


def test_the_sender_is_gone(delete: Delete, api: Api, say: Any, alice: User, bob: User, carol: User) -> None:
    group = actions.create_group(creator=alice, title="River Team", people=[bob, carol])
    message = say(bob, group, "@carol hi")
    actions.send_message(sender=alice, conversation_id=group.pk, client_id="1", content="answer", reply_to=message.pk)
    bob.delete()
    history = api(carol).get(f"/api/conversations/{group.pk}/messages").json()["results"]
    assert (history[0]["sender"], history[1]["reply_to"]["sender"]) == (None, None)
    assert api(carol).get(f"/api/conversations/{group.pk}").json()["me"]["mentions"] == 1
    assert delete(alice, message).status_code == 204
    assert told()[0]["sender_id"] is None
    assert api(carol).get(f"/api/conversations/{group.pk}").json()["me"]["mentions"] == 0


def test_unread_counts_are_right_for_everybody(
    delete: Delete, api: Api, say: Any, alice: User, bob: User, carol: User
) -> None:
    group = actions.create_group(creator=alice, title="River Team", people=[bob, carol])
    messages = [say(alice, group, "@bob") for _ in range(3)]
    actions.mark_read(user=bob, conversation_id=group.pk, seq=1)

    def counts(user: User) -> tuple[int, int]:
        me = api(user).get(f"/api/conversations/{group.pk}").json()["me"]
        return me["unread"], me["mentions"]

    assert [counts(person) for person in (alice, bob, carol)] == [(0, 0), (2, 2), (3, 0)]
    delete(alice, messages[0])
    assert [counts(person) for person in (alice, bob, carol)] == [(0, 0), (2, 2), (2, 0)]
    delete(alice, messages[2])
    assert [counts(person) for person in (alice, bob, carol)] == [(0, 0), (1, 1), (1, 0)]


def every_text() -> str:
    """All that all columns of all tables hold."""
    texts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - our own tables
            texts += [str(value) for row in cursor.fetchall() for value in row]
    return "\n".join(texts).casefold()


def leave_traces(alice: User, bob: User, carol: User, admin: User) -> Message:
    """A message that was edited three times, answered, and copied by every event that can hold it."""
    group = actions.create_group(creator=alice, title="River Team", people=[bob])
    message, _new = actions.send_message(sender=alice, conversation_id=group.pk, client_id="1", content=SECRETS[0])
    actions.add_participants(user=alice, conversation_id=group.pk, people=[carol])
    message.refresh_from_db()
    for content in SECRETS[1:]:
        answer, _new = actions.send_message(
            sender=bob, conversation_id=group.pk, client_id=content[::-1], content="yes", reply_to=message.pk
        )
        actions.edit_message(user=bob, message_id=answer.pk, content="yes!")
        actions.update_conversation(user=alice, conversation_id=group.pk, changes={"description": content[::-1]})
        actions.add_participants(user=alice, conversation_id=group.pk, people=[admin])
        actions.remove_participant(user=alice, conversation_id=group.pk, target_id=admin.pk)
        actions.edit_message(user=alice, message_id=message.pk, content=content)
    return message


@pytest.mark.parametrize("placed", [True, False])
def test_nothing_of_it_is_left_anywhere(
    delete: Delete, alice: User, bob: User, carol: User, admin: User, placed: bool
) -> None:
    message = leave_traces(alice, bob, carol, admin)
    if placed:
        look()
    before = every_text()
    assert all(secret.casefold() in before for secret in SECRETS)
    types = {event.type for event in Event.objects.all() if any(secret in event.payload for secret in SECRETS)}
    assert {"message.created", "message.updated", "conversation.created", "conversation.updated"} <= types
    assert delete(alice, message).status_code == 204
    after = every_text()
    assert [secret for secret in SECRETS if secret.casefold() in after] == []
    assert not MessageEdit.objects.filter(message=message).exists()
    assert not Mention.objects.exists()


def test_a_conversation_list_of_a_reply_loses_its_excerpt_too(
    delete: Delete, api: Api, say: Any, alice: User, bob: User, carol: User
) -> None:
    """The event of a change copies the last message, and with it the excerpt of what that answers."""
    group = actions.create_group(creator=alice, title="River Team", people=[bob])
    message = say(alice, group, SECRETS[0])
    actions.send_message(sender=bob, conversation_id=group.pk, client_id="1", content="yes", reply_to=message.pk)
    actions.update_conversation(user=alice, conversation_id=group.pk, changes={"description": "New"})
    assert SECRETS[0] in Event.objects.get(type="conversation.updated").payload
    delete(alice, message)
    assert SECRETS[0] not in Event.objects.get(type="conversation.updated").payload
    last = api(bob).get("/api/conversations").json()["results"][0]["last_message"]
    assert last["reply_to"] | {"sender": None} == {"id": str(message.pk), "seq": 1, "sender": None, "excerpt": ""}


def test_newcomers_of_a_group_that_keeps_its_history_to_itself(
    delete: Delete, say: Any, alice: User, bob: User, carol: User
) -> None:
    group = actions.create_group(creator=alice, title="River Team", people=[bob], history=History.PROTECTED)
    message = say(alice, group)
    actions.add_participants(user=alice, conversation_id=group.pk, people=[carol])
    assert delete(carol, message).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_while_places_are_given_nothing_slips_through(say: Any, alice: User, bob: User, talk: Conversation) -> None:
    """Deleting at once what was just said: each event has lost its content, whether it had its place or not."""

    def talk_and_regret(number: int) -> None:
        try:
            for turn in range(8):
                message = actions.send_message(
                    sender=(alice, bob)[number % 2],
                    conversation_id=talk.pk,
                    client_id=f"{number}-{turn}",
                    content=SECRETS[0],
                )[0]
                actions.delete_message(user=message.sender or alice, message_id=message.pk)
        finally:
            connection.close()

    def give_places(_number: int) -> list[PlacedEvent]:
        try:
            return [event for _ in range(40) for event in look().placed]
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as pool:
        sequencing = [pool.submit(give_places, number) for number in range(2)]
        list(pool.map(talk_and_regret, range(3)))
    placed = sorted([*(e for each in sequencing for e in each.result()), *look().placed], key=lambda event: event.pos)
    assert not [event for event in Event.objects.all() if SECRETS[0] in event.payload]
    assert [event.pos for event in placed] == list(range(placed[0].pos, placed[0].pos + len(placed)))
    leaked = {event.pos for event in placed if SECRETS[0] in event.payload}
    scrubbed = {pos for event in placed for pos in event.scrubs}
    assert leaked <= scrubbed  # what was handed to the hubs with its content, these are told to forget


@pytest.mark.django_db(transaction=True)
async def test_who_comes_back_never_sees_it_in_any_process(alice: User, bob: User, carol: User, admin: User) -> None:
    pool = DatabasePool("test-writer", threads=1)
    message = await pool.run(leave_traces, alice, bob, carol, admin)
    hubs = [Hub(), Hub()]
    try:
        for hub in hubs:
            hub.start()
            assert await hub.wait_ready(5)
            await caught_up(hub)
        start = f"{hubs[0].epoch}.0"
        for hub in hubs:
            assert SECRETS[3] in await resumed(hub, bob, start, "group")
        assert hubs[0].ring.after(0, 1000)
        await pool.run(actions.delete_message, user=alice, message_id=message.pk)
        for hub in hubs:
            await caught_up(hub)
            seen = await resumed(hub, bob, start, "message.deleted")
            assert [secret for secret in SECRETS if secret in seen] == []
            assert seen.count("event: message.created") > 3
    finally:
        for hub in hubs:
            await hub.stop()
        pool.close()


async def caught_up(hub: Hub) -> None:
    """Wait until a hub has everything that is committed."""
    async with asyncio.timeout(5):
        while await hub.pool.run(Event.objects.filter(pos=None).exists):
            hub.wake()
            await asyncio.sleep(0.01)
        await hub.catch_up_with_log()


async def resumed(hub: Hub, user: User, cursor: str, until: str) -> str:
    """What a stream of this person writes after a cursor, up to some text."""
    written = b""
    arrived = asyncio.Event()

    async def write(data: bytes) -> None:
        nonlocal written
        written += data
        if until.encode() in data:
            arrived.set()

    stream = Stream(hub, Viewer(str(user.pk), str(uuid4())))
    task = asyncio.create_task(stream.run(write, cursor, lambda _user_id: {}))
    async with asyncio.timeout(5):
        await arrived.wait()
    task.cancel()
    return written.decode()
