"""Sending messages later.

Locks are taken in one order: the conversation, its person, and only then the scheduled message is read. Files that go
with a message to be are its own until it is sent; when it is cancelled they are gone with it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.screening import Slowed, TextRefused
from chat.actions import attachments
from chat.actions.answers import answer
from chat.actions.errors import NotAllowed, NotHere, Unanswerable, Unfit, WrongField
from chat.actions.messages import ClientIdTaken, send_message
from chat.models import Conversation, Message, MessageType, Participant, ScheduledMessage, ScheduledState
from chat.serializers import scheduled_json
from realtime import topics
from realtime.log import append, rewrite

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

MAX_WAITING = 100  # of one person
BATCH = 100
KEPT_AFTER_SENDING = timedelta(days=30)


def schedule_message(
    *,
    user: User,
    conversation_id: UUID,
    client_id: str,
    content: str,
    send_at: datetime,
    reply_to: UUID | None = None,
    thread_root: UUID | None = None,
    type: MessageType | None = None,
    attachment_ids: Sequence[UUID] = (),
) -> tuple[ScheduledMessage, bool]:
    """Say something at some time: (what is scheduled, whether it is new). The same `client_id` again gives the first.

    Raises:
        Participant.DoesNotExist: the person takes no part in such a conversation.
        NotHere: they see no such message to answer in it.
        ClientIdTaken: they use the id for something in another conversation.
        WrongField: the attachments are not the person's to send, or do not fit the type.
        Unfit: the id belongs to a message already, too many are waiting, or what it answers was deleted.
    """
    with transaction.atomic():
        user = _locked(user.pk)
        own = Participant.objects.find(user, conversation_id)
        first = ScheduledMessage.objects.filter(user=user, client_id=client_id).first()
        if first is not None:
            if first.conversation_id != conversation_id:
                raise ClientIdTaken
            return first, False
        if Message.objects.filter(sender=user, client_id=client_id).exists():
            raise Unfit(_("This client_id belongs to a message that was sent."), "client_id_taken")
        _refuse_too_many(user)
        scheduled = ScheduledMessage(
            user=user,
            conversation_id=conversation_id,
            client_id=client_id,
            content=content,
            type=type or "",
            send_at=send_at,
        )
        _answer(own, scheduled, {"reply_to": reply_to, "thread_root": thread_root})
        scheduled.save(force_insert=True)
        _hold(scheduled, attachment_ids)
        _tell(scheduled)
    return scheduled, True


def change_scheduled(*, user: User, scheduled_id: UUID, changes: Mapping[str, Any]) -> ScheduledMessage:
    """Change whatever is given of a message to be. One that failed waits again, for a new time.

    Raises:
        ScheduledMessage.DoesNotExist: the person has none such.
        Participant.DoesNotExist: they take no part in its conversation any more.
        NotHere: they see no such message to answer in it.
        WrongField: the attachments are not the person's to send, or do not fit the type; or nothing would be said.
        Unfit: it was sent, or it failed and no new time is given, or too many are waiting, or what it is to answer was
            deleted.
    """
    with transaction.atomic():
        user, scheduled = _find(user, scheduled_id)
        if scheduled.state == ScheduledState.FAILED:
            if "send_at" not in changes:
                raise Unfit(_("This message was not sent: give a new send_at."), "needs_send_at")
            _refuse_too_many(user)
        own = Participant.objects.find(user, scheduled.conversation_id)
        _answer(own, scheduled, changes)
        scheduled.content = changes.get("content", scheduled.content)
        scheduled.type = changes.get("type", scheduled.type) or ""
        scheduled.send_at = changes.get("send_at", scheduled.send_at)
        scheduled.state, scheduled.reason = ScheduledState.WAITING, ""
        scheduled.save()
        _hold(scheduled, changes.get("attachment_ids", scheduled.attachment_ids))
        _tell(scheduled)
    return scheduled


def cancel_scheduled(*, user: User, scheduled_id: UUID) -> None:
    """Say it at no time.

    Raises:
        ScheduledMessage.DoesNotExist: the person has none such.
        Unfit: it was sent.
    """
    with transaction.atomic():
        _user, scheduled = _find(user, scheduled_id)
        scheduled.content = ""
        attachments.drop(scheduled.attachments.all())
        _tell(scheduled, state="deleted")
        scheduled.delete()


def send_scheduled_now(*, user: User, scheduled_id: UUID) -> ScheduledMessage:
    """Say it at once, whenever it was to be said. Where it is refused, it has failed, and says why.

    Raises:
        ScheduledMessage.DoesNotExist: the person has none such.
        Unfit: it was sent.
    """
    with transaction.atomic():
        conversation_id = ScheduledMessage.objects.values_list("conversation_id", flat=True).get(
            pk=scheduled_id, user=user
        )
        conversation = Conversation.objects.select_for_update(no_key=True).get(pk=conversation_id)
        user, scheduled = _find(user, scheduled_id)
        _say(scheduled, user, conversation)
    return scheduled


def send_due() -> None:
    """Send what is due, each in a transaction of its own. For a worker; any number of them may do it at once."""
    for scheduled_id in list(
        ScheduledMessage.objects.due(timezone.now()).order_by("send_at").values_list("pk", flat=True)[:BATCH]
    ):
        _send(scheduled_id)


def tidy_scheduled() -> None:
    """Forget what was sent long ago. For a job that runs now and then."""
    ScheduledMessage.objects.filter(state=ScheduledState.SENT, send_at__lt=timezone.now() - KEPT_AFTER_SENDING).delete()


def _send(scheduled_id: UUID) -> None:
    # The message and that it was sent are one transaction: killed in between, neither has happened.
    with transaction.atomic():
        found = ScheduledMessage.objects.filter(pk=scheduled_id).values_list("conversation_id", "user_id").first()
        if found is None:
            return
        conversation = Conversation.objects.select_for_update(no_key=True).get(pk=found[0])
        user = _locked(found[1])
        scheduled = ScheduledMessage.objects.due(timezone.now()).filter(pk=scheduled_id).first()
        if scheduled is None:  # somebody was quicker: to send it, to change it, to cancel it
            return
        _say(scheduled, user, conversation)


def _say(scheduled: ScheduledMessage, user: User, conversation: Conversation) -> None:
    try:
        scheduled.message, scheduled.reason = _said(scheduled, user, conversation)
    except Slowed as refused:  # later, as anybody else who sends too much
        scheduled.send_at = timezone.now() + timedelta(seconds=refused.wait)
        scheduled.save(update_fields=["send_at"])
        _tell(scheduled)
        return
    if scheduled.message is None:
        scheduled.state = ScheduledState.FAILED
    else:
        # Without its content: where the message is deleted later, no copy of it must be left.
        scheduled.state, scheduled.content = ScheduledState.SENT, ""
    scheduled.save()
    _tell(scheduled)


def _said(scheduled: ScheduledMessage, user: User, conversation: Conversation) -> tuple[Message | None, str]:
    """The message, or None and why it was refused.

    Raises:
        Slowed: see `screen_message`.
    """
    if not user.is_active:
        return None, "deactivated"
    if user.is_suspended:
        return None, "suspended"
    try:
        with transaction.atomic():  # refused, it has its files again
            message, _new = send_message(
                sender=user,
                conversation_id=conversation.pk,
                client_id=scheduled.client_id,
                content=scheduled.content,
                reply_to=scheduled.reply_to_id,
                thread_root=scheduled.thread_root_id,
                type=MessageType(scheduled.type) if scheduled.type else None,
                attachment_ids=attachments.release(scheduled),
            )
    except Participant.DoesNotExist:
        return None, "not_participant" if conversation.deleted_at is None else "conversation_deleted"
    except ClientIdTaken:
        return None, "client_id_taken"
    except (NotHere, Unanswerable) as error:
        return None, f"{error.field}_gone"
    except WrongField as error:
        return None, f"{error.field}_wrong"
    except (NotAllowed, Unfit, TextRefused) as error:
        return None, error.code
    return message, ""


def _locked(user_id: UUID) -> User:
    user: User = User.objects.select_for_update(no_key=True).get(pk=user_id)
    return user


def _find(user: User, scheduled_id: UUID) -> tuple[User, ScheduledMessage]:
    user = _locked(user.pk)
    scheduled = ScheduledMessage.objects.get(pk=scheduled_id, user=user)
    if scheduled.state == ScheduledState.SENT:
        raise Unfit(_("This message was sent already."), "already_sent")
    return user, scheduled


def _refuse_too_many(user: User) -> None:
    if ScheduledMessage.objects.filter(user=user, state=ScheduledState.WAITING).count() >= MAX_WAITING:
        detail = _("At most %(most)d messages can wait to be sent.") % {"most": MAX_WAITING}
        raise Unfit(detail, "too_many_scheduled")


def _answer(own: Participant, scheduled: ScheduledMessage, wanted: Mapping[str, Any]) -> None:
    """What it answers and whose thread it goes on with, as far as that is given; refused now as it would be then."""
    message = Message()
    given = {name: wanted.get(name) for name in ("reply_to", "thread_root")}
    answer(own, message, reply_to=given["reply_to"], thread_root=given["thread_root"])
    for name in given.keys() & wanted.keys():
        setattr(scheduled, f"{name}_id", getattr(message, f"{name}_id"))


def _hold(scheduled: ScheduledMessage, attachment_ids: Sequence[UUID]) -> None:
    held = attachments.hold(scheduled, attachment_ids)
    if not held and not scheduled.content.strip():
        raise WrongField("content", _("A message needs some text or an attachment."), "blank")
    attachments.type_for(MessageType(scheduled.type) if scheduled.type else None, scheduled.content, held)


def _tell(scheduled: ScheduledMessage, **more: Any) -> None:
    append(
        topic=topics.user(scheduled.user_id),
        type="me.updated",
        payload={"scheduled": {**scheduled_json(scheduled), **more}},
        object_id=scheduled.pk,
        scrubs=rewrite(object_ids=[scheduled.pk], change=_without_content) if _is_over(scheduled) else [],
    )


def _is_over(scheduled: ScheduledMessage) -> bool:
    return not scheduled.content and not scheduled.attachment_ids


def _without_content(_event_type: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {"scheduled": {**payload["scheduled"], "content": "", "attachments": []}}
