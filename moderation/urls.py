"""Addresses of moderation: `urlpatterns` below /api/."""

from django.urls import path

from moderation import api

urlpatterns = [
    path("broadcasts", api.BroadcastsView.as_view(), name="broadcasts"),
    path("messages/<uuid:message_id>/report", api.MessageReportView.as_view(), name="message-report"),
    path("users/<uuid:user_id>/report", api.UserReportView.as_view(), name="user-report"),
    path(
        "conversations/<uuid:conversation_id>/report", api.ConversationReportView.as_view(), name="conversation-report"
    ),
]
