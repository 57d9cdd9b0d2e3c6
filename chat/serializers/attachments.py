"""The one JSON shape of an attachment, and what an upload may say."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import orjson
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

if TYPE_CHECKING:
    from chat.models import Attachment

MAX_ATTACHMENTS = 10  # of a message
MAX_WAVEFORM = 256
MAX_SECONDS = 86_400.0


def attachment_json(attachment: Attachment) -> dict[str, Any]:
    """An attachment as everybody gets it who sees its message."""
    url = f"/api/attachments/{attachment.pk}"
    return {
        "id": attachment.pk,
        "name": attachment.name,
        "size": attachment.size,
        "media_type": attachment.media_type,
        "kind": attachment.kind,
        "width": attachment.width,
        "height": attachment.height,
        "duration": attachment.duration,
        "waveform": attachment.waveform,
        "url": url,
        "thumbnail_url": f"{url}/thumbnail" if attachment.thumbnail else None,
    }


@extend_schema_field(serializers.CharField())
class WaveformField(serializers.Field[Any, Any, Any, Any]):
    """JSON in a form field: a list of whole numbers from 0 to 100."""

    default_error_messages = {"invalid": f"A list of at most {MAX_WAVEFORM} whole numbers from 0 to 100, as JSON."}

    def to_internal_value(self, data: Any) -> list[int]:
        try:
            values = orjson.loads(data)
        except (orjson.JSONDecodeError, TypeError):
            self.fail("invalid")
        fits = isinstance(values, list) and 0 < len(values) <= MAX_WAVEFORM
        if not fits or any(type(value) is not int or not 0 <= value <= 100 for value in values):
            self.fail("invalid")
        return list(values)

    def to_representation(self, value: Any) -> Any:
        return value


class UploadSerializer(serializers.Serializer[Any]):
    """A file, as a form sends it; of a recording in a browser, also what the file does not say by itself."""

    file = serializers.FileField()
    duration = serializers.FloatField(required=False, min_value=0, max_value=MAX_SECONDS, help_text="Seconds.")
    waveform = WaveformField(required=False)

    def validate_duration(self, duration: float) -> float:
        """A number: `nan` is neither too small nor too large."""
        if not math.isfinite(duration):
            raise serializers.ValidationError(_("A valid number is required."), code="invalid")
        return duration

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One file: the others would be lost without a word."""
        if len(self.initial_data.getlist("file")) != 1:
            raise serializers.ValidationError({"file": _("One file at a time.")}, code="invalid")
        return attrs
