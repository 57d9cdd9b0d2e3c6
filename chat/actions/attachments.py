"""Files: brought, sent with a message now or later, forwarded, gone with it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import files
from accounts.models import User, new_id
from chat import content
from chat.actions.errors import Unfit, WrongField
from chat.models import Attachment, MessageType

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from chat.models import Message, ScheduledMessage

FOLDER = "attachments"
WAITS = timedelta(days=1)  # how long a file waits for its message
TIDIED_AT_ONCE = 500


class QuotaExceeded(Exception):
    """The person keeps as much here as one may."""


# --- upload -----------------------------------------------------------------------------------------------------------
def upload_attachment(
    *, owner: User, file: Any, name: str, duration: float | None = None, waveform: list[int] | None = None
) -> Attachment:
    """Keep a file until it is sent. `duration` (seconds) counts where the file does not say it by itself.

    Raises:
        QuotaExceeded: the person has no room for it.
        images.TooManyPixels, images.Busy: see there.
    """
    _check_room(owner, file.size)
    attachment = keep(file=file, name=name, duration=duration, waveform=waveform)
    attachment.owner = owner
    try:
        with transaction.atomic():
            _check_room(User.objects.select_for_update(no_key=True).get(pk=owner.pk), attachment.size)
            attachment.save(force_insert=True)
    except BaseException:
        files.remove(name for name in (attachment.file, attachment.thumbnail) if name)
        raise
    return attachment


def keep(*, file: Any, name: str, duration: float | None = None, waveform: list[int] | None = None) -> Attachment:
    """Put a file into the storage: its row, which is not written yet. Slow: not for a transaction.

    Raises:
        images.TooManyPixels, images.Busy: see there.
    """
    found = content.look_into(file)
    attachment = Attachment(
        name=content.shown_name(name),
        media_type=found.media_type,
        kind=found.kind,
        width=found.width,
        height=found.height,
    )
    if found.media_type in content.INLINE and found.kind != Attachment.Kind.IMAGE:
        attachment.duration = found.duration if found.duration is not None else duration
        attachment.waveform = waveform
    try:
        attachment.file = files.save(FOLDER, found.file)
        attachment.size = files.size(attachment.file)
        if found.thumbnail is not None:
            attachment.thumbnail = files.save(FOLDER, found.thumbnail)
    except BaseException:
        files.remove(name for name in (attachment.file, attachment.thumbnail) if name)
        raise
    return attachment


def _check_room(owner: User, size: int) -> None:
    if Attachment.objects.bytes_of(owner) + size > settings.QUOTA_BYTES:
        raise QuotaExceeded


# --- sending: inside the transaction of the message, the conversation's row locked ------------------------------------
def take(owner: User, ids: Sequence[UUID], held: ScheduledMessage | None = None) -> list[Attachment]:
    """Somebody's waiting files, in the order asked, their rows locked.

    Args:
        held: a message to be, whose files may be among them.

    Raises:
        WrongField: one of them does not exist, is somebody else's, or belongs to a message, sent or to be, already.
    """
    if not ids:
        return []
    own = Attachment.objects.select_for_update().filter(pk__in=ids, owner=owner, message=None, removed=None)
    waiting = own.filter(Q(scheduled=None) | Q(scheduled=held)).order_by("pk")
    found = {attachment.pk: attachment for attachment in waiting}
    if found.keys() != set(ids):
        raise WrongField("attachment_ids", _("These are not all files of yours that wait to be sent."))
    return [found[attachment_id] for attachment_id in ids]


def share(source: Message, owner: User) -> list[Attachment]:
    """The files of a message that is forwarded, as new attachments of whoever does it; none is copied."""
    # Locked: were the message deleted meanwhile, nobody would see that its files are still needed.
    copies = list(source.attachments.select_for_update().order_by("pk"))
    for copy in copies:
        copy.pk, copy.owner = new_id(), owner
        copy._state.adding = True
    return sorted(copies, key=lambda each: each.position)


def attach(message: Message, attachments: Sequence[Attachment]) -> None:
    """Give a message, whose row is written, its files."""
    message.attached = list(attachments)
    for position, attachment in enumerate(attachments):
        attachment.message, attachment.position = message, position
    Attachment.objects.bulk_create([each for each in attachments if each._state.adding])
    Attachment.objects.bulk_update([each for each in attachments if not each._state.adding], ["message", "position"])


def hold(scheduled: ScheduledMessage, ids: Sequence[UUID]) -> list[Attachment]:
    """Let a message to be, whose row is written, have these files of its user's; what it had besides is gone.

    Raises:
        WrongField: one of them does not exist, is somebody else's, or belongs to another message already.
    """
    wanted = take(scheduled.user, ids, scheduled)
    drop(scheduled.attachments.exclude(pk__in=ids))
    for position, attachment in enumerate(wanted):
        attachment.scheduled, attachment.position = scheduled, position
    Attachment.objects.bulk_update(wanted, ["scheduled", "position"])
    return wanted


def release(scheduled: ScheduledMessage) -> list[UUID]:
    """Let a message to be have no files any more: they wait, to be sent at once."""
    ids = scheduled.attachment_ids
    if ids:
        scheduled.attachments.update(scheduled=None)
    return ids


def type_for(wanted: MessageType | None, text: str, attachments: Sequence[Attachment]) -> MessageType:
    """What a message is by what is in it, or what the sender says it is.

    Raises:
        WrongField: that does not fit.
    """
    kinds = {attachment.kind for attachment in attachments}
    if wanted is None:
        return MessageType(kinds.pop()) if len(kinds) == 1 else MessageType.FILE if kinds else MessageType.TEXT
    if wanted == MessageType.TEXT and not text.strip():
        raise WrongField("type", _("A text message needs some text."))
    if wanted in {MessageType.IMAGE, MessageType.VOICE} and kinds != {wanted}:
        detail = _("All attachments of this type of message must be of the kind %(kind)s.") % {"kind": wanted}
        raise WrongField("type", detail)
    if wanted == MessageType.FILE and not kinds:
        raise WrongField("type", _("This type of message needs attachments."))
    return wanted


# --- the end ----------------------------------------------------------------------------------------------------------
def drop(attachments: Iterable[Attachment]) -> None:
    """Delete attachments inside the transaction that deletes their message; their files after it, if nobody else's."""
    gone = list(attachments)
    names = {name for each in gone for name in (each.file, each.thumbnail) if name}
    if gone:
        Attachment.objects.filter(pk__in=[each.pk for each in gone]).delete()
        files.remove_after_commit(names, Attachment.objects.names_in_use)


def discard_attachment(*, attachment: Attachment) -> None:
    """Delete a file that waits for its message, as staff.

    Raises:
        Unfit: it belongs to a message, one to be, or a removed one.
    """
    with transaction.atomic():
        waiting = Attachment.objects.waiting().select_for_update().filter(pk=attachment.pk).first()
        if waiting is None:
            raise Unfit(_("It belongs to a message, sent or to be: it goes with that."), "not_waiting")
        drop([waiting])


def tidy_attachments() -> None:
    """Delete what waited a day for its message, and files that no row names. For a job that runs now and then."""
    with transaction.atomic():
        waited = Attachment.objects.waiting().filter(created_at__lt=timezone.now() - WAITS)
        drop(waited.select_for_update(skip_locked=True).order_by("created_at")[:TIDIED_AT_ONCE])
    files.sweep(FOLDER, Attachment.objects.names_in_use)
