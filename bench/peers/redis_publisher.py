"""Publishes to a channel of Redis: what the Node peer listens to.

python -m bench.peers.redis_publisher       RATE SECONDS by standard input
"""

from __future__ import annotations

import json
import os
import sys

import redis

from bench import pace
from bench.subjects import payload


def main() -> None:
    """Publish at the pace that standard input asks for."""
    client = redis.Redis(port=int(os.environ["BENCH_REDIS_PORT"]))
    client.ping()
    print('"ready"', flush=True)
    for line in sys.stdin:
        rate, seconds = map(float, line.split())
        print(json.dumps(pace.run(lambda: client.publish("room", payload()), rate, seconds)), flush=True)


if __name__ == "__main__":
    main()
