"""/api/messages/scheduled…"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import User
from chat import actions
from chat.actions import attachments
from chat.models import Attachment, Conversation, Message, Participant, ScheduledMessage
from config.worker import JOBS
from realtime.models import Event
from tests import files

Api = Callable[[User], APIClient]
URL = "/api/messages/scheduled"


def later(**ahead: float) -> datetime:
    return timezone.now() + timedelta(**(ahead or {"hours": 1}))


def schedule(client: APIClient, conversation: Any, content: Any = "later", **more: Any) -> Any:
    conversation_id = getattr(conversation, "pk", conversation)
    body = {"conversation_id": str(conversation_id), "client_id": "s-1", "content": content, **more}
    body.setdefault("send_at", later().isoformat())
    return client.post(URL, body, format="json")


def at(moment: datetime) -> Any:
    return time_machine.travel(moment, tick=False)


def listed(client: APIClient) -> list[Any]:
    return [(each["content"], each["state"], each["reason"]) for each in client.get(URL).json()["results"]]


def told() -> list[tuple[str, str]]:
    events = Event.objects.filter(type="me.updated").order_by("id")
    payloads = [orjson.loads(event.payload) for event in events]
    shown = [payload["scheduled"] for payload in payloads if "scheduled" in payload]
    return [(each["state"], each["content"]) for each in shown]


@pytest.mark.django_db
def test_a_message_is_sent_at_its_time(api: Api, say: Any, alice: User, bob: User, talk: Conversation) -> None:
    question = say(alice, talk)
    answer = schedule(api(bob), talk, "Good morning", reply_to=str(question.pk))
    assert answer.status_code == 201
    made = answer.json()
    assert (made["state"], made["reason"], made["message_id"]) == ("waiting", None, None)
    assert listed(api(bob)) == [("Good morning", "waiting", None)]
    assert listed(api(alice)) == []
    actions.send_due()
    assert talk.messages.count() == 1
    with at(later(hours=2)):
        actions.send_due()
        actions.send_due()
        assert listed(api(bob)) == []
        sent = api(alice).get(f"/api/conversations/{talk.pk}/messages").json()["results"][-1]
    assert (sent["content"], sent["client_id"], sent["sender"]["id"]) == ("Good morning", "s-1", str(bob.pk))
    assert sent["reply_to"]["id"] == str(question.pk)
    kept = ScheduledMessage.objects.get()
    assert (kept.state, kept.content, str(kept.message_id)) == ("sent", "", sent["id"])
    assert told() == [("waiting", ""), ("sent", "")]  # what was said is the message's alone


@pytest.mark.django_db
def test_the_same_client_id_again_gives_the_first(api: Api, send: Any, bob: User, carol: User, talk: Any) -> None:
    first, again = schedule(api(bob), talk, "one"), schedule(api(bob), talk, "two")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    other, _new = actions.open_direct(user=bob, partner=carol)
    assert schedule(api(bob), other, "three").status_code == 409
    send(bob, talk, "sent", client_id="c-9")
    assert schedule(api(bob), talk, "four", client_id="c-9").status_code == 409
    assert told() == [("waiting", "one")]


@pytest.mark.django_db
def test_changing_it(api: Api, bob: User, talk: Conversation) -> None:
    made = schedule(api(bob), talk, "one").json()
    one = f"{URL}/{made['id']}"
    moment = later(days=2)
    changed = api(bob).patch(one, {"content": "two", "send_at": moment.isoformat()}, format="json")
    assert changed.status_code == 200
    assert changed.json()["content"] == "two"
    assert told() == [("waiting", "one"), ("waiting", "two")]
    with at(later(days=1)):
        actions.send_due()
    assert not Message.objects.exists()
    for body in (
        {},
        {"content": " "},
        {"content": None},
        {"send_at": "2020-01-01T00:00:00Z"},
        {"reply_to": str(uuid4())},
    ):
        assert api(bob).patch(one, body, format="json").status_code == 400
    with at(moment):
        actions.send_due()
        assert Message.objects.get().content == "two"
        assert api(bob).patch(one, {"content": "three"}, format="json").status_code == 409
        assert api(bob).delete(one).status_code == 409


@pytest.mark.django_db
def test_sending_it_now(api: Api, alice: User, bob: User, carol: User, talk: Conversation) -> None:
    client = api(bob)
    waiting = schedule(client, talk, "now, then").json()
    url = f"{URL}/{waiting['id']}/send"
    assert api(alice).post(url).status_code == 404
    sent = client.post(url).json()
    assert (sent["state"], sent["content"]) == ("sent", "")
    message = Message.objects.get(pk=sent["message_id"])
    assert (message.content, message.client_id) == ("now, then", "s-1")
    assert client.post(url).status_code == 409
    actions.send_due()
    assert Message.objects.filter(content="now, then").count() == 1

    refused = schedule(client, talk, "too late", client_id="s-2").json()
    actions.block(user=alice, target=bob)
    failed = client.post(f"{URL}/{refused['id']}/send").json()
    assert (failed["state"], failed["reason"], failed["content"]) == ("failed", "blocked", "too late")
    assert told()[-1] == ("failed", "too late")


@pytest.mark.django_db
def test_cancelling_it(api: Api, bob: User, talk: Conversation) -> None:
    made = schedule(api(bob), talk).json()
    assert [api(bob).delete(f"{URL}/{made['id']}").status_code for _ in range(2)] == [204, 404]
    with at(later(hours=2)):
        actions.send_due()
    assert not Message.objects.exists()
    assert told() == [("waiting", ""), ("deleted", "")]


@pytest.mark.django_db
def test_what_is_refused_at_its_time_is_kept_and_told(
    api: Api, alice: User, bob: User, carol: User, talk: Conversation
) -> None:
    left, gone = (actions.create_group(creator=alice, title=title, people=[bob]) for title in ("Left", "Gone"))
    for number, conversation in enumerate((left, gone, talk)):
        schedule(
            api(bob),
            conversation,
            conversation.title or "Talk",
            client_id=f"s-{number}",
            send_at=later(hours=number + 1).isoformat(),
        )
    actions.remove_participant(user=alice, conversation_id=left.pk, target_id=bob.pk)
    actions.delete_group(user=alice, conversation_id=gone.pk)
    actions.block(user=alice, target=bob)
    with at(later(hours=9)):
        actions.send_due()
        failed = api(bob).get(URL).json()["results"]
        assert [each["reason"] for each in failed] == ["not_participant", "conversation_deleted", "blocked"]
        assert [each["content"] for each in failed] == ["Left", "Gone", "Talk"]
        actions.send_due()
        assert [state for state, _content in told()].count("failed") == 3
        actions.unblock(user=alice, target=bob)
        one = f"{URL}/{failed[2]['id']}"
        assert api(bob).patch(one, {"content": "again"}, format="json").status_code == 409
        body = {"content": "again", "send_at": later(hours=1).isoformat()}
        assert api(bob).patch(one, body, format="json").json()["state"] == "waiting"
        assert api(bob).delete(f"{URL}/{failed[0]['id']}").status_code == 204
    with at(later(hours=11)):
        actions.send_due()
    assert talk.messages.get().content == "again"


@pytest.mark.django_db
def test_who_was_shut_out_says_nothing_any_more(api: Api, bob: User, talk: Conversation) -> None:
    schedule(api(bob), talk)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    with at(later(hours=2)):
        actions.send_due()
    assert ScheduledMessage.objects.get().reason == "deactivated"
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_killed_in_between_it_is_sent_once(
    api: Api, bob: User, talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule(api(bob), talk)

    def die(*_args: Any, **_more: Any) -> None:
        raise KeyboardInterrupt

    with at(later(hours=2)):
        with monkeypatch.context() as patched:
            patched.setattr("chat.actions.scheduled._tell", die)
            with pytest.raises(KeyboardInterrupt):
                actions.send_due()
        assert not Message.objects.exists()
        actions.send_due()
        actions.send_due()
    assert Message.objects.count() == Event.objects.filter(type="message.created").count() == 1


@pytest.mark.django_db(transaction=True)
def test_several_workers_send_each_once(api: Api, bob: User, talk: Conversation) -> None:
    for number in range(6):
        schedule(api(bob), talk, str(number), client_id=f"s-{number}", send_at=later(minutes=number + 1).isoformat())

    def work(_number: int) -> None:
        try:
            actions.send_due()
        finally:
            connection.close()

    with at(later(hours=2)), ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert [message.content for message in talk.messages.order_by("seq")] == list("012345")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "body",
    [
        {"send_at": "2020-01-01T00:00:00Z"},
        {"send_at": "9999-12-31T23:59:59Z"},
        {"send_at": "0001-01-01T00:00:00+14:00"},
        {"send_at": None},
        {"send_at": "tomorrow"},
        {"send_at": 7},
        {"content": " "},
        {"content": "x" * 10_001},
        {"client_id": ""},
        {"reply_to": str(uuid4())},
        {"conversation_id": "nonsense"},
    ],
)
def test_requests_that_make_no_sense(api: Api, bob: User, talk: Conversation, body: Any) -> None:
    assert schedule(api(bob), talk, **{"content": "x", **body} if "content" not in body else body).status_code == 400
    assert not ScheduledMessage.objects.exists()


@pytest.mark.django_db
def test_a_year_ahead_and_no_further(api: Api, bob: User, talk: Conversation) -> None:
    assert schedule(api(bob), talk, send_at=later(days=365).isoformat()).status_code == 201
    assert schedule(api(bob), talk, send_at=later(days=367).isoformat(), client_id="s-2").status_code == 400


@pytest.mark.django_db
def test_at_most_a_hundred_wait(api: Api, bob: User, talk: Conversation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chat.actions.scheduled.MAX_WAITING", 2)
    codes = [schedule(api(bob), talk, client_id=f"s-{number}").status_code for number in range(3)]
    assert codes == [201, 201, 409]
    assert schedule(api(bob), talk, client_id="s-1").status_code == 200


@pytest.mark.django_db
def test_page_by_page_soonest_first(api: Api, bob: User, talk: Conversation) -> None:
    for hours in (3, 1, 2):
        schedule(api(bob), talk, str(hours), client_id=f"s-{hours}", send_at=later(hours=hours).isoformat())
    first = api(bob).get(URL, {"limit": 2}).json()
    second = api(bob).get(URL, {"limit": 2, "cursor": first["next"]}).json()
    assert [each["content"] for each in first["results"] + second["results"]] == ["1", "2", "3"]
    assert second["next"] is None
    for cursor in ("nonsense", "MQ"):
        assert api(bob).get(URL, {"cursor": cursor}).status_code == 400


@pytest.mark.django_db
def test_outsiders_get_404_whether_it_exists_or_not(api: Api, bob: User, carol: User, talk: Conversation) -> None:
    outside, missing = schedule(api(carol), talk), schedule(api(carol), uuid4())
    assert outside.status_code == missing.status_code == 404
    assert outside.content == missing.content
    made = schedule(api(bob), talk).json()
    for act in ("patch", "delete"):
        answers = [getattr(api(carol), act)(f"{URL}/{pk}", {}, format="json") for pk in (made["id"], uuid4())]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content


@pytest.mark.django_db
def test_what_was_sent_long_ago_is_forgotten(api: Api, bob: User, talk: Conversation) -> None:
    schedule(api(bob), talk)
    schedule(api(bob), talk, client_id="s-2", send_at=later(days=200).isoformat())
    with at(later(hours=2)):
        actions.send_due()
        actions.tidy_scheduled()
        assert schedule(api(bob), talk).status_code == 200
    with at(later(days=31)):
        actions.tidy_scheduled()
    assert [each.client_id for each in ScheduledMessage.objects.all()] == ["s-2"]


def test_the_worker_does_it() -> None:
    every_s = dict(JOBS)
    assert every_s[actions.send_due] == every_s[actions.remind_due] == 1
    assert actions.tidy_scheduled in every_s


@pytest.mark.django_db
def test_who_left_cannot_schedule(api: Api, bob: User, talk: Conversation) -> None:
    Participant.objects.filter(user=bob).update(left_at=timezone.now())
    assert schedule(api(bob), talk).status_code == 404


# --- with everything that a message can have --------------------------------------------------------------------------
@pytest.fixture
def beach(api: Api, bob: User) -> str:
    """The id of a picture that Bob has brought."""
    return str(files.bring(api(bob), files.picture(), "beach.jpg").json()["id"])


@pytest.mark.django_db(transaction=True)
def test_files_belong_to_it_until_it_is_sent(
    api: Api, alice: User, bob: User, talk: Conversation, send: Any, beach: str, media: Path
) -> None:
    made = schedule(api(bob), talk, "", attachment_ids=[beach])
    assert made.status_code == 201, made.content
    assert [each["id"] for each in made.json()["attachments"]] == [beach]
    assert send(bob, talk, "", attachment_ids=[beach]).status_code == 400
    assert schedule(api(bob), talk, "", client_id="s-2", attachment_ids=[beach]).status_code == 400
    assert api(bob).get(f"/api/attachments/{beach}").status_code == 200
    assert api(alice).get(f"/api/attachments/{beach}").status_code == 404
    with at(later(days=3)):
        attachments.tidy_attachments()
        assert Attachment.objects.bytes_of(bob) > 0
        actions.send_due()
        actions.tidy_scheduled()
        (message,) = api(alice).get(f"/api/conversations/{talk.pk}/messages").json()["results"]
        assert (message["type"], [each["name"] for each in message["attachments"]]) == ("image", ["beach.jpg"])
        assert api(alice).get(f"/api/attachments/{beach}").status_code == 200
    assert len(files.kept(media)) == 2  # with its small picture
    assert "beach.jpg" not in "".join(Event.objects.filter(type="me.updated").values_list("payload", flat=True))


@pytest.mark.django_db(transaction=True)
def test_files_that_are_taken_off_or_cancelled_are_gone(
    api: Api, bob: User, talk: Conversation, beach: str, media: Path
) -> None:
    other = files.bring(api(bob), files.PDF, "plan.pdf").json()["id"]
    made = schedule(api(bob), talk, "", attachment_ids=[beach, other]).json()
    one = f"{URL}/{made['id']}"
    assert api(bob).patch(one, {"attachment_ids": []}, format="json").status_code == 400
    assert api(bob).patch(one, {"attachment_ids": [str(uuid4())]}, format="json").status_code == 400
    turned = api(bob).patch(one, {"attachment_ids": [other, beach]}, format="json").json()
    assert [each["name"] for each in turned["attachments"]] == ["plan.pdf", "beach.jpg"]
    changed = api(bob).patch(one, {"attachment_ids": [other]}, format="json").json()
    assert [each["name"] for each in changed["attachments"]] == ["plan.pdf"]
    assert len(files.kept(media)) == 1
    assert api(bob).patch(one, {"content": "words"}, format="json").json()["attachments"] == changed["attachments"]
    assert api(bob).get(URL).json()["results"][0]["attachments"] == changed["attachments"]
    assert api(bob).patch(one, {"type": "image"}, format="json").status_code == 400
    assert api(bob).delete(one).status_code == 204
    assert not files.kept(media)
    assert not Attachment.objects.exists()
    assert "plan.pdf" not in "".join(Event.objects.values_list("payload", flat=True))


@pytest.mark.django_db
def test_a_reply_in_a_thread_that_names_somebody(
    api: Api, alice: User, bob: User, talk: Conversation, say: Any
) -> None:
    root, question = say(alice, talk), say(alice, talk)
    made = schedule(api(bob), talk, "@alice yes", reply_to=str(question.pk), thread_root=str(root.pk)).json()
    assert (made["reply_to"], made["thread_root"]) == (str(question.pk), str(root.pk))
    with at(later(hours=2)):
        actions.send_due()
    message = talk.messages.get(seq=3)
    assert (message.reply_to, message.thread_root, message.mentions) == (question, root, [str(alice.pk)])
    root.refresh_from_db()
    assert root.reply_count == 1


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["reply_to", "thread_root"])
def test_what_it_answers_was_deleted(
    api: Api, alice: User, bob: User, talk: Conversation, say: Any, beach: str, field: str
) -> None:
    question = say(alice, talk)
    made = schedule(api(bob), talk, "", attachment_ids=[beach], **{field: str(question.pk)}).json()
    actions.delete_message(user=alice, message_id=question.pk)
    assert schedule(api(bob), talk, client_id="s-2", **{field: str(question.pk)}).status_code == 409
    with at(later(hours=2)):
        actions.send_due()
        (failed,) = api(bob).get(URL).json()["results"]
        assert (failed["state"], failed["reason"]) == ("failed", f"{field}_gone")
        assert [each["id"] for each in failed["attachments"]] == [beach]
        body = {field: None, "send_at": later(hours=1).isoformat()}
        assert api(bob).patch(f"{URL}/{made['id']}", body, format="json").json()[field] is None
    with at(later(hours=4)):
        actions.send_due()
    assert [str(each.pk) for each in talk.messages.get(seq=2).attachments.all()] == [beach]


@pytest.mark.django_db
def test_what_it_answers_is_not_even_in_the_database(
    api: Api, alice: User, bob: User, talk: Conversation, say: Any
) -> None:
    question = say(alice, talk)
    schedule(api(bob), talk, "yes", reply_to=str(question.pk))
    talk.last_message = None
    talk.save()
    question.delete()
    with at(later(hours=2)):
        actions.send_due()
        assert listed(api(bob)) == [("yes", "failed", "reply_to_gone")]


@pytest.mark.django_db
def test_the_list_costs_the_same_however_long(
    api: Api, bob: User, talk: Conversation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = api(bob)
    for number in range(4):
        brought = files.bring(client, b"text", "notes.txt").json()["id"]
        schedule(client, talk, client_id=f"s-{number}", attachment_ids=[brought])
    with django_assert_num_queries(3):
        assert len(client.get(URL).json()["results"]) == 4
