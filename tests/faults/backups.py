"""Two ways to put an older PostgreSQL in the place of the one that runs."""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import psycopg

from tests.services import HOST

if TYPE_CHECKING:
    from pathlib import Path

    from tests.services import Postgres


class Backup(ABC):
    """Made at once; `put_back` is for later."""

    @abstractmethod
    def __init__(self, postgres: Postgres) -> None: ...

    @abstractmethod
    def put_back(self) -> None:
        """From here on the server is as it was when the backup was made."""


class Dump(Backup):
    """`pg_dump`, restored into a new database that then takes the name of the old one."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres
        self._file = postgres.folder / "older.dump"
        self._run("pg_dump", "--format=custom", f"--file={self._file}", "brook")

    def put_back(self) -> None:
        self._run("createdb", "--owner=brook", "restored")
        self._run("pg_restore", "--dbname=restored", str(self._file))
        with psycopg.connect(
            host=HOST, port=self._postgres.port, user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute("ALTER DATABASE brook ALLOW_CONNECTIONS false")
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'brook'")
            connection.execute("DROP DATABASE brook WITH (FORCE)")
            connection.execute("ALTER DATABASE restored RENAME TO brook")

    def _run(self, program: str, *arguments: str) -> None:
        server = f"--host={HOST}", f"--port={self._postgres.port}", "--username=postgres"
        self._postgres.run(self._postgres.program(program), *server, *arguments)


class Files(Backup):
    """A copy of its folder, as a snapshot of the disk would be; nothing in the database tells it from the original."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres
        self._data, self._copy = postgres.folder / "data", postgres.folder / "older"
        postgres.kill()
        shutil.copytree(self._data, self._copy)
        _own_like(self._data, self._copy)
        postgres.start()

    def put_back(self) -> None:
        self._postgres.kill()
        shutil.rmtree(self._data)
        self._copy.rename(self._data)
        self._postgres.start()


def _own_like(model: Path, copy: Path) -> None:
    """Give everything in the copy the model's owner, and its folders the model's rights."""
    status = model.stat()
    for path in [copy, *copy.rglob("*")]:
        shutil.chown(path, status.st_uid, status.st_gid)
    copy.chmod(status.st_mode)
