"""Files that people bring, in the storage of the settings: saved under names nobody can guess, removed when unused."""

from __future__ import annotations

import contextlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import transaction
from django.utils import timezone

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

FOLDERS = 256  # below each kind's own: one is looked through at a time
SWEEP_EVERY_S = 600
# What no row names is left over from a crash, or is about to get its row.
LEFT_OVER_AFTER = timedelta(days=1)


try:
    from botocore.exceptions import BotoCoreError, ClientError  # with an S3 store alone
except ImportError:
    FAULTS: tuple[type[Exception], ...] = (OSError,)
else:
    FAULTS = (OSError, BotoCoreError, ClientError)


class StorageAway(OSError):
    """The storage does not answer, or has no room: nothing was kept, and it may be tried again."""


@contextlib.contextmanager
def telling_away() -> Iterator[None]:
    """Around what a storage does: its faults become `StorageAway`, but that a file is not there stays so.

    Raises:
        StorageAway, FileNotFoundError
    """
    try:
        yield
    except (StorageAway, FileNotFoundError):
        raise
    except FAULTS as error:
        away = StorageAway(f"the storage of files: {error}")
        away.errno = getattr(error, "errno", None)  # a full disk is told from one that is away
        raise away from error


def save(kind: str, content: Any) -> str:
    """Keep a file (anything with `read`): its name in the storage, which owes nothing to the name it came with.

    Raises:
        StorageAway: it could not be kept; what there is of it is removed, or left to `sweep`.
    """
    token = secrets.token_hex(16)
    whole = content if isinstance(content, File) else File(content)
    name = f"{kind}/{token[:2]}/{token}"
    try:
        with telling_away():
            return default_storage.save(name, whole)
    except OSError:
        if isinstance(default_storage, FileSystemStorage):  # of others there is all or nothing
            remove([name])
        raise


def open_saved(name: str) -> Any:
    """A saved file, to be read.

    Raises:
        FileNotFoundError: it is not there.
        StorageAway
    """
    with telling_away():
        return default_storage.open(name)


def part(opened: Any, first: int, size: int) -> Any:
    """So many bytes of a saved file that is open, to be read: of one in an S3 store nothing else is fetched.

    Whoever closes what this gives must close the file as well.

    Raises:
        StorageAway
    """
    with telling_away():  # a store is asked for the bytes now, not after the headers are out
        in_a_bucket = getattr(opened, "obj", None)  # of django-storages
        if in_a_bucket is None or size == 0:
            opened.seek(first)
            return opened
        return in_a_bucket.get(Range=f"bytes={first}-{first + size - 1}")["Body"]


def version_of(name: str) -> str:
    """The part of a file's name that is its own: another for every file."""
    return name.rpartition("/")[2]


def remove(names: Iterable[str]) -> None:
    """Delete files at once, if they are still there. What a storage that is away keeps is for `sweep`."""
    for name in names:
        with contextlib.suppress(*FAULTS):
            default_storage.delete(name)


def _nobodys(_names: Collection[str]) -> Iterable[str]:
    return ()


def remove_after_commit(names: Collection[str], used: Callable[[Collection[str]], Iterable[str]] = _nobodys) -> None:
    """Delete files once the transaction is through, except those that `used` says other rows still name."""
    # Robust: what was deleted is deleted, though its files may have to wait for `sweep`.
    transaction.on_commit(lambda: remove(set(names) - set(used(names))), robust=True)


def sweep(kind: str, used: Callable[[Collection[str]], Iterable[str]], *, folder: int | None = None) -> int:
    """Delete what no row names in one of a kind's folders, the next one each `SWEEP_EVERY_S`; how many that were."""
    now = timezone.now()
    if folder is None:
        folder = int(now.timestamp() // SWEEP_EVERY_S) % FOLDERS
    path = f"{kind}/{folder:02x}"
    try:
        names = {f"{path}/{name}" for name in default_storage.listdir(path)[1]}
    except FAULTS:  # nobody has saved anything there yet
        return 0
    unused = names - set(used(names)) if names else set()
    left_over = [name for name in unused if _age_of(name) > LEFT_OVER_AFTER]
    remove(left_over)
    return len(left_over)


def _age_of(name: str) -> timedelta:
    try:
        return timezone.now() - default_storage.get_modified_time(name)
    except FAULTS:  # gone meanwhile
        return timedelta()


def size(name: str) -> int:
    """How many bytes a saved file has."""
    with telling_away():
        return default_storage.size(name)
