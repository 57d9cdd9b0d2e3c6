"""JSON in and out of the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

MAX_DEPTH = 20


class JSONRenderer(BaseRenderer):
    """UTF-8 JSON as RFC 8259 has it; times in UTC end with Z."""

    media_type = "application/json"
    format = "json"
    charset = None  # RFC 8259: JSON has no charset parameter

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        if data is None:
            return b""
        return orjson.dumps(data, default=_plain, option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS)


def _plain(value: Any) -> Any:
    """What orjson does not know: lazy translations, ErrorDetail and other subclasses of str, lists and mappings."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, list | tuple | set):
        return list(value)
    return str(value)


class JSONNegotiation(DefaultContentNegotiation):
    """JSON whatever the client asks for: an EventSource accepts only text/event-stream, and still wants its 401."""

    def select_renderer(
        self, request: Any, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class JSONParser(BaseParser):
    """Strict JSON: no NUL and no lone surrogates (PostgreSQL stores neither), no nesting deeper than `MAX_DEPTH`."""

    media_type = "application/json"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        limit: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE  # under WSGI nobody has looked before
        body = stream.read(limit + 1)
        if len(body) > limit:
            from config.errors import BodyTooLarge  # which needs DRF, whose settings name this module

            raise BodyTooLarge
        try:
            data = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise ParseError(_("The body is not valid JSON: %(error)s.") % {"error": error}) from None
        _check(data, MAX_DEPTH)
        return data


def _check(value: Any, depth: int) -> None:
    if isinstance(value, str):
        if "\0" in value:
            raise ParseError(_("Text must not contain the NUL character."))
        return
    if isinstance(value, dict | list):
        if depth == 0:
            raise ParseError(_("The body is nested deeper than %(most)d levels.") % {"most": MAX_DEPTH})
        for item in value.values() if isinstance(value, dict) else value:
            _check(item, depth - 1)
        if isinstance(value, dict) and any("\0" in key for key in value):
            raise ParseError(_("Text must not contain the NUL character."))
