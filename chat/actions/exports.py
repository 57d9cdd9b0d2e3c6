"""Conversations as files. Locks are taken in one order: the person, and only then the export is read."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import files
from accounts.languages import written_for
from accounts.models import User
from chat import exporting
from chat.actions.errors import Unfit
from chat.models import UNFINISHED, Export, ExportFormat, ExportState, Participant
from chat.serializers import export_json
from realtime import topics
from realtime.log import append

if TYPE_CHECKING:
    from uuid import UUID

FOLDER = "exports"
KEPT = timedelta(days=7)
STALE = timedelta(minutes=2)  # a maker that was not heard of for so long is dead
MAX_TRIES = 3
MAX_WAITING = 10  # of one person
BATCH = 100


class _Overtaken(Exception):
    """Somebody else makes this export by now, or nobody wants it."""


# --- asking -----------------------------------------------------------------------------------------------------------
def request_export(*, user: User, conversation_id: UUID, format: ExportFormat) -> Export:
    """Have a conversation written to a file, as the person sees it; asking again while that waits gives the same.

    Raises:
        Participant.DoesNotExist: the person takes no part in such a conversation.
        Unfit: the conversation is being exported in another format, or too many are waiting.
    """
    with transaction.atomic():
        user = _locked(user.pk)
        own = Participant.objects.find(user, conversation_id)
        waiting = Export.objects.filter(UNFINISHED, user=user)
        first = waiting.filter(conversation=conversation_id).first()
        if first is not None:
            if first.format != format:
                raise Unfit(_("This conversation is being exported already: wait for that."), "export_waiting")
            return first
        if waiting.count() >= MAX_WAITING:
            raise Unfit(_("At most %(most)d exports can wait.") % {"most": MAX_WAITING}, "too_many_exports")
        export = Export.objects.create(
            user=user,
            conversation_id=conversation_id,
            format=format,
            first_seq=own.first_seq,
            expires_at=timezone.now() + KEPT,
        )
        _tell(export)
    return export


# --- making: for a worker, any number of them at once -----------------------------------------------------------------
def make_exports() -> None:
    """Make what was asked for, one after the other. What a killed worker began is begun anew; no half is given out."""
    while (export := _take_next()) is not None:
        _make(export)


def _take_next() -> Export | None:
    waiting = Export.objects.due(timezone.now() - STALE).order_by("created_at")
    for export_id, user_id in list(waiting.values_list("pk", "user_id")[:BATCH]):
        with transaction.atomic():
            user = _locked(user_id)
            export = Export.objects.due(timezone.now() - STALE).filter(pk=export_id).first()
            if export is None:  # somebody was quicker
                continue
            export.user = user
            if export.tries >= MAX_TRIES:
                _end(export, "gave_up")
                continue
            export.tries, export.state, export.alive_at = export.tries + 1, ExportState.RUNNING, timezone.now()
            export.save()
            _tell(export)
            return export
    return None


def _make(export: Export) -> None:
    try:
        with tempfile.TemporaryFile(dir=settings.DATA) as out:  # /tmp may be in memory, and a zip of files large
            own = Participant.objects.find(export.user, export.conversation_id)
            with written_for(export.user):
                exporting.write(
                    out, own, format=export.format, first_seq=export.first_seq, still=lambda: _still_mine(export)
                )
            export.first_seq = max(export.first_seq, own.first_seq)
            export.size = out.tell()
            name = files.save(FOLDER, out)
    except Participant.DoesNotExist:
        name = ""
    except _Overtaken:
        return
    try:
        kept = _finish(export, name)
    except BaseException:
        files.remove([name] if name else [])
        raise
    if not kept and name:
        files.remove([name])


def _still_mine(export: Export) -> None:
    mine = Export.objects.filter(pk=export.pk, state=ExportState.RUNNING, tries=export.tries)
    if not mine.update(alive_at=timezone.now()):
        raise _Overtaken


def _finish(made: Export, name: str) -> bool:
    """Give the file out, if its maker is the last that began and its person may still see what is in it."""
    with transaction.atomic():
        user = _locked(made.user_id)
        export = Export.objects.filter(pk=made.pk, state=ExportState.RUNNING, tries=made.tries).first()
        if export is None:
            return False
        export.first_seq = made.first_seq
        inside = Participant.objects.active().filter(user=user, conversation=export.conversation_id)
        if not name or not user.is_active or not inside.filter(first_seq__lte=export.first_seq).exists():
            _end(export, "not_participant" if user.is_active else "deactivated")
            return False
        _drop_earlier(export)
        export.state, export.file, export.size = ExportState.DONE, name, made.size
        export.expires_at = timezone.now() + KEPT
        export.save()
        _tell(export)
    return True


def _drop_earlier(export: Export) -> None:
    """One file of each kind for a person and a conversation: the last."""
    same = {name: getattr(export, name) for name in ("user_id", "conversation_id", "format")}
    _drop(list(Export.objects.filter(state=ExportState.DONE, **same)))


def _end(export: Export, reason: str) -> None:
    export.state, export.reason = ExportState.FAILED, reason
    export.save()
    if reason == "gave_up":  # of a conversation that they are no longer in nobody hears
        _tell(export)


# --- the end ----------------------------------------------------------------------------------------------------------
def tidy_exports() -> None:
    """Delete exports after their week, and files that no row names. For a job that runs now and then."""
    with transaction.atomic():
        over = Export.objects.filter(expires_at__lte=timezone.now()).order_by("expires_at")
        _drop(list(over.select_for_update(skip_locked=True)[:BATCH]))
    files.sweep(FOLDER, lambda names: Export.objects.filter(file__in=names).values_list("file", flat=True))


def _drop(exports: list[Export]) -> None:
    Export.objects.filter(pk__in=[export.pk for export in exports]).delete()
    files.remove_after_commit([export.file for export in exports if export.file])


def _locked(user_id: UUID) -> User:
    user: User = User.objects.select_for_update(no_key=True).get(pk=user_id)
    return user


def _tell(export: Export) -> None:
    append(topic=topics.user(export.user_id), type="me.updated", payload={"export": export_json(export)})
