"""What things cost in a small and in a large database: the same people and conversations, ever more messages."""

from __future__ import annotations

import argparse
import itertools
import statistics
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import psutil

from bench import report
from bench.brook import django_here
from bench.processes import cpu_s

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.growing import Town
    from tests.services import Postgres


@dataclass
class Cost:
    """Of one request; the CPU time is Python's and PostgreSQL's together, on average."""

    p50_ms: float
    p95_ms: float
    cpu_ms: float


Rows = dict[str, Cost]


class Meter:
    """Measures requests one after the other."""

    def __init__(self, postgres: Postgres, repeat: int) -> None:
        assert postgres._server is not None
        self._postgres = postgres._server
        self._repeat = repeat

    def cost(self, act: Callable[[], Any]) -> Cost:
        """Of what `act` does, after three times for warming up."""
        for _ in range(3):
            act()
        found = []
        before = self._cpu_s()
        for _ in range(self._repeat):
            start = time.perf_counter()
            act()
            found.append((time.perf_counter() - start) * 1000)
        cpu_ms = (self._cpu_s() - before) * 1000 / self._repeat
        return Cost(statistics.median(found), sorted(found)[int(len(found) * 0.95)], cpu_ms)

    def _cpu_s(self) -> float:
        return cpu_s([psutil.Process(), self._postgres, *self._postgres.children(recursive=True)])


class Api:
    """The whole of Django as the WSGI server calls it, for one person; everything but HTTP itself."""

    def __init__(self, person: Any) -> None:
        from django.utils import timezone
        from rest_framework.test import APIClient

        from accounts import tokens
        from accounts.models import Session

        until = timezone.now() + timedelta(days=1)
        session = Session.objects.create(user=person, kind=Session.Kind.API, expires_at=until)
        self._client = APIClient(SERVER_NAME="localhost")
        self._client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.access_for(session)}")

    def get(self, path: str, **query: Any) -> Any:
        """An answer that went well; reading its JSON is the client's time."""
        return self._checked(self._client.get(f"/api/{path}", query))

    def send(self, conversation: Any, name: str) -> None:
        """A message."""
        body = {"conversation_id": str(conversation.pk), "client_id": name, "content": "have you seen 日本 today?"}
        self._checked(self._client.post("/api/messages", body, format="json"))

    @staticmethod
    def _checked(answer: Any) -> Any:
        if answer.status_code >= 400:
            raise RuntimeError(f"{answer.status_code}: {answer.content[:500]}")
        return answer


def conversations(town: Town, meter: Meter) -> Rows:
    """Sending, reading, listing, counting."""
    ann, ben = Api(town.ann), Api(town.ben)
    busiest = f"conversations/{town.busiest.pk}/messages"
    last_seq = ann.get(busiest).json()["results"][-1]["seq"]
    names = (f"growth-{town.messages}-{number}" for number in itertools.count())
    rows = {
        "send": meter.cost(lambda: ann.send(town.busiest, next(names))),
        "history, the end": meter.cost(lambda: ann.get(busiest)),
        "history, the middle": meter.cost(lambda: ann.get(busiest, before=last_seq // 2)),
        "conversation list, 10": meter.cost(lambda: ben.get("conversations")),
        "conversation list, 1,000": meter.cost(lambda: ann.get("conversations")),
        "unread counts, 10 conversations": meter.cost(lambda: ben.get("unread-counts")),
        "unread counts, 1,000 conversations": meter.cost(lambda: ann.get("unread-counts")),
    }
    town.unread_everything(town.busiest)
    rows["conversation list, the busiest all unread"] = meter.cost(lambda: ann.get("conversations"))
    return rows


def searches(town: Town, meter: Meter) -> Rows:
    """Words of every kind, over all that one may see and inside one conversation; each time another one."""
    words = town.words
    kinds = {
        "frequent word": words[:20],
        "rare word": words[-2000:-100:19],
        "two words": [f"{one} {two}" for one, two in zip(words[20:60], words[100:140], strict=True)],
        "part of a word": [word[1:5] for word in words[2000:4000:20] if len(word) > 6],
        "two characters, frequent": [word for word in words[:600] if ord(word[0]) > 0x3000],
        "two characters, rare": [word for word in words[600:] if ord(word[0]) > 0x3000],
        "two letters": ["qu", "zu", "mi", "xq"],
        "nothing like it": ["xylqwert"],
    }
    rows = {}
    for kind, some in kinds.items():
        for who, person, where in (
            ("1,000 conversations", town.ann, {}),
            ("10 conversations", town.ben, {}),
            ("one conversation", town.ann, {"conversation": str(town.busiest.pk)}),
        ):
            rows[f"{kind}: {who}"] = meter.cost(finder(person, some, where))
    rows["has:link: 1,000 conversations"] = meter.cost(finder(town.ann, [""], {"has": "link"}))
    return rows


def finder(person: Any, texts: list[str], query: dict[str, str]) -> Callable[[], Any]:
    """Searches for one text after the other."""
    api, turn = Api(person), itertools.cycle(texts)
    return lambda: api.get("messages/search", q=next(turn), **query)


def main() -> None:
    """Fill, measure, fill, measure."""
    parser = argparse.ArgumentParser(prog="bin/bench growth", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 1_000_000], help="how many messages")
    parser.add_argument("--repeat", type=int, default=60)
    parser.add_argument("--wait", action="store_true", help="keep the database until Enter is pressed")
    options = parser.parse_args()
    print(report.machine("django", "psycopg"))
    with django_here() as postgres:
        from bench.growing import Town

        town, meter = Town(), Meter(postgres, options.repeat)
        found: list[tuple[Rows, Rows]] = []
        for size in options.sizes:
            start = time.perf_counter()
            town.grow(size)
            print(f"{size:,} messages: {time.perf_counter() - start:.0f} s", flush=True)
            found.append((conversations(town, meter), searches(town, meter)))
        for tables in zip(*found, strict=True):
            head = ["", *(f"{size:,}: {what}" for size in options.sizes for what in ("p50 ms", "p95", "CPU ms"))]
            rows = [[name, *(value for table in tables for value in vars(table[name]).values())] for name in tables[0]]
            compared = [[*row, row[-1] / max(row[3], 0.1)] for row in rows]
            print("\n" + report.table([*head, "CPU ratio"], compared), flush=True)
        if options.wait:
            input(f"{postgres.url} ")
