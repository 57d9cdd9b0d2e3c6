"""The shapes of events, for their machine-readable description: docs/events.md says when each comes, and to whom."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.serializers import PreferencesSerializer, TakeoutSchema, UserSerializer
from chat.models import Role, ScheduledState
from chat.schemas import (
    ConversationSchema,
    DraftSchema,
    ExportSchema,
    MeSchema,
    MessageSchema,
    ParticipantSchema,
    ReminderSchema,
    ScheduledSchema,
)
from moderation.models import Level
from notifications.schemas import NotificationPreferencesSchema, NotificationSchema
from presence.serializers import PresenceSchema

Shape = serializers.Serializer[Any]


# --- messages ---------------------------------------------------------------------------------------------------------
class ThreadShape(Shape):
    """What a thread's root has now."""

    id = serializers.UUIDField()
    reply_count = serializers.IntegerField()


class MessageCreatedShape(Shape):
    """Somebody said something."""

    message = MessageSchema()
    thread = ThreadShape(required=False)


class MessageUpdatedShape(MessageCreatedShape):
    """A message is another now: it takes the place of the one before."""

    excerpt = serializers.CharField(allow_blank=True, help_text="For what quotes it.")


class MessageDeletedShape(Shape):
    """A message is gone, and leaves a tombstone."""

    conversation_id = serializers.UUIDField()
    message_id = serializers.UUIDField()
    seq = serializers.IntegerField()
    by = serializers.UUIDField(allow_null=True)
    deleted_at = serializers.DateTimeField()
    deleted_count = serializers.IntegerField()
    sender_id = serializers.UUIDField(allow_null=True)
    mentions = serializers.ListField(child=serializers.UUIDField())
    mentions_all = serializers.BooleanField()
    thread = ThreadShape(required=False)


class ReactionShape(Shape):
    """Somebody put an emoji to a message, or took it back."""

    conversation_id = serializers.UUIDField()
    message_id = serializers.UUIDField()
    emoji = serializers.CharField()
    user_id = serializers.UUIDField()


class PinShape(Shape):
    """A message was pinned, or is no longer."""

    conversation_id = serializers.UUIDField()
    message_id = serializers.UUIDField()
    seq = serializers.IntegerField()
    pinned_at = serializers.DateTimeField(allow_null=True)
    by = serializers.UUIDField()


# --- conversations ----------------------------------------------------------------------------------------------------
class ConversationCreatedShape(Shape):
    """A conversation is there, or one is in it now."""

    conversation = ConversationSchema()


class ConversationUpdatedShape(ConversationCreatedShape):
    """A conversation is another now."""

    by = serializers.UUIDField()


class ConversationDeletedShape(Shape):
    """A conversation is gone: nothing comes of it any more."""

    conversation_id = serializers.UUIDField()
    by = serializers.UUIDField()


class ParticipantShape(Shape):
    """Somebody came, went, or has another role."""

    conversation_id = serializers.UUIDField()
    user = UserSerializer()
    role = serializers.ChoiceField(Role.choices)
    by = serializers.UUIDField()
    participant_count = serializers.IntegerField()


class ParticipantAddedShape(ParticipantShape):
    """Somebody came."""

    participant = ParticipantSchema()


# --- receipts and what is unread --------------------------------------------------------------------------------------
class ReceiptShape(Shape):
    """How far somebody has come."""

    user_id = serializers.UUIDField()
    delivered_seq = serializers.IntegerField()
    read_seq = serializers.IntegerField()
    at = serializers.DateTimeField()


class ReceiptCountsShape(Shape):
    """How many have a message."""

    seq = serializers.IntegerField()
    participants = serializers.IntegerField()
    delivered = serializers.IntegerField()
    read = serializers.IntegerField()


class ReceiptUpdatedShape(Shape):
    """Others have been handed, or have read, what was said; of more than 50 people only how many."""

    conversation_id = serializers.UUIDField()
    receipts = ReceiptShape(many=True, required=False)
    counts = ReceiptCountsShape(required=False)


class UnreadUpdatedShape(Shape):
    """What is unread for oneself."""

    conversation_id = serializers.UUIDField()
    unread = serializers.IntegerField()
    mentions = serializers.IntegerField()
    read_seq = serializers.IntegerField()
    read_senders = serializers.DictField(child=serializers.IntegerField())
    last_seq = serializers.IntegerField()
    deleted_count = serializers.IntegerField()
    total = serializers.IntegerField()


# --- oneself and others -----------------------------------------------------------------------------------------------
class ScheduledChangeShape(ScheduledSchema):
    """A message to be, as it is now."""

    state = serializers.ChoiceField([*ScheduledState.choices, ("deleted", "deleted")])


class ReminderChangeShape(ReminderSchema):
    """A reminder, as it is now."""

    state = serializers.ChoiceField(["waiting", "removed", "fired"])


