"""Whom I want nothing of: /api/users/{id}/block"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from accounts.actions import TooManyBlocked
from accounts.api.base import Conflict
from accounts.models import User
from chat import actions
from chat.api.base import ChatView

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request


class BlockView(ChatView):
    """One person and I."""

    error_statuses = (400, 409)

    @extend_schema(operation_id="user_block", request=None, responses={204: None})
    def put(self, _request: Request, user_id: UUID) -> Response:
        """Block somebody: neither can write to the other alone, and what they say in groups is not unread for me."""
        target = User.objects.get(pk=user_id)
        if target == self.me:
            raise ValidationError({"user_id": _("You cannot block yourself.")})
        try:
            actions.block(user=self.me, target=target)
        except TooManyBlocked:
            raise Conflict(_("You have blocked too many people: take some blocks back."), code="too_many") from None
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(operation_id="user_unblock", responses={204: None})
    def delete(self, _request: Request, user_id: UUID) -> Response:
        """Take it back."""
        actions.unblock(user=self.me, target=User.objects.get(pk=user_id))
        return Response(status=status.HTTP_204_NO_CONTENT)
