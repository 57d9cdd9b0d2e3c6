"""Addresses of chat: `urlpatterns` below /api/, `page_urlpatterns` at the root."""

from django.urls import path

from chat import api, pages

urlpatterns = [
    path("conversations", api.ConversationsView.as_view(), name="conversations"),
    path("conversations/direct", api.DirectView.as_view(), name="conversation-direct"),
    path("conversations/group", api.GroupView.as_view(), name="conversation-group"),
    path("conversations/<uuid:conversation_id>", api.ConversationView.as_view(), name="conversation-detail"),
    path("conversations/<uuid:conversation_id>/messages", api.HistoryView.as_view(), name="conversation-messages"),
    path("conversations/<uuid:conversation_id>/read-marker", api.ReadMarkerView.as_view(), name="read-marker"),
    path("unread-counts", api.UnreadCountsView.as_view(), name="unread-counts"),
    path("messages", api.MessagesView.as_view(), name="messages"),
    path("messages/<uuid:message_id>", api.MessageView.as_view(), name="message-detail"),
]

page_urlpatterns = [
    path("", pages.home, name="home"),
    path("c/<uuid:conversation_id>", pages.conversation, name="conversation"),
]
