"""The one JSON shape of a person and of a session, and what requests may say."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework import serializers
from rest_framework.fields import get_error_detail

from accounts import names, preferences
from accounts.backends import guarded
from accounts.models import Block, Session, User

if TYPE_CHECKING:
    from collections.abc import Mapping

PASSWORD_CHARACTERS = 1024
PAGE = 50
MAX_PAGE = 200
TAKEN = "This user name is taken."


# --- what goes out ----------------------------------------------------------------------------------------------------
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


# What nobody sees of another, and need not be loaded for `user_json`.
NOT_SHOWN = (
    "password",
    "email",
    "preferences",
    "time_zone",
    "search_text",
    "username_key",
    "last_login",
    "date_joined",
)


def user_json(user: User) -> UserJSON:
    """A person as others see them."""
    status_text, status_emoji = user.status()
    return {
        "id": str(user.pk),
        "username": user.username,
        "display_name": user.display_name,
        "avatar_url": user.avatar_url,
        "status_text": status_text,
        "status_emoji": status_emoji,
        "is_bot": user.is_bot,
        "last_seen_at": user.last_seen_at,
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


class Switch(serializers.BooleanField):
    """On or off, and nothing that only looks like it."""

    def to_internal_value(self, data: Any) -> bool:
        """True or false."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class PreferencesSerializer(serializers.Serializer[Any]):
    """What one has turned on and off."""

    receipts = Switch(required=False, help_text="Others see what one has read, and one sees what others have.")
    typing = Switch(required=False, help_text="Others see that one is typing.")

    def to_internal_value(self, data: Any) -> Any:
        """Those that exist: a misspelt one must not seem to be set."""
        unknown = set(data) - set(preferences.DEFAULTS) if isinstance(data, dict) else ()
        if unknown:
            raise serializers.ValidationError(dict.fromkeys(sorted(unknown), "There is no such preference."))
        return super().to_internal_value(data)


class MeSerializer(UserSerializer):
    """Oneself: what others see, and what is one's own business."""

    status_expires_at = serializers.DateTimeField(allow_null=True)
    time_zone = serializers.CharField()
    preferences = PreferencesSerializer()
    blocked = serializers.ListField(child=serializers.UUIDField(), help_text="Whom one has blocked.")
    is_staff = serializers.BooleanField()

    def to_representation(self, instance: User) -> dict[str, Any]:
        """The public shape and the private fields."""
        return {
            **user_json(instance),
            **own_json(instance),
            "status_expires_at": instance.status_expires_at,
            "time_zone": instance.time_zone,
            "is_staff": instance.is_staff,
        }


def own_json(user: User) -> dict[str, Any]:
    """What only oneself sees of oneself, and `me.updated` keeps up to date."""
    return {"preferences": preferences.complete(user.preferences), "blocked": Block.objects.by(user)}


class SessionSerializer(serializers.Serializer[Session]):
    """A device that is logged in; the context has the caller's own `session`."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(Session.Kind.choices)
    created_at = serializers.DateTimeField()
    last_seen_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    user_agent = serializers.CharField(allow_blank=True)
    address = serializers.IPAddressField(allow_null=True)
    current = serializers.BooleanField()

    def to_representation(self, instance: Session) -> dict[str, Any]:
        """The fields as they are, and whether it is the one that asks."""
        return {
            "id": str(instance.pk),
            "kind": instance.kind,
            "created_at": instance.created_at,
            "last_seen_at": instance.last_seen_at,
            "expires_at": instance.expires_at,
            "user_agent": instance.user_agent,
            "address": instance.address,
            "current": instance == self.context["session"],
        }


class TokenPairSchema(serializers.Serializer[Any]):
    """The two tokens of a session."""

    access = serializers.CharField(help_text="For the header `Authorization: Bearer`.")
    refresh = serializers.CharField(help_text="Gives the next pair, once.")


class TicketSchema(serializers.Serializer[Any]):
    """A ticket, and how many seconds it is good for."""

    ticket = serializers.CharField()
    expires_in = serializers.IntegerField()


class UserListSchema(serializers.Serializer[Any]):
    """A page of people."""

    results = UserSerializer(many=True)
    next = serializers.CharField(allow_null=True)


class SessionListSchema(serializers.Serializer[Any]):
    """A page of one's devices."""

    results = SessionSerializer(many=True)
    next = serializers.CharField(allow_null=True)


