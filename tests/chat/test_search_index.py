"""What keeps the search true, whatever happens to a message; and that PostgreSQL uses its indexes"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.contrib.postgres.operations import TrigramExtension
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import ProgrammingError, connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from chat.models import Conversation, Message
from chat.search import matching, sqlite
from chat.search.filters import Filters
from chat.search.fold import fold

TERMS = ["tea", "茶", "緑茶", "te"]


@pytest.fixture
def found(bob: User) -> Any:
    """What Bob finds with a word."""

    def find(term: str) -> list[str]:
        return [message.content for message in list(matching(bob, [term], []))[-1].order_by("-created_at", "-pk")]

    return find


@pytest.mark.django_db
def test_the_index_follows_what_is_sent(say: Any, found: Any, alice: User, talk: Conversation) -> None:
    say(alice, talk, "Green tea 緑茶")
    for term in TERMS:
        assert found(term) == ["Green tea 緑茶"]


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["save", "update", "bulk_update", "sql"])
def test_the_index_follows_what_is_changed(say: Any, found: Any, alice: User, talk: Conversation, how: str) -> None:
    message = say(alice, talk, "Green tea 緑茶")
    message.content = "Coffee コーヒー"
    if how == "save":
        message.save(update_fields=["content"])
    elif how == "update":
        Message.objects.filter(pk=message.pk).update(content=message.content)
    elif how == "bulk_update":
        Message.objects.bulk_update([message], ["content"])
    else:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE chat_message SET content = %s", [message.content])
    for term in TERMS:
        assert found(term) == []
    for term in ("coffee", "コー", "ee", "ヒ"):
        assert found(term) == ["Coffee コーヒー"]


@pytest.mark.django_db
def test_the_index_follows_what_is_taken_back(say: Any, found: Any, alice: User, talk: Conversation) -> None:
    message, other = say(alice, talk, "Green tea 緑茶"), say(alice, talk, "Black tea 緑茶")
    Message.objects.filter(pk=message.pk).update(content="", deleted_at=timezone.now())
    for term in TERMS:
        assert found(term) == ["Black tea 緑茶"]
    Message.objects.filter(pk=other.pk).update(deleted_at=timezone.now())  # its text forgotten, and still not found
    for term in TERMS:
        assert found(term) == []


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["delete", "sql"])
def test_the_index_follows_what_is_removed(say: Any, found: Any, alice: User, talk: Conversation, how: str) -> None:
    say(alice, talk, "Green tea 緑茶")
    Conversation.objects.update(last_message=None)
    if how == "delete":
        Message.objects.all().delete()
    else:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM chat_message")
    say(alice, talk, "Black tea 緑茶")
    for term in TERMS:
        assert found(term) == ["Black tea 緑茶"]


@pytest.mark.django_db
def test_messages_made_in_bulk_are_found(found: Any, alice: User, talk: Conversation) -> None:
    now = timezone.now()
    Message.objects.bulk_create(
        Message(conversation=talk, seq=seq, sender=alice, client_id=str(seq), content=f"tea {seq}", created_at=now)
        for seq in range(1, 4)
    )
    assert sorted(found("tea")) == ["tea 1", "tea 2", "tea 3"]


@pytest.mark.sqlite
@pytest.mark.django_db
def test_on_sqlite_triggers_that_went_with_their_table_come_back(
    say: Any, found: Any, alice: User, talk: Conversation
) -> None:
    say(alice, talk, "first tea")
    with connection.cursor() as cursor:
        for name in sqlite.NAMES:
            cursor.execute(f"DROP TRIGGER {name}")
    message = say(alice, talk, "second tea")
    assert found("tea") == ["first tea"]
    call_command("migrate", verbosity=0)
    assert found("tea") == ["second tea", "first tea"]
    Message.objects.filter(pk=message.pk).update(content="coffee")
    assert found("tea") == ["first tea"]


@pytest.mark.sqlite
@pytest.mark.django_db
def test_the_full_text_index_is_whole(say: Any, alice: User, talk: Conversation) -> None:
    message = say(alice, talk, "tea")
    Message.objects.filter(pk=message.pk).update(content="coffee")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO chat_message_fts (chat_message_fts) VALUES ('integrity-check')")


@pytest.mark.postgres
@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs", "Cn"])))
def test_both_databases_fold_alike(db: None, text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT brook_fold(%s)", [text])
        assert cursor.fetchone()[0] == fold(text)


@pytest.mark.postgres
@pytest.mark.django_db
def test_both_databases_fold_every_letter_alike() -> None:
    letters = [chr(code) for code in range(1, 0x30000) if unicodedata.category(chr(code)) not in {"Cn", "Cs", "Co"}]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(brook_fold(letter) ORDER BY n) FROM unnest(%s::text[]) WITH ORDINALITY AS l (letter, n)",
            [letters],
        )
        theirs = cursor.fetchone()[0]
    assert [letter for letter, folded in zip(letters, theirs, strict=True) if fold(letter) != folded] == []


@pytest.fixture
def plan(alice: User, bob: User, talk: Conversation) -> Callable[..., str]:
    """How PostgreSQL would search some thousand messages for Bob, where reading all of a table is no choice."""
    now = timezone.now()
    contents = ["common words", "common words", "a rare report", "東京の日本橋"]
    Message.objects.bulk_create(
        Message(
            conversation=talk,
            seq=seq,
            sender=alice,
            client_id=str(seq),
            content=contents[0 if seq % 1000 else seq // 1000],
            created_at=now + timedelta(seconds=seq),
        )
        for seq in range(1, 4000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SET LOCAL enable_seqscan = off")

    def explain(terms: list[str], *filters: Filters) -> str:
        return list(matching(bob, terms, filters))[-1].order_by("-created_at", "-pk")[:51].explain()

    return explain


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("term", "index"),
    [
        ("report", "message_trigrams"),
        ("a%b_port", "message_trigrams"),
        ("日本", "message_grams"),
        ("日", "message_grams"),
        ("common", "message_newest"),
    ],
)
def test_words_are_found_by_an_index(plan: Callable[..., str], term: str, index: str) -> None:
    assert f"on {index}" in plan([term]) or f"using {index}" in plan([term])


@pytest.mark.postgres
@pytest.mark.django_db
def test_without_words_the_newest_are_walked(plan: Callable[..., str], bob: User) -> None:
    assert "using message_newest" in plan([], Filters(people=["alice"]))


@pytest.mark.postgres
@pytest.mark.django_db
def test_without_the_right_to_make_the_extension_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    migration = import_module("chat.migrations.0005_message_search")

    def refuse(*_args: Any) -> None:
        raise ProgrammingError('permission denied to create extension "pg_trgm"\nHINT: ...')

    monkeypatch.setattr(TrigramExtension, "database_forwards", refuse)
    with pytest.raises(CommandError, match="CREATE EXTENSION pg_trgm"):
        migration.Trigrams().database_forwards("chat", None, None, None)
