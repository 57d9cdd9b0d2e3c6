"""Invite links: /api/conversations/{id}/invites…, /api/invites/{code}…"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.response import Response

from chat import actions, reading
from chat.api.base import ChatView, parsed
from chat.api.conversations import answer
from chat.models import Conversation, Invite, Kind, Participant
from chat.schemas import ConversationSchema, InviteListSchema, InvitePreviewSchema, InviteSchema
from chat.serializers import InviteSerializer, invite_json

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request


class InvitesView(ChatView):
    """The invites of a group."""

    error_statuses = (403, 409)
    read_error_statuses = (403, 409)

    @extend_schema(operation_id="invites_list", responses=InviteListSchema)
    def get(self, request: Request, conversation_id: UUID) -> Response:
        """Those that still let somebody in, newest first (moderators and admins)."""
        participant = Participant.objects.find(self.me, conversation_id)
        if participant.conversation.kind != Kind.GROUP:
            raise actions.NotAGroup
        if not participant.can_moderate:
            raise actions.NotAllowed(_("Only moderators and admins see the invites."))
        live = Invite.objects.live().filter(conversation=conversation_id)
        return Response({"results": [invite_json(invite, _page(request, invite)) for invite in live]})

    @extend_schema(operation_id="invite_create", request=InviteSerializer, responses={201: InviteSchema})
    def post(self, request: Request, conversation_id: UUID) -> Response:
        """A new link into the group (moderators and admins)."""
        wanted = parsed(InviteSerializer(data=request.data))
        invite = actions.create_invite(user=self.me, conversation_id=conversation_id, **wanted)
        return Response(invite_json(invite, _page(request, invite)), status=status.HTTP_201_CREATED)


class InviteView(ChatView):
    """One invite of a group."""

    error_statuses = (403, 409)

    @extend_schema(operation_id="invite_revoke", responses={204: None})
    def delete(self, request: Request, conversation_id: UUID, code: str) -> Response:
        """Revoke it (moderators and admins)."""
        actions.revoke_invite(user=self.me, conversation_id=conversation_id, code=code)
        return Response(status=status.HTTP_204_NO_CONTENT)


class InvitationView(ChatView):
    """What somebody sees who holds a code."""

    @extend_schema(operation_id="invite_preview", responses=InvitePreviewSchema)
    def get(self, request: Request, code: str) -> Response:
        """Which group it is. One 404 for all codes that let nobody in."""
        return Response(reading.invitation(code))


class AcceptView(ChatView):
    """Coming in."""

    @extend_schema(operation_id="invite_accept", request=None, responses=ConversationSchema)
    def post(self, request: Request, code: str) -> Response:
        """Join; whoever is in it already gets the conversation as well. One 404 for all codes that let nobody in."""
        group: Conversation = actions.accept_invite(user=self.me, code=code)
        return answer(group.pk, self.me, created=False)


def _page(request: Request, invite: Invite) -> str:
    path = reverse("invite", args=[invite.code])
    return f"{settings.BASE_URL}{path}" if settings.BASE_URL else request.build_absolute_uri(path)
