"""Many people sending, each send at its time, in one process: threads with a connection each.

python -m bench.posting PORT GROUPS.json      then, by standard input: RATE SECONDS; the answer is what `run` returns
"""

from __future__ import annotations

import itertools
import json
import random
import statistics
import sys
import threading
import time
from pathlib import Path
from typing import Any

from bench import brook, pace
from bench.crowd import mark
from bench.http import Connection, request_bytes

THREADS = 24


class Senders:
    """Random people of random groups."""

    def __init__(self, port: int, groups: list[dict[str, Any]]) -> None:
        self._port, self._groups = port, groups
        self._numbers = itertools.count()
        self.answered: list[float] = []
        self.failed = 0

    def run(self, rate: float, seconds: float) -> dict[str, Any]:
        """Send at this rate; what the answers took."""
        self.answered, self.failed = [], 0
        threads = [
            threading.Thread(target=self._send_for, args=[rate / THREADS, seconds, turn / THREADS])
            for turn in range(THREADS)
        ]
        begun = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took_s = time.monotonic() - begun
        cuts = statistics.quantiles(self.answered, n=100)
        sent = len(self.answered)
        return {"sent": sent, "rate": sent / took_s, "failed": self.failed, "p50_ms": cuts[49], "p99_ms": cuts[98]}

    def _send_for(self, rate: float, seconds: float, share: float) -> None:
        time.sleep(share / rate)  # not all at the same moment
        connection = Connection(self._port)
        pace.run(lambda: self._send(connection), rate, seconds)
        connection.close()

    def _send(self, connection: Connection) -> None:
        group = random.choice(self._groups)
        body = brook.message_body(group["id"], f"load-{next(self._numbers)}", mark())
        request = request_bytes("POST", "/api/messages", token=random.choice(group["tokens"]), body=body)
        begun = time.monotonic()
        if connection.ask(request).startswith(b"HTTP/1.1 201"):
            self.answered.append((time.monotonic() - begun) * 1000)
        else:
            self.failed += 1


def main() -> None:
    """Send as standard input asks."""
    port, groups = sys.argv[1:]
    senders = Senders(int(port), json.loads(Path(groups).read_text()))
    print('"ready"', flush=True)
    for line in sys.stdin:
        rate, seconds = map(float, line.split())
        print(json.dumps(senders.run(rate, seconds)), flush=True)


if __name__ == "__main__":
    main()
