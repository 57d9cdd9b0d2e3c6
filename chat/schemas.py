"""The shapes of chat's JSON for the OpenAPI schema; `chat.serializers` makes them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.serializers import UserSerializer
from chat.models import (
    FIRST_PARTICIPANTS,
    Attachment,
    ExportFormat,
    ExportState,
    History,
    Kind,
    MessageType,
    NotificationLevel,
    Role,
    ScheduledState,
)

TICKS = ["sent", "delivered", "read"]


class ParticipantSchema(serializers.Serializer[Any]):
    """A person in a conversation."""

    user = UserSerializer()
    role = serializers.ChoiceField(Role.choices)
    joined_at = serializers.DateTimeField()
    read_seq = serializers.IntegerField()
    delivered_seq = serializers.IntegerField()


class ParticipantListSchema(serializers.Serializer[Any]):
    """A page of the people in a conversation."""

    results = ParticipantSchema(many=True)
    next = serializers.CharField(allow_null=True)
    cursor = serializers.CharField(help_text="Of the events, to live-update it from.")


class ReactionSchema(serializers.Serializer[Any]):
    """An emoji put to a message, and by whom."""

    emoji = serializers.CharField()
    count = serializers.IntegerField()
    user_ids = serializers.ListField(child=serializers.UUIDField())


class ReplyToSchema(serializers.Serializer[Any]):
    """What a reply shows of the message it answers."""

    id = serializers.UUIDField()
    seq = serializers.IntegerField()
    sender = UserSerializer(allow_null=True)
    excerpt = serializers.CharField(allow_blank=True, help_text="Plain text; empty when that message was deleted.")


class AttachmentSchema(serializers.Serializer[Any]):
    """A file of a message, or one that waits to be sent."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    media_type = serializers.CharField(help_text="By content, not by name.")
    kind = serializers.ChoiceField(Attachment.Kind.choices)
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    duration = serializers.FloatField(allow_null=True, help_text="Seconds.")
    waveform = serializers.ListField(child=serializers.IntegerField(), allow_null=True)
    url = serializers.CharField(help_text="Needs the caller's credentials, like all others.")
    thumbnail_url = serializers.CharField(allow_null=True)


class PreviewSchema(serializers.Serializer[Any]):
    """What is shown of a page that a message links to."""

    url = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    site_name = serializers.CharField(help_text="Or the host's name.")
    image_url = serializers.CharField(allow_null=True, help_text="Brook's own copy; needs the caller's credentials.")
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)


class NamedSchema(serializers.Serializer[Any]):
    """Somebody, as they were called then."""

    id = serializers.UUIDField()
    display_name = serializers.CharField(allow_null=True, help_text="Null where the account is gone.")


class SystemParamsSchema(serializers.Serializer[Any]):
    """Who and what; which of them there are depends on the kind."""

    by = NamedSchema(allow_null=True, help_text="Null: staff.")
    people = NamedSchema(many=True, required=False)
    person = NamedSchema(required=False)
    role = serializers.ChoiceField(Role.choices, required=False)
    title = serializers.CharField(required=False)


class SystemSchema(serializers.Serializer[Any]):
    """What somebody changed, for clients to tell in their language; others show `content`."""

    kind = serializers.CharField(help_text="More may come.")
    params = SystemParamsSchema()


class MessageSchema(serializers.Serializer[Any]):
    """A message."""

    id = serializers.UUIDField()
    conversation_id = serializers.UUIDField()
    seq = serializers.IntegerField()
    client_id = serializers.CharField()
    type = serializers.ChoiceField(MessageType.choices)
    sender = UserSerializer(allow_null=True)
    content = serializers.CharField()
    system = SystemSchema(allow_null=True, help_text="Of system messages; `content` is the same in English.")
    mentions = serializers.ListField(child=serializers.UUIDField())
    mentions_all = serializers.BooleanField()
    reply_to = ReplyToSchema(allow_null=True)
    thread_root = serializers.UUIDField(allow_null=True)
    reply_count = serializers.IntegerField()
    forwarded = serializers.BooleanField()
    attachments = AttachmentSchema(many=True)
    previews = PreviewSchema(many=True, help_text="At most one, as soon as it is there.")
    reactions = ReactionSchema(many=True, help_text="In order of first use.")
    status = serializers.ChoiceField(TICKS, required=False, help_text="Of one's own messages.")
    pinned_at = serializers.DateTimeField(allow_null=True)
    starred = serializers.BooleanField(required=False, help_text="Kept by oneself; left out in events.")
    created_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    deleted_at = serializers.DateTimeField(allow_null=True)


