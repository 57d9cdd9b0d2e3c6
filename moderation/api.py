"""Reporting: /api/messages/{id}/report"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.response import Response

from chat.api.base import ChatView, parsed
from chat.models import Participant
from moderation import actions
from moderation.models import Reason
from moderation.serializers import ReportSchema, ReportSerializer, report_json

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request


class ReportView(ChatView):
    """A message that should not be there."""

    error_statuses = (409,)

    @extend_schema(
        operation_id="message_report",
        summary="Report a message to staff",
        request=ReportSerializer,
        responses={200: ReportSchema, 201: ReportSchema},
    )
    def post(self, request: Request, message_id: UUID) -> Response:
        """Report it to staff, once: 201; again: 200, and the first report is changed. Nobody else is told."""
        Participant.objects.find_message(self.me, message_id)  # who may not see it, need not hear what is wrong
        wanted = parsed(ReportSerializer(data=request.data))
        report, created = actions.report_message(
            user=self.me, message_id=message_id, reason=Reason(wanted["reason"]), note=wanted["note"]
        )
        code = status.HTTP_201_CREATED if created else status.HTTP_200_OK
        return Response(report_json(report), status=code)
