"""The one JSON shape of each thing, for REST answers and for events; and what requests may say."""

from chat.serializers.attachments import UploadSerializer, attachment_json
from chat.serializers.conversations import (
    conversation_json,
    conversations_for,
    me_json,
    participant_json,
    senders_read,
    stream_init,
    without_reads,
)
from chat.serializers.drafts import DraftSerializer, draft_json, kept_draft_json
from chat.serializers.excerpts import excerpt
from chat.serializers.exports import ExportSerializer, export_json
from chat.serializers.invites import InviteSerializer, invite_json
from chat.serializers.later import (
    ReminderSerializer,
    RescheduleSerializer,
    ScheduleSerializer,
    reminder_json,
    scheduled_json,
)
from chat.serializers.messages import message_json, messages_for, with_status
from chat.serializers.reactions import ReactionSerializer, reactions_json
from chat.serializers.requests import (
    MAX_SEQ,
    ChangeSerializer,
    DirectSerializer,
    EditSerializer,
    ForwardSerializer,
    GroupSerializer,
    IdField,
    LeaveSerializer,
    OwnSerializer,
    OwnTitleSerializer,
    PeopleSerializer,
    ReadMarkerSerializer,
    RoleSerializer,
    SendSerializer,
)

__all__ = [
    "MAX_SEQ",
    "ChangeSerializer",
    "DirectSerializer",
    "DraftSerializer",
    "EditSerializer",
    "ExportSerializer",
    "ForwardSerializer",
    "GroupSerializer",
    "IdField",
    "InviteSerializer",
    "LeaveSerializer",
    "OwnSerializer",
    "OwnTitleSerializer",
    "PeopleSerializer",
    "ReactionSerializer",
    "ReadMarkerSerializer",
    "ReminderSerializer",
    "RescheduleSerializer",
    "RoleSerializer",
    "ScheduleSerializer",
    "SendSerializer",
    "UploadSerializer",
    "attachment_json",
    "conversation_json",
    "conversations_for",
    "draft_json",
    "excerpt",
    "export_json",
    "invite_json",
    "kept_draft_json",
    "me_json",
    "message_json",
    "messages_for",
    "participant_json",
    "reactions_json",
    "reminder_json",
    "scheduled_json",
    "senders_read",
    "stream_init",
    "with_status",
    "without_reads",
]
