"""The one JSON shape of a conversation and of a person in it, for REST answers and for events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.models import User
from accounts.serializers import NOT_SHOWN, user_json
from chat.models import Conversation, Mention, Message, Participant, shares_reads
from chat.serializers.drafts import kept_draft_json
from chat.serializers.messages import message_json

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from uuid import UUID


def participant_json(participant: Participant) -> dict[str, Any]:
    """A person in a conversation, as all in it see them."""
    return {
        "user": user_json(participant.user),
        "role": participant.role,
        "joined_at": participant.joined_at,
        "read_seq": participant.read_seq,
        "delivered_seq": participant.delivered_seq,
    }


def first_people(conversation_ids: Collection[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """The first participants of conversations, as `participant_json` shows them. Two queries, however many.

    Without an object for each: a page of the list names hundreds of people, most of them several times.
    """
    columns = ("conversation_id", "user_id", "role", "joined_at", "read_seq", "delivered_seq")
    rows = list(Participant.objects.first_of(conversation_ids).values_list(*columns))
    found = User.objects.defer(*NOT_SHOWN).in_bulk({user_id for _conversation_id, user_id, *_rest in rows})
    shown = {user_id: user_json(user) for user_id, user in found.items()}
    people: dict[UUID, list[dict[str, Any]]] = {conversation_id: [] for conversation_id in conversation_ids}
    for conversation_id, user_id, role, joined_at, read_seq, delivered_seq in rows:
        people[conversation_id].append(
            {
                "user": shown[user_id],
                "role": role,
                "joined_at": joined_at,
                "read_seq": read_seq,
                "delivered_seq": delivered_seq,
            }
        )
    return people


def conversation_json(conversation: Conversation, people: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """A conversation as all in it see it; load it `with_everything`. `me` is added by `conversations_for`.

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
    """Conversations as one person gets them, with `me`; load them `with_everything`. Six queries, however many."""
    shown = list(conversations)
    ids = [conversation.pk for conversation in shown]
    mine = {
        own.conversation_id: own
        for own in user.participations.filter(conversation__in=ids)
        .select_related("draft")
        .prefetch_related("sender_reads")
    }
    unread = Message.objects.unread_counts(user, ids)["conversations"]
    mentions = Mention.objects.unread_counts(user, ids)
    people = first_people(ids)
    shares = shares_reads(user)
    return [
        _for(
            conversation_json(each, people[each.pk]),
            mine[each.pk],
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


def _for(conversation: dict[str, Any], own: Participant, *, unread: int, mentions: int, shares: bool) -> dict[str, Any]:
    last = conversation["last_message"]
    if last is not None and last["seq"] < own.first_seq:  # said before their time, and not for them
        conversation["last_message"] = None
    if not shares:
        conversation = without_reads(conversation)
    return {**conversation, "me": me_json(own, unread=unread, mentions=mentions)}


def read_senders(own: Participant) -> dict[str, int]:
    """Up to which seq the person has read certain senders, where that is further than everything."""
    return {str(each.sender_id): each.seq for each in own.sender_reads.all() if each.seq > own.marker_seq}


def me_json(own: Participant, *, unread: int, mentions: int) -> dict[str, Any]:
    """One's own side of a conversation."""
    return {
        "role": own.role,
        "title": own.title,
        "read_seq": own.marker_seq,
        "read_senders": read_senders(own),
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
    return {"conversations": list(Conversation.objects.of(user_id).values("id", "last_seq"))}
