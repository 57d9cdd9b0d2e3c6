"""The one JSON shape of a conversation and of a person in it, for REST answers and for events."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import UUIDField

from accounts.serializers import user_json, users_json
from chat import models
from chat.models import (
    OWN,
    READS_OF,
    Conversation,
    Mention,
    Participant,
    asking_last_messages,
    counts_of,
    give_last_messages,
    shares_reads,
    unread_asking,
)
from chat.serializers.drafts import kept_draft_json
from chat.serializers.messages import message_json
from realtime.asking import answer, together
from realtime.compiled import CompiledRows, Slot

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from accounts.models import User
    from accounts.serializers import UserJSON


def participant_json(participant: Participant) -> dict[str, Any]:
    """A person in a conversation, as all in it see them."""
    place = (participant.role, participant.joined_at, participant.read_seq, participant.delivered_seq)
    return _person_json(user_json(participant.user), *place)


def _person_json(user: UserJSON, role: str, joined_at: datetime, read_seq: int, delivered_seq: int) -> dict[str, Any]:
    return {
        "user": user,
        "role": role,
        "joined_at": joined_at,
        "read_seq": read_seq,
        "delivered_seq": delivered_seq,
    }


def first_people(conversation_ids: Collection[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """The first participants of conversations, as `participant_json` shows them. Two queries, however many."""
    return _people(conversation_ids, answer(models.first_people(conversation_ids)))


def _people(conversation_ids: Collection[UUID], rows: list[Sequence[Any]]) -> dict[UUID, list[dict[str, Any]]]:
    # Without an object for each: a page of the list names hundreds of people, most of them several times.
    shown = users_json({user_id for _id, user_id, *_place in rows})
    people: dict[UUID, list[dict[str, Any]]] = {conversation_id: [] for conversation_id in conversation_ids}
    for conversation_id, user_id, *place in rows:
        people[conversation_id].append(_person_json(shown[user_id], *place))
    return people


def conversation_json(conversation: Conversation, people: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """A conversation as all in it see it; `load_last_messages` first. `me` is added by `conversations_for`.

    Args:
        people: what `first_people` gives of it; looked up if left out.
    """
    last = conversation.last_message
    return {
        "id": conversation.pk,
        "kind": conversation.kind,
        "title": conversation.title,
        "description": conversation.description,
        "avatar_url": conversation.avatar_url,
        "history": conversation.history,
        "encrypted": False,
        "locked": conversation.locked_at is not None,
        "archived": conversation.archived_at is not None,
        "created_by": conversation.created_by_id,
        "created_at": conversation.created_at,
        "last_seq": conversation.last_seq,
        "deleted_count": conversation.deleted_count,
        "last_message": message_json(last) if last is not None else None,
        "last_activity_at": conversation.last_activity_at,
        "participants": people if people is not None else first_people([conversation.pk])[conversation.pk],
        "participant_count": conversation.participant_count,
    }


def conversations_for(user: User, conversations: Iterable[Conversation]) -> list[dict[str, Any]]:
    """Conversations as one person gets them, with `me`. Ten queries in two round trips, however many."""
    shown = list(conversations)
    if not shown:
        return []
    ids = [conversation.pk for conversation in shown]
    own_rows, read_rows, unread_rows, mention_rows, people_rows, *last = together(
        OWN.asking(user=user.pk, ids=ids),
        READS_OF.asking(user=user.pk, ids=ids),
        unread_asking(user, ids),
        Mention.objects.unread_asking(user, ids),
        models.first_people(ids),
        *asking_last_messages(shown),
    )
    give_last_messages(shown, *last)
    mine = {own.conversation_id: own for own in own_rows}
    reads: dict[int, dict[str, int]] = defaultdict(dict)
    for participant_id, sender_id, seq in read_rows:
        reads[participant_id][str(sender_id)] = seq
    unread, mentions = counts_of(unread_rows)["conversations"], dict(mention_rows)
    people = _people(ids, people_rows)
    shares = shares_reads(user)
    return [
        _for(
            conversation_json(each, people[each.pk]),
            mine[each.pk],
            read_senders=reads[mine[each.pk].pk],
            unread=unread.get(str(each.pk), 0),
            mentions=mentions.get(each.pk, 0),
            shares=shares,
        )
        for each in shown
    ]


def without_reads(conversation: dict[str, Any]) -> dict[str, Any]:
    """The same without what people have read: for those who hide theirs."""
    people = [{**participant, "read_seq": 0} for participant in conversation["participants"]]
    return {**conversation, "participants": people}


def _for(conversation: dict[str, Any], own: Participant, *, shares: bool, **me: Any) -> dict[str, Any]:
    last = conversation["last_message"]
    if last is not None and last["seq"] < own.first_seq:  # said before their time, and not for them
        conversation["last_message"] = None
    if not shares:
        conversation = without_reads(conversation)
    return {**conversation, "me": me_json(own, **me)}


def senders_read(own: Participant) -> dict[str, int]:
    """Up to which seq the person has read certain senders, where that is further than everything."""
    return {str(each.sender_id): each.seq for each in own.sender_reads.all() if each.seq > own.marker_seq}


def me_json(
    own: Participant, *, unread: int, mentions: int, read_senders: dict[str, int] | None = None
) -> dict[str, Any]:
    """One's own side of a conversation; `read_senders` is looked up if left out."""
    return {
        "role": own.role,
        "title": own.title,
        "read_seq": own.marker_seq,
        "read_senders": senders_read(own) if read_senders is None else read_senders,
        "unread": unread,
        "mentions": mentions,
        "notification_level": own.notification_level,
        "muted_until": own.muted_until,
        "pinned": own.pinned,
        "archived": own.archived,
        "draft": kept_draft_json(own.kept_draft),
    }


def stream_init(user_id: UUID) -> dict[str, Any]:
    """What a stream's `init` says of chat: how far each of the person's conversations has come."""
    return {"conversations": [{"id": pk, "last_seq": last_seq} for pk, last_seq in OF_USER.all(user_id=user_id)]}


# Every stream begins with it.
OF_USER: CompiledRows[Conversation] = CompiledRows(
    lambda: Conversation.objects.of(Slot("user_id", UUIDField())).values_list("id", "last_seq")  # type: ignore[arg-type]
)
