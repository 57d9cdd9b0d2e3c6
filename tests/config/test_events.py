"""GET /api/events"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from config.event_shapes import DURABLE, PASSING
from tests.described import problems

pytestmark = pytest.mark.once


@pytest.fixture
def document(client: Client) -> dict[str, Any]:
    answer = client.get("/api/events")
    assert answer["Content-Type"] == "application/vnd.aai.asyncapi+json;version=3.0.0"
    found: dict[str, Any] = answer.json()
    return found


def references(part: Any) -> set[str]:
    if isinstance(part, dict):
        own = {part["$ref"]} if "$ref" in part else set()
        return own.union(*map(references, part.values()))
    return set().union(*map(references, part)) if isinstance(part, list) else set()


def test_it_describes_every_event_that_the_docs_do(document: dict[str, Any]) -> None:
    docs = (Path(settings.BASE_DIR) / "docs/events.md").read_text(encoding="utf-8")
    durable, passing = docs.split("## Passing")
    tables = [re.findall(r"^\| (`[a-z]+(?:\.[a-z_]+)?`.*?) \|", part, re.MULTILINE) for part in (durable, passing)]
    names = [{name for row in rows for name in re.findall(r"`([\w.]+)`", row)} for rows in tables]
    assert names == [set(DURABLE), set(PASSING)]
    assert document["asyncapi"] == "3.0.0"
    messages = document["components"]["messages"]
    assert set(messages) == names[0] | names[1]
    assert {name for name, each in messages.items() if each["x-durable"]} == names[0]


def test_all_that_it_refers_to_is_in_it(document: dict[str, Any]) -> None:
    for reference in references(document):
        part = document
        for step in reference.removeprefix("#/").split("/"):
            part = part[step]


def test_what_does_not_fit_is_found() -> None:
    """Or the tests that hold events against it would prove nothing."""
    good = {"server_time": "2026-01-01T00:00:00Z"}
    assert problems("ping", good) == []
    assert problems("ping", {})
    assert problems("ping", {"server_time": 1})
    assert problems("ping", {**good, "more": 1})
    assert problems("no.such", good)
