"""The bell's requests, and sends, with and without a hundred thousand stored notifications."""

from __future__ import annotations

import argparse
import statistics
from typing import TYPE_CHECKING, Any

import psycopg

from bench import brook, report
from bench.brook import django_here
from bench.growth import Api, Meter
from bench.processes import Process
from bench.sends import CONVERSATIONS, GROUP_SIZE, WARM_UP_S, measure

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.growth import Cost

# Like those that the worker makes. What is unread has a key, one for each kind and conversation.
STORE = """
INSERT INTO notifications_notification (id, user_id, type, key, title, text, data, count, is_read, is_delivered,
    untold, conversation_id, seqs, created_at, updated_at)
SELECT uuidv7(at - now()), person, 'message.new', CASE WHEN n <= {unread} THEN 'bench:' || n END,
    '3 new messages from Ann Lee in Group ' || n, 'A message of an ordinary length, as people write them.',
    jsonb_build_object('conversation_id', place, 'conversation_title', 'Group ' || n, 'message_id', place, 'seq', n,
        'sender_id', person, 'sender_name', 'Ann Lee', 'avatar_url', NULL),
    3, n > {unread}, true, 0, place, jsonb_build_array(n - 2, n - 1, n), at, at
FROM (
    SELECT n, people[1 + n %% cardinality(people)] AS person, places[1 + n %% cardinality(places)] AS place,
        now() - make_interval(secs => n * 25) AS at
    FROM generate_series(1, %s) AS n, (SELECT %s::uuid[] AS people, %s::uuid[] AS places) AS all_of_them
) AS drawn
"""
PAGE, COUNT = "the first page of 20", "the unread count"
REQUESTS: dict[str, str] = {PAGE: "notifications", COUNT: "notifications/unread-count"}


def store(url: str, number: int, people: list[Any], places: list[Any], unread: int) -> None:
    """Store notifications of these people in turn, the newest so many of them unread."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(STORE.format(unread=unread).encode(), (number, people, places))
        connection.execute("VACUUM ANALYZE notifications_notification")


def forget(url: str) -> None:
    """Store none."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DELETE FROM notifications_notification")
        connection.execute("VACUUM ANALYZE notifications_notification")


def the_bell(number: int, repeat: int) -> None:
    """What the two requests cost, in one process and without HTTP."""
    with django_here() as postgres:
        from accounts.models import User
        from chat.models import Conversation, Kind

        users = [User(username=f"person{at}", password="!") for at in range(100)]
        for user in users:
            user.derive()
        User.objects.bulk_create(users)
        groups = [Conversation(kind=Kind.GROUP, title=f"Group {at}") for at in range(200)]
        Conversation.objects.bulk_create(groups)
        ann, others = users[0], [user.pk for user in users[1:]]
        places = [group.pk for group in groups]
        cases: dict[str, Callable[[], None]] = {
            "20 of hers": lambda: store(postgres.url, 20, [ann.pk], places, 20),
            f"and {number:,} of 99 others": lambda: store(postgres.url, number, others, places, number // 10),
            f"{number:,} of hers, 100 unread": lambda: store(postgres.url, number, [ann.pk], places, 100),
            f"{number:,} of hers, all unread": lambda: store(postgres.url, number, [ann.pk], places, number),
        }
        api, meter = Api(ann), Meter(postgres, repeat)
        rows = []
        for case, fill in cases.items():
            if not case.startswith("and"):
                forget(postgres.url)
            fill()
            for what, path in REQUESTS.items():
                cost: Cost = meter.cost(lambda: api.get(path))  # noqa: B023 - called here
                rows.append([f"{what}; stored: {case}", *vars(cost).values()])
        print("\n" + report.table(["", "p50 ms", "p95 ms", "CPU ms"], rows), flush=True)


def the_sends(number: int, seconds: float, rounds: int) -> None:
    """Sends in one running Brook with its worker, with none and with so many stored, in turn."""
    found: dict[int, list[list[float]]] = {0: [], number: []}
    with brook.postgres(CONVERSATIONS * GROUP_SIZE, pinned=False, web="granian") as server:
        url = server.environment["DATABASE_URL"]
        with psycopg.connect(url) as connection:
            people = [row[0] for row in connection.execute("SELECT id FROM accounts_user ORDER BY id")]
        places = [group["id"] for group in server.seeded["groups"]]
        with Process(["python", "manage.py", "worker"], environment=server.environment) as worker:
            for _round in range(rounds):
                for stored, rows in found.items():
                    forget(url)
                    if stored:
                        store(url, stored, people, places, stored // 10)
                    before = worker.cpu_s()
                    row = measure(server, seconds)
                    worker_ms = (worker.cpu_s() - before) * 1000 / (row.rate * (seconds + WARM_UP_S))
                    rows.append([row.rate, row.p50_ms, row.p99_ms, row.web_ms, row.services_ms, worker_ms])
    head = ["stored notifications", "sends/s", "p50 ms", "p99 ms", "CPU ms a send: web", "database", "worker"]
    medians = {stored: list(map(statistics.median, zip(*rows, strict=True))) for stored, rows in found.items()}
    print("\n" + report.table(head, [[f"{stored:,}", *row] for stored, row in medians.items()]))
    print(f"sends/s with {number:,} stored / with none: {medians[number][0] / medians[0][0]:.2f}")


def main() -> None:
    """The bell, then the sends."""
    parser = argparse.ArgumentParser(prog="bin/bench bell", description=__doc__)
    parser.add_argument("--stored", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=200, help="requests of each kind")
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(report.machine("django", "djangorestframework", "granian", "psycopg"))
    the_sends(options.stored, options.seconds, options.rounds)
    the_bell(options.stored, options.repeat)
