"""Addresses of realtime, below /api/."""

from django.urls import path

from realtime import api, monitoring

urlpatterns = [
    path("realtime/stream", api.StreamView.as_view(), name="stream"),
    path(
        "realtime/stream/conversation/<uuid:conversation_id>",
        api.ConversationStreamView.as_view(),
        name="conversation-stream",
    ),
    path("realtime/poll", api.PollView.as_view(), name="poll"),
    path("realtime/status", monitoring.StatusView.as_view(), name="realtime-status"),
    path("realtime/client-metrics", monitoring.ClientMetricsView.as_view(), name="client-metrics"),
]
