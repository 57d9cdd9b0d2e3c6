"""Many messages with all that their JSON needs, by queries compiled once: what lists and histories are read by.

Building the same queries anew for every request cost more than running them (docs/performance.md).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import UUIDField

from chat.models.attachments import Attachment
from chat.models.messages import Message
from chat.models.previews import MessageLink
from chat.models.reactions import Reaction
from realtime.asking import together
from realtime.compiled import AnyOf, CompiledQuery, Slots

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chat.models.conversations import Conversation
    from realtime.asking import Asked

_IDS = Slots("ids", UUIDField())
_MESSAGES: CompiledQuery[Message] = CompiledQuery(lambda: Message.objects.with_people().filter(AnyOf("pk", _IDS)))
_REACTIONS: CompiledQuery[Reaction] = CompiledQuery(lambda: Reaction.objects.filter(AnyOf("message_id", _IDS)))
_ATTACHMENTS: CompiledQuery[Attachment] = CompiledQuery(lambda: Attachment.objects.filter(AnyOf("message_id", _IDS)))
_LINKS: CompiledQuery[MessageLink] = CompiledQuery(lambda: MessageLink.objects.filter(AnyOf("message_id", _IDS)))


_PARTS = (_REACTIONS, _ATTACHMENTS, _LINKS)


def complete(messages: Sequence[Message]) -> None:
    """Give messages that were loaded `with_people` the rest of `with_everything`, in three queries."""
    if messages:
        ids = [message.pk for message in messages]
        _give(messages, *together(*(query.asking(ids=ids) for query in _PARTS)))


def asking_last_messages(conversations: Iterable[Conversation]) -> list[Asked[Any]]:
    """What `give_last_messages` gives, for `together`: four queries, none where nothing was said."""
    ids = [each.last_message_id for each in conversations if each.last_message_id is not None]
    return [query.asking(ids=ids) for query in (_MESSAGES, *_PARTS)] if ids else []


def give_last_messages(conversations: Iterable[Conversation], *found: list[Any]) -> None:
    """Give conversations their last messages with everything, from what was asked for."""
    if not found:
        return
    messages, *parts = found
    _give(messages, *parts)
    of = {each.last_message_id: each for each in conversations}
    for message in messages:
        of[message.pk].last_message = message


def load_last_messages(conversations: Sequence[Conversation]) -> None:
    """Give conversations their last messages with everything, in four queries."""
    give_last_messages(conversations, *together(*asking_last_messages(conversations)))


def _give(messages: Iterable[Message], *parts: list[Any]) -> None:
    reactions, attachments, links = (_by_message(part) for part in parts)
    for message in messages:
        message.all_reactions, message.attached = reactions[message.pk], attachments[message.pk]
        message.all_links = links[message.pk]


def _by_message(rows: Iterable[Any]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.message_id].append(row)
    return found
