"""Which life of the log a cursor belongs to.

A restored backup or a failover can lose commits; places given before then mean other events afterwards. So the epoch is
bound to the database itself, and changes with it by itself: then every old cursor gets an honest `reset`.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from pathlib import Path

from django.db import connection

from realtime import log
from realtime.log import HeadState

# The table's own oid changes when a dump is restored over it in the same database, which nothing else would show.
POSTGRES = """
    SELECT pos, floor, nonce, concat_ws('|', system_identifier, substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8),
        (SELECT oid FROM pg_database WHERE datname = current_database()), 'realtime_head'::regclass::oid)
    FROM realtime_head, pg_control_system() WHERE id = 1
"""


def head_and_epoch() -> tuple[HeadState, str]:
    """How far the log reaches, and the epoch of the database as it is now (12 hexadecimal digits). One query."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(POSTGRES)
            *state, identity = cursor.fetchone()
        head = HeadState(*state)
    else:
        head = log.head()
        identity = _sqlite_identity(head.pos)
    return head, hashlib.sha256(f"{head.nonce}|{identity}".encode()).hexdigest()[:12]


def _sqlite_path() -> Path | None:
    name = str(connection.settings_dict["NAME"])
    in_memory = name == ":memory:" or "mode=memory" in name
    return None if in_memory else Path(name + ".epoch")


def _sqlite_identity(pos: int) -> str:
    """A word kept in a file beside the database; a new one when the database is behind what the file remembers."""
    path = _sqlite_path()
    if path is None:
        return "memory"
    word, kept_pos = _read(path) or ("", pos)
    if not word or kept_pos > pos:
        word = secrets.token_hex(8)
        _write(path, word, pos)
    return word


def remember(pos: int) -> None:
    """Note how far the log has come (SQLite only), so that an older copy put in its place is noticed."""
    path = _sqlite_path() if connection.vendor == "sqlite" else None
    word, kept_pos = (path and _read(path)) or ("", pos)
    if path is not None and kept_pos < pos:
        _write(path, word, pos)


def _read(path: Path) -> tuple[str, int] | None:
    try:
        kept = json.loads(path.read_text())
        return str(kept["word"]), int(kept["pos"])
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _write(path: Path, word: str, pos: int) -> None:
    new = path.with_name(f"{path.name}.{os.getpid()}")
    new.write_text(json.dumps({"word": word, "pos": pos}))
    new.replace(path)  # whole or not at all
