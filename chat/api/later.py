"""What is to happen later: /api/messages/scheduled…, /api/messages/{id}/reminder, /api/reminders"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from chat import actions
from chat.api.base import ChatView, PageQuery, parsed
from chat.keyset import page_by
from chat.models import Message, Reminder, ScheduledMessage, ScheduledState
from chat.schemas import ReminderListSchema, ReminderSchema, ScheduledListSchema, ScheduledSchema
from chat.serializers import (
    ReminderSerializer,
    RescheduleSerializer,
    ScheduleSerializer,
    messages_for,
    reminder_json,
    scheduled_json,
)

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request


class ScheduledView(ChatView):
    """My messages to be."""

    error_statuses = (404, 409)

    @extend_schema(operation_id="scheduled_list", parameters=[PageQuery], responses=ScheduledListSchema)
    def get(self, request: Request) -> Response:
        """Those that wait and those that failed, soonest first."""
        query = parsed(PageQuery(data=request.query_params))
        mine = ScheduledMessage.objects.filter(user=self.me).exclude(state=ScheduledState.SENT)
        mine = mine.prefetch_related("attachments")
        page, following = page_by("send_at", mine, after=query.get("cursor"), limit=query["limit"], oldest_first=True)
        return Response({"results": [scheduled_json(each) for each in page], "next": following})

    @extend_schema(
        operation_id="message_schedule",
        request=ScheduleSerializer,
        responses={200: ScheduledSchema, 201: ScheduledSchema},
    )
    def post(self, request: Request) -> Response:
        """201; the same `client_id` again: 200 with the first."""
        wanted = parsed(ScheduleSerializer(data=request.data))
        scheduled, created = actions.schedule_message(user=self.me, **wanted)
        code = status.HTTP_201_CREATED if created else status.HTTP_200_OK
        return Response(scheduled_json(scheduled), status=code)


class ScheduledMessageView(ChatView):
    """One message to be of mine."""

    error_statuses = (409,)

    @extend_schema(operation_id="scheduled_change", request=RescheduleSerializer, responses=ScheduledSchema)
    def patch(self, request: Request, scheduled_id: UUID) -> Response:
        """Say something else, or at another time; one that failed waits again."""
        if not ScheduledMessage.objects.filter(pk=scheduled_id, user=self.me).exists():
            raise ScheduledMessage.DoesNotExist
        changes = parsed(RescheduleSerializer(data=request.data, partial=True))
        if not changes:
            raise ValidationError(_("Give something to change."))
        scheduled = actions.change_scheduled(user=self.me, scheduled_id=scheduled_id, changes=changes)
        return Response(scheduled_json(scheduled))

    @extend_schema(operation_id="scheduled_cancel", responses={204: None})
    def delete(self, request: Request, scheduled_id: UUID) -> Response:
        """Say it at no time."""
        actions.cancel_scheduled(user=self.me, scheduled_id=scheduled_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class SendNowView(ChatView):
    """One message to be of mine, whose time is now."""

    error_statuses = (409,)

    @extend_schema(operation_id="scheduled_send", request=None, responses=ScheduledSchema)
    def post(self, request: Request, scheduled_id: UUID) -> Response:
        """Say it at once. Its `state` tells whether it was sent; `failed` has its `reason`."""
        return Response(scheduled_json(actions.send_scheduled_now(user=self.me, scheduled_id=scheduled_id)))


class ReminderView(ChatView):
    """My reminder of a message."""

    error_statuses = (409,)

    @extend_schema(
        operation_id="reminder_set",
        request=ReminderSerializer,
        responses={200: ReminderSchema, 201: ReminderSchema},
    )
    def post(self, request: Request, message_id: UUID) -> Response:
        """Remind me at a time: 201; at another than before: 200."""
        remind_at = parsed(ReminderSerializer(data=request.data))["remind_at"]
        reminder, created = actions.set_reminder(user=self.me, message_id=message_id, remind_at=remind_at)
        code = status.HTTP_201_CREATED if created else status.HTTP_200_OK
        return Response(reminder_json(reminder), status=code)

    @extend_schema(operation_id="reminder_remove", responses={204: None})
    def delete(self, request: Request, message_id: UUID) -> Response:
        """Remind me no more."""
        actions.remove_reminder(user=self.me, message_id=message_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class RemindersView(ChatView):
    """What I will be reminded of."""

    @extend_schema(operation_id="reminders_list", parameters=[PageQuery], responses=ReminderListSchema)
    def get(self, request: Request) -> Response:
        """With the messages, soonest first."""
        query = parsed(PageQuery(data=request.query_params))
        mine = Reminder.objects.visible_to(self.me).select_related("message")
        page, following = page_by("remind_at", mine, after=query.get("cursor"), limit=query["limit"], oldest_first=True)
        found = Message.objects.with_everything().in_bulk([each.message_id for each in page])
        shown = {each["id"]: each for each in messages_for(self.me, found.values())}
        results = [{**reminder_json(each), "message": shown[each.message_id]} for each in page]
        return Response({"results": results, "next": following})
