"""A disk of a few megabytes for one process, that can be filled; by what the machine allows."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tests.services import Postgres

if TYPE_CHECKING:
    from collections.abc import Sequence

# A namespace of mounts for the process alone; where that is only root's, one in which it is root. It runs the command
# in its place, so that the process keeps its id.
MOUNTS = (["unshare", "--mount"], ["unshare", "--user", "--map-root-user", "--mount"])
MOUNT = 'mount -t tmpfs -o "size=$0" none "$1" && shift && exec "$@"'
PIECE = b"x" * 4096
POSTGRES_MEGABYTES = 160
NO_LIMIT = "unlimited"


@cache
def launcher() -> list[str] | None:
    """What gives a process mounts of its own; None where nothing does."""
    for unshare in MOUNTS:
        command = [*unshare, "sh", "-c", "mount -t tmpfs none /mnt"]
        if shutil.which("unshare") and subprocess.run(command, capture_output=True).returncode == 0:
            return unshare
    return None


class Disk:
    """What a process sees at `folder`, once it was started with `command` before its own."""

    def __init__(self, folder: Path, megabytes: int, *, real: bool = True) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        unshare = launcher() if real else None
        self.is_real = unshare is not None
        self.command: Sequence[str] = [*unshare, "sh", "-c", MOUNT, f"{megabytes}m", str(folder)] if unshare else []
        self._folder = folder

    def seen_by(self, pid: int) -> Path:
        """Its root, from outside."""
        return Path(f"/proc/{pid}/root{self._folder}") if self.is_real else self._folder

    def fill(self, pid: int) -> None:
        """Not a byte more for this process: no room, or where no mount is allowed no file may grow."""
        if not self.is_real:
            largest = max(path.stat().st_size for path in self._folder.rglob("*") if path.is_file())
            _limit_files(pid, largest)
            return
        fill(self.seen_by(pid))

    def make_room(self, pid: int) -> None:
        """Somebody has tidied up."""
        if self.is_real:
            (self.seen_by(pid) / "filler").unlink()
        else:
            _limit_files(pid, NO_LIMIT)


def fill(folder: Path) -> None:
    """Until there is no room for another block."""
    with (folder / "filler").open("ab", buffering=0) as filler, contextlib.suppress(OSError):
        while filler.write(PIECE) == len(PIECE):
            pass


def _limit_files(pid: int, size: int | str, user: str | None = None) -> None:
    # As its own user: root in a container may lack the right to set others' limits.
    subprocess.run(["prlimit", "--pid", str(pid), f"--fsize={size}:"], check=True, user=user)


class SmallPostgres(Postgres):
    """PostgreSQL on a disk of its own where one may be mounted; elsewhere its files may not grow beyond a limit."""

    def __init__(self, *, real: bool = True) -> None:
        super().__init__(durable=True)
        self.is_mounted = False
        self._real = real

    def prepare(self) -> None:
        """A new disk for the data."""
        data = self.folder / "data"
        data.mkdir()
        options = f"size={POSTGRES_MEGABYTES}m"
        mount = ["mount", "-t", "tmpfs", "-o", options, "none", str(data)]
        self.is_mounted = self._real and subprocess.run(mount, capture_output=True).returncode == 0
        if self.user:
            shutil.chown(data, self.user)
        super().prepare()
        # Small files for its log of changes, which it takes whole: they must have room below the limit.
        self.run(self.program("pg_resetwal"), "--wal-segsize=1", "--pgdata", data)

    def stop(self) -> None:
        """And the disk is gone."""
        if self.is_mounted:
            # Lazily: it is still in use. The folder below is empty, and the server ends as any other.
            subprocess.run(["umount", "--lazy", str(self.folder / "data")], check=True)
            self.is_mounted = False
        super().stop()

    def use_up(self) -> None:
        """Not a byte more."""
        if self.is_mounted:
            fill(self.folder / "data")
        else:
            files = (path for path in (self.folder / "data").rglob("*") if path.is_file())
            self._limit(max(path.stat().st_size for path in files))

    def make_room(self) -> None:
        """Somebody has tidied up."""
        if self.is_mounted:
            (self.folder / "data" / "filler").unlink()
        else:
            self._limit(NO_LIMIT)

    def _limit(self, size: int | str) -> None:
        assert self._server is not None
        for process in [self._server, *self._server.children(recursive=True)]:
            _limit_files(process.pid, size, self.user)
