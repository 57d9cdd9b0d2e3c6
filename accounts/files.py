"""Files that people bring, in the storage of the settings: saved under names nobody can guess, removed when unused."""

from __future__ import annotations

import contextlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

FOLDERS = 256  # below each kind's own: one is looked through at a time
SWEEP_EVERY_S = 600
# What no row names is left over from a crash, or is about to get its row.
LEFT_OVER_AFTER = timedelta(days=1)


def save(kind: str, content: Any) -> str:
    """Keep a file (anything with `read`): its name in the storage, which owes nothing to the name it came with.

    Raises:
        OSError: there is no room, or the storage is away; nothing of the file is left there.
    """
    token = secrets.token_hex(16)
    name = f"{kind}/{token[:2]}/{token}"
    whole = content if isinstance(content, File) else File(content)
    try:
        return default_storage.save(name, whole)
    except BaseException:
        remove([name])  # half of it
        raise


def version_of(name: str) -> str:
    """The part of a file's name that is its own: another for every file."""
    return name.rpartition("/")[2]


def remove(names: Iterable[str]) -> None:
    """Delete files at once, if they are still there. What a storage that is away keeps is for `sweep`."""
    for name in names:
        with contextlib.suppress(OSError):
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
    except OSError:  # nobody has saved anything there yet
        return 0
    unused = names - set(used(names)) if names else set()
    left_over = [name for name in unused if _age_of(name) > LEFT_OVER_AFTER]
    remove(left_over)
    return len(left_over)


def _age_of(name: str) -> timedelta:
    try:
        return timezone.now() - default_storage.get_modified_time(name)
    except OSError:  # gone meanwhile
        return timedelta()


def size(name: str) -> int:
    """How many bytes a saved file has."""
    return default_storage.size(name)
