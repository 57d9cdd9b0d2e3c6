"""The administration's lists in long tables: who is looked for is found by an index, nothing is read to the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib import admin as site
from django.db import connection
from django.db.models import UniqueConstraint
from django.test.utils import CaptureQueriesContext

from accounts.bounded import BoundedAdmin
from accounts.models import User
from chat.models import Message
from moderation.actions import report_conversation, report_user
from moderation.models import Act, Reason, Report
from tests.conftest import Api
from tests.moderation.conftest import Ask, Office

pytestmark = pytest.mark.django_db

REPORTS = "/admin/moderation/report/"
LONG = [
    "accounts.Session",
    "accounts.User",
    "chat.Attachment",
    "chat.Conversation",
    "chat.Invite",
    "chat.Message",
    "chat.MessageEdit",
    "chat.RemovedMessage",
    "moderation.AuditEntry",
    "moderation.Report",
]


@pytest.fixture
def plan(office: Office, admin: User) -> Callable[[str], str]:
    """How the database counts what a list finds, where reading all of a table is no choice."""

    def explained(path: str) -> str:
        with CaptureQueriesContext(connection) as seen:
            assert office(admin).get(path).status_code == 200
        (counted,) = [query["sql"] for query in seen.captured_queries if "COUNT(" in (query["sql"] or "")]
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(("EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN ") + counted)
            return "\n".join(str(row[-1]) for row in cursor.fetchall())

    return explained


@pytest.mark.parametrize(
    ("path", "index"),
    [
        (f"{REPORTS}?queue=all&q=bob", "report_person"),
        ("/admin/accounts/session/?q=127.0.0.1", "session_address"),
        ("/admin/moderation/auditentry/?q=bob", "audit_by"),
        ("/admin/moderation/auditentry/?q=bob", "audit_target"),
        ("/admin/moderation/auditentry/?q=automatic", "audit_by_name"),
    ],
)
def test_who_is_looked_for_is_found_by_an_index(bob: User, plan: Callable[[str], str], path: str, index: str) -> None:
    assert index in plan(path)


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/admin/chat/removedmessage/?q=bob", '"chat_message"."deleted_at" IS NOT NULL'),
        ("/admin/chat/messageedit/?q=bob", '"chat_message"."edited_at" IS NOT NULL'),
    ],
)
def test_what_is_rare_among_messages_is_asked_for_as_its_index_has_it(
    office: Office, admin: User, bob: User, path: str, asked: str
) -> None:
    with CaptureQueriesContext(connection) as seen:
        assert office(admin).get(path).status_code == 200
    assert [query for query in seen.captured_queries if "COUNT(" in query["sql"] and asked in query["sql"]]


def test_reports_about_somebody_and_by_somebody(
    office: Office, admin: User, alice: User, bob: User, carol: User, insult: Message, report: Report
) -> None:
    person, _new = report_user(user=carol, target=bob, reason=Reason.SPAM)
    place, _new = report_conversation(user=alice, conversation_id=insult.conversation_id, reason=Reason.SPAM)
    assert [each.person for each in (report, person, place)] == [bob, bob, None]
    for name, expected in {
        "bob": {report, person},
        "ALICE": {report, place},
        "carol": {person},
        "nobody": set(),
        str(insult.pk): {report},
        str(insult.conversation_id): {place},
    }.items():
        page = office(admin).get(f"{REPORTS}?q={name}").content.decode()
        assert {each for each in (report, person, place) if str(each.pk) in page} == expected, name
    assert str(person.pk) in office(admin).get(f"{REPORTS}{report.pk}/change/").content.decode()


def test_what_was_done_is_found_by_who_did_it_and_to_whom(
    office: Office, order: Ask, admin: User, bob: User, carol: User
) -> None:
    order(admin, Act.WARN, bob, reason="Be kind, Bob.")
    order(admin, Act.WARN, carol, reason="Be kind, Carol.")
    for name, expected in {
        "bob": [True, False],
        str(carol.pk): [False, True],
        admin.username: [True, True],
        "nobody": [False, False],
    }.items():
        page = office(admin).get(f"/admin/moderation/auditentry/?q={name}").content.decode()
        assert [f"Be kind, {each}." in page for each in ("Bob", "Carol")] == expected, name


def test_sessions_are_found_by_address_and_person(office: Office, admin: User, alice: User, api: Api) -> None:
    api(alice)
    session = alice.sessions.get()
    alice.sessions.update(address="2001:db8::7")
    for term, is_found in {"2001:DB8:0::7": True, "alice": True, "2001:db8::8": False, "nobody": False}.items():
        page = office(admin).get(f"/admin/accounts/session/?q={term}").content.decode()
        assert (str(session.pk) in page) == is_found, term


@pytest.mark.parametrize("name", LONG)
def test_lists_are_sorted_by_what_has_an_index_and_count_no_choices(name: str, office: Office, admin: User) -> None:
    (page,) = [page for model, page in site.site._registry.items() if model._meta.label == name]
    assert isinstance(page, BoundedAdmin)
    assert page.sortable_by is not None
    model: Any = page.model
    first = {index.fields_orders[0][0] for index in model._meta.indexes}
    first |= {each.fields[0] for each in model._meta.constraints if isinstance(each, UniqueConstraint)}
    first |= {field.name for field in model._meta.fields if field.unique or field.db_index}
    for column in page.sortable_by:
        sorted_by = getattr(getattr(page, str(column), None), "admin_order_field", column)
        assert sorted_by in first, column
    with CaptureQueriesContext(connection) as seen:
        assert office(admin).get(f"/admin/{name.lower().replace('.', '/')}/?_facets=True").status_code == 200
    asked = [query["sql"] or "" for query in seen.captured_queries]
    assert not [sql for sql in asked if "COUNT(" in sql and "LIMIT" not in sql]
