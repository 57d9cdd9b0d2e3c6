"""Web Push, to a push service on this machine that reads what only the browser can read."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
import pywebpush
import time_machine
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from chat import actions as chat_actions
from chat.models import Conversation
from notifications import vapid
from notifications.actions import claim_pushes, notify, settle_push, tidy_notifications
from notifications.actions.pushing import LEASE, MAX_TRIES
from notifications.models import FailedPush, Notification, Push, PushSubscription, Type
from notifications.pushing import push_due
from tests.notifications.conftest import beat
from tests.pushservice import Browser, PushService, b64, open_push_service

pytestmark = pytest.mark.django_db(transaction=True)

PATH = "/api/notifications/push-subscriptions"


@pytest.fixture
def service(settings: Settings, tmp_path: Path) -> Iterator[PushService]:
    settings.PUSH_LOOPBACK = True
    settings.VAPID_KEY_FILE = tmp_path / "vapid.pem"
    with open_push_service() as service:
        yield service


def subscribe(client: Any, browser: Browser) -> Any:
    return client.post(PATH, browser.subscription(), format="json")


@pytest.fixture
def bobs(service: PushService, api: Any, bob: User) -> Browser:
    """Bob's browser, which is told."""
    browser = service.browser()
    assert subscribe(api(bob), browser).status_code == 201
    return browser


