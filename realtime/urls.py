"""Addresses of realtime, below /api/."""

from django.urls import path

from realtime import api

urlpatterns = [
    path("realtime/stream", api.StreamView.as_view(), name="stream"),
    path(
        "realtime/stream/conversation/<uuid:conversation_id>",
        api.ConversationStreamView.as_view(),
        name="conversation-stream",
    ),
    path("realtime/poll", api.PollView.as_view(), name="poll"),
    path("realtime/status", api.StatusView.as_view(), name="realtime-status"),
]
