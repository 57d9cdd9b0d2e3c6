"""Web Push, to a push service on this machine that reads what only the browser can read."""

from __future__ import annotations

import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import http_ece
import orjson
import pytest
import pywebpush
import time_machine
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from chat import actions as chat_actions
from chat.models import Conversation
from notifications import vapid
from notifications.models import Notification, Push, PushSubscription
from notifications.pushing import push_due
from tests.notifications.conftest import beat

pytestmark = pytest.mark.django_db(transaction=True)

PATH = "/api/notifications/push-subscriptions"


def b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Browser:
    """A browser's keys, and the endpoint that its push service gave it."""

    endpoint: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = b"sixteen bytes ok"

    def subscription(self) -> dict[str, Any]:
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        keys = {"p256dh": b64(point), "auth": b64(self.auth)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}

    def read(self, body: bytes) -> Any:
        return orjson.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm"))


@dataclass
class PushService:
    """Takes pushes, and answers with what it is told to."""

    url: str = ""
    answers: list[int] = field(default_factory=list)  # the next ones; then 201
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def browser(self, name: str = "b1") -> Browser:
        return Browser(f"{self.url}/{name}")


@pytest.fixture
def service(settings: Settings, tmp_path: Path) -> Iterator[PushService]:
    settings.PUSH_LOOPBACK = True
    settings.VAPID_KEY_FILE = tmp_path / "vapid.pem"
    service = PushService()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            service.got.append((self.path, headers, body))
            status = service.answers.pop(0) if service.answers else 201
            self.send_response(status)
            if status == 302:
                self.send_header("Location", f"{service.url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield service
    server.shutdown()
    server.server_close()


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
        beat(api(bob))
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
