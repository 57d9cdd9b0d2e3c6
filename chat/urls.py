"""Addresses of chat: `urlpatterns` below /api/, `page_urlpatterns` at the root."""

from django.urls import path

from chat import pages
from chat.api import (
    attachments,
    avatars,
    blocks,
    conversations,
    drafts,
    exports,
    invites,
    later,
    messages,
    participants,
    pins,
    previews,
    reactions,
    receipts,
    search,
)

one = "conversations/<uuid:conversation_id>"

urlpatterns = [
    path("conversations", conversations.ConversationsView.as_view(), name="conversations"),
    path("conversations/direct", conversations.DirectView.as_view(), name="conversation-direct"),
    path("conversations/group", conversations.GroupView.as_view(), name="conversation-group"),
    path("conversations/mark-read", receipts.MarkReadView.as_view(), name="mark-read"),
    path(one, conversations.ConversationView.as_view(), name="conversation-detail"),
    path(f"{one}/me", conversations.OwnView.as_view(), name="conversation-me"),
    path(f"{one}/avatar", avatars.GroupAvatarView.as_view(), name="group-avatar"),
    path(f"{one}/avatar/<str:version>", avatars.GroupAvatarVersionView.as_view(), name="group-avatar-version"),
    path(f"{one}/messages", conversations.HistoryView.as_view(), name="conversation-messages"),
    path(f"{one}/read-marker", conversations.ReadMarkerView.as_view(), name="read-marker"),
    path(f"{one}/participants", participants.ParticipantsView.as_view(), name="participants"),
    path(f"{one}/participants/<uuid:user_id>", participants.ParticipantView.as_view(), name="participant"),
    path(f"{one}/draft", drafts.DraftView.as_view(), name="conversation-draft"),
    path(f"{one}/invites", invites.InvitesView.as_view(), name="invites"),
    path(f"{one}/invites/<str:code>", invites.InviteView.as_view(), name="invite-detail"),
    path("invites/<str:code>", invites.InvitationView.as_view(), name="invitation"),
    path("invites/<str:code>/accept", invites.AcceptView.as_view(), name="invite-accept"),
    path("unread-counts", conversations.UnreadCountsView.as_view(), name="unread-counts"),
    path("users/<uuid:user_id>/block", blocks.BlockView.as_view(), name="user-block"),
    path(f"{one}/export", exports.ConversationExportView.as_view(), name="conversation-export"),
    path("exports", exports.ExportsView.as_view(), name="exports"),
    path("exports/<uuid:export_id>", exports.ExportView.as_view(), name="export"),
    path("exports/<uuid:export_id>/file", exports.ExportFileView.as_view(), name="export-file"),
    path("attachments", attachments.AttachmentsView.as_view(), name="attachments"),
    path("attachments/<uuid:attachment_id>", attachments.AttachmentView.as_view(), name="attachment"),
    path(
        "attachments/<uuid:attachment_id>/thumbnail", attachments.ThumbnailView.as_view(), name="attachment-thumbnail"
    ),
    path("messages", messages.MessagesView.as_view(), name="messages"),
    path("messages/search", search.SearchView.as_view(), name="message-search"),
    path("messages/<uuid:message_id>", messages.MessageView.as_view(), name="message-detail"),
    path("messages/<uuid:message_id>/forward", messages.ForwardView.as_view(), name="message-forward"),
    path("messages/<uuid:message_id>/status", receipts.MessageStatusView.as_view(), name="message-status"),
    path("messages/<uuid:message_id>/pin", pins.PinView.as_view(), name="message-pin"),
    path("messages/<uuid:message_id>/star", pins.StarView.as_view(), name="message-star"),
    path("messages/<uuid:message_id>/previews", previews.PreviewsView.as_view(), name="message-previews"),
    path(
        "messages/<uuid:message_id>/previews/<uuid:preview_id>/image",
        previews.PreviewImageView.as_view(),
        name="preview-image",
    ),
    path("messages/scheduled", later.ScheduledView.as_view(), name="messages-scheduled"),
    path("messages/scheduled/<uuid:scheduled_id>", later.ScheduledMessageView.as_view(), name="message-scheduled"),
    path("messages/scheduled/<uuid:scheduled_id>/send", later.SendNowView.as_view(), name="scheduled-send"),
    path("messages/<uuid:message_id>/reminder", later.ReminderView.as_view(), name="message-reminder"),
    path("reminders", later.RemindersView.as_view(), name="reminders"),
    path("messages/starred", pins.StarredView.as_view(), name="messages-starred"),
    path(f"{one}/pins", pins.PinsView.as_view(), name="conversation-pins"),
    path("messages/<uuid:message_id>/reactions", reactions.ReactionsView.as_view(), name="reactions"),
    path("messages/<uuid:message_id>/reactions/<str:emoji>", reactions.ReactionView.as_view(), name="reaction"),
]

page_urlpatterns = [
    path("", pages.home, name="home"),
    path("c/<uuid:conversation_id>", pages.conversation, name="conversation"),
    path("c/<uuid:conversation_id>/<int:seq>", pages.conversation, name="conversation-message"),
    path("i/<str:code>", pages.invite, name="invite"),
]
