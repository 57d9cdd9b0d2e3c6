"""Moving many people forward at once, and finding out who was behind."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain, repeat
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

import orjson
from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Mapping


class Position(NamedTuple):
    """How far a person has come in a conversation."""

    user_id: str
    delivered_seq: int
    read_seq: int


# As SQL, because half a second may bring a thousand people: through the ORM each cost the hub's process 40 µs. As few
# values both ways as can be, because quoting or reading one for each of them takes longer than all the rest.
_POSTGRESQL = """
WITH moved AS (
    UPDATE chat_participant AS own SET delivered_seq = reached.seq
    FROM unnest(%s::uuid[], %s::uuid[], %s::bigint[]) AS reached (conversation_id, user_id, seq)
    WHERE own.conversation_id = reached.conversation_id AND own.user_id = reached.user_id
        AND own.left_at IS NULL AND own.delivered_seq < reached.seq
    RETURNING own.conversation_id, own.user_id, own.delivered_seq, own.read_seq
)
SELECT conversation_id::text, json_agg(json_build_array(user_id, delivered_seq, read_seq))::text
FROM moved GROUP BY conversation_id
"""
_SQLITE = """
UPDATE chat_participant AS own SET delivered_seq = reached.seq
FROM (
    SELECT replace(place.key, '-', '') AS conversation_id, replace(person.key, '-', '') AS user_id, person.value AS seq
    FROM json_each(%s) AS place, json_each(place.value) AS person
) AS reached
WHERE own.conversation_id = reached.conversation_id AND own.user_id = reached.user_id
    AND own.left_at IS NULL AND own.delivered_seq < reached.seq
RETURNING conversation_id, user_id, delivered_seq, read_seq
"""


def deliver(reached: Mapping[str, Mapping[str, int]]) -> dict[str, list[Position]]:
    """Note up to which seq messages of conversations were handed to people. The conversations' rows are locked.

    Args:
        reached: by conversation id, the seq of each person by id.

    Returns:
        By conversation id, those who were behind and still take part, where they are now.
    """
    return (_on_postgresql if connection.vendor == "postgresql" else _on_sqlite)(reached)


def _on_postgresql(reached: Mapping[str, Mapping[str, int]]) -> dict[str, list[Position]]:
    conversation_ids = chain.from_iterable(repeat(each, len(people)) for each, people in reached.items())
    user_ids = chain.from_iterable(reached.values())
    seqs = map(str, chain.from_iterable(people.values() for people in reached.values()))
    with connection.cursor() as cursor:
        cursor.execute(_POSTGRESQL, [f"{{{','.join(column)}}}" for column in (conversation_ids, user_ids, seqs)])
        return {each: list(map(Position._make, orjson.loads(people))) for each, people in cursor.fetchall()}


def _on_sqlite(reached: Mapping[str, Mapping[str, int]]) -> dict[str, list[Position]]:
    moved: dict[str, list[Position]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_SQLITE, [orjson.dumps(reached).decode()])
        for conversation_id, user_id, delivered_seq, read_seq in cursor.fetchall():
            moved[str(UUID(conversation_id))].append(Position(str(UUID(user_id)), delivered_seq, read_seq))
    return moved