class MessageListSchema(serializers.Serializer[Any]):
    """A page of messages."""

    results = MessageSchema(many=True)
    next = serializers.CharField(allow_null=True)


class ForwardSchema(serializers.Serializer[Any]):
    """What a message became in the conversations it was forwarded to."""

    results = MessageSchema(many=True)


class DraftConflictSchema(serializers.Serializer[Any]):
    """What another device wrote."""

    content = serializers.CharField()
    updated_at = serializers.DateTimeField()


class DraftSchema(serializers.Serializer[Any]):
    """What somebody has begun to write."""

    content = serializers.CharField(allow_blank=True)
    reply_to = serializers.UUIDField(allow_null=True)
    updated_at = serializers.DateTimeField()
    version = serializers.IntegerField()
    conflict = DraftConflictSchema(allow_null=True)


@extend_schema_serializer(component_name="OwnSide")
class MeSchema(serializers.Serializer[Any]):
    """One's own side of a conversation."""

    role = serializers.ChoiceField(Role.choices)
    title = serializers.CharField(allow_blank=True)
    read_seq = serializers.IntegerField()
    read_senders = serializers.DictField(
        child=serializers.IntegerField(), help_text="Senders of whom one has read further than that, each up to a seq."
    )
    unread = serializers.IntegerField()
    mentions = serializers.IntegerField()
    notification_level = serializers.ChoiceField(NotificationLevel.choices)
    muted_until = serializers.DateTimeField(allow_null=True)
    pinned = serializers.BooleanField()
    archived = serializers.BooleanField()
    draft = DraftSchema(allow_null=True)


class ConversationSchema(serializers.Serializer[Any]):
    """A conversation."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(Kind.choices)
    title = serializers.CharField(allow_blank=True)
    description = serializers.CharField(allow_blank=True)
    avatar_url = serializers.CharField(allow_null=True)
    history = serializers.ChoiceField(History.choices)
    encrypted = serializers.BooleanField()
    locked = serializers.BooleanField(help_text="By staff: it can be read, and nobody else can write in it.")
    archived = serializers.BooleanField(help_text="By staff, for all: it can be read. `me.archived` is one's own.")
    created_by = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()
    last_seq = serializers.IntegerField()
    deleted_count = serializers.IntegerField(help_text="How many messages were deleted; `message.deleted` counts on.")
    last_message = MessageSchema(allow_null=True)
    last_activity_at = serializers.DateTimeField()
    participants = ParticipantSchema(many=True, help_text=f"The first {FIRST_PARTICIPANTS}.")
    participant_count = serializers.IntegerField()
    me = MeSchema(required=False, help_text="Left out in events.")


class ConversationSnapshotSchema(ConversationSchema):
    """A conversation, and the cursor to live-update it from."""

    cursor = serializers.CharField()


class ConversationListSchema(serializers.Serializer[Any]):
    """A page of conversations."""

    results = ConversationSchema(many=True)
    next = serializers.CharField(allow_null=True)
    cursor = serializers.CharField()


class InviteSchema(serializers.Serializer[Any]):
    """A link into a group."""

    code = serializers.CharField()
    url = serializers.URLField(help_text="The page that it opens.")
    created_by = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    max_uses = serializers.IntegerField(allow_null=True)
    uses = serializers.IntegerField()
    uses_left = serializers.IntegerField(allow_null=True)


class InviteListSchema(serializers.Serializer[Any]):
    """The invites of a group."""

    results = InviteSchema(many=True)


class InvitePreviewSchema(serializers.Serializer[Any]):
    """What an invite shows of its group."""

    title = serializers.CharField()
    participant_count = serializers.IntegerField()
    avatar_url = serializers.CharField(allow_null=True)


class HistorySchema(serializers.Serializer[Any]):
    """A part of a conversation's history, ascending by seq."""

    results = MessageSchema(many=True)
    has_more_before = serializers.BooleanField()
    has_more_after = serializers.BooleanField()
    cursor = serializers.CharField()


class HighlightSchema(serializers.Serializer[Any]):
    """The part of a message around the first match."""

    snippet = serializers.CharField(help_text="At most 200 characters, with … where it was cut.")
    ranges = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2),
        help_text="[start, end] of each match within the snippet, in UTF-16 code units, as JavaScript counts.",
    )


