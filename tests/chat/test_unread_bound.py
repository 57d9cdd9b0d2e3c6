"""Unread counts stop at a thousand, and cost no more than that"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Block, User
from chat import actions
from chat.models import Conversation, Message, MessageType, Participant, unread_asking
from chat.models.unread import MOST_COUNTED


def fill(conversation: Conversation, sender: User | None, count: int, **fields: Any) -> None:
    """Messages in bulk, past the actions."""
    first = conversation.last_seq + 1
    Message.objects.bulk_create(
        Message(
            conversation=conversation,
            seq=seq,
            sender=sender,
            client_id=f"bulk-{conversation.pk}-{seq}",
            created_at=timezone.now(),
            **{"content": "tea", **fields},
        )
        for seq in range(first, first + count)
    )
    conversation.last_seq += count
    conversation.save()


@pytest.mark.django_db
def test_of_the_last_thousand_messages(alice: User, bob: User, talk: Conversation) -> None:
    fill(talk, alice, MOST_COUNTED + 50)
    counts = Message.objects.unread_counts(bob)
    expected = {
        "total": MOST_COUNTED,
        "conversations": {str(talk.pk): MOST_COUNTED},
        "users": {str(alice.pk): MOST_COUNTED},
    }
    assert counts == expected
    assert Participant.objects.find(bob, talk.pk).unread() == MOST_COUNTED
    assert Message.objects.unread_counts(alice)["total"] == 0


@pytest.mark.django_db
def test_both_ways_of_counting_agree(alice: User, bob: User, carol: User) -> None:
    team = actions.create_group(creator=alice, title="Team", people=[bob, carol])
    own = Participant.objects.filter(user=bob, conversation=team)
    fill(team, alice, 5)
    fill(team, bob, 3)
    fill(team, alice, 2, type=MessageType.SYSTEM)
    fill(team, alice, 2, deleted_at=timezone.now(), content="")
    fill(team, None, 2)
    fill(team, carol, 4)
    for fields, expected in (({}, 11), ({"marker_seq": 3}, 8), ({"marker_seq": 0, "first_seq": 5}, 7)):
        own.update(**fields)
        counts = Message.objects.unread_counts(bob)
        assert counts["total"] == counts["conversations"][str(team.pk)] == expected
        assert Participant.objects.find(bob, team.pk).unread() == expected
    assert counts["users"] == {str(alice.pk): 1, str(carol.pk): 4}
    Block.objects.create(blocker=bob, blocked=carol)
    assert Message.objects.unread_counts(bob)["total"] == Participant.objects.find(bob, team.pk).unread() == 3
    assert Message.objects.unread_counts(bob, [])["total"] == 0
    assert Message.objects.unread_counts(bob, [team.pk])["total"] == 3
    own.update(left_at=timezone.now())
    assert Message.objects.unread_counts(bob)["total"] == 0


@pytest.mark.postgres
@pytest.mark.django_db
def test_each_conversation_is_a_range_of_an_index(alice: User, bob: User, talk: Conversation) -> None:
    fill(talk, alice, 3)
    asked = unread_asking(bob)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + asked.sql, asked.params)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "message_seq" in plan
    assert "seq > GREATEST" in plan


@pytest.mark.postgres
@pytest.mark.django_db
def test_history_and_list_use_an_index(alice: User, bob: User, talk: Conversation) -> None:
    fill(talk, alice, 3)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    history = Participant.objects.find(bob, talk.pk).history().order_by("-seq")[:51].explain()
    assert "message_seq" in history
    listed = Conversation.objects.of(bob).order_by("-last_activity_at", "-id")[:51].explain()
    assert "conversation_activity" in listed
