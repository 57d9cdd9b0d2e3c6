"""Being reminded of messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from chat.actions.errors import Unfit
from chat.models import Conversation, Participant, Reminder
from chat.serializers import reminder_json
from realtime import topics
from realtime.log import append

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

MAX_REMINDERS = 100  # of one person
BATCH = 100


def set_reminder(*, user: User, message_id: UUID, remind_at: datetime) -> tuple[Reminder, bool]:
    """Remind the person of a message, at this time instead of another: (the reminder, whether it is new).

    Raises:
        Participant.DoesNotExist, Message.DoesNotExist: there is no such message that the person may see.
        Unfit: the message was deleted, or there are too many reminders.
    """
    with transaction.atomic():
        _participant, message = Participant.objects.find_message_locked(user, message_id)
        if message.deleted_at is not None:
            raise Unfit(_("This message was deleted: nothing is left to be reminded of."), "message_deleted")
        user = _locked(user.pk)
        reminder = Reminder.objects.filter(message=message, user=user).first()
        is_new = reminder is None
        if reminder is None:
            if Reminder.objects.filter(user=user).count() >= MAX_REMINDERS:
                raise Unfit(_("At most %(most)d reminders can wait.") % {"most": MAX_REMINDERS}, "too_many_reminders")
            reminder = Reminder(message=message, user=user)
        reminder.message = message
        if reminder.remind_at != remind_at:
            reminder.remind_at = remind_at
            reminder.save()
            _tell(reminder, "waiting")
    return reminder, is_new


def remove_reminder(*, user: User, message_id: UUID) -> None:
    """Remind the person of a message no more; nothing happens where nobody would have.

    Raises:
        Participant.DoesNotExist, Message.DoesNotExist: there is no such message that the person may see.
    """
    with transaction.atomic():
        _participant, message = Participant.objects.find_message_locked(user, message_id)
        reminder = Reminder.objects.select_related("message").filter(message=message, user=user).first()
        if reminder is not None:
            _locked(user.pk)
            _tell(reminder, "removed")
            reminder.delete()


def remind_due() -> None:
    """Remind of what is due, each in a transaction of its own. For a worker; any number of them may do it at once."""
    due = Reminder.objects.filter(remind_at__lte=timezone.now()).order_by("remind_at")
    for reminder_id, conversation_id in list(due.values_list("pk", "message__conversation_id")[:BATCH]):
        _remind(reminder_id, conversation_id)


def _remind(reminder_id: int, conversation_id: UUID) -> None:
    with transaction.atomic():
        Conversation.objects.select_for_update(no_key=True).get(pk=conversation_id)
        due = Reminder.objects.select_related("message", "user").filter(pk=reminder_id, remind_at__lte=timezone.now())
        reminder = due.first()
        if reminder is None:  # somebody was quicker
            return
        user = _locked(reminder.user_id)
        visible = Reminder.objects.visible_to(user).filter(pk=reminder_id).exists()
        # Notifications begin here: they follow the log, and `fired` is what they make one of.
        _tell(reminder, "fired" if visible else "removed")
        reminder.delete()


def _locked(user_id: UUID) -> User:
    user: User = User.objects.select_for_update(no_key=True).get(pk=user_id)
    return user


def _tell(reminder: Reminder, state: str) -> None:
    append(
        topic=topics.user(reminder.user_id),
        type="me.updated",
        payload={"reminder": {**reminder_json(reminder), "state": state}},
    )
