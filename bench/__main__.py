"""python -m bench NAME [--help]: bin/bench alone lists the names."""

from __future__ import annotations

import importlib
import signal
import sys

BENCHES = {
    "fanout": "one event to many streams: CPU, latency and memory, beside nchan, Node and others",
    "streams": "thousands of streams at rest: memory, idle CPU, time to connect",
    "herd": "thousands of streams that resume at once, each with events that it missed",
    "presence": "thousands of people who go away at once and come back",
    "sends": "durable sends a second through the REST API, beside Starlette with asyncpg",
    "growth": "the same requests with ten thousand and with a million messages; search",
    "admin": "the administration's lists with a million messages, and the slowest query of each",
    "bell": "the bell's requests, and sends, with and without a hundred thousand stored notifications",
    "latency": "from the start of a POST to the bytes at the others' streams, at rest and with 300 sends a second",
    "ui": "the page in Chromium: its weight, its first paint, its frames while messages pour in",
    "lighthouse": "Lighthouse's scores of the pages, logged in",
}


def main() -> int:
    """Run the bench that the first argument names."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in BENCHES:
        print("usage: bin/bench NAME [--help]\n")
        for known, what in BENCHES.items():
            print(f"  {known:10} {what}")
        return 2 if name else 0
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that everything is cleaned up then, too
    del sys.argv[1]
    try:
        importlib.import_module(f"bench.{name}").main()
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
