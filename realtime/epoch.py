"""Which life of the log a cursor belongs to.

A restored backup or a failover can lose commits; places given before then mean other events afterwards. So the epoch is
bound to the database itself, and changes with it by itself: then every old cursor gets an honest `reset`.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import connection

from realtime import conf
from realtime.asking import Asked, Statement, answer
from realtime.log import HeadState
from realtime.models import Head

if TYPE_CHECKING:
    from collections.abc import Sequence

# The table's own oid changes when a dump is restored over it in the same database, which nothing else would show.
_POSTGRESQL = """
    SELECT pos, floor, nonce, concat_ws('|', system_identifier, substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8),
        (SELECT oid FROM pg_database WHERE datname = current_database()), 'realtime_head'::regclass::oid)
    FROM realtime_head, pg_control_system() WHERE id = 1
"""
_FILE = threading.Lock()  # any thread may write it
_HEAD = Statement(postgresql=_POSTGRESQL, sqlite="SELECT pos, floor, nonce, NULL FROM realtime_head WHERE id = 1")


def head_and_epoch() -> tuple[HeadState, str]:
    """How far the log reaches, and the epoch of the database as it is now (12 hexadecimal digits). One query."""
    return of_row(answer(asking())[0])


def asking() -> Asked[Sequence[Any]]:
    """What `of_row` reads, for `together`."""
    return _HEAD.asking()


def of_row(row: Sequence[Any]) -> tuple[HeadState, str]:
    """Head and epoch, from the row that was asked for."""
    *state, identity = row
    head = HeadState(*state)
    if connection.vendor == "sqlite":
        identity = _sqlite_identity(head.pos)
    return head, hashlib.sha256(f"{head.nonce}|{identity}".encode()).hexdigest()[:12]


def settle(known_epoch: str, known_pos: int) -> tuple[HeadState, str]:
    """The same for a process that begins to follow the log, or comes back to it after the database was away.

    Copied files put back (a snapshot of the disk, an archive of a stopped server) change nothing that the epoch is made
    of, but the log is behind what was seen of it. Then it gets another epoch here, before its places are given again.

    Args:
        known_epoch: what this process knew, empty where nothing.
        known_pos: how far the log had come then.
    """
    word, kept_pos = _read(_path()) or ("", 0)  # before the head: the log may grow, and that be kept, meanwhile
    head, current = head_and_epoch()
    seen = max(known_pos if current == known_epoch else 0, kept_pos if current == word else 0)
    if head.pos < seen:
        Head.objects.filter(pk=1, nonce=head.nonce).update(nonce=secrets.token_hex(16))
        head, current = head_and_epoch()
    return head, current


def _path() -> Path | None:
    """Where it is kept how far the log has come: beside the database, or REALTIME["EPOCH_FILE"]."""
    if connection.vendor != "sqlite":
        path: Path | None = conf.option("EPOCH_FILE")
        return path
    name = str(connection.settings_dict["NAME"])
    in_memory = name == ":memory:" or "mode=memory" in name
    return None if in_memory else Path(name + ".epoch")


def _sqlite_identity(pos: int) -> str:
    """A word kept in a file beside the database; a new one when the database is behind what the file remembers."""
    path = _path()
    if path is None:
        return "memory"
    with _FILE:
        word, kept_pos = _read(path) or ("", pos)
        if kept_pos > pos:  # the log may have grown since it was looked at
            pos = Head.objects.values_list("pos", flat=True).get(pk=1)
        if not word or kept_pos > pos:
            word = secrets.token_hex(8)
            _write(path, word, pos)
    return word


def remember(pos: int, epoch: str) -> None:
    """Note how far the log of an epoch has come, so that an older copy put in its place is noticed."""
    path = _path()
    if path is None:
        return
    with _FILE:
        _remember(path, pos, epoch)


def _remember(path: Path, pos: int, epoch: str) -> None:
    word, kept_pos = _read(path) or ("", pos)
    if connection.vendor == "sqlite":
        if kept_pos < pos:
            _write(path, word, pos)
    elif word != epoch or kept_pos < pos:
        with contextlib.suppress(OSError):  # a process without a folder of its own sees it by its memory alone
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, epoch, pos)


def _read(path: Path | None) -> tuple[str, int] | None:
    if path is None:
        return None
    try:
        kept = json.loads(path.read_text())
        return str(kept["word"]), int(kept["pos"])
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _write(path: Path, word: str, pos: int) -> None:
    new = path.with_name(f"{path.name}.{os.getpid()}")
    new.write_text(json.dumps({"word": word, "pos": pos}))
    new.replace(path)  # whole or not at all
