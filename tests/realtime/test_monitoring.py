"""GET /api/realtime/status, POST /api/realtime/client-metrics, GET /metrics."""

from __future__ import annotations

import json
import re
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.test import Client
from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from accounts.models import User
from realtime import figures, metrics
from realtime.hub import Hub
from tests.conftest import Api
from tests.realtime.people import Cast
from tests.server import Server

ROOT = Path(__file__).resolve().parents[2]
STATUS = "/api/realtime/status"
TELL = "/api/realtime/client-metrics"


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


# --- status -----------------------------------------------------------------------------------------------------------
def test_everybody_may_ask_whether_the_server_is_there(client: Client, db: None) -> None:
    assert set(client.get(STATUS).json()) == {"status", "version"}


def test_who_is_signed_in_is_told_more(cast: Cast) -> None:
    alice, bob = cast("alice"), cast("bob")
    talk = alice.open_direct(bob)
    with bob.stream() as reader:
        alice.say(talk, "hello")
        assert reader.said()
        answer = alice.http.get(STATUS).json()
    assert (answer["status"], answer["database"]) == ("ok", "ok")
    assert answer["layer"] in {"memory", "ok"}
    assert answer["streams"] >= 1
    assert answer["users_online"] >= 0  # presence takes a moment
    assert answer["head"] >= 2
    assert 0 <= answer["lag_ms"] < 5000
    assert answer["uptime_seconds"] >= 0


def test_a_process_without_streams_says_so(alice: User, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "KEY", f"test:{uuid.uuid4().hex}")  # others have told of themselves
    answer = api(alice).get(STATUS).json()
    assert (answer["streams"], answer["lag_ms"], answer["head"]) == (0, None, 0)


# --- what clients tell ------------------------------------------------------------------------------------------------
def test_what_clients_tell_is_counted(alice: User, api: Api) -> None:
    before = value("brook_client_connects_total"), value("brook_client_reconnect_seconds_sum")
    told = {"connects": 3, "failures": 1, "reconnect_ms": 1500.5, "parse_errors": 0, "polls": 2, "browser": "mine"}
    assert api(alice).post(TELL, told).status_code == 204
    assert api(alice).post(TELL, {}).status_code == 204
    assert value("brook_client_connects_total") == before[0] + 3
    assert value("brook_client_reconnect_seconds_sum") == pytest.approx(before[1] + 1.5005)


@pytest.mark.parametrize(
    "told",
    [
        {"connects": -1},
        {"connects": 10_001},
        {"failures": 1.5},
        {"failures": True},
        {"parse_errors": "many"},
        {"parse_errors": None},
        {"reconnect_ms": -1},
        {"reconnect_ms": 1e30},
        {"reconnect_ms": [1]},
        {"polls": 10**18},
        [],
        "text",
    ],
)
def test_nonsense_is_400_and_not_counted(alice: User, api: Api, told: Any) -> None:
    before = value("brook_client_connects_total")
    answer = api(alice).post(TELL, told)
    assert (answer.status_code, answer.json()["type"]) == (400, "validation_error")
    assert value("brook_client_connects_total") == before


def test_nobody_else_may_tell(client: Client, db: None) -> None:
    assert client.post(TELL, {}).status_code == 401


# --- /metrics ---------------------------------------------------------------------------------------------------------
def test_metrics_are_for_this_machine(client: Client) -> None:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    names = {family.name for family in text_string_to_metric_families(answer.content.decode())}
    assert {"brook_streams_open", "brook_delivery_lag_seconds", "process_resident_memory_bytes"} <= names


@pytest.mark.parametrize(
    "where", [{"REMOTE_ADDR": "192.0.2.7"}, {"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, {"HTTP_FORWARDED": "for=x"}]
)
def test_and_nobody_elsewhere(client: Client, where: dict[str, Any]) -> None:
    assert client.get("/metrics", **where).status_code == 403


def test_or_for_who_has_the_token(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = "a long token"
    where = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer another"}, **where).status_code == 403  # type: ignore[arg-type]
    assert client.get("/metrics", headers={"Authorization": "Bearer a long token"}, **where).status_code == 200  # type: ignore[arg-type]


def test_a_running_server_counts(server: Server, cast: Cast) -> None:
    alice, bob = cast("alice"), cast("bob")
    talk = alice.open_direct(bob)

    def scraped(name: str, **labels: str) -> float:
        text = httpx.get(f"{server.base_url}/metrics").text
        samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
        return sum(each.value for each in samples if each.name == name and labels.items() <= each.labels.items())

    before = {name: scraped(name) for name in ("brook_streams_open", "brook_stream_connects_total")}
    sent = scraped("brook_events_total", type="message.created")
    with bob.stream() as reader:
        alice.say(talk, "hello")
        assert reader.said()
        assert scraped("brook_streams_open") == before["brook_streams_open"] + 1
        assert scraped("brook_stream_connects_total") == before["brook_stream_connects_total"] + 1
        assert scraped("brook_events_total", type="message.created") == sent + 1
        assert scraped("brook_delivery_lag_seconds_count") >= 1
        assert scraped("brook_sequencer_batch_events_sum") >= 1


async def test_why_streams_ended(connect: Any, hub: Hub) -> None:
    before = {reason: value("brook_stream_ends_total", reason=reason) for reason in ("client", "shutdown")}
    left, ended = [await connect("0199b0a4-7c1e-7d3a-9f58-2f6f1c1f2a01") for _ in range(2)]
    left.task.cancel()
    ended.stream.end()
    await ended.task
    for reason, count in before.items():
        assert value("brook_stream_ends_total", reason=reason) == count + 1


# --- the dashboard and the docs ---------------------------------------------------------------------------------------
def exposed() -> set[str]:
    """The names Prometheus stores, of our metrics."""
    kinds = [each for each in vars(metrics).values() if isinstance(each, MetricWrapperBase)]
    suffixes = {"counter": ["_total"], "gauge": [""], "histogram": ["_bucket", "_sum", "_count"]}
    return {family.name + suffix for each in kinds for family in each.describe() for suffix in suffixes[family.type]}


def test_the_dashboard_draws_only_what_there_is() -> None:
    dashboard = json.loads((ROOT / "docs" / "grafana.json").read_text())
    drawn = " ".join(target["expr"] for panel in dashboard["panels"] for target in panel["targets"])
    used = set(re.findall(r"\bbrook_\w+", drawn))
    assert used
    assert used <= exposed()
    process = {family.name for family in REGISTRY.collect()}
    for name in set(re.findall(r"\bprocess_\w+", drawn)):
        assert name.removesuffix("_total") in process


def test_every_metric_is_documented() -> None:
    page = (ROOT / "docs" / "metrics.md").read_text()
    documented = set(re.findall(r"^\| `(brook_\w+)`", page, re.MULTILINE))
    stored = {name.removesuffix("_bucket") for name in exposed() if not name.endswith(("_sum", "_count"))}
    assert documented == stored
