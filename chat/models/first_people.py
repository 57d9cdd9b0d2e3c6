"""The first people of many conversations: what a page of the list names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import F, UUIDField, Window
from django.db.models.functions import RowNumber

from chat.models.conversations import FIRST_PARTICIPANTS, Participant
from realtime.compiled import AnyOf, CompiledRows, Slot, Slots

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID

    from realtime.asking import Asked

COLUMNS = ("conversation_id", "user_id", "role", "joined_at", "read_seq", "delivered_seq")
_OF_ONE: CompiledRows[Participant] = CompiledRows(
    lambda: (
        Participant.objects.filter(conversation=Slot("conversation", UUIDField()), left_at=None)
        .order_by("id")
        .values_list(*COLUMNS)[:FIRST_PARTICIPANTS]
    ),
    each="conversation",
)
_BY_NUMBER: CompiledRows[Participant] = CompiledRows(
    lambda: (
        Participant.objects.filter(AnyOf("conversation_id", Slots("ids", UUIDField())), left_at=None)
        .annotate(number=Window(RowNumber(), partition_by=F("conversation"), order_by=F("id").asc()))
        .filter(number__lte=FIRST_PARTICIPANTS)
        .order_by("id")
        .values_list(*COLUMNS)
    )
)


def first_people(conversation_ids: Collection[UUID]) -> Asked[Sequence[Any]]:
    """`COLUMNS` of the first people of each conversation, as they came. One query, however many."""
    if connection.vendor == "postgresql":
        return _OF_ONE.asking(conversation=conversation_ids)
    return _BY_NUMBER.asking(ids=conversation_ids)
