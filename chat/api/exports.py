"""Conversations as files: /api/conversations/{id}/export, /api/exports…"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from accounts.api.downloads import download
from chat import actions
from chat.api.base import ChatView, PageQuery, parsed
from chat.content import shown_name
from chat.keyset import page_by
from chat.models import Export
from chat.schemas import ExportListSchema, ExportSchema
from chat.serializers import ExportSerializer, export_json

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponseBase
    from rest_framework.request import Request

BYTES = OpenApiResponse(OpenApiTypes.BINARY, description="The file, to be saved; single ranges, ETag (RFC 9110).")


class ConversationExportView(ChatView):
    """A conversation as a file."""

    error_statuses = (409,)

    @extend_schema(operation_id="conversation_export", request=ExportSerializer, responses={202: ExportSchema})
    def post(self, request: Request, conversation_id: UUID) -> Response:
        """It will be made, of what I may see; asking again while it waits gives the same."""
        wanted = parsed(ExportSerializer(data=request.data))
        export = actions.request_export(user=self.me, conversation_id=conversation_id, **wanted)
        return Response(export_json(export), status=status.HTTP_202_ACCEPTED)


class ExportsView(ChatView):
    """My exports."""

    @extend_schema(operation_id="exports_list", parameters=[PageQuery], responses=ExportListSchema)
    def get(self, request: Request) -> Response:
        """Newest first; not of conversations that I left since."""
        query = parsed(PageQuery(data=request.query_params))
        mine = Export.objects.visible_to(self.me, timezone.now())
        page, following = page_by("created_at", mine, after=query.get("cursor"), limit=query["limit"])
        return Response({"results": [export_json(each) for each in page], "next": following})


class ExportView(ChatView):
    """One export of mine."""

    @extend_schema(operation_id="export_get", responses=ExportSchema)
    def get(self, request: Request, export_id: UUID) -> Response:
        """How far it is."""
        return Response(export_json(Export.objects.visible_to(self.me, timezone.now()).get(pk=export_id)))


class ExportFileView(ChatView):
    """The file of an export of mine."""

    @extend_schema(operation_id="export_file", responses={(200, "application/octet-stream"): BYTES})
    def get(self, request: Request, export_id: UUID) -> HttpResponseBase:
        """While I may see all that is in it; 404 until it is made, and after a week."""
        mine = Export.objects.visible_to(self.me, timezone.now()).select_related("conversation")
        export = mine.get(pk=export_id)
        if not export.file:
            raise NotFound
        title = shown_name(f"{export.conversation.title or 'conversation'}.{export.format}")
        response = download(request, file=export.file, media_type="", name=title, inline=False)
        response["Cache-Control"] = "private, no-store"  # a shared browser keeps no copy of a conversation
        return response
