"""What several requests have in them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts import names
from accounts.models import User

PASSWORD_CHARACTERS = 1024
PAGE = 50
MAX_PAGE = 200


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


class Switch(serializers.BooleanField):
    """On or off, and nothing that only looks like it."""

    def to_internal_value(self, data: Any) -> bool:
        """True or false."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class PageQuery(serializers.Serializer[Any]):
    """A page of a list."""

    cursor = serializers.CharField(required=False, max_length=2000)
    limit = serializers.IntegerField(required=False, default=PAGE, min_value=1, max_value=MAX_PAGE)
