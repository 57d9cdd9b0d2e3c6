"""Secrets that are made once, kept in a file and read ever after. Needs no settings, which read one themselves."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def read_or_make(path: Path, make: Callable[[], bytes]) -> bytes:
    """What is in a file that only its owner may read; where there is none, what `make` gives, which is in it then.

    Raises:
        OSError: the file cannot be read or made.
    """
    if not path.exists():
        # Several processes may start at once: each writes a file of its own, the first link wins, all read that one.
        path.parent.mkdir(parents=True, exist_ok=True)
        mine = path.with_name(f"{path.name}.{os.getpid()}")
        mine.touch(mode=0o600)
        mine.write_bytes(make())
        try:
            os.link(mine, path)
        except FileExistsError:
            pass
        finally:
            mine.unlink()
    return path.read_bytes()
