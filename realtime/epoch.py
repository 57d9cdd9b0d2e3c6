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
    kept = _read(path)
    if kept is None or kept["pos"] > pos:
        kept = {"word": secrets.token_hex(8), "pos": pos}
        _write(path, kept)
    return str(kept["word"])


def remember(pos: int) -> None:
    """Note how far the log has come (SQLite only), so that an older copy put in its place is noticed."""
    path = _sqlite_path() if connection.vendor == "sqlite" else None
    if path is not None and (kept := _read(path)) is not None and kept["pos"] < pos:
        _write(path, {**kept, "pos": pos})


def _read(path: Path) -> dict[str, object] | None:
    try:
        kept = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    return kept if isinstance(kept, dict) and isinstance(kept.get("pos"), int) and "word" in kept else None


def _write(path: Path, kept: dict[str, object]) -> None:
    new = path.with_name(f"{path.name}.{os.getpid()}")
    new.write_text(json.dumps(kept))
    new.replace(path)  # whole or not at all
