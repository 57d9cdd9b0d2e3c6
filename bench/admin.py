"""How long the administration's lists take with a million messages, and which query of each takes longest."""

from __future__ import annotations

import argparse
import statistics
import time
from typing import Any

from bench import report
from bench.brook import django_here

GOAL_MS = 300
PEOPLE = 50_000
# What staff look at besides messages: PostgreSQL writes it itself.
MORE = """
INSERT INTO chat_attachment (id, owner_id, message_id, position, name, size, media_type, kind, file, thumbnail,
    created_at)
SELECT uuidv7(created_at - now()), sender_id, id, 0, 'beach.jpg', 1 + (power(random(), 6) * 2e8)::bigint, 'image/jpeg',
    CASE WHEN seq % 1000 = 0 THEN 'voice' WHEN seq % 3 = 0 THEN 'file' ELSE 'image' END, 'bench/' || client_id, '',
    created_at FROM chat_message WHERE seq % 5 = 0;
INSERT INTO chat_messageedit (message_id, content, edited_at, edited_by_id)
SELECT id, content, created_at, sender_id FROM chat_message WHERE seq % 10 = 1;
UPDATE chat_message SET edited_at = created_at WHERE seq % 10 = 1;
INSERT INTO moderation_report (id, message_id, person_id, reporter_id, source, rule, key, reason, note, state,
    created_at, due_at)
SELECT uuidv7(created_at - now()), id, sender_id, reporter, 'people', '', '', 'spam', '',
    CASE WHEN seq % 7000 = 2 THEN 'open' ELSE 'dismissed' END, created_at, created_at + interval '1 day'
FROM chat_message, LATERAL (
    SELECT user_id AS reporter FROM chat_participant
    WHERE chat_participant.conversation_id = chat_message.conversation_id AND user_id <> sender_id LIMIT 1
) AS somebody WHERE seq % 50 = 2;
INSERT INTO moderation_auditentry (at, by_id, by_name, act, target_type, target_id, target_name, reason, before, after)
SELECT created_at, sender_id, 'ann', 'remove', 'message', id::text, '', 'Spam.', '{}', '{}' FROM chat_message
WHERE seq % 20 = 3;
INSERT INTO chat_removedmessage (message_id, content, mentions, mentions_all, removed_at, removed_by_id, for_hold)
SELECT id, content, '[]', false, created_at, sender_id, false FROM chat_message WHERE seq % 20 = 3;
UPDATE chat_message SET deleted_at = created_at, content = '' WHERE seq % 20 = 3;
INSERT INTO accounts_session (id, user_id, kind, created_at, last_seen_at, expires_at, user_agent, address, two_factor,
    end_reason, session_key, refresh_jti, previous_jti, rotated_at)
SELECT uuidv7(), id, 'browser', now(), now(), now() + interval '1 day', 'bench', '192.0.2.7', false, '', '', '', '',
    now() FROM accounts_user, generate_series(1, 4);
INSERT INTO chat_invite (code, conversation_id, created_at, uses)
SELECT 'bench-' || number || '-' || row_number() OVER (), id, now(), 0 FROM bench_place AS place (number, id),
    generate_series(1, 20);
"""


