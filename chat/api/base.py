"""What all views of chat share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.views import APIView

from accounts.api.base import Conflict
from accounts.models import User
from chat import actions, reading
from chat.models import Attachment, Export, Invite, Message, Participant, ScheduledMessage
from chat.serializers import MAX_SEQ, IdField

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from rest_framework.response import Response

MISSING = (
    Participant.DoesNotExist,
    Message.DoesNotExist,
    User.DoesNotExist,
    Invite.DoesNotExist,
    Attachment.DoesNotExist,
    ScheduledMessage.DoesNotExist,
    Export.DoesNotExist,
)
CONFLICTS: dict[type[Exception], tuple[Any, str]] = {
    actions.NotAGroup: (gettext_lazy("This is a direct conversation: only groups can do that."), "conflict"),
    actions.ClientIdTaken: (gettext_lazy("This client_id belongs to a message in another conversation."), "conflict"),
    actions.LastAdmin: (gettext_lazy("A group needs an admin: name a successor_id."), "last_admin"),
}


class ChatView(APIView):
    """What is not there and what is none of the caller's business look the same: 404."""

    @property
    def me(self) -> User:
        """Whose credentials came with the request."""
        user = self.request.user
        assert isinstance(user, User)  # noqa: S101 - IsAuthenticated
        return user

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, MISSING):
            exc = NotFound()
        elif isinstance(exc, actions.NotAllowed):
            exc = PermissionDenied(str(exc), code=exc.code)
        elif isinstance(exc, actions.Unfit):
            exc = Conflict(str(exc), code=exc.code)
        elif isinstance(exc, actions.WrongField):
            exc = ValidationError({exc.field: str(exc)}, code=exc.code)
        elif type(exc) in CONFLICTS:
            exc = Conflict(*CONFLICTS[type(exc)])
        return super().handle_exception(exc)


class PageQuery(serializers.Serializer[Any]):
    """A page of a list."""

    cursor = serializers.CharField(required=False, max_length=200)
    limit = serializers.IntegerField(required=False, default=reading.PAGE, min_value=1, max_value=reading.MAX_PAGE)


class HistoryQuery(serializers.Serializer[Any]):
    """Which part of a history; at most one of the three places."""

    before = serializers.IntegerField(required=False, min_value=0, max_value=MAX_SEQ)
    after = serializers.IntegerField(required=False, min_value=0, max_value=MAX_SEQ)
    around = serializers.IntegerField(required=False, min_value=0, max_value=MAX_SEQ)
    thread = IdField(required=False, help_text="Of a thread's root: its replies and nothing else.")
    limit = serializers.IntegerField(required=False, default=reading.PAGE, min_value=1, max_value=reading.MAX_PAGE)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One place at most."""
        if len({"before", "after", "around"} & set(attrs)) > 1:
            raise ValidationError(_("Give one of before, after and around."))
        return attrs


def parsed(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    """What a valid request says; raises ValidationError (400) for any other."""
    serializer.is_valid(raise_exception=True)
    data: dict[str, Any] = serializer.validated_data
    return data


def parsed_by(serializer: serializers.Serializer[Any], data: object) -> dict[str, Any]:
    """The same with one serializer for all requests, which keeps nothing: making one anew copies all its fields."""
    wanted: dict[str, Any] = serializer.run_validation(data)
    return wanted


def people(ids: Collection[UUID]) -> list[User]:
    """The people of these ids, all of them.

    Raises:
        User.DoesNotExist: one of them does not exist (any more).
    """
    found = list(User.objects.filter(pk__in=ids, is_active=True))
    if len(found) != len(set(ids)):
        raise User.DoesNotExist
    return found
