"""How many notifications people have and have not read: counted along an index, and never beyond a bound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import UUIDField

if TYPE_CHECKING:
    from collections.abc import Collection

MOST_COUNTED = 10_000  # nobody asks how many there are beyond (decision 0028)

# As SQL, because Django cannot count what is cut off at a bound for several people at once.
_UNREAD = """
SELECT person.id, (SELECT count(*) FROM (
    SELECT 1 FROM notifications_notification AS mine
    WHERE mine.user_id = person.id AND NOT mine.is_read LIMIT %(most)s
) AS counted) FROM accounts_user AS person WHERE person.id IN ({ids})
"""
_BOTH = """
SELECT (SELECT count(*) FROM (
    SELECT 1 FROM notifications_notification AS mine
    WHERE mine.user_id = %(me)s AND NOT mine.is_read LIMIT %(most)s
) AS counted), (SELECT count(*) FROM (
    SELECT 1 FROM notifications_notification AS mine WHERE mine.user_id = %(me)s LIMIT %(most)s
) AS counted)
"""


class Counts(NamedTuple):
    """How many somebody has; `MOST_COUNTED` stands for so many or more."""

    unread: int
    all: int


def counts_of(user_id: UUID) -> Counts:
    """Of one person, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_BOTH, {"me": _prepared(user_id), "most": MOST_COUNTED})
        return Counts(*cursor.fetchone())


def unread_counts(user_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many each of these people has not read, at most `MOST_COUNTED`, in one query; none of them is left out."""
    found = dict.fromkeys(user_ids, 0)
    if found:
        values = {f"id{at}": _prepared(each) for at, each in enumerate(found)}
        ids = ", ".join(f"%({name})s" for name in values)
        with connection.cursor() as cursor:
            cursor.execute(_UNREAD.format(ids=ids), {**values, "most": MOST_COUNTED})
            found |= {key if isinstance(key, UUID) else UUID(key): count for key, count in cursor.fetchall()}
    return found


def _prepared(user_id: UUID) -> Any:
    return UUIDField().get_db_prep_value(user_id, connection)