def pages(town: Any) -> dict[str, str]:
    """What is asked for, by what the table calls it."""
    messages, files = "/admin/chat/message/", "/admin/chat/attachment/"
    removed, conversations = "/admin/chat/removedmessage/", "/admin/chat/conversation/"
    return {
        "first page": "/admin/",
        "messages": messages,
        "messages, the 15th page": f"{messages}?p=15",
        "messages of the last day": f"{messages}?age=day",
        "messages with files": f"{messages}?has=file",
        "messages with links": f"{messages}?has=link",
        "messages with reports": f"{messages}?has=report",
        "messages of a kind that is rare": f"{messages}?type__exact=voice",
        "messages of one person": f"{messages}?q=ann",
        "messages of one person, with links, of the last week": f"{messages}?q=ann&has=link&age=week",
        "messages of one conversation": f"{messages}?q={town.busiest.pk}",
        "messages with links of one conversation": f"{messages}?q={town.busiest.pk}&has=link",
        "conversations": conversations,
        "conversations, held": f"{conversations}?state=held",
        "conversations of one person": f"{conversations}?q=ann",
        "conversations by title": f"{conversations}?q=Group+19",
        "one conversation": f"{conversations}{town.busiest.pk}/change/",
        "people": "/admin/accounts/user/",
        "people by name": "/admin/accounts/user/?q=person77",
        "sessions": "/admin/accounts/session/",
        "sessions of one person": "/admin/accounts/session/?q=person77",
        "sessions from one address": "/admin/accounts/session/?q=192.0.2.7",
        "reports, open": "/admin/moderation/report/",
        "reports, all": "/admin/moderation/report/?queue=all",
        "reports about one person": "/admin/moderation/report/?queue=all&q=ann",
        "attachments": files,
        "attachments, voice": f"{files}?kind__exact=voice",
        "attachments of more than 100 MB": f"{files}?size=100",
        "attachments, the largest first": f"{files}?o=-6",
        "attachments, removed": f"{files}?state=removed",
        "attachments of one person": f"{files}?q=ann",
        "attachments of one conversation": f"{files}?q={town.busiest.pk}",
        "removed messages": removed,
        "removed messages of one person": f"{removed}?q=ann",
        "removed messages of one conversation": f"{removed}?q={town.busiest.pk}",
        "earlier versions": "/admin/chat/messageedit/",
        "earlier versions of one person": "/admin/chat/messageedit/?q=ann",
        "invites": "/admin/chat/invite/",
        "invites that let people in": "/admin/chat/invite/?live=yes",
        "audit log": "/admin/moderation/auditentry/",
        "audit log, bans": "/admin/moderation/auditentry/?act__exact=ban",
        "audit log of one of the staff": "/admin/moderation/auditentry/?q=ann",
        "audit log of somebody who is gone": "/admin/moderation/auditentry/?q=zoe",
        "reports of a kind, all": "/admin/moderation/report/?queue=all&source__exact=automatic",
        "one report": f"/admin/moderation/report/{report_of(town)}/change/",
        "one person": f"/admin/accounts/user/{town.ann.pk}/change/",
        "attachments that wait": f"{files}?state=waits",
    }


def report_of(town: Any) -> Any:
    """The last one about Ann."""
    from moderation.models import Report

    return Report.objects.filter(person=town.ann).order_by("-id").values_list("pk", flat=True)[0]


class Office:
    """One of the staff, at the whole of Django as the WSGI server calls it; everything but HTTP itself."""

    def __init__(self) -> None:
        from django.test import Client

        from accounts.models import User

        self._client = Client(SERVER_NAME="localhost")
        self._client.force_login(User.objects.create_superuser("boss", "!"))

    def get(self, path: str) -> None:
        """A page that is there."""
        answer = self._client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.status_code}")

    def cost(self, path: str, repeat: int) -> list[Any]:
        """Median and highest time in ms, how many queries, and the slowest of them with its time."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as seen:
            self.get(path)
        slowest = max(seen.captured_queries, key=lambda query: float(query["time"]))
        found, queries = [], len(seen.captured_queries)  # the next request forgets them
        for _ in range(repeat):
            start = time.perf_counter()
            self.get(path)
            found.append((time.perf_counter() - start) * 1000)
        text = " ".join((slowest["sql"] or "").split()).replace("|", "¦")
        return [statistics.median(found), max(found), queries, float(slowest["time"]) * 1000, text]


def fill(messages: int) -> Any:
    """People, messages, and what staff look at besides."""
    from django.db import connection

    from accounts.models import User
    from bench.growing import Town

    town = Town()
    town.grow(messages)
    some = [User(username=f"somebody{number}", password="!") for number in range(PEOPLE)]
    for person in some:
        person.derive()
    User.objects.bulk_create(some, batch_size=5000)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for statement in MORE.split(";\n"):
            if statement.strip():
                cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET ALL")
    return town


def main() -> None:
    """Fill, and ask for every list."""
    parser = argparse.ArgumentParser(prog="bin/bench admin", description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=7)
    parser.add_argument("--only", default="", help="pages whose name contains this")
    parser.add_argument("--sql", type=int, default=0, help="show so many characters of the slowest query")
    parser.add_argument("--wait", action="store_true", help="keep the database until Enter is pressed")
    options = parser.parse_args()
    print(report.machine("django", "psycopg"))
    with django_here() as postgres:
        start = time.perf_counter()
        town = fill(options.messages)
        print(f"{options.messages:,} messages: {time.perf_counter() - start:.0f} s\n", flush=True)
        office = Office()
        rows = []
        for name, path in pages(town).items():
            if options.only in name:
                *figures, sql = office.cost(path, options.repeat)
                rows.append([name, *figures, *([sql[: options.sql]] if options.sql else [])])
        head = ["list", "median ms", "highest", "queries", "slowest query ms", *(["query"] if options.sql else [])]
        print(report.table(head, rows), flush=True)
        late = [str(row[0]) for row in rows if row[1] > GOAL_MS]
        print(f"\nabove {GOAL_MS} ms: {', '.join(late) or 'none'}")
        if options.wait:
            input(f"{postgres.url} ")
