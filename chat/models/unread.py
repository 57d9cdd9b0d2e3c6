"""How much a person has not read: counted by index, conversation by conversation, and never beyond a bound."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import UUIDField

from realtime.asking import Statement, answer
from realtime.compiled import Slot, Slots

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from accounts.models import User
    from realtime.asking import Asked

MOST_COUNTED = (
    1000  # of a conversation's messages, the last ones: nobody asks how many there are beyond (decision 0015)
)

_ME, _IDS = Slot("me", UUIDField()), Slots("ids", UUIDField())

# As SQL, because a planner that may join all messages with all participants does: with a million messages it read every
# one of them. This way each conversation is one range of an index. The same conditions as in `Participant.unread`.
_COUNTS = """
SELECT own.conversation_id, {whose}, (
    SELECT {senders_to_counts} FROM (
        SELECT sender_id, count(*) AS unread FROM chat_message AS message
        WHERE message.conversation_id = own.conversation_id
            AND message.seq > {greatest}(own.marker_seq, own.first_seq - 1, conversation.last_seq - %(most)s)
            AND message.deleted_at IS NULL AND NOT message.type = 'system'
            AND (message.sender_id IS NULL OR NOT (
                message.sender_id = {me}
                OR message.sender_id IN (SELECT blocked_id FROM accounts_block WHERE blocker_id = {me})
            ))
            AND NOT EXISTS (
                SELECT 1 FROM chat_senderread AS read
                WHERE read.participant_id = own.id AND read.sender_id = message.sender_id AND read.seq >= message.seq
            )
        GROUP BY sender_id
    ) AS counted
)
FROM chat_participant AS own JOIN chat_conversation AS conversation ON conversation.id = own.conversation_id
WHERE own.user_id {is_asked} AND own.left_at IS NULL
    AND conversation.deleted_at IS NULL AND conversation.last_seq > own.marker_seq
"""
_DIALECTS: dict[str, dict[str, str]] = {
    "postgresql": {
        "senders_to_counts": "json_object_agg(coalesce(sender_id::text, ''), unread)::text",
        "greatest": "greatest",
    },
    "sqlite": {"senders_to_counts": "json_group_object(coalesce(sender_id, ''), unread)", "greatest": "max"},
}


def _of_one_person(more: dict[str, str]) -> Statement:
    asked = {"whose": "NULL", "me": "%(me)s", "is_asked": "= %(me)s"}
    return Statement(**{vendor: _COUNTS.format(**_DIALECTS[vendor], **asked) + more[vendor] for vendor in _DIALECTS})


_OF_ALL = _of_one_person({"postgresql": "", "sqlite": ""})
_OF_SOME = _of_one_person(
    {
        "postgresql": "AND own.conversation_id = ANY(%(ids)s)",
        "sqlite": "AND own.conversation_id IN (SELECT value FROM json_each(%(ids)s))",
    }
)


def unread_asking(user: User, conversation_ids: Collection[UUID] | None = None) -> Asked[Sequence[Any]]:
    """What `counts_of` counts, for `together`: of some conversations, or of all of the person's."""
    values = {"me": _ME.prepared(user.pk, connection), "most": MOST_COUNTED}
    if conversation_ids is None:
        return _OF_ALL.asking(**values)
    return _OF_SOME.asking(**values, ids=_IDS.prepared(conversation_ids, connection))


def counts_of(rows: Iterable[Sequence[Any]]) -> dict[str, Any]:
    """{total, conversations: {id: n}, users: {id: n}}, from the rows that were asked for."""
    counts: dict[str, Any] = {"total": 0, "conversations": {}, "users": {}}
    for conversation_id, _none, by_sender in rows:
        for sender_id, unread in json.loads(by_sender or "{}").items():
            counts["total"] += unread
            _add(counts["conversations"], conversation_id, unread)
            if sender_id:  # else they deleted their account
                _add(counts["users"], sender_id, unread)
    return counts


def unread_counts(user: User, conversation_ids: Collection[UUID] | None = None) -> dict[str, Any]:
    """{total, conversations: {id: n}, users: {id: n}} in one query, of the last `MOST_COUNTED` messages of each.

    Args:
        conversation_ids: only of these; None for all of the person's.
    """
    return counts_of(answer(unread_asking(user, conversation_ids)))


_MENTIONS = """
SELECT own.user_id, count(DISTINCT mention.message_id)
FROM chat_participant AS own
JOIN chat_mention AS mention ON mention.conversation_id = own.conversation_id
    AND (mention.user_id = own.user_id OR mention.user_id IS NULL)
    AND mention.seq > own.marker_seq AND mention.seq >= own.first_seq
JOIN chat_message AS message ON message.id = mention.message_id
WHERE own.conversation_id = %(conversation)s AND own.user_id {is_asked} AND own.left_at IS NULL
    AND (message.sender_id IS NULL OR NOT (
        message.sender_id = own.user_id
        OR message.sender_id IN (SELECT blocked_id FROM accounts_block WHERE blocker_id = own.user_id)
    ))
    AND NOT EXISTS (
        SELECT 1 FROM chat_senderread AS read
        WHERE read.participant_id = own.id AND read.sender_id = message.sender_id AND read.seq >= mention.seq
    )
GROUP BY own.user_id
"""


class Counted(NamedTuple):
    """What somebody has not read."""

    unread: int = 0  # in one conversation
    mentions: int = 0  # there
    total: int = 0  # in all


def unread_of_many(user_ids: Collection[UUID], conversation_id: UUID) -> dict[UUID, Counted]:
    """What each of these people has not read, in one conversation and in all: two queries, however many."""
    prepared = UUIDField().get_db_prep_value
    values: dict[str, Any] = {f"id{at}": prepared(each, connection) for at, each in enumerate(user_ids)}
    is_asked = f"IN ({', '.join(f'%({name})s' for name in values)})"
    values |= {"most": MOST_COUNTED, "conversation": prepared(conversation_id, connection)}
    found = dict.fromkeys(user_ids, Counted())
    with connection.cursor() as cursor:
        dialect = _DIALECTS[connection.vendor]
        sql = _COUNTS.format(**dialect, whose="own.user_id", me="own.user_id", is_asked=is_asked)
        cursor.execute(sql, values)
        for place, whose, by_sender in cursor.fetchall():
            user_id, unread = _uuid(whose), sum(json.loads(by_sender or "{}").values())
            counted = found[user_id]
            here = unread if _uuid(place) == conversation_id else counted.unread
            found[user_id] = counted._replace(unread=here, total=counted.total + unread)
        cursor.execute(_MENTIONS.format(is_asked=is_asked), values)
        for whose, mentions in cursor.fetchall():
            found[_uuid(whose)] = found[_uuid(whose)]._replace(mentions=mentions)
    return found


def _uuid(key: str | UUID) -> UUID:
    return key if isinstance(key, UUID) else UUID(key)


def _add(counts: dict[str, int], key: str | UUID, unread: int) -> None:
    text = str(key if isinstance(key, UUID) else UUID(key))
    counts[text] = counts.get(text, 0) + unread
