"""The one JSON shape of a person, and what requests about people may say."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict

from django.conf import settings
from django.db.models import UUIDField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers

from accounts import names, preferences
from accounts.models import Block, User
from accounts.models.users import avatar_url, status
from accounts.serializers.fields import Line, PageQuery, Password, Switch, Text, Username
from accounts.serializers.passwords import check_new_password
from realtime.compiled import AnyOf, CompiledRows, Slots

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

TAKEN = gettext_lazy("This user name is taken.")


# What `user_json` is made of.
_SHOWN = (
    *("id", "username", "display_name", "avatar", "status_text", "status_emoji", "status_expires_at"),
    *("is_bot", "last_seen_at"),
)
_SHOWN_OF: CompiledRows[User] = CompiledRows(
    lambda: User.objects.filter(AnyOf("pk", Slots("ids", UUIDField()))).values_list(*_SHOWN)
)


class UserJSON(TypedDict):
    """A person as others see them."""

    id: str
    username: str
    display_name: str
    avatar_url: str | None
    status_text: str
    status_emoji: str
    is_bot: bool
    last_seen_at: datetime | None


def user_json(user: User) -> UserJSON:
    """A person as others see them."""
    return _user_json(*[getattr(user, column) for column in _SHOWN])


def users_json(ids: Iterable[UUID]) -> dict[UUID, UserJSON]:
    """Many people as others see them, without an object for each. One query."""
    return {row[0]: _user_json(*row) for row in _SHOWN_OF.all(ids=ids)}


def _user_json(
    user_id: UUID,
    username: str,
    display_name: str,
    avatar: str,
    text: str,
    emoji: str,
    expires_at: datetime | None,
    is_bot: bool,  # noqa: FBT001 - as the columns come
    last_seen_at: datetime | None,
) -> UserJSON:
    status_text, status_emoji = status(text, emoji, expires_at)
    return {
        "id": str(user_id),
        "username": username,
        "display_name": display_name,
        "avatar_url": avatar_url(user_id, avatar),
        "status_text": status_text,
        "status_emoji": status_emoji,
        "is_bot": is_bot,
        "last_seen_at": last_seen_at,
    }


class UserSerializer(serializers.Serializer[User]):
    """A person as others see them."""

    id = serializers.UUIDField()
    username = serializers.CharField()
    display_name = serializers.CharField()
    avatar_url = serializers.CharField(allow_null=True)
    status_text = serializers.CharField(allow_blank=True)
    status_emoji = serializers.CharField(allow_blank=True)
    is_bot = serializers.BooleanField()
    last_seen_at = serializers.DateTimeField(allow_null=True)

    def to_representation(self, instance: User) -> dict[str, Any]:
        """The shape that `user_json` makes."""
        return {**user_json(instance)}


class PreferencesSerializer(serializers.Serializer[Any]):
    """What one has turned on and off."""

    receipts = Switch(required=False, help_text="Others see what one has read, and one sees what others have.")
    typing = Switch(required=False, help_text="Others see that one is typing.")

    def to_internal_value(self, data: Any) -> Any:
        """Those that exist: a misspelt one must not seem to be set."""
        unknown = set(data) - set(preferences.DEFAULTS) if isinstance(data, dict) else ()
        if unknown:
            raise serializers.ValidationError(dict.fromkeys(sorted(unknown), _("There is no such preference.")))
        return super().to_internal_value(data)


class MeSerializer(UserSerializer):
    """Oneself: what others see, and what is one's own business."""

    status_expires_at = serializers.DateTimeField(allow_null=True)
    time_zone = serializers.CharField()
    language = serializers.CharField(allow_blank=True, help_text="Empty: the browser's, or `BROOK_LANGUAGE`.")
    preferences = PreferencesSerializer()
    blocked = serializers.ListField(child=serializers.UUIDField(), help_text="Whom one has blocked.")
    is_staff = serializers.BooleanField()
    email = serializers.CharField(allow_blank=True)
    unverified_email = serializers.CharField(allow_blank=True, help_text="It becomes `email` by the link of a mail.")

    def to_representation(self, instance: User) -> dict[str, Any]:
        """The public shape and the private fields."""
        return {
            **user_json(instance),
            **own_json(instance),
            "status_expires_at": instance.status_expires_at,
            "time_zone": instance.time_zone,
            "is_staff": instance.is_staff,
            "email": instance.email,
            "unverified_email": instance.unverified_email,
        }


def own_json(user: User) -> dict[str, Any]:
    """What only oneself sees of oneself, and `me.updated` keeps up to date."""
    return {**chosen_json(user), "blocked": Block.objects.by(user)}


def chosen_json(user: User) -> dict[str, Any]:
    """The part of it that one sets by one's profile."""
    return {"preferences": preferences.complete(user.preferences), "language": user.language}


class UserListSchema(serializers.Serializer[Any]):
    """A page of people."""

    results = UserSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class RegisterSerializer(serializers.Serializer[Any]):
    """Who wants to join."""

    username = Username(max_length=names.NAME_CHARACTERS, validators=[names.validate_username])
    password = Password()
    display_name = Line(
        max_length=names.NAME_CHARACTERS,
        validators=[names.validate_display_name],
        required=False,
        allow_blank=True,
        default="",
        help_text="The user name, if left out.",
    )
    invite = Text(
        max_length=64, required=False, allow_blank=True, default="", help_text="The code of a group's invite link."
    )

    def validate_username(self, username: str) -> str:
        """Free, as far as can be seen before it is taken."""
        if not User.objects.is_free(username):
            raise serializers.ValidationError(TAKEN, code="unique")
        return username

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The password is judged with the names."""
        user = User(username=attrs["username"], display_name=attrs["display_name"])
        check_new_password("password", attrs["password"], user)
        return attrs


class ProfileSerializer(serializers.Serializer[Any]):
    """What people say of themselves."""

    display_name = Line(max_length=names.NAME_CHARACTERS, validators=[names.validate_display_name])
    status_text = Line(max_length=names.STATUS_CHARACTERS, allow_blank=True)
    status_emoji = Line(max_length=names.EMOJI_CHARACTERS, allow_blank=True)
    status_expires_at = serializers.DateTimeField(allow_null=True)
    time_zone = Text(max_length=64, validators=[names.validate_time_zone], help_text="As in the IANA database.")
    language = serializers.ChoiceField(
        choices=settings.LANGUAGES,
        allow_blank=True,
        help_text="What Brook writes to one in, mails and pushes too. Empty: the browser's, or `BROOK_LANGUAGE`.",
    )
    avatar = serializers.FileField(allow_null=True, help_text="A picture, in a form; null takes it away.")
    preferences = PreferencesSerializer(help_text="What is left out stays as it is.")


class AvatarSerializer(serializers.Serializer[Any]):
    """A picture, as a form sends it."""

    file = serializers.FileField()


class SearchQuery(PageQuery):
    """Whom to look for."""

    search = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)
