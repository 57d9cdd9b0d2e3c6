"""What notifications say, in the language that is active."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.utils.translation import get_language, gettext, ngettext_lazy, override
from django.utils.translation import gettext_lazy as _

from chat.models import MessageType
from chat.serializers import excerpt
from notifications.models import Notification, Type

if TYPE_CHECKING:
    from chat.models import Message

Data = dict[str, Any]
WITHOUT_TEXT = {MessageType.IMAGE: _("Picture"), MessageType.FILE: _("File"), MessageType.VOICE: _("Voice message")}


class Words(NamedTuple):
    """Whole sentences, with places for what is told: other languages put them in another order."""

    alone: Any
    there: Any = None  # in a place that has a name; as `alone`, if left out
    several: Any = None  # there, of several people whom it does not name


def text_of(message: Message) -> str:
    """A message as one line; what it is, in the language of the server, where it has no words."""
    with override(settings.LANGUAGE_CODE):
        return excerpt(message.content) or str(WITHOUT_TEXT.get(MessageType(message.type), ""))


def write_title(notification: Notification) -> None:
    """Put the title to a notification, by its type, data and count, in the language of the server."""
    with override(settings.LANGUAGE_CODE):
        notification.title = _title(notification)


def title_of(notification: Notification) -> str:
    """The title in the language that is active."""
    return notification.title if get_language() == settings.LANGUAGE_CODE else _title(notification)


def _title(notification: Notification) -> str:
    data, count = notification.data, notification.count
    words = _words(Type(notification.type), data, count, is_own=data.get("user_id") == str(notification.user_id))
    if words is None:  # somebody chose the words
        return notification.title
    place = str(data.get("conversation_title") or "")
    given = {
        "sender": _senders(data) if count > 1 else data.get("sender_name") or gettext("Somebody"),
        "place": place,
        "group": place or gettext("the group"),
        "who": data.get("user_name") or gettext("Somebody"),
        "count": count,
        "emoji": data.get("emoji", ""),
        "keyword": data.get("keyword", ""),
    }
    is_of_nobody = data.get("several") and not data.get("senders")
    there = (words.several if is_of_nobody else None) or words.there
    sentence = there if place and there is not None else words.alone
    return str(sentence % given)


def _senders(data: Data) -> str:
    """From whom, by name: the last two of several people."""
    names = [each["name"] or gettext("Somebody") for each in data.get("senders", ())]
    if not names[1:]:
        return str(data.get("sender_name") or gettext("Somebody"))
    sentence = gettext("%(one)s, %(other)s and others") if names[2:] else gettext("%(one)s and %(other)s")
    return sentence % {"one": names[0], "other": names[1]}


def _words(type: Type, data: Data, count: int, *, is_own: bool) -> Words | None:
    if type == Type.GROUP_ROLE:
        return ROLES.get(str(data.get("role")))
    if count > 1 and type in MANY:
        return MANY[type]
    if type == Type.MENTION and data.get("keyword"):
        return KEYWORD
    return OWN[type] if is_own and type in OWN else ONE.get(type)


KEYWORD = Words(_("%(sender)s wrote “%(keyword)s”"), _("%(sender)s wrote “%(keyword)s” in %(place)s"))
ROLES = {
    "admin": Words(_("You are now admin of %(group)s")),
    "moderator": Words(_("You are now moderator of %(group)s")),
    "member": Words(_("You are now member of %(group)s")),
}
OWN = {
    Type.GROUP_REMOVED: Words(_("%(sender)s removed you from %(group)s")),
    Type.GROUP_LEFT: Words(_("You left %(group)s")),
}
ONE = {
    Type.MESSAGE: Words(
        _("New message from %(sender)s"), _("New message from %(sender)s in %(place)s"), _("New message in %(place)s")
    ),
    Type.DELIVERED: Words(_("Delivered to %(sender)s"), _("Delivered to %(sender)s in %(place)s")),
    Type.READ: Words(_("%(sender)s read your message"), _("%(sender)s read your message in %(place)s")),
    Type.MENTION: Words(_("%(sender)s mentioned you"), _("%(sender)s mentioned you in %(place)s")),
    Type.REPLY: Words(_("%(sender)s replied to you"), _("%(sender)s replied to you in %(place)s")),
    Type.REACTION: Words(
        _("%(sender)s reacted %(emoji)s to your message"),
        _("%(sender)s reacted %(emoji)s to your message in %(place)s"),
    ),
    Type.DELETED: Words(_("%(sender)s deleted a message"), _("%(sender)s deleted a message in %(place)s")),
    Type.REMINDER: Words(
        _("Reminder of a message from %(sender)s"),
        _("Reminder of a message from %(sender)s in %(place)s"),
        _("Reminder of a message in %(place)s"),
    ),
    Type.GROUP_INVITE: Words(_("%(sender)s added you to %(group)s")),
    Type.GROUP_REMOVED: Words(_("%(sender)s removed %(who)s from %(group)s")),
    Type.GROUP_LEFT: Words(_("%(who)s left %(group)s")),
    Type.GROUP_UPDATED: Words(_("%(group)s was changed")),
    Type.GROUP_DELETED: Words(_("%(group)s was deleted")),
}
MANY = {
    Type.MESSAGE: Words(
        ngettext_lazy("%(count)d new message from %(sender)s", "%(count)d new messages from %(sender)s", "count"),
        ngettext_lazy(
            "%(count)d new message from %(sender)s in %(place)s",
            "%(count)d new messages from %(sender)s in %(place)s",
            "count",
        ),
        ngettext_lazy("%(count)d new message in %(place)s", "%(count)d new messages in %(place)s", "count"),
    ),
    Type.READ: Words(_("%(sender)s read your messages"), _("%(sender)s read your messages in %(place)s")),
    Type.MENTION: Words(
        ngettext_lazy("%(count)d mention from %(sender)s", "%(count)d mentions from %(sender)s", "count"),
        ngettext_lazy(
            "%(count)d mention from %(sender)s in %(place)s", "%(count)d mentions from %(sender)s in %(place)s", "count"
        ),
        ngettext_lazy("%(count)d mention in %(place)s", "%(count)d mentions in %(place)s", "count"),
    ),
    Type.REPLY: Words(
        ngettext_lazy("%(count)d reply from %(sender)s", "%(count)d replies from %(sender)s", "count"),
        ngettext_lazy(
            "%(count)d reply from %(sender)s in %(place)s", "%(count)d replies from %(sender)s in %(place)s", "count"
        ),
        ngettext_lazy("%(count)d reply in %(place)s", "%(count)d replies in %(place)s", "count"),
    ),
    Type.REACTION: Words(
        ngettext_lazy("%(count)d reaction from %(sender)s", "%(count)d reactions from %(sender)s", "count"),
        ngettext_lazy(
            "%(count)d reaction from %(sender)s in %(place)s",
            "%(count)d reactions from %(sender)s in %(place)s",
            "count",
        ),
        ngettext_lazy("%(count)d reaction in %(place)s", "%(count)d reactions in %(place)s", "count"),
    ),
    Type.DELETED: Words(
        ngettext_lazy("%(count)d message deleted", "%(count)d messages deleted", "count"),
        ngettext_lazy("%(count)d message deleted in %(place)s", "%(count)d messages deleted in %(place)s", "count"),
    ),
    Type.REMINDER: Words(
        ngettext_lazy("%(count)d reminder", "%(count)d reminders", "count"),
        ngettext_lazy("%(count)d reminder in %(place)s", "%(count)d reminders in %(place)s", "count"),
    ),
    Type.GROUP_UPDATED: Words(
        ngettext_lazy("%(group)s was changed %(count)d time", "%(group)s was changed %(count)d times", "count")
    ),
}
