"""Conversations held and exported for a court: by a permission, with a reason, each download written down."""

from __future__ import annotations

import hashlib
import tempfile
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import files
from chat import actions as chat
from chat import exporting
from chat.actions import Unfit
from chat.models import UNFINISHED, Conversation, ExportState
from moderation.actions.auditing import note, require
from moderation.models import Act, LegalExport

if TYPE_CHECKING:
    from typing import IO

    from accounts.models import User
    from moderation.models import Report

FOLDER = "legal"
KEPT = timedelta(days=7)
STALE = timedelta(minutes=2)  # a maker that was not heard of for so long is dead
MAX_TRIES = 3
BATCH = 100


class _Overtaken(Exception):
    """Somebody else makes this export by now."""


def set_held(
    *, conversation: Conversation, held: bool, by: User, reason: str, report: Report | None = None
) -> Conversation:
    """Keep what is deleted in a conversation from now on, or no longer. Nobody in it hears of it.

    Raises:
        NotAllowed, WrongField: see `require`.
    """
    act = Act.HOLD if held else Act.END_HOLD
    reason = require(by, act, reason)
    with transaction.atomic():
        before = {"held_at": Conversation.objects.values_list("held_at", flat=True).get(pk=conversation.pk)}
        done = chat.set_held(conversation_id=conversation.pk, held=held)
        note(
            by=by,
            act=act,
            target=done,
            reason=reason,
            before=before,
            after={"held_at": done.held_at},
            report=report,
        )
    return done


# --- asking -----------------------------------------------------------------------------------------------------------
def request_export(*, conversation: Conversation, by: User, reason: str, report: Report | None = None) -> LegalExport:
    """Have all that is kept of a conversation written to a file. The worker makes it.

    Raises:
        NotAllowed, WrongField: see `require`.
        Unfit: it is being made already.
    """
    reason = require(by, Act.EXPORT, reason)
    with transaction.atomic():
        Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
        if LegalExport.objects.filter(UNFINISHED, conversation=conversation).exists():
            raise Unfit(_("This conversation is being exported already: wait for that."), "export_waiting")
        export = LegalExport.objects.create(
            conversation=conversation, asked_by=by, reason=reason, expires_at=timezone.now() + KEPT
        )
        after = {"export": str(export.pk), "state": export.state}
        note(by=by, act=Act.EXPORT, target=conversation, reason=reason, after=after, report=report)
    return export


def note_download(*, export: LegalExport, by: User, reason: str, report: Report | None = None) -> None:
    """Write down that one of the staff gets the file, before they do.

    Raises:
        NotAllowed, WrongField: see `require`.
        Unfit: there is no file, not yet or not any more.
    """
    reason = require(by, Act.DOWNLOAD, reason)
    if not export.file or export.expires_at <= timezone.now():
        raise Unfit(_("There is no file of it: it is not made yet, or its week is over."), "no_file")
    after = {"export": str(export.pk), "sha256": export.sha256}
    note(by=by, act=Act.DOWNLOAD, target=export.conversation, reason=reason, after=after, report=report)


# --- making: for a worker, any number of them at once -----------------------------------------------------------------
def make_legal_exports() -> None:
    """Make what was asked for, one after the other. What a killed worker began is begun anew; no half is given out."""
    while (export := _take_next()) is not None:
        _make(export)


def _take_next() -> LegalExport | None:
    due = LegalExport.objects.due(timezone.now() - STALE).order_by("created_at")
    if not due.exists():  # mostly none: then SQLite's lock on writing stays free
        return None
    with transaction.atomic():
        export = (
            due.select_for_update(skip_locked=True, of=("self",)).select_related("conversation", "asked_by").first()
        )
        if export is None:
            return None
        if export.tries >= MAX_TRIES:
            export.state = ExportState.FAILED
        else:
            export.state = ExportState.RUNNING
            export.tries, export.alive_at = export.tries + 1, timezone.now()
        export.save(update_fields=["state", "tries", "alive_at"])
    return export if export.state == ExportState.RUNNING else _take_next()


def _make(export: LegalExport) -> None:
    def still() -> None:
        _still_mine(export)

    try:
        with tempfile.TemporaryFile(dir=settings.DATA) as out:  # /tmp may be in memory, and a zip of files large
            export.message_count = exporting.write_whole(out, export.conversation, by=export.asked_by, still=still)
            export.size, export.sha256 = out.tell(), _checksum(out)
            export.file = files.save(FOLDER, out)
    except _Overtaken:
        return
    try:
        kept = _finish(export)
    except BaseException:
        files.remove([export.file])
        raise
    if not kept:
        files.remove([export.file])


def _checksum(out: IO[bytes]) -> str:
    out.seek(0)
    return hashlib.file_digest(out, "sha256").hexdigest()  # type: ignore[arg-type] # typeshed wants a FileIO


def _still_mine(export: LegalExport) -> None:
    mine = LegalExport.objects.filter(pk=export.pk, state=ExportState.RUNNING, tries=export.tries)
    if not mine.update(alive_at=timezone.now()):
        raise _Overtaken


def _finish(made: LegalExport) -> bool:
    """Give the file out, if its maker is the last that began; what is in it goes into the audit log."""
    with transaction.atomic():
        mine = LegalExport.objects.filter(pk=made.pk, state=ExportState.RUNNING, tries=made.tries)
        if mine.select_for_update(no_key=True).first() is None:
            return False
        made.state, made.expires_at = ExportState.DONE, timezone.now() + KEPT
        made.save()
        told = {name: getattr(made, name) for name in ("state", "message_count", "size", "sha256", "expires_at")}
        after = {"export": str(made.pk), **told}
        note(by=made.asked_by, act=Act.EXPORT, target=made.conversation, reason=made.reason, after=after)
    return True


# --- the end ----------------------------------------------------------------------------------------------------------
def tidy_legal_exports() -> None:
    """Delete exports after their week, and files that no row names. For a job that runs now and then."""
    with transaction.atomic():
        over = LegalExport.objects.filter(expires_at__lte=timezone.now()).order_by("expires_at")
        gone = list(over.select_for_update(skip_locked=True)[:BATCH])
        LegalExport.objects.filter(pk__in=[export.pk for export in gone]).delete()
        files.remove_after_commit([export.file for export in gone if export.file])
    files.sweep(FOLDER, lambda names: LegalExport.objects.filter(file__in=names).values_list("file", flat=True))
