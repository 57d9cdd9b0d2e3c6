"""Reporting: /api/messages/{id}/report, and the same of users and conversations; what staff told all"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.response import Response

from accounts.models import User
from chat.api.base import ChatView, parsed
from chat.models import Participant
from moderation import actions
from moderation.models import Broadcast, Reason
from moderation.serializers import (
    BroadcastListSchema,
    ReportSchema,
    ReportSerializer,
    broadcast_json,
    report_json,
)

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request

    from moderation.models import Report


SHOWN_FOR = timedelta(days=7)
MOST_SHOWN = 20
REPORTED = {200: ReportSchema, 201: ReportSchema}


def _answer(report: Report, created: bool) -> Response:  # noqa: FBT001
    code = status.HTTP_201_CREATED if created else status.HTTP_200_OK
    return Response(report_json(report), status=code)


def _wanted(request: Request) -> dict[str, Any]:
    wanted = parsed(ReportSerializer(data=request.data))
    return {"reason": Reason(wanted["reason"]), "note": wanted["note"]}


class MessageReportView(ChatView):
    """A message that should not be there."""

    error_statuses = (409,)

    @extend_schema(
        operation_id="message_report",
        summary="Report a message to staff",
        request=ReportSerializer,
        responses=REPORTED,
    )
    def post(self, request: Request, message_id: UUID) -> Response:
        """Report it to staff, once: 201; again: 200, and the first report is changed. Nobody else is told."""
        Participant.objects.find_message(self.me, message_id)  # who may not see it, need not hear what is wrong
        return _answer(*actions.report_message(user=self.me, message_id=message_id, **_wanted(request)))


class UserReportView(ChatView):
    """A person who should not be here, or not like this."""

    error_statuses = (409,)

    @extend_schema(
        operation_id="user_report", summary="Report a person to staff", request=ReportSerializer, responses=REPORTED
    )
    def post(self, request: Request, user_id: UUID) -> Response:
        """Report them to staff, once: 201; again: 200, and the first report is changed. They are not told."""
        target = User.objects.get(pk=user_id)
        return _answer(*actions.report_user(user=self.me, target=target, **_wanted(request)))


class ConversationReportView(ChatView):
    """A conversation that should not be."""

    @extend_schema(
        operation_id="conversation_report",
        summary="Report a conversation to staff",
        request=ReportSerializer,
        responses=REPORTED,
    )
    def post(self, request: Request, conversation_id: UUID) -> Response:
        """Report it to staff, once: 201; again: 200, and the first report is changed. Nobody else is told."""
        Participant.objects.find(self.me, conversation_id)
        return _answer(*actions.report_conversation(user=self.me, conversation_id=conversation_id, **_wanted(request)))


class BroadcastsView(ChatView):
    """What staff told everybody."""

    @extend_schema(operation_id="broadcasts", responses={200: BroadcastListSchema})
    def get(self, request: Request) -> Response:
        """What was sent to me in the last seven days, the last first, at most 20; new ones come as events."""
        recent = Broadcast.objects.heard_by(self.me).filter(sent_at__gt=timezone.now() - SHOWN_FOR)
        return Response({"results": [broadcast_json(each) for each in recent[:MOST_SHOWN]]})
