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
from realtime.compiled import AnyOf, CompiledQuery, Slots

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from chat.models.conversations import Conversation

_IDS = Slots("ids", UUIDField())
_MESSAGES: CompiledQuery[Message] = CompiledQuery(lambda: Message.objects.with_people().filter(AnyOf("pk", _IDS)))
_REACTIONS: CompiledQuery[Reaction] = CompiledQuery(lambda: Reaction.objects.filter(AnyOf("message_id", _IDS)))
_ATTACHMENTS: CompiledQuery[Attachment] = CompiledQuery(lambda: Attachment.objects.filter(AnyOf("message_id", _IDS)))
_LINKS: CompiledQuery[MessageLink] = CompiledQuery(lambda: MessageLink.objects.filter(AnyOf("message_id", _IDS)))


def complete(messages: Sequence[Message]) -> None:
    """Give messages that were loaded `with_people` the rest of `with_everything`, in three queries."""
    ids = [message.pk for message in messages]
    reactions, attachments, links = (_by_message(query, ids) for query in (_REACTIONS, _ATTACHMENTS, _LINKS))
    for message in messages:
        message.all_reactions, message.attached = reactions[message.pk], attachments[message.pk]
        message.all_links = links[message.pk]


def load_last_messages(conversations: Iterable[Conversation]) -> None:
    """Give conversations their last messages with everything, in four queries."""
    waiting = {each.last_message_id: each for each in conversations if each.last_message_id is not None}
    if not waiting:
        return
    messages = _MESSAGES.all(ids=list(waiting))
    complete(messages)
    for message in messages:
        waiting[message.pk].last_message = message


def _by_message(query: CompiledQuery[Any], ids: list[Any]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    if ids:
        for row in query.all(ids=ids):
            found[row.message_id].append(row)
    return found
