"""What notifications say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chat.models import MessageType
from chat.serializers import excerpt
from notifications.models import Notification, Type

if TYPE_CHECKING:
    from collections.abc import Callable

    from chat.models import Message

Data = dict[str, Any]
NOBODY = "Somebody"  # who deleted their account
WITHOUT_TEXT = {MessageType.IMAGE: "Picture", MessageType.FILE: "File", MessageType.VOICE: "Voice message"}


def text_of(message: Message) -> str:
    """A message as one line; what it is, where it has no words."""
    return excerpt(message.content) or WITHOUT_TEXT.get(MessageType(message.type), "")


def write_title(notification: Notification) -> None:
    """Put the title to a notification, by its type, data and count."""
    words = MANY if notification.count > 1 else ONE
    type = Type(notification.type)
    if type in words:
        is_own = notification.data.get("user_id") == str(notification.user_id)
        notification.title = words[type](notification.data, notification.count, is_own)


def _sender(data: Data) -> str:
    return str(data.get("sender_name") or NOBODY)


def _in(data: Data) -> str:
    return f" in {data['conversation_title']}" if data.get("conversation_title") else ""


def _from(data: Data) -> str:
    """From whom, where it is one person; and where, if that is a group."""
    return _in(data) if data.get("several") and _in(data) else f" from {_sender(data)}{_in(data)}"


def _group(data: Data) -> str:
    return str(data.get("conversation_title") or "the group")


def _whom(data: Data, is_own: bool) -> str:  # noqa: FBT001
    return "you" if is_own else str(data.get("user_name") or NOBODY)


Words = dict[Type, "Callable[[Data, int, bool], str]"]
ONE: Words = {
    Type.MESSAGE: lambda data, _count, _own: f"New message{_from(data)}",
    Type.DELIVERED: lambda data, _count, _own: f"Delivered to {_sender(data)}{_in(data)}",
    Type.READ: lambda data, _count, _own: f"{_sender(data)} read your message{_in(data)}",
    Type.MENTION: lambda data, _count, _own: (
        f"{_sender(data)} wrote “{data['keyword']}”{_in(data)}"
        if data.get("keyword")
        else f"{_sender(data)} mentioned you{_in(data)}"
    ),
    Type.REPLY: lambda data, _count, _own: f"{_sender(data)} replied to you{_in(data)}",
    Type.REACTION: lambda data, _count, _own: f"{_sender(data)} reacted {data['emoji']} to your message{_in(data)}",
    Type.DELETED: lambda data, _count, _own: f"{_sender(data)} deleted a message{_in(data)}",
    Type.REMINDER: lambda data, _count, _own: f"Reminder of a message{_from(data)}",
    Type.GROUP_INVITE: lambda data, _count, _own: f"{_sender(data)} added you to {_group(data)}",
    Type.GROUP_REMOVED: lambda data, _count, own: f"{_sender(data)} removed {_whom(data, own)} from {_group(data)}",
    Type.GROUP_LEFT: lambda data, _count, own: f"{'You' if own else _whom(data, own)} left {_group(data)}",
    Type.GROUP_ROLE: lambda data, _count, _own: f"You are now {data['role']} of {_group(data)}",
    Type.GROUP_UPDATED: lambda data, _count, _own: f"{_group(data)} was changed",
    Type.GROUP_DELETED: lambda data, _count, _own: f"{_group(data)} was deleted",
}
MANY: Words = {
    **ONE,
    Type.MESSAGE: lambda data, count, _own: f"{count} new messages{_from(data)}",
    Type.READ: lambda data, _count, _own: f"{_sender(data)} read your messages{_in(data)}",
    Type.MENTION: lambda data, count, _own: f"{count} mentions{_from(data)}",
    Type.REPLY: lambda data, count, _own: f"{count} replies{_from(data)}",
    Type.REACTION: lambda data, count, _own: f"{count} reactions{_from(data)}",
    Type.DELETED: lambda data, count, _own: f"{count} messages deleted{_in(data)}",
    Type.REMINDER: lambda data, count, _own: f"{count} reminders{_in(data)}",
    Type.GROUP_UPDATED: lambda data, count, _own: f"{_group(data)} was changed {count} times",
}