class SearchResultSchema(serializers.Serializer[Any]):
    """A message that was found."""

    message = MessageSchema()
    highlights = HighlightSchema(many=True, help_text="Empty where only filters were given.")


class SearchResultsSchema(serializers.Serializer[Any]):
    """A page of what was found, newest first."""

    results = SearchResultSchema(many=True)
    next = serializers.CharField(allow_null=True)


class ReadMarkerSchema(serializers.Serializer[Any]):
    """Where the marker is, and what is unread after it."""

    read_seq = serializers.IntegerField()
    unread = serializers.IntegerField()


class UnreadCountsSchema(serializers.Serializer[Any]):
    """What is unread: in all, by conversation, by sender."""

    total = serializers.IntegerField()
    conversations = serializers.DictField(child=serializers.IntegerField())
    users = serializers.DictField(child=serializers.IntegerField())


class ScheduledSchema(serializers.Serializer[Any]):
    """A message to be."""

    id = serializers.UUIDField()
    conversation_id = serializers.UUIDField()
    client_id = serializers.CharField()
    type = serializers.CharField(allow_null=True, help_text="As asked for; null: follows from the attachments.")
    content = serializers.CharField(allow_blank=True, help_text="Empty once it is sent.")
    reply_to = serializers.UUIDField(allow_null=True)
    thread_root = serializers.UUIDField(allow_null=True)
    attachments = AttachmentSchema(many=True, help_text="None once it is sent.")
    send_at = serializers.DateTimeField()
    state = serializers.ChoiceField(ScheduledState.choices)
    reason = serializers.CharField(allow_null=True, help_text="Why it failed.")
    message_id = serializers.UUIDField(allow_null=True, help_text="What it became.")
    created_at = serializers.DateTimeField()


class ScheduledListSchema(serializers.Serializer[Any]):
    """A page of messages to be."""

    results = ScheduledSchema(many=True)
    next = serializers.CharField(allow_null=True)


class ReminderSchema(serializers.Serializer[Any]):
    """When somebody will be reminded of a message."""

    message_id = serializers.UUIDField()
    conversation_id = serializers.UUIDField()
    remind_at = serializers.DateTimeField()
    created_at = serializers.DateTimeField()


class ReminderWithMessageSchema(ReminderSchema):
    """The same, with the message."""

    message = MessageSchema()


class ReminderListSchema(serializers.Serializer[Any]):
    """A page of reminders."""

    results = ReminderWithMessageSchema(many=True)
    next = serializers.CharField(allow_null=True)


class RecipientStatusSchema(serializers.Serializer[Any]):
    """How far a message has come to one of its recipients."""

    user_id = serializers.UUIDField()
    status = serializers.ChoiceField(TICKS)
    delivered_at = serializers.DateTimeField(allow_null=True)
    read_at = serializers.DateTimeField(allow_null=True)


class StatusSummarySchema(serializers.Serializer[Any]):
    """Of so many people, so many have it and so many have read it."""

    participants = serializers.IntegerField()
    delivered = serializers.IntegerField()
    read = serializers.IntegerField()


class MessageStatusSchema(serializers.Serializer[Any]):
    """How far a message has come: the recipients, without its sender."""

    summary = StatusSummarySchema()
    statuses = RecipientStatusSchema(many=True)
    people = UserSerializer(many=True, help_text="Who they are.")
    next = serializers.CharField(allow_null=True)


class OwnStatusSchema(serializers.Serializer[Any]):
    """How far a message has come to oneself, and where one is in its conversation."""

    status = serializers.ChoiceField(TICKS)
    delivered_seq = serializers.IntegerField()
    read_seq = serializers.IntegerField()
    unread = serializers.IntegerField()


class ExportSchema(serializers.Serializer[Any]):
    """A conversation as a file."""

    id = serializers.UUIDField()
    conversation_id = serializers.UUIDField()
    format = serializers.ChoiceField(ExportFormat.choices)
    state = serializers.ChoiceField(ExportState.choices)
    reason = serializers.CharField(allow_null=True, help_text="Why it failed.")
    size = serializers.IntegerField(allow_null=True, help_text="Bytes.")
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(help_text="When its file is removed.")
    url = serializers.CharField(allow_null=True, help_text="Where the file is, once it is done.")


class ExportListSchema(serializers.Serializer[Any]):
    """A page of exports."""

    results = ExportSchema(many=True)
    next = serializers.CharField(allow_null=True)
