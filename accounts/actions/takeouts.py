"""All that a person has here, as one file."""

from __future__ import annotations

import tempfile
import zipfile
from datetime import timedelta
from typing import IO, TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts import files
from accounts.actions.sessions import lock_user
from accounts.models import Takeout
from accounts.serializers import takeout_json
from realtime import topics
from realtime.log import append

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from accounts.models import User

    Part = tuple[str, Iterable[bytes]]  # its path in the file, and what is in it

FOLDER = "takeouts"
STALE = timedelta(minutes=2)  # a maker that was not heard of for so long is dead
HEARD_EVERY = timedelta(seconds=10)
MAX_TRIES = 3


class _Overtaken(Exception):
    """Somebody else makes it by now, or nobody wants it."""


def request_takeout(*, user: User) -> Takeout:
    """Have everything put into a file; asking again while that waits gives the same, and later a new one."""
    with transaction.atomic():
        locked = lock_user(user)
        before = Takeout.objects.filter(user=locked).first()
        if before is not None:
            if before.state in {Takeout.State.WAITING, Takeout.State.RUNNING}:
                return before
            _drop([before])
        takeout = Takeout.objects.create(user=locked, expires_at=timezone.now() + _kept())
        _tell(takeout)
    return takeout


# --- making: for a worker, any number of them at once -----------------------------------------------------------------
def make_takeouts() -> None:
    """Make what was asked for, one after the other. What a killed worker began is begun anew."""
    while (takeout := _take_next()) is not None:
        _make(takeout)


def _take_next() -> Takeout | None:
    due = Takeout.objects.due(timezone.now() - STALE).order_by("created_at")
    if not due.exists():  # mostly none: then SQLite's lock on writing stays free
        return None
    with transaction.atomic():
        takeout = due.select_for_update(skip_locked=True, of=("self",)).select_related("user").first()
        if takeout is None:
            return None
        if takeout.tries >= MAX_TRIES:
            takeout.state = Takeout.State.FAILED
        else:
            takeout.state = Takeout.State.RUNNING
            takeout.tries, takeout.alive_at = takeout.tries + 1, timezone.now()
        takeout.save()
        _tell(takeout)
    return takeout if takeout.state == Takeout.State.RUNNING else _take_next()


def _make(takeout: Takeout) -> None:
    try:
        with tempfile.TemporaryFile(dir=settings.DATA) as out:  # /tmp may be in memory
            _write(out, takeout)
            size = out.tell()
            name = files.save(FOLDER, out)
    except _Overtaken:
        return
    try:
        kept = _finish(takeout, name, size)
    except BaseException:
        files.remove([name])
        raise
    if not kept:
        files.remove([name])


def _write(out: IO[bytes], takeout: Takeout) -> None:
    heard_at = timezone.now()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path, pieces in _parts(takeout.user):
            with archive.open(path, "w", force_zip64=True) as entry:
                for piece in pieces:
                    entry.write(piece)
                    if timezone.now() - heard_at > HEARD_EVERY:
                        heard_at = timezone.now()
                        _still_mine(takeout)
    out.seek(0, 2)


def _parts(user: User) -> Iterator[Part]:
    for path in settings.TAKEOUT:  # of the apps above us, too
        parts: Callable[[User], Iterable[Part]] = import_string(path)
        yield from parts(user)


def _still_mine(takeout: Takeout) -> None:
    mine = Takeout.objects.filter(pk=takeout.pk, state=Takeout.State.RUNNING, tries=takeout.tries)
    if not mine.update(alive_at=timezone.now()):
        raise _Overtaken


def _finish(made: Takeout, name: str, size: int) -> bool:
    """Give the file out, if its maker is the last that began, and its person is still here."""
    with transaction.atomic():
        user = lock_user(made.user)
        takeout = Takeout.objects.filter(pk=made.pk, state=Takeout.State.RUNNING, tries=made.tries).first()
        if takeout is None or not user.is_active:
            return False
        takeout.state, takeout.file, takeout.size = Takeout.State.DONE, name, size
        takeout.expires_at = timezone.now() + _kept()
        takeout.save()
        _tell(takeout)
    return True


# --- the end ----------------------------------------------------------------------------------------------------------
def drop_takeout(*, user: User) -> None:
    """Keep a person's no longer, inside the transaction that deletes the account."""
    _drop(list(Takeout.objects.filter(user=user)))


def tidy_takeouts() -> None:
    """Delete those whose time is over, and files that no row names. For a job, now and then."""
    with transaction.atomic():
        over = Takeout.objects.filter(expires_at__lte=timezone.now()).order_by("expires_at")
        _drop(list(over.select_for_update(skip_locked=True)[:100]))
    files.sweep(FOLDER, lambda names: Takeout.objects.filter(file__in=names).values_list("file", flat=True))


def _drop(takeouts: list[Takeout]) -> None:
    Takeout.objects.filter(pk__in=[takeout.pk for takeout in takeouts]).delete()
    files.remove_after_commit([takeout.file for takeout in takeouts if takeout.file])


def _kept() -> timedelta:
    return timedelta(days=settings.TAKEOUT_DAYS)


def _tell(takeout: Takeout) -> None:
    append(topic=topics.user(takeout.user_id), type="me.updated", payload={"takeout": takeout_json(takeout)})
