"""Workers that tell people of what happened, and what came of it: in the database, and at the push service."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import psycopg

from tests.faults.server import Server
from tests.faults.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from tests.faults.server import Cast, House
    from tests.pushservice import Browser, PushService

PUSHES_WITHIN_S = 120
GONE_WITHIN_S = 20

LEVEL = """
SELECT (SELECT pos FROM realtime_reader WHERE name = 'notifications') >= max(pos) AND bool_and(pos IS NOT NULL)
FROM realtime_event
"""
LEASED = """
SELECT notification_id, endpoint FROM notifications_push JOIN notifications_pushsubscription AS subscription
ON subscription.id = subscription_id WHERE due_at > now() + interval '30 s'
"""
UNREAD = """
SELECT user_id::text, conversation_id::text, type, array_agg(count) FROM notifications_notification
WHERE user_id = ANY(%s) AND NOT is_read GROUP BY 1, 2, 3
"""
CREATED = """
SELECT (payload::jsonb -> 'notification' ->> 'id')::uuid FROM realtime_event
WHERE type = 'notification.created' AND topic = ANY(%s)
"""
LAST_COUNTS = """
SELECT DISTINCT ON (topic) topic, (payload::jsonb ->> 'unread_count')::int FROM realtime_event
WHERE type LIKE 'notification.%%' AND topic = ANY(%s) ORDER BY topic, pos DESC
"""


class Worker(Server):
    """One `manage.py worker`, without a port; its connections to PostgreSQL bear its name."""

    def __init__(self, house: House, name: str, program: Sequence[str]) -> None:
        super().__init__(house, name, environment={"PGAPPNAME": name, "BROOK_PUSH_LOOPBACK": "1"})
        self.name = name
        self._command = [sys.executable, *program, "worker"]
        self.start()


class Telling:
    """What the people of a cast are told."""

    def __init__(self, house: House, cast: Cast, service: PushService) -> None:
        self.cast = cast
        self.topics = [f"user:{person}" for person in cast.people]
        self.in_flight: Counter[tuple[UUID, str]] = Counter()  # pushes of workers that died or froze
        self._service = service
        self._browsers: dict[str, Browser] = {}
        self._database = psycopg.connect(house.postgres.url, autocommit=True)

    def close(self) -> None:
        """Ask nothing more."""
        self._database.close()

    def browser_of(self, person: int) -> Browser:
        """Their browser; its endpoint has the place of the person."""
        browser = self._service.browser(f"{person}")
        self._browsers[f"/{person}"] = browser
        return browser

    def ask(self, query: str, *values: Any) -> list[Any]:
        """The rows a query gives."""
        return self._database.execute(query.encode(), values).fetchall()

    # --- deaths -------------------------------------------------------------------------------------------------------
    async def kill_while_it_pushes(self, worker: Worker, number: int) -> None:
        """When the push service was asked so often, before it answers."""
        left = iter(range(number))

        def kill() -> None:
            if next(left, None) is None and worker.is_running:
                worker.process.kill()

        self._service.before_answer = kill
        await worker.died(PUSHES_WITHIN_S)
        self._service.before_answer = lambda: None
        await self.bury(worker)

    async def bury(self, worker: Worker) -> None:
        """Wait until the database knows of its death. Its pushes are anybody's now, and not in two minutes."""
        alive = "SELECT 1 FROM pg_stat_activity WHERE application_name = %s"
        assert await eventually(lambda: not self.ask(alive, worker.name), GONE_WITHIN_S)
        self.release()

    def release(self) -> None:
        """What workers had begun to push is anybody's now, and not in two minutes."""
        self.note_in_flight()
        self._database.execute("UPDATE notifications_push SET due_at = now() WHERE due_at > now() + interval '30 s'")

    def note_in_flight(self) -> None:
        """What is being pushed now may be pushed once more."""
        self.in_flight.update(self.ask(LEASED))

    # --- what came of it ----------------------------------------------------------------------------------------------
    def is_level(self) -> bool:
        """Whether all that happened has been read."""
        return bool(self.ask(LEVEL)[0][0])

    def is_done(self) -> bool:
        """Whether streams and browsers have been told, too."""
        untold = self.ask("SELECT 1 FROM notifications_notification WHERE untold > 0 LIMIT 1")
        return self.is_level() and not untold and not self.ask("SELECT 1 FROM notifications_push LIMIT 1")

    def unread(self) -> dict[tuple[str, str, str], list[int]]:
        """The counts of unread notifications, by person, conversation and type: one each, or something is wrong."""
        return {(user, place, type): counts for user, place, type, counts in self.ask(UNREAD, self.cast.people)}

    def ids(self) -> set[UUID]:
        """All notifications of these people."""
        rows = self.ask("SELECT id FROM notifications_notification WHERE user_id = ANY(%s)", self.cast.people)
        return {row[0] for row in rows}

    def created(self) -> Counter[UUID]:
        """How often streams were told that a notification is there."""
        return Counter(row[0] for row in self.ask(CREATED, self.topics))

    def last_counts(self) -> dict[str, int]:
        """How many unread ones each person's streams heard of last."""
        return {topic.partition(":")[2]: count for topic, count in self.ask(LAST_COUNTS, self.topics)}

    def pushed(self) -> list[tuple[str, dict[str, Any]]]:
        """What came to which endpoint, as its browser reads it."""
        got = [(self._browsers[path], body) for path, _headers, body in self._service.got]
        return [(browser.endpoint, browser.read(body)) for browser, body in got]
