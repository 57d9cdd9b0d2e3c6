"""What a page of the list names of each conversation: its first people, however large it is."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from accounts.models import User
from chat.models import FIRST_PARTICIPANTS, Conversation, Kind, Participant, first_people
from realtime.asking import answer


def test_the_first_people_of_each_who_are_still_there(db: None, django_assert_num_queries: Any) -> None:
    crowd = User.objects.bulk_create(
        [User(username=f"person{number}", username_key=f"person{number}") for number in range(FIRST_PARTICIPANTS + 5)]
    )
    large, small, empty = (Conversation.objects.create(kind=Kind.GROUP) for _ in range(3))
    places = [Participant(conversation=large, user=person) for person in reversed(crowd)]
    Participant.objects.bulk_create([*places, Participant(conversation=small, user=crowd[0])])
    Participant.objects.filter(conversation=large, user=crowd[-1]).update(left_at=timezone.now())

    with django_assert_num_queries(1):
        rows = answer(first_people([large.pk, small.pk, empty.pk]))
    named: dict[Any, list[Any]] = {large.pk: [], small.pk: [], empty.pk: []}
    for conversation_id, user_id, *_place in rows:
        named[conversation_id].append(user_id)
    joined = [person.pk for person in reversed(crowd[:-1])]
    assert named == {large.pk: joined[:FIRST_PARTICIPANTS], small.pk: [crowd[0].pk], empty.pk: []}
