"""/api/notifications…"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from accounts.api.base import caller
from chat.api.base import ChatView, parsed, parsed_by
from notifications import actions, reading, vapid
from notifications.models import Notification, Preferences
from notifications.schemas import (
    NotificationListSchema,
    NotificationPreferencesSchema,
    NotificationSchema,
    PushKeySchema,
    PushSubscriptionSchema,
    UnreadCountSchema,
    WhySchema,
)
from notifications.serializers import (
    EndpointQuery,
    NotificationPreferencesSerializer,
    NotificationsQuery,
    PushSubscriptionSerializer,
    ReadAllSerializer,
    WhyQuery,
    notification_json,
    preferences_json,
)

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request


QUERY = NotificationsQuery()


class NotificationView(ChatView):
    """One's own notifications and nobody else's: of others not even that they exist."""

    def handle_exception(self, exc: Exception) -> Response:
        return super().handle_exception(NotFound() if isinstance(exc, Notification.DoesNotExist) else exc)


class NotificationsView(NotificationView):
    """My notifications."""

    @extend_schema(
        operation_id="notification_list", parameters=[NotificationsQuery], responses={200: NotificationListSchema}
    )
    def get(self, request: Request) -> Response:
        """What happened last first; beyond the last page there is nothing. What is fetched counts as delivered."""
        query = parsed_by(QUERY, request.query_params)
        found, page = reading.page_of(self.me, **query)
        actions.mark_delivered(user=self.me, notifications=found)
        return Response({"results": [notification_json(each) for each in found], **page})


class UnreadCountView(NotificationView):
    """How many I have not read."""

    @extend_schema(operation_id="notification_unread_count", responses={200: UnreadCountSchema})
    def get(self, request: Request) -> Response:
        """One unread notification counts once, however many messages it stands for."""
        return Response({"unread_count": Notification.objects.unread_count(self.me)})


class ReadView(NotificationView):
    """Having seen one."""

    @extend_schema(operation_id="notification_read", request=None, responses={200: NotificationSchema})
    def patch(self, request: Request, notification_id: UUID) -> Response:
        """Mark it read; again changes nothing."""
        return Response(notification_json(actions.mark_read(user=self.me, notification_id=notification_id)))


class ReadAllView(NotificationView):
    """Having seen all."""

    @extend_schema(operation_id="notification_read_all", request=ReadAllSerializer, responses={200: UnreadCountSchema})
    def patch(self, request: Request) -> Response:
        """Mark all read, or those of one conversation: what is left."""
        wanted = parsed(ReadAllSerializer(data=request.data))
        left = actions.mark_all_read(user=self.me, conversation_id=wanted.get("conversation_id"))
        return Response({"unread_count": left})


class OneNotificationView(NotificationView):
    """One of mine."""

    @extend_schema(operation_id="notification_delete", responses={204: None})
    def delete(self, request: Request, notification_id: UUID) -> Response:
        """Keep it no longer."""
        actions.delete(user=self.me, notification_id=notification_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class PreferencesView(NotificationView):
    """How I want to be told."""

    @extend_schema(operation_id="notification_preferences", responses={200: NotificationPreferencesSchema})
    def get(self, request: Request) -> Response:
        """What I set, and what holds for the rest."""
        return Response(preferences_json(self.me, Preferences.objects.of(self.me)))

    @extend_schema(
        operation_id="notification_preferences_set",
        request=NotificationPreferencesSerializer,
        responses={200: NotificationPreferencesSchema},
    )
    def put(self, request: Request) -> Response:
        """Set some of it; what is left out stays as it is."""
        changes = parsed(NotificationPreferencesSerializer(data=request.data))
        return Response(actions.set_preferences(user=self.me, changes=changes))


class PushKeyView(NotificationView):
    """The key that browsers subscribe with."""

    @extend_schema(operation_id="push_key", responses={200: PushKeySchema})
    def get(self, request: Request) -> Response:
        """For `pushManager.subscribe({applicationServerKey})`; it stays the same."""
        return Response({"public_key": vapid.public_key()})


class PushSubscriptionsView(NotificationView):
    """My browsers that are told by push."""

    read_error_statuses = (404,)

    @extend_schema(
        operation_id="push_subscribe",
        request=PushSubscriptionSerializer,
        responses={200: PushSubscriptionSchema, 201: PushSubscriptionSchema},
    )
    def post(self, request: Request) -> Response:
        """Tell this browser, until it is logged out; 200 where it is told already, with the keys brought up to date."""
        user, session = caller(request)
        wanted = parsed(PushSubscriptionSerializer(data=request.data))
        subscription, is_new = actions.subscribe(
            user=user, session=session, endpoint=wanted["endpoint"], **wanted["keys"]
        )
        shown = {"id": subscription.pk, "endpoint": subscription.endpoint, "created_at": subscription.created_at}
        return Response(shown, status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    @extend_schema(operation_id="push_unsubscribe", parameters=[EndpointQuery], responses={204: None})
    def delete(self, request: Request) -> Response:
        """Tell it no more; the endpoint may be in the address or in the body."""
        given = request.data if isinstance(request.data, dict) and request.data else request.query_params
        actions.unsubscribe(user=self.me, **parsed(EndpointQuery(data=given)))
        return Response(status=status.HTTP_204_NO_CONTENT)


class WhyView(NotificationView):
    """Why I was told, or was not."""

    read_error_statuses = (404,)

    @extend_schema(operation_id="notification_why", parameters=[WhyQuery], responses={200: WhySchema})
    def get(self, request: Request) -> Response:
        """The decision about a message, step by step; for two days as it was made, then as it would be made now."""
        query = parsed(WhyQuery(data=request.query_params))
        return Response(reading.why(self.me, query["message_id"]))
