"""The real server as a subprocess, with a database of its own, that can be stopped and started again."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import urllib.request
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypedDict
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tests.services import Valkey, free_port, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
START_TIMEOUT_S = 180
STOP_TIMEOUT_S = 20

# Whole casts at once, already logged in: doing it one by one would meet the limit of new accounts, and hash a
# password for a second each time.
MAKE_PEOPLE = """
import json
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.test import Client
from accounts.models import User
password = make_password({password!r})
made = User.objects.bulk_create(
    User(username=f"{{name}}{{number:03}}", display_name=name.title(), password=password)
    for number in range({casts}) for name in {names!r}
)
people = {{}}
with transaction.atomic():  # a commit each takes minutes on a busy machine
    for person in made:
        client = Client()
        client.force_login(person)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        people[person.username] = {{"id": str(person.pk), "session": session}}
print(json.dumps(people))
"""


# A long history at once: one message after the other would take longer than its reader.
MAKE_HISTORY = """
from datetime import timedelta
from django.db import transaction
from django.utils import timezone
from chat.models import Conversation, Message
with transaction.atomic():
    group = Conversation.objects.select_for_update().get(pk={conversation_id!r})
    senders = list(group.participants.values_list("user_id", flat=True))
    begin = timezone.now() - timedelta(minutes={count})
    words = "The gauge at the old mill reads a little more than yesterday, and the footbridge is dry. "
    made = [
        Message(
            conversation=group, seq=group.last_seq + number, sender_id=senders[number // 3 % len(senders)],
            client_id=f"history-{{group.pk.hex}}-{{number}}"[:64],
            content=f"Line {{number:05}} " + words * (number * 7 % 5),
            created_at=begin + timedelta(minutes=number),
        )
        for number in range(1, {count} + 1)
    ]
    Message.objects.bulk_create(made, batch_size=500)
    group.last_seq, group.last_message, group.last_activity_at = made[-1].seq, made[-1], made[-1].created_at
    group.save()
"""


class Account(TypedDict):
    """What the stories need to know of an account."""

    id: str
    session: str


class Server:
    """`manage.py serve` on a free port. Stopping and starting keeps port and data."""

    def __init__(self, folder: Path, *, demo: bool = False, **environment: str) -> None:
        self.port = free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self._log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._environment = {
            **os.environ,
            "PORT": str(self.port),
            "BROOK_DATA": str(folder / "data"),
            "BROOK_DEMO": "1" if demo else "0",
            "PYTHONUNBUFFERED": "1",
            **environment,
        }

    def start(self) -> None:
        """Start and return when it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "manage.py", "serve"],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        assert wait_until(self._answers, START_TIMEOUT_S), self._log.read_text()

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, f"The server ended:\n{self._log.read_text()}"
        try:
            with urllib.request.urlopen(f"{self.base_url}/health/ready", timeout=5) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except OSError:
            return False

    def stop(self) -> None:
        """End it as a deployment would."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_TIMEOUT_S)
        finally:
            self._process.kill()
            self._process = None

    def make_people(self, names: list[str], casts: int, password: str) -> dict[str, Account]:
        """By username: accounts alice000, bob000 … alice001 … in its database: no name begins another."""
        people: dict[str, Account] = json.loads(
            self.run(MAKE_PEOPLE.format(names=names, casts=casts, password=password))
        )
        return people

    def make_history(self, conversation_id: str, count: int) -> None:
        """So many messages, "Line 00001" and so on, a minute apart, by everybody in turn; nobody is told."""
        self.run(MAKE_HISTORY.format(conversation_id=conversation_id, count=count))

    def run(self, code: str) -> bytes:
        """What some Python prints, with the server's settings and database."""
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
        return subprocess.run(command, cwd=ROOT, env=self._environment, check=True, stdout=subprocess.PIPE).stdout

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


@contextlib.contextmanager
def own_database(url: str) -> Iterator[str]:
    """A new database beside the one that is named; gone afterwards."""
    name = f"browser_{uuid.uuid4().hex[:12]}"
    identifier = sql.Identifier(name)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(identifier))
    try:
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))


@contextlib.contextmanager
def running(folder: Path, **environment: str) -> Iterator[Server]:
    """A server with everything in this folder; where the tests have PostgreSQL and Valkey, with its own of both."""
    with contextlib.ExitStack() as stack:
        if url := os.environ.get("DATABASE_URL"):
            environment["DATABASE_URL"] = stack.enter_context(own_database(url))
        if "REDIS_URL" in os.environ:
            environment["REDIS_URL"] = stack.enter_context(Valkey()).url
        yield stack.enter_context(Server(folder, demo=False, **environment))
