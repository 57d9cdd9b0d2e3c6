"""A server behind three connections that can be cut: to its database, to Redis, and to its clients.

In a network of its own, where the tests run in one too (`bin/test --faults`): then the links are cut, and the kernel
loses what is sent. Elsewhere walls stand in between, which keep it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from tests.faults.wall import Wall
from tests.services import HOST

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from tests.faults.reader import Door
    from tests.faults.server import House, Server

NAMES = ("database", "redis", "clients")


class Cut(Protocol):
    """A connection that can be cut and mended."""

    def shut(self) -> None: ...

    def open(self) -> None: ...


class Far:
    """The server, the door to it, and what can be cut."""

    def __init__(self, server: Server, door: Door, cuts: dict[str, Cut]) -> None:
        self.server = server
        self.door = door
        self.cuts = cuts


class Link:
    """A pair of virtual interfaces between the tests' network and the server's."""

    def __init__(self, number: int, name: str, process: int, *, cut_there: bool) -> None:
        self.here, self.there = f"198.18.{number}.1", f"198.18.{number}.2"
        self._inside = ["nsenter", "--target", str(process), "--net"]
        self._cut = [*(self._inside if cut_there else []), "ip", "link", "set", f"{name}-{'b' if cut_there else 'a'}"]
        run("ip", "link", "add", f"{name}-a", "type", "veth", "peer", "name", f"{name}-b", "netns", str(process))
        run("ip", "address", "add", f"{self.here}/30", "dev", f"{name}-a")
        run("ip", "link", "set", f"{name}-a", "up")
        run(*self._inside, "ip", "address", "add", f"{self.there}/30", "dev", f"{name}-b")
        run(*self._inside, "ip", "link", "set", f"{name}-b", "up")

    def shut(self) -> None:
        """Everything on the way is lost."""
        run(*self._cut, "down")

    def open(self) -> None:
        """What was lost is sent again, when the kernel thinks it is time."""
        run(*self._cut, "up")


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


def hold_network() -> subprocess.Popen[bytes]:
    """A process whose network is its own; that goes with it."""
    pipe = subprocess.PIPE
    command = ["unshare", "--net", "sh", "-c", "ip link set lo up && echo up && read -r _"]
    holder = subprocess.Popen(command, stdin=pipe, stdout=pipe)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"up\n"
    return holder


def has_networks() -> bool:
    """Whether the tests run in a network of their own, in which they may make more."""
    return os.environ.get("BROOK_FAULTS_ROOM") == "own" and bool(shutil.which("ip") and shutil.which("nsenter"))


@asynccontextmanager
async def behind_walls(house: House, serve: Callable[..., Server]) -> AsyncIterator[Far]:
    """Everything on loopback."""
    async with AsyncExitStack() as stack:
        database, redis = [
            await stack.enter_async_context(Wall(port)) for port in (house.postgres.port, house.valkey.port)
        ]
        server = serve("far", environment=addresses(house, (HOST, database.port), (HOST, redis.port)))
        clients = await stack.enter_async_context(Wall(server.port))
        await server.ready()
        yield Far(server, clients, dict(zip(NAMES, (database, redis, clients), strict=True)))


@asynccontextmanager
async def behind_links(house: House, serve: Callable[..., Server]) -> AsyncIterator[Far]:
    """In a network of its own."""
    holder = hold_network()
    try:
        links = [Link(number, name, holder.pid, cut_there=name == "clients") for number, name in enumerate(NAMES, 1)]
        async with AsyncExitStack() as stack:
            # Services listen on loopback alone: each gets a door on this end of its link.
            database, redis = [
                await stack.enter_async_context(Wall(port, host=link.here))
                for port, link in zip((house.postgres.port, house.valkey.port), links, strict=False)
            ]
            environment = addresses(house, (links[0].here, database.port), (links[1].here, redis.port))
            environment["HOST"] = links[2].there
            environment["BROOK_ALLOWED_HOSTS"] = f"{HOST},{links[2].there}"
            launcher = ["nsenter", "--target", str(holder.pid), "--net"]
            server = serve("far", launcher=launcher, environment=environment)
            clients = await stack.enter_async_context(Wall(server.port, host_behind=links[2].there))
            server.url = clients.url
            await server.ready()
            yield Far(server, clients, dict(zip(NAMES, links, strict=True)))
            server.clear_away()
    finally:
        holder.kill()
        holder.communicate()


def addresses(house: House, database: tuple[str, int], redis: tuple[str, int]) -> dict[str, str]:
    """Settings that name the house's services at other addresses."""
    there = urlsplit(house.postgres.url)._replace(netloc=f"brook@{database[0]}:{database[1]}")
    return {"DATABASE_URL": there.geturl(), "REDIS_URL": f"redis://{redis[0]}:{redis[1]}/0"}
