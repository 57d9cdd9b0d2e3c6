"""Addresses of moderation: `urlpatterns` below /api/."""

from django.urls import path

from moderation import api

urlpatterns = [
    path("messages/<uuid:message_id>/report", api.ReportView.as_view(), name="message-report"),
]
