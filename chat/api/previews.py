"""What messages show of their links: /api/messages/{id}/previews…"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from accounts.api.downloads import download
from chat import actions
from chat.api.base import ChatView
from chat.models import LinkState, Participant

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponseBase
    from rest_framework.request import Request

BYTES = OpenApiResponse(OpenApiTypes.BINARY, description="WebP of at most 480 pixels a side.")


class PreviewsView(ChatView):
    """What a message shows of its links."""

    error_statuses = (409,)

    @extend_schema(operation_id="previews_hide", responses={204: None})
    def delete(self, request: Request, message_id: UUID) -> Response:
        """Show nothing of them any more: its sender, and moderators and admins of a group."""
        actions.hide_previews(user=self.me, message_id=message_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class PreviewImageView(ChatView):
    """The picture of a page."""

    @extend_schema(operation_id="preview_image", responses={(200, "image/webp"): BYTES})
    def get(self, request: Request, message_id: UUID, preview_id: UUID) -> HttpResponseBase:
        """For those who may see the message that shows it."""
        _participant, message = Participant.objects.find_message(self.me, message_id)
        for link in message.all_links:
            if link.preview_id == preview_id and link.state == LinkState.SHOWN and link.preview.image:
                return download(
                    request, file=link.preview.image, media_type="image/webp", name="preview.webp", inline=True
                )
        raise NotFound
