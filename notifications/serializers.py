"""The one JSON shape of a notification and of preferences, for REST answers and for events; what requests may say."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import ec
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.names import validate_line, validate_time_zone
from accounts.serializers import Text
from chat.serializers import IdField
from notifications.endpoints import check_endpoint
from notifications.models import CHANNELS, Digest, Type
from notifications.wording import title_of

if TYPE_CHECKING:
    from accounts.models import User
    from notifications.models import Notification, Preferences

MAX_LIMIT = 100
MAX_PAGE = 2**31
MAX_KEYWORDS = 50
MAX_KEYWORD = 50
AUTH_BYTES = 16


def notification_json(notification: Notification) -> dict[str, Any]:
    """A notification as its person gets it."""
    return {
        "id": notification.pk,
        "type": notification.type,
        "title": title_of(notification),
        "text": notification.text,
        "data": notification.data,
        "count": notification.count,
        "is_read": notification.is_read,
        "is_delivered": notification.is_delivered,
        "created_at": notification.created_at,
        "updated_at": notification.updated_at,
    }


def preferences_json(user: User, preferences: Preferences) -> dict[str, Any]:
    """How somebody wants to be told: what they set, and what holds for the rest."""
    return {
        "levels": preferences.all_levels(),
        "quiet_hours": {
            "enabled": preferences.quiet_enabled,
            "start": f"{preferences.quiet_start:%H:%M}",
            "end": f"{preferences.quiet_end:%H:%M}",
            "time_zone": user.time_zone,
        },
        "snooze_until": preferences.snooze_until,
        "keywords": preferences.keywords,
        "email_digest": preferences.email_digest,
        "email_digest_hour": preferences.digest_hour,
        "push_content": preferences.push_content,
        "receipts": user.prefers("receipts"),
        "typing": user.prefers("typing"),
    }


# --- what comes in ----------------------------------------------------------------------------------------------------
class NotificationsQuery(serializers.Serializer[Any]):
    """A page of notifications."""

    page = serializers.IntegerField(required=False, default=1, min_value=1, max_value=MAX_PAGE)
    limit = serializers.IntegerField(required=False, default=20, min_value=1, max_value=MAX_LIMIT)
    unread = serializers.BooleanField(
        required=False,
        allow_null=True,
        default=None,
        help_text="true: only those that are not read; false: the others.",
    )


class ReadAllSerializer(serializers.Serializer[Any]):
    """Which to read: those of one conversation, or all."""

    conversation_id = IdField(required=False)


class WhyQuery(serializers.Serializer[Any]):
    """About which message."""

    message_id = IdField()


def source_of(type: str) -> str:
    """What DRF may call the field of a type: it takes a dot for a path, and refuses the name itself."""
    return f"type {type.replace('.', ' ')}"


class ChannelsSerializer(serializers.Serializer[Any]):
    """By which channels; what is left out stays as it is."""

    def get_fields(self) -> dict[str, Any]:
        """One for each channel."""
        return {channel: serializers.BooleanField(required=False) for channel in CHANNELS}


class LevelsSerializer(serializers.Serializer[Any]):
    """By which channels to be told of what; what is left out stays as it is."""

    def get_fields(self) -> dict[str, Any]:
        """One for each type."""
        return {type: ChannelsSerializer(required=False, source=source_of(type)) for type in Type.values}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """By type."""
        given = super().to_internal_value(data)
        return {type: given[source_of(type)] for type in Type.values if source_of(type) in given}


@extend_schema_field({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$", "examples": ["22:00"]})
class ClockField(serializers.TimeField):
    """Hours and minutes."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%H:%M"], **kwargs)


class QuietHoursSerializer(serializers.Serializer[Any]):
    """When nothing interrupts, by the clocks of a time zone; `end` may be before `start`: over midnight."""

    enabled = serializers.BooleanField(required=False)
    start = ClockField(required=False)
    end = ClockField(required=False)
    time_zone = Text(
        required=False, max_length=64, validators=[validate_time_zone], help_text="The person's own: as in users/me."
    )


class NotificationPreferencesSerializer(serializers.Serializer[Any]):
    """How somebody wants to be told; what is left out stays as it is."""

    levels = LevelsSerializer(required=False)
    quiet_hours = QuietHoursSerializer(required=False)
    snooze_until = serializers.DateTimeField(
        required=False, allow_null=True, help_text="Nothing interrupts until then."
    )
    keywords = serializers.ListField(
        required=False,
        max_length=MAX_KEYWORDS,
        child=Text(max_length=MAX_KEYWORD, validators=[validate_line]),
        help_text="Words that count as if one were named.",
    )
    email_digest = serializers.ChoiceField(Digest.choices, required=False)
    email_digest_hour = serializers.IntegerField(
        required=False, min_value=0, max_value=23, help_text="Of daily and weekly ones, in the person's time zone."
    )
    push_content = serializers.BooleanField(required=False, help_text="Whether pushes carry what was said.")
    receipts = serializers.BooleanField(required=False, help_text="As in `preferences` of users/me.")
    typing = serializers.BooleanField(required=False, help_text="As in `preferences` of users/me.")


class PushKeysSerializer(serializers.Serializer[Any]):
    """The keys of a PushSubscription, in base64url."""

    p256dh = Text(max_length=88)
    auth = Text(max_length=24)

    def validate_p256dh(self, text: str) -> str:
        """A point of the curve, or nothing could ever be sent."""
        try:
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _decoded(text))
        except ValueError:
            raise serializers.ValidationError(_("This is not a key of a browser."), code="invalid") from None
        return text

    def validate_auth(self, text: str) -> str:
        """Sixteen bytes (RFC 8291, 3.2)."""
        if len(_decoded(text)) != AUTH_BYTES:
            raise serializers.ValidationError(_("This is not a secret of a browser."), code="invalid")
        return text


class PushSubscriptionSerializer(serializers.Serializer[Any]):
    """A browser's PushSubscription, as its `toJSON()` gives it."""

    endpoint = Text(max_length=1000)
    expirationTime = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=2**53)
    keys = PushKeysSerializer()

    def validate_endpoint(self, url: str) -> str:
        """At a public address, and with TLS."""
        try:
            check_endpoint(url)
        except ValueError as error:
            raise serializers.ValidationError(str(error), code="invalid") from None
        return url


class EndpointQuery(serializers.Serializer[Any]):
    """Which subscription."""

    endpoint = Text(max_length=1000)


def _decoded(text: str) -> bytes:
    try:
        return urlsafe_b64decode(f"{text.rstrip('=')}{'=' * (-len(text.rstrip('=')) % 4)}".encode("ascii"))
    except (ValueError, UnicodeError):
        raise serializers.ValidationError(_("This is not base64url."), code="invalid") from None