def test_a_push_tells_the_browser_alone(
    service: PushService, bobs: Browser, follow: Any, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    message = say(alice, talk, "Are you **there**?")
    follow()
    push_due()
    ((path, headers, body),) = service.got
    assert b"there" not in body
    pushed = bobs.read(body)
    notification = Notification.objects.get(user=bob)
    assert pushed["id"] == str(notification.pk)
    assert (pushed["title"], pushed["text"]) == ("New message from Alice Moreau", "Are you there?")
    assert (pushed["conversation_id"], pushed["message_id"]) == (str(talk.pk), str(message.pk))
    assert path == "/b1"
    assert headers["content-encoding"] == "aes128gcm"
    assert headers["topic"] == notification.pk.hex
    assert headers["ttl"] == "86400"
    assert not Push.objects.exists()


def test_we_say_who_we_are(
    service: PushService, bobs: Browser, api: Any, follow: Any, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    say(alice, talk)
    follow()
    push_due()
    authorization = service.got[0][1]["authorization"]
    public_key = api(bob).get("/api/notifications/push-key").json()["public_key"]
    assert authorization.startswith("vapid t=")
    assert f"k={public_key}" in authorization
    claims = orjson.loads(urlsafe_b64decode(authorization.split(".")[1] + "=="))
    assert claims["aud"] == service.url
    assert len(urlsafe_b64decode(public_key + "=")) == 65


def test_the_key_is_made_once(settings: Settings, tmp_path: Path) -> None:
    settings.VAPID_KEY_FILE = tmp_path / "new" / "vapid.pem"
    first = vapid.public_key()
    assert settings.VAPID_KEY_FILE.stat().st_mode & 0o777 == 0o600
    vapid._load.cache_clear()
    assert vapid.public_key() == first
    assert [path.name for path in settings.VAPID_KEY_FILE.parent.iterdir()] == ["vapid.pem"]


def test_three_tries(
    service: PushService, bobs: Browser, follow: Any, say: Any, alice: User, talk: Conversation
) -> None:
    service.answers = [503, 500, 429, 201]
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        say(alice, talk)
        follow()
    tried: list[float] = []
    for tenth in range(200):
        with time_machine.travel(now + timedelta(seconds=tenth / 10), tick=False):
            push_due()
        if len(service.got) > len(tried):
            tried.append(tenth / 10)
    assert tried == [0, 2, 6]
    assert not Push.objects.exists()
    assert FailedPush.objects.count() == 1


def test_a_second_try_that_works(
    service: PushService, bobs: Browser, follow: Any, say: Any, alice: User, talk: Conversation
) -> None:
    service.answers = [503]
    say(alice, talk)
    follow()
    push_due()
    with time_machine.travel(timezone.now() + timedelta(seconds=3)):
        push_due()
        push_due()
    assert len(service.got) == 2
    assert not FailedPush.objects.exists()


def test_a_sender_that_dies_has_not_tried(
    service: PushService, bobs: Browser, follow: Any, say: Any, alice: User, talk: Conversation
) -> None:
    say(alice, talk)
    follow()
    now = timezone.now()
    for _death in range(MAX_TRIES + 1):
        with time_machine.travel(now, tick=False):
            assert len(claim_pushes(limit=10)) == 1
            assert claim_pushes(limit=10) == [], "it may live"
        now += LEASE
    with time_machine.travel(now, tick=False):
        push_due()
    assert len(service.got) == 1
    assert not Push.objects.exists()


def test_what_came_after_the_last_try_has_tries_of_its_own(
    service: PushService, bobs: Browser, follow: Any, say: Any, alice: User, talk: Conversation
) -> None:
    say(alice, talk, "first")
    follow()
    Push.objects.update(tries=MAX_TRIES - 1)
    (last_try,) = claim_pushes(limit=10)
    say(alice, talk, "second")
    follow()
    settle_push(push=last_try, again=True)
    push_due()
    assert [bobs.read(body)["text"] for _path, _headers, body in service.got] == ["second"]


def test_nobody_is_interrupted_by_what_happened_the_day_before(
    service: PushService, bobs: Browser, follow: Any, say: Any, alice: User, talk: Conversation
) -> None:
    say(alice, talk)
    follow()
    with time_machine.travel(timezone.now() + timedelta(days=1, seconds=1)):
        push_due()
    assert (service.got, Push.objects.count()) == ([], 0)


def test_what_the_staff_tell(service: PushService, bobs: Browser, api: Any, bob: User, carol: User) -> None:
    everybody = [bob.pk, carol.pk]
    notify(user_ids=everybody, type=Type.BROADCAST, title="Maintenance", text="Tonight at ten.")
    push_due()
    (pushed,) = [bobs.read(body) for _path, _headers, body in service.got]
    assert (pushed["type"], pushed["title"], pushed["text"]) == ("broadcast", "Maintenance", "Tonight at ten.")
    until = timezone.now() + timedelta(hours=1)
    for quiet in (
        {"snooze_until": until.isoformat()},
        {"snooze_until": None, "levels": {"broadcast": {"push": False}}},
    ):
        assert api(bob).put("/api/notifications/preferences", quiet, format="json").status_code == 200
        notify(user_ids=everybody, type=Type.BROADCAST, title="Maintenance", text="It is over.")
    push_due()
    assert len(service.got) == 1
    assert Notification.objects.filter(user=bob, type=Type.BROADCAST).count() == 3


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone(
    service: PushService, bobs: Browser, follow: Any, say: Any, alice: User, talk: Conversation, status: int
) -> None:
    service.answers = [status]
    say(alice, talk)
    follow()
    push_due()
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize("status", [302, 400, 403, 413])
def test_what_is_refused_is_not_tried_again(
    service: PushService, bobs: Browser, follow: Any, say: Any, alice: User, talk: Conversation, status: int
) -> None:
    service.answers = [status]
    say(alice, talk)
    follow()
    push_due()
    assert [path for path, _headers, _body in service.got] == ["/b1"]
    assert PushSubscription.objects.exists()
    assert not Push.objects.exists()
    assert FailedPush.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        tidy_notifications()
    assert not FailedPush.objects.exists()


def test_without_content_if_the_person_says_so(
    service: PushService, bobs: Browser, api: Any, follow: Any, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    api(bob).put("/api/notifications/preferences", {"push_content": False}, format="json")
    say(alice, talk, "secret")
    follow()
    push_due()
    pushed = bobs.read(service.got[0][2])
    assert (pushed["title"], pushed["text"]) == ("Something new", "")
    assert "Alice" not in str(pushed)


def test_who_is_here_may_read_it_first(
    service: PushService, bobs: Browser, api: Any, follow: Any, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        beat(api(bob), "away")
        say(alice, talk)
        follow()
        push_due()
        assert service.got == []
    with time_machine.travel(now + timedelta(seconds=5), tick=False):
        chat_actions.mark_read(user=bob, conversation_id=talk.pk, seq=1)
        follow()
    with time_machine.travel(now + timedelta(seconds=11), tick=False):
        push_due()
        assert (service.got, Push.objects.count()) == ([], 0)
        say(alice, talk, "again")
        follow()
    with time_machine.travel(now + timedelta(seconds=22), tick=False):
        push_due()
    assert bobs.read(service.got[0][2])["text"] == "again"


def test_who_is_active_elsewhere_is_told_there_until_they_go_away(
    service: PushService, bobs: Browser, api: Any, follow: Any, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    now, laptop = timezone.now(), api(bob)
    with time_machine.travel(now, tick=False) as clock:
        say(alice, talk)
        follow()
        for _minute in range(3):
            beat(laptop)
            push_due()
            assert (service.got, Push.objects.count()) == ([], 1)
            clock.shift(timedelta(seconds=60))
        beat(laptop, "away")
        push_due()
        assert (len(service.got), Push.objects.count()) == (1, 0)


def test_several_messages_are_one_push_with_the_newest(
    service: PushService, bobs: Browser, follow: Any, say: Any, alice: User, talk: Conversation
) -> None:
    for number in range(3):
        say(alice, talk, f"number {number}")
        follow()
    push_due()
    (pushed,) = [bobs.read(body) for _path, _headers, body in service.got]
    assert (pushed["title"], pushed["text"]) == ("3 new messages from Alice Moreau", "number 2")


def test_what_comes_while_one_is_sent_is_sent_too(
    service: PushService,
    bobs: Browser,
    follow: Any,
    say: Any,
    alice: User,
    talk: Conversation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    say(alice, talk, "first")
    follow()
    real = pywebpush.webpush
    came: list[Any] = []

    def while_sending(*arguments: Any, **options: Any) -> Any:
        answer = real(*arguments, **options)
        if not came:
            came.append(say(alice, talk, "second"))
            follow()
        return answer

    monkeypatch.setattr("notifications.pushing.webpush", while_sending)
    push_due()
    push_due()
    push_due()
    assert [bobs.read(body)["text"] for _path, _headers, body in service.got] == ["first", "second"]


def test_a_deleted_message_is_not_pushed(
    service: PushService, bobs: Browser, follow: Any, say: Any, alice: User, talk: Conversation
) -> None:
    message = say(alice, talk, "otter")
    follow()
    chat_actions.delete_message(user=alice, message_id=message.pk)
    follow()
    push_due()
    assert service.got == []


def test_a_browser_that_was_logged_out_is_told_nothing(
    service: PushService, api: Any, follow: Any, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    client = api(bob)
    subscribe(client, service.browser())
    say(alice, talk)
    follow()
    assert client.post("/api/auth/logout").status_code == 204
    push_due()
    say(alice, talk)
    follow()
    push_due()
    assert service.got == []


def test_quiet_hours_and_levels(
    service: PushService, bobs: Browser, api: Any, follow: Any, say: Any, alice: User, bob: User, talk: Conversation
) -> None:
    until = timezone.now() + timedelta(hours=1)
    api(bob).put("/api/notifications/preferences", {"snooze_until": until.isoformat()}, format="json")
    say(alice, talk)
    follow()
    push_due()
    levels = {"levels": {"message.new": {"push": False}}, "snooze_until": None}
    api(bob).put("/api/notifications/preferences", levels, format="json")
    say(alice, talk)
    follow()
    push_due()
    assert service.got == []
    assert Notification.objects.get(user=bob).count == 2


def test_subscribing_again_and_no_more(service: PushService, api: Any, bob: User, carol: User) -> None:
    browser = service.browser()
    first = subscribe(api(bob), browser)
    again = subscribe(api(bob), browser)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert subscribe(api(carol), browser).status_code == 200  # another person in the same browser
    assert PushSubscription.objects.get().user == carol
    for _ in range(2):
        assert api(bob).delete(PATH, {"endpoint": browser.endpoint}, format="json").status_code == 204
    assert PushSubscription.objects.exists()
    assert api(carol).delete(f"{PATH}?endpoint={browser.endpoint}").status_code == 204
    assert not PushSubscription.objects.exists()
    assert api(carol).delete(PATH).status_code == 400


def test_at_most_twenty_browsers(service: PushService, api: Any, bob: User) -> None:
    client = api(bob)
    for number in range(22):
        subscribe(client, service.browser(f"b{number}"))
    kept = {each.endpoint.rsplit("/", 1)[1] for each in PushSubscription.objects.all()}
    assert kept == {f"b{number}" for number in range(2, 22)}


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.org/x",
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://10.0.0.7/x",
        "https://192.168.1.1/x",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1/x",
        "https://0.0.0.0/x",
        "https://[::ffff:10.0.0.1]/x",
        "https://localhost/x",
        "https://user@8.8.8.8/x",
        "https://nowhere.invalid/x",
        "https://8.8.8.8:99999/x",
        "https:///x",
        "https://exämple.org/x",
        "https://8.8.8.8/a b",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "",
        7,
        None,
        "https://8.8.8.8/" + "x" * 1000,
    ],
)
def test_addresses_that_are_no_push_services(api: Any, bob: User, endpoint: Any) -> None:
    body = {**Browser("").subscription(), "endpoint": endpoint}
    assert api(bob).post(PATH, body, format="json").status_code == 400
    assert not PushSubscription.objects.exists()


def test_a_public_address_will_do(api: Any, bob: User) -> None:
    assert subscribe(api(bob), Browser("https://8.8.8.8/x")).status_code == 201


@pytest.mark.parametrize(
    "keys",
    [
        None,
        {},
        {"p256dh": "x"},
        {"p256dh": b64(b"x" * 65)},
        {"auth": "!!"},
        {"auth": b64(b"short")},
        {"auth": "ä" * 10},
    ],
)
def test_keys_that_are_none(api: Any, bob: User, keys: Any) -> None:
    body = Browser("https://8.8.8.8/x").subscription()
    body["keys"] = {**body["keys"], **keys} if keys else keys
    assert api(bob).post(PATH, body, format="json").status_code == 400


def test_a_name_that_moved_to_a_private_address_gets_nothing(
    service: PushService, bobs: Browser, follow: Any, say: Any, alice: User, talk: Conversation, settings: Settings
) -> None:
    say(alice, talk)
    follow()
    settings.PUSH_LOOPBACK = False
    push_due()
    assert service.got == []
    assert not PushSubscription.objects.exists()
