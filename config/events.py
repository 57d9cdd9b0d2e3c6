"""GET /api/events: every event of the streams, for programs to generate their types from (AsyncAPI 3.0)."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from drf_spectacular.plumbing import ComponentRegistry, process_webhooks
from drf_spectacular.utils import OpenApiWebhook, extend_schema

from config.event_shapes import DURABLE, PASSING

if TYPE_CHECKING:
    from rest_framework import serializers

STREAMS = {
    "stream": ("/api/realtime/stream", "All that concerns the person, as Server-Sent Events."),
    "conversation": ("/api/realtime/stream/conversation/{conversation_id}", "The same for one conversation."),
}
ID = {"type": "string", "description": "The cursor to resume from, `<epoch>.<pos>`: of durable events alone."}


@require_safe
def description(_request: HttpRequest) -> HttpResponse:
    """The description, the same for everybody."""
    return JsonResponse(document(), content_type="application/vnd.aai.asyncapi+json;version=3.0.0")


@functools.cache
def document() -> dict[str, Any]:
    """An AsyncAPI document. The parts that events share with answers are called as in /api/schema."""
    payloads, schemas = _schemas({**DURABLE, **PASSING})
    messages = {name: _message(name, shape, payloads[name]) for name, shape in {**DURABLE, **PASSING}.items()}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Brook's events",
            "version": settings.VERSION,
            "description": "What comes over the streams and in polls: `event`, `data` and `id` of Server-Sent Events.",
        },
        "defaultContentType": "application/json",
        "channels": {
            name: {
                "address": address,
                "description": about,
                "messages": {each: {"$ref": f"#/components/messages/{each}"} for each in messages},
                **({"parameters": {"conversation_id": {}}} if "{" in address else {}),
            }
            for name, (address, about) in STREAMS.items()
        },
        "operations": {
            name: {"action": "send", "channel": {"$ref": f"#/channels/{name}"}, "summary": about}
            for name, (_address, about) in STREAMS.items()
        },
        "components": {"messages": messages, "schemas": schemas},
    }


def _message(name: str, shape: type[serializers.Serializer[Any]], payload: dict[str, Any]) -> dict[str, Any]:
    durable = name in DURABLE
    return {
        "name": name,
        "summary": inspect.getdoc(shape),
        "payload": payload,
        "x-durable": durable,
        **({"headers": {"type": "object", "required": ["id"], "properties": {"id": ID}}} if durable else {}),
    }


def _schemas(shapes: dict[str, type[serializers.Serializer[Any]]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """By drf-spectacular, which knows how serializers are described: as what we would send to somebody's webhook."""
    registry = ComponentRegistry()
    described: Any = process_webhooks(
        [
            OpenApiWebhook(
                name, extend_schema(operation_id=name, tags=["events"], request=shape, responses={204: None})
            )
            for name, shape in shapes.items()
        ],
        registry,
    )
    payloads = {
        name: described[name]["post"]["requestBody"]["content"]["application/json"]["schema"] for name in shapes
    }
    return payloads, registry.build({})["schemas"]