# --- what comes in ----------------------------------------------------------------------------------------------------
class Text(serializers.CharField):
    """Text alone: DRF would make text of numbers."""

    def to_internal_value(self, data: Any) -> str:
        """The text, on which the validators run next."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Line(Text):
    """A single line, with one space between words."""

    default_validators = [names.validate_line]

    def to_internal_value(self, data: Any) -> str:
        """The line, tidied."""
        return names.tidy(super().to_internal_value(data))


class Password(Text):
    """A password exactly as typed; whether a new one is good enough is for the validators in the settings."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=PASSWORD_CHARACTERS, trim_whitespace=False, write_only=True, **kwargs)


class Username(Text):
    """A user name in the form it is kept."""

    def to_internal_value(self, data: Any) -> str:
        """The name, normalised (NFKC)."""
        return User.normalize_username(super().to_internal_value(data))


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


class LoginSerializer(serializers.Serializer[Any]):
    """Who one claims to be."""

    username = Username(max_length=256)
    password = Password()


class RefreshSerializer(serializers.Serializer[Any]):
    """A refresh token."""

    refresh = Text(max_length=4096)


class LogoutSerializer(serializers.Serializer[Any]):
    """Whose session ends: the token's, or without one the caller's own."""

    refresh = Text(max_length=4096, required=False)


class PasswordSerializer(serializers.Serializer[Any]):
    """The password as it is and as it shall be; the context has the `user` and the `request`."""

    old_password = Password()
    new_password = Password()

    def validate_old_password(self, password: str) -> str:
        """The right one."""
        return check_own_password(self.context, password)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The new one is good enough."""
        check_new_password("new_password", attrs["new_password"], self.context["user"])
        return attrs


def check_own_password(context: Mapping[str, Any], password: str) -> str:
    """The right one, guessed no oftener than at a log-in; the context has the `user` and the `request`.

    Raises:
        serializers.ValidationError: it is not.
        TooOften: too many wrong ones.
    """
    user, request = context["user"], context["request"]._request
    if not guarded(request, user.username, lambda: user.check_password(password)):
        raise serializers.ValidationError("This is not your password.", code="password_incorrect")
    return password


class ConfirmSerializer(serializers.Serializer[Any]):
    """Oneself, once more; the context has the `user` and the `request`."""

    password = Password()

    def validate_password(self, password: str) -> str:
        """One's own."""
        return check_own_password(self.context, password)


class DeleteAccountSerializer(ConfirmSerializer):
    """That somebody wants to be gone from here."""

    messages = serializers.ChoiceField(
        ["keep", "remove"],
        default="keep",
        help_text="What becomes of what one said: it stays, without a name; or it is deleted for everybody.",
    )


class ProfileSerializer(serializers.Serializer[Any]):
    """What people say of themselves."""

    display_name = Line(max_length=names.NAME_CHARACTERS, validators=[names.validate_display_name])
    status_text = Line(max_length=names.STATUS_CHARACTERS, allow_blank=True)
    status_emoji = Line(max_length=names.EMOJI_CHARACTERS, allow_blank=True)
    status_expires_at = serializers.DateTimeField(allow_null=True)
    time_zone = Text(max_length=64, validators=[names.validate_time_zone], help_text="As in the IANA database.")
    avatar = serializers.FileField(allow_null=True, help_text="A picture, in a form; null takes it away.")
    preferences = PreferencesSerializer(help_text="What is left out stays as it is.")


class AvatarSerializer(serializers.Serializer[Any]):
    """A picture, as a form sends it."""

    file = serializers.FileField()


class PageQuery(serializers.Serializer[Any]):
    """A page of a list."""

    cursor = serializers.CharField(required=False, max_length=2000)
    limit = serializers.IntegerField(required=False, default=PAGE, min_value=1, max_value=MAX_PAGE)


class SearchQuery(PageQuery):
    """Whom to look for."""

    search = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)


def check_new_password(field: str, password: str, user: User) -> None:
    """Ask the validators of AUTH_PASSWORD_VALIDATORS.

    Raises:
        serializers.ValidationError: on that field, with all that they object to.
    """
    try:
        validate_password(password, user)
    except DjangoValidationError as error:
        raise serializers.ValidationError({field: get_error_detail(error)}) from None
