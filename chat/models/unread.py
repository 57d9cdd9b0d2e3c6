"""How much a person has not read: counted by index, conversation by conversation, and never beyond a bound."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Collection

    from accounts.models import User

MOST_COUNTED = (
    1000  # of a conversation's messages, the last ones: nobody asks how many there are beyond (decision 0015)
)

# As SQL, because a planner that may join all messages with all participants does: with a million messages it read every
# one of them. This way each conversation is one range of an index. The same conditions as in `Participant.unread`.
_COUNTS = """
SELECT own.conversation_id, (
    SELECT {senders_to_counts} FROM (
        SELECT sender_id, count(*) AS unread FROM chat_message AS message
        WHERE message.conversation_id = own.conversation_id
            AND message.seq > {greatest}(own.marker_seq, own.first_seq - 1, conversation.last_seq - %(most)s)
            AND message.deleted_at IS NULL AND NOT message.type = 'system'
            AND (message.sender_id IS NULL OR NOT (
                message.sender_id = %(me)s
                OR message.sender_id IN (SELECT blocked_id FROM accounts_block WHERE blocker_id = %(me)s)
            ))
            AND NOT EXISTS (
                SELECT 1 FROM chat_senderread AS read
                WHERE read.participant_id = own.id AND read.sender_id = message.sender_id AND read.seq >= message.seq
            )
        GROUP BY sender_id
    ) AS counted
)
FROM chat_participant AS own JOIN chat_conversation AS conversation ON conversation.id = own.conversation_id
WHERE own.user_id = %(me)s AND own.left_at IS NULL
    AND conversation.deleted_at IS NULL AND conversation.last_seq > own.marker_seq
"""
_DIALECTS = {
    "postgresql": {
        "senders_to_counts": "json_object_agg(coalesce(sender_id::text, ''), unread)::text",
        "greatest": "greatest",
    },
    "sqlite": {"senders_to_counts": "json_group_object(coalesce(sender_id, ''), unread)", "greatest": "max"},
}


def unread_counts(user: User, conversation_ids: Collection[UUID] | None = None) -> dict[str, Any]:
    """{total, conversations: {id: n}, users: {id: n}} in one query, of the last `MOST_COUNTED` messages of each.

    Args:
        conversation_ids: only of these; None for all of the person's.
    """
    counts: dict[str, Any] = {"total": 0, "conversations": {}, "users": {}}
    if conversation_ids is not None and not conversation_ids:
        return counts
    prepared = user._meta.pk.get_db_prep_value
    sql = _COUNTS.format(**_DIALECTS[connection.vendor])
    values: dict[str, Any] = {"me": prepared(user.pk, connection), "most": MOST_COUNTED}
    if conversation_ids is not None:
        values |= {f"id{at}": prepared(each, connection) for at, each in enumerate(conversation_ids)}
        sql += f"AND own.conversation_id IN ({', '.join(f'%(id{at})s' for at in range(len(conversation_ids)))})"
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    for conversation_id, by_sender in rows:
        for sender_id, unread in json.loads(by_sender or "{}").items():
            counts["total"] += unread
            _add(counts["conversations"], conversation_id, unread)
            if sender_id:  # else they deleted their account
                _add(counts["users"], sender_id, unread)
    return counts


def _add(counts: dict[str, int], key: str | UUID, unread: int) -> None:
    text = str(key if isinstance(key, UUID) else UUID(key))
    counts[text] = counts.get(text, 0) + unread
