"""Holds events against their machine-readable description, `GET /api/events`."""

from __future__ import annotations

import functools
from typing import Any

from jsonschema import Draft202012Validator

from config.events import document


def problems(event_type: str, data: dict[str, Any]) -> list[str]:
    """What of an event is not as described: empty where all is."""
    if event_type not in document()["components"]["messages"]:
        return [f"{event_type} is not described"]
    validator = _validator(event_type)
    found = [f"{event_type}: {'.'.join(map(str, each.path))}: {each.message}" for each in validator.iter_errors(data)]
    unknown = set(data) - set(_shape(event_type)["properties"])
    return found + [f"{event_type}: {name} is not described" for name in sorted(unknown)]


@functools.cache
def _validator(event_type: str) -> Draft202012Validator:
    return Draft202012Validator({**_shape(event_type), "components": document()["components"]})


def _shape(event_type: str) -> dict[str, Any]:
    payload = document()["components"]["messages"][event_type]["payload"]
    shape: dict[str, Any] = document()["components"]["schemas"][payload["$ref"].rpartition("/")[2]]
    return shape
