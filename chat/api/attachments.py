"""Attachments: /api/attachments…"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import APIException, NotFound
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from accounts.api.downloads import download
from accounts.api.pictures import refusals
from chat import actions, content
from chat.api.base import ChatView, parsed
from chat.models import Attachment
from chat.schemas import AttachmentSchema
from chat.serializers import UploadSerializer, attachment_json

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponseBase
    from rest_framework.request import Request

BYTES = OpenApiResponse(OpenApiTypes.BINARY, description="The file; single ranges, ETag (RFC 9110).")


class QuotaExceeded(APIException):
    """Files waiting or sent take up all that one may keep here."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = _("You have no room left for this file: delete some that you sent before.")
    default_code = "quota_exceeded"


class AttachmentsView(ChatView):
    """Uploading."""

    parser_classes = [MultiPartParser]
    throttle_scope = "uploads"

    @extend_schema(
        operation_id="attachment_upload",
        request={"multipart/form-data": UploadSerializer},
        responses={201: AttachmentSchema},
    )
    def post(self, request: Request) -> Response:
        """Bring a file, to be sent with a message within a day."""
        wanted = parsed(UploadSerializer(data=request.data))
        file = wanted.pop("file")
        try:
            with refusals("file"):
                attachment = actions.upload_attachment(owner=self.me, file=file, name=file.name, **wanted)
        except actions.QuotaExceeded:
            raise QuotaExceeded from None
        return Response(attachment_json(attachment), status=status.HTTP_201_CREATED)


class AttachmentView(ChatView):
    """One file."""

    @extend_schema(operation_id="attachment_get", responses={(200, "application/octet-stream"): BYTES})
    def get(self, request: Request, attachment_id: UUID) -> HttpResponseBase:
        """For those who may see its message; before it is sent, for whoever brought it."""
        attachment = Attachment.objects.find(self.me, attachment_id)
        return download(
            request,
            file=attachment.file,
            media_type=attachment.media_type,
            name=attachment.name,
            inline=attachment.media_type in content.INLINE,
        )


class ThumbnailView(ChatView):
    """A small picture of it."""

    @extend_schema(operation_id="attachment_thumbnail", responses={(200, "image/webp"): BYTES})
    def get(self, request: Request, attachment_id: UUID) -> HttpResponseBase:
        """WebP of at most 480 pixels a side; 404 where the file is no picture."""
        attachment = Attachment.objects.find(self.me, attachment_id)
        if not attachment.thumbnail:
            raise NotFound
        return download(request, file=attachment.thumbnail, media_type="image/webp", name="thumbnail.webp", inline=True)
