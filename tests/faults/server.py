"""Real server processes that can be killed, paused and started again, and what they stand on."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import httpx
import psutil
import psycopg

from tests.services import HOST, Postgres, Valkey, free_port

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).resolve().parents[2]
READY_TIMEOUT_S = 180
STOP_TIMEOUT_S = 20


@dataclass(frozen=True)
class Cast:
    """People with their tokens and the conversations between them; everybody is in the first one."""

    tokens: list[str]
    people: list[str]  # their ids
    sessions: list[str]
    conversations: list[str]
    members: list[list[int]]  # of each conversation, as positions in `tokens`

    def conversations_of(self, person: int) -> list[str]:
        """The conversations a person takes part in."""
        return [self.conversations[number] for number, people in enumerate(self.members) if person in people]


class Home:
    """A data folder that server processes share; on its own it is the default set-up with SQLite."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}},
            "BROOK_DATA": str(folder / "data"),
            "BROOK_SECRET_KEY": "only-for-the-fault-tests-" * 3,
            "BROOK_DEMO": "0",
            "BROOK_LIMITS": "0",
            "BROOK_ACCESS_TOKEN_MINUTES": "60",
            "PYTHONUNBUFFERED": "1",
            **environment,
        }
        self._hand: subprocess.Popen[str] | None = None

    def set_up(self) -> None:
        """Make the database, for servers that do not do it themselves."""
        result = subprocess.run(
            [sys.executable, "manage.py", "serve", "--migrate-only"],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert result.returncode == 0, result.stderr

    def cast(self, people: int, members: Sequence[Sequence[int]] = ()) -> Cast:
        """New people, all of them in one conversation, and further conversations of some of them."""
        groups = [list(range(people)), *map(list, members)]
        return Cast(**self.do("cast", people=people, groups=groups)[0], members=groups)

    def do(self, deed: str, **arguments: Any) -> tuple[Any, float]:
        """One of the deeds of tests/faults/hand.py: its result, and when (time.monotonic) it was done."""
        if self._hand is None:
            with (self.folder / "hand.log").open("ab") as log:
                command = [sys.executable, "-m", "tests.faults.hand"]
                pipe = subprocess.PIPE
                self._hand = subprocess.Popen(
                    command, cwd=ROOT, env=self.environment, stdin=pipe, stdout=pipe, stderr=log, text=True
                )
        hand = self._hand
        assert hand.stdin is not None
        assert hand.stdout is not None
        hand.stdin.write(json.dumps({"do": deed, **arguments}) + "\n")
        hand.stdin.flush()
        line = hand.stdout.readline()
        assert line, (self.folder / "hand.log").read_text()
        answer = json.loads(line)
        return answer["result"], answer["at"]

    async def act(self, deed: str, **arguments: Any) -> tuple[Any, float]:
        """The same, and the streams go on meanwhile."""
        return await asyncio.to_thread(self.do, deed, **arguments)

    def close(self) -> None:
        """Leave no process behind."""
        if self._hand is not None:
            self._hand.kill()
            self._hand.communicate()
            self._hand = None


class House(Home):
    """A database, a Redis and a data folder that several server processes share, all set up."""

    def __init__(self, folder: Path, postgres: Postgres, valkey: Valkey) -> None:
        self.postgres = postgres
        self.valkey = valkey
        super().__init__(folder, DATABASE_URL=postgres.url, REDIS_URL=valkey.url)
        self.set_up()

    def ask(self, query: str, *values: Any) -> Any:
        """The first value a query gives."""
        with psycopg.connect(self.postgres.url, autocommit=True, connect_timeout=3) as connection:
            row = connection.execute(query.encode(), values).fetchone()
        return row[0] if row else None

    def place_of(self, message_id: str) -> int | None:
        """The place in the log of the event that tells of a message, once it has one."""
        place: int | None = self.ask("SELECT pos FROM realtime_event WHERE object_id = %s::uuid", message_id)
        return place


class Server:
    """One `manage.py serve` with a port of its own, which it keeps however often it is started.

    `launcher` is a command line before that of the server, `environment` is added to the house's.
    """

    def __init__(
        self,
        house: Home,
        name: str,
        program: Sequence[str] = ("manage.py",),
        *,
        role: str = "web",
        launcher: Sequence[str] = (),
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.port = free_port()
        self.url = f"http://{HOST}:{self.port}"
        self.log = house.folder / f"{name}-{self.port}.log"
        self._command = [*launcher, sys.executable, *program, "serve", "--role", role]
        self._environment = {**house.environment, "PORT": str(self.port), **environment}
        self._process: psutil.Popen | None = None

    def start(self) -> None:
        """Start and return at once; `ready` waits."""
        with self.log.open("ab") as log:
            self._process = psutil.Popen(self._command, cwd=ROOT, env=self._environment, stdout=log, stderr=log)

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    async def ready(self) -> None:
        """Wait until it serves, with its database."""
        async with httpx.AsyncClient() as client, asyncio.timeout(READY_TIMEOUT_S):
            while not await self._answers(client):
                assert self.process.poll() is None, self.log.read_text()
                await asyncio.sleep(0.05)

    async def _answers(self, client: httpx.AsyncClient) -> bool:
        try:
            return (await client.get(f"{self.url}/health/ready", timeout=5)).status_code == 200
        except httpx.TransportError:
            return False

    @property
    def process(self) -> psutil.Popen:
        """The running process."""
        assert self._process is not None, "not started"
        return self._process

    def kill(self) -> None:
        """kill -9: nothing is finished, nobody is told. A launcher may have the server as its child."""
        for one in [*self.process.children(recursive=True), self.process]:
            one.kill()
        self.process.wait()

    def pause(self) -> None:
        """Freeze it with all that it holds, until `resume`."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self.process.send_signal(signal.SIGCONT)

    async def stop(self, signum: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """Ask it to end, as a deployment would: (exit code, seconds it took)."""
        began = time.monotonic()
        self.process.send_signal(signum)
        code = await asyncio.to_thread(self.process.wait, STOP_TIMEOUT_S)
        return code, time.monotonic() - began

    async def died(self, timeout_s: float = 10) -> int:
        """Its exit code, once it has ended by itself."""
        return int(await asyncio.to_thread(self.process.wait, timeout_s))

    def clear_away(self) -> None:
        """Leave no process behind, whatever state it is in."""
        if self.is_running:
            self.kill()