class MeUpdatedShape(Shape):
    """Something of one's own changed, to one's own devices: which keys there are depends on what."""

    conversation_id = serializers.UUIDField(required=False)
    me = MeSchema(required=False)
    last_seq = serializers.IntegerField(required=False)
    deleted_count = serializers.IntegerField(required=False)
    draft = DraftSchema(required=False, allow_null=True)
    message_id = serializers.UUIDField(required=False)
    starred = serializers.BooleanField(required=False)
    preferences = PreferencesSerializer(required=False)
    language = serializers.CharField(required=False, allow_blank=True)
    blocked = serializers.ListField(child=serializers.UUIDField(), required=False)
    notification_preferences = NotificationPreferencesSchema(required=False)
    scheduled = ScheduledChangeShape(required=False)
    reminder = ReminderChangeShape(required=False)
    export = ExportSchema(required=False)
    takeout = TakeoutSchema(required=False)


class PublicUserShape(UserSerializer):
    """A person as everybody sees them, without when they were here."""

    last_seen_at = None  # type: ignore[assignment]


class UserUpdatedShape(Shape):
    """Somebody is called, or looks, otherwise."""

    user = PublicUserShape()


class BroadcastShape(Shape):
    """Staff tell everybody something, or everybody in a group."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    content = serializers.CharField()
    level = serializers.ChoiceField(Level.choices)
    conversation_id = serializers.UUIDField(allow_null=True)
    sent_at = serializers.DateTimeField(allow_null=True)


# --- notifications ----------------------------------------------------------------------------------------------------
class NotificationCreatedShape(Shape):
    """Something happened that one is to know."""

    notification = NotificationSchema()
    unread_count = serializers.IntegerField()


class NotificationDeletedShape(Shape):
    """Notifications are gone."""

    ids = serializers.ListField(child=serializers.UUIDField())
    unread_count = serializers.IntegerField()


class NotificationUpdatedShape(NotificationDeletedShape):
    """Notifications are others now, or were read."""

    notifications = NotificationSchema(many=True, required=False)
    is_read = serializers.BooleanField(required=False)


# --- passing ----------------------------------------------------------------------------------------------------------
class PositionShape(Shape):
    """How far a conversation is."""

    id = serializers.UUIDField()
    last_seq = serializers.IntegerField()


class InitShape(Shape):
    """The first event of every stream."""

    user_id = serializers.UUIDField()
    cursor = serializers.CharField()
    server_time = serializers.DateTimeField()
    ping_seconds = serializers.IntegerField()
    resumed = serializers.BooleanField()
    conversations = PositionShape(many=True)
    features = serializers.DictField(child=serializers.BooleanField())


class SnapshotShape(Shape):
    """How the conversation of this stream stands."""

    conversation = ConversationSchema()
    participants = ParticipantSchema(many=True)


class ResetShape(Shape):
    """Nothing was replayed: reload your state, and go on from `cursor`."""

    reason = serializers.CharField()
    cursor = serializers.CharField()


class PingShape(Shape):
    """The connection is alive."""

    server_time = serializers.DateTimeField()


class ExpiringShape(Shape):
    """The access token ends in a minute."""

    expires_at = serializers.DateTimeField()


class EndedShape(Shape):
    """The stream closes: do not come back with the same credentials."""

    reason = serializers.CharField()


class TypingShape(Shape):
    """Somebody types, or does no longer."""

    conversation_id = serializers.UUIDField()
    user_id = serializers.UUIDField()
    display_name = serializers.CharField()


DURABLE: dict[str, type[Shape]] = {
    "message.created": MessageCreatedShape,
    "message.updated": MessageUpdatedShape,
    "message.deleted": MessageDeletedShape,
    "message.pinned": PinShape,
    "message.unpinned": PinShape,
    "reaction.added": ReactionShape,
    "reaction.removed": ReactionShape,
    "conversation.created": ConversationCreatedShape,
    "conversation.updated": ConversationUpdatedShape,
    "conversation.deleted": ConversationDeletedShape,
    "participant.added": ParticipantAddedShape,
    "participant.removed": ParticipantShape,
    "participant.left": ParticipantShape,
    "participant.role_updated": ParticipantShape,
    "receipt.updated": ReceiptUpdatedShape,
    "unread.updated": UnreadUpdatedShape,
    "me.updated": MeUpdatedShape,
    "user.updated": UserUpdatedShape,
    "broadcast.created": BroadcastShape,
    "notification.created": NotificationCreatedShape,
    "notification.updated": NotificationUpdatedShape,
    "notification.deleted": NotificationDeletedShape,
}
PASSING: dict[str, type[Shape]] = {
    "init": InitShape,
    "conversation.snapshot": SnapshotShape,
    "reset": ResetShape,
    "ping": PingShape,
    "auth.expiring": ExpiringShape,
    "auth.ended": EndedShape,
    "presence.changed": PresenceSchema,
    "typing.started": TypingShape,
    "typing.stopped": TypingShape,
}
