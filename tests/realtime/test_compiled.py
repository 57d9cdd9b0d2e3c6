"""Queries that are compiled once find and write what the ORM would."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, models, transaction
from django.utils import timezone

from accounts.models import Session, User
from realtime.asking import Statement, together
from realtime.compiled import AnyOf, CompiledQuery, CompiledRows, Slot, Slots, compiled_insert, compiled_update
from realtime.models import Event

BY_NAME: CompiledQuery[User] = CompiledQuery(
    lambda: User.objects.filter(username_key=Slot("name", models.CharField()), is_active=True)
)
LATEST: CompiledQuery[Session] = CompiledQuery(
    lambda: (
        Session.objects.select_related("user")
        .filter(user=Slot("user", models.UUIDField()), expires_at__gt=Slot("now", models.DateTimeField()))
        .annotate(address_again=models.F("address"))
    )
)

_ANY = AnyOf("pk", Slots("ids", models.UUIDField()))
SEVERAL: CompiledQuery[User] = CompiledQuery(lambda: User.objects.filter(_ANY).order_by("username"))
NAMES: CompiledRows[User] = CompiledRows(
    lambda: User.objects.filter(_ANY).order_by("username").values_list("pk", "username", "last_seen_at")
)
PLACES: CompiledRows[Event] = CompiledRows(
    lambda: Event.objects.filter(AnyOf("pk", Slots("ids", models.BigIntegerField()))).values_list("pk").order_by("pk")
)


def same(one: models.Model, other: models.Model) -> bool:
    """Whether all columns are equal, in value and in type."""
    columns = [field.attname for field in one._meta.concrete_fields]
    return [repr(getattr(one, name)) for name in columns] == [repr(getattr(other, name)) for name in columns]


def test_it_finds_what_the_orm_finds_again_and_again(alice: User, bob: User) -> None:
    for person in (alice, bob, alice):
        found = BY_NAME.get(name=person.username)
        assert same(found, User.objects.get(pk=person.pk))
        assert not found._state.adding


def test_nothing_found_is_the_models_own_error(alice: User) -> None:
    assert BY_NAME.first(name="nobody") is None
    with pytest.raises(User.DoesNotExist):
        BY_NAME.get(name="nobody")


@pytest.mark.parametrize("count", [0, 1, 2])
def test_any_number_of_values(alice: User, bob: User, carol: User, count: int) -> None:
    people = [alice, bob][:count]
    ids = [person.pk for person in people]
    assert [found.pk for found in SEVERAL.all(ids=ids)] == ids
    assert [tuple(row) for row in NAMES.all(ids=ids)] == [(each.pk, each.username, None) for each in people]


def test_any_of_many_numbers(db: None) -> None:
    events = Event.objects.bulk_create([Event(topic="users", type="x.happened", payload="{}") for _ in range(3)])
    first, _second, third = sorted(event.pk for event in events)
    assert [pk for (pk,) in PLACES.all(ids=[third, first, third + 1])] == [first, third]


def test_related_rows_and_annotations_come_with_it(alice: User, django_assert_num_queries: Any) -> None:
    now = timezone.now()
    session = Session.objects.create(
        user=alice, kind=Session.Kind.API, expires_at=now + timedelta(hours=1), address="192.0.2.1"
    )
    with django_assert_num_queries(1):
        found = LATEST.get(user=alice.pk, now=now)
        assert same(found.user, alice)
    assert same(found, Session.objects.get(pk=session.pk))
    assert found.address_again == "192.0.2.1"  # type: ignore[attr-defined]
    assert LATEST.first(user=alice.pk, now=now + timedelta(hours=2)) is None
    assert LATEST.first(user=uuid4(), now=now) is None


@pytest.mark.django_db
def test_a_row_is_inserted_as_the_orm_would_and_knows_its_key() -> None:
    add = compiled_insert(Event)
    events = [Event(topic="user:1", type="t", payload=f"é{number}", object_id=uuid4()) for number in range(2)]
    for event in events:
        add(event)
        assert same(event, Event.objects.get(pk=event.pk))
        event.topic = "user:2"
        event.save(update_fields=["topic"])
    assert events[0].pk < events[1].pk
    assert Event.objects.filter(topic="user:2").count() == 2


def test_only_the_named_columns_are_updated(alice: User, bob: User) -> None:
    rename = compiled_update(User, ["status_text", "status_expires_at"])
    alice.status_text, alice.status_expires_at, alice.email = "away", timezone.now(), "not@this.one"
    rename(alice)
    kept = User.objects.get(pk=alice.pk)
    assert (kept.status_text, kept.status_expires_at, kept.email) == ("away", alice.status_expires_at, "")
    assert User.objects.get(pk=bob.pk).status_text == ""


def test_several_are_asked_together_and_each_gets_its_own_answer(alice: User, bob: User, carol: User) -> None:
    ids = [alice.pk, carol.pk]
    people, names, nobody, one = together(
        SEVERAL.asking(ids=ids),
        NAMES.asking(ids=[bob.pk]),
        SEVERAL.asking(ids=[]),
        BY_NAME.asking(name=alice.username),
    )
    assert people == [alice, carol]
    assert [row[1] for row in names] == [bob.username]
    assert (nobody, one) == ([], [alice])


def test_what_is_wrong_with_one_of_several_is_djangos_error_and_the_next_ones_are_answered(alice: User) -> None:
    wrong = Statement(postgresql="SELECT 1 FROM nowhere", sqlite="SELECT 1 FROM nowhere")
    with pytest.raises(DatabaseError), transaction.atomic():
        together(SEVERAL.asking(ids=[alice.pk]), wrong.asking(), SEVERAL.asking(ids=[alice.pk]))
    assert SEVERAL.all(ids=[alice.pk]) == [alice]
    assert together(SEVERAL.asking(ids=[alice.pk])) == [[alice]]
