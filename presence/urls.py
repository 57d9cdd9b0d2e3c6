"""Addresses of presence and typing, below /api/."""

from django.urls import path

from presence import api

urlpatterns = [
    path("presence", api.PresenceView.as_view(), name="presence"),
    path("presence/heartbeat", api.HeartbeatView.as_view(), name="presence-heartbeat"),
    path("realtime/typing", api.TypingView.as_view(), name="realtime-typing"),
]
