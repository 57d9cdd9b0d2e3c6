"""python -m tests.services -- COMMAND..."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.services import Postgres, ServiceError, Valkey

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType


def run_with_services(command: Sequence[str]) -> int:
    """Run command beside both services; return its code, as a shell does: 128 + n when signal n ended it."""
    with Postgres() as postgres, Valkey() as valkey:
        environment = os.environ | {"DATABASE_URL": postgres.url, "REDIS_URL": valkey.url}
        process: subprocess.Popen[bytes] | None = None
        early: list[int] = []

        def forward(signum: int, _: FrameType | None) -> None:
            if signum == signal.SIGINT and sys.stdin is not None and sys.stdin.isatty():
                return  # the terminal has told the command already
            if process is None:
                early.append(signum)
            else:
                process.send_signal(signum)

        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, forward)
        try:
            process = subprocess.Popen(command, env=environment)
        except OSError as error:
            raise ServiceError(f"{command[0]}: {error.strerror}") from error
        for told in early:
            process.send_signal(told)
        code = process.wait()
    return code if code >= 0 else 128 - code


def main() -> int:
    command = sys.argv[1:]
    if command[:1] == ["--"]:
        command = command[1:]
    if not command:
        sys.stderr.write("usage: python -m tests.services -- COMMAND...\n")
        return 2
    try:
        return run_with_services(command)
    except ServiceError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
