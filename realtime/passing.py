"""A passing event, and whom it is for. `realtime.ephemeral` sends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from realtime import frames

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class Passing:
    """No row, no id. Each live stream that it is for gets it once."""

    type: str
    payload: str  # JSON, as clients get it
    topics: Sequence[str] = ()  # for those who follow one of these
    user_ids: Sequence[str] = ()  # and for these people
    skips: Sequence[str] = ()  # but not for these people
    except_topics: Sequence[str] = ()  # and not for those who follow one of these

    def frame(self) -> bytes:
        """The event as it stands on the wire."""
        return frames.passing_text(self.type, self.payload)

    def row(self) -> list[Any]:
        """The event as plain values, for the channel layer; `Passing(*row)` is its inverse."""
        lists = (self.topics, self.user_ids, self.skips, self.except_topics)
        return [self.type, self.payload, *map(list, lists)]


def passing(
    *,
    type: str,
    payload: Mapping[str, Any],
    topics: Iterable[str] = (),
    user_ids: Iterable[UUID | str] = (),
    skips: Iterable[UUID | str] = (),
    except_topics: Iterable[str] = (),
) -> Passing:
    """A passing event; `payload` may hold whatever JSON can be made of, UUIDs and datetimes included."""
    return Passing(
        type=type,
        payload=orjson.dumps(payload, option=orjson.OPT_UTC_Z).decode(),
        topics=tuple(topics),
        user_ids=tuple(map(str, user_ids)),
        skips=tuple(map(str, skips)),
        except_topics=tuple(except_topics),
    )
