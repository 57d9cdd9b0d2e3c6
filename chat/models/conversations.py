"""Conversations, and the people in them: roles, settings of one's own, and how far each has come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, Min, Q, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.files import version_of
from accounts.models import Block, new_id
from chat.models.mentions import Mention
from chat.models.messages import Message
from chat.models.unread import MOST_COUNTED
from realtime.compiled import AnyOf, CompiledQuery, Slot, Slots

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User
    from chat.models.drafts import Draft
    from chat.models.messages import MessageQuerySet

FIRST_PARTICIPANTS = 50  # how many people a conversation's JSON names


class Kind(models.TextChoices):
    """How many people a conversation is for."""

    DIRECT = "direct", _("Direct")
    GROUP = "group", _("Group")


class History(models.TextChoices):
    """What newcomers of a group see of the time before they joined: all of it, or nothing."""

    SHARED = "shared", _("Shared")
    PROTECTED = "protected", _("Protected")


class Role(models.TextChoices):
    """What a participant may do in a group."""

    ADMIN = "admin", _("Admin")
    MODERATOR = "moderator", _("Moderator")
    MEMBER = "member", _("Member")


class NotificationLevel(models.TextChoices):
    """What a participant wants to be told of."""

    ALL = "all"
    MENTIONS = "mentions"
    NONE = "none"


def direct_key(first: UUID, second: UUID) -> str:
    """The same text for two people in either order: what keeps their direct conversation single."""
    return ":".join(sorted((str(first), str(second))))


class ConversationQuerySet(models.QuerySet["Conversation"]):
    """Reads of conversations."""

    def of(self, user: User | UUID) -> Self:
        """Those the person takes part in."""
        taking_part = Q(participants__user=user, participants__left_at=None)
        return self.filter(taking_part, deleted_at=None)


class Conversation(models.Model):
    """Two people (direct) or any number of them (group), and the ordered messages between them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    title = models.CharField(max_length=100, blank=True)
    description = models.CharField(max_length=1000, blank=True)
    avatar = models.CharField(max_length=100, blank=True, default="", editable=False)  # its name in the storage
    history = models.CharField(max_length=9, choices=History, default=History.SHARED)
    # Only direct conversations have one; the constraint decides races for both.
    direct_key = models.CharField(max_length=73, null=True, unique=True, editable=False)  # noqa: DJ001 - NULLs are distinct
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    last_seq = models.BigIntegerField(default=0)
    deleted_count = models.BigIntegerField(default=0)  # messages deleted so far: what clients' counts go up to
    last_message = models.ForeignKey("Message", null=True, on_delete=models.SET_NULL, related_name="+")
    last_activity_at = models.DateTimeField(auto_now_add=True)
    participant_count = models.PositiveIntegerField(default=0)
    counts_told_at = models.DateTimeField(null=True, blank=True, editable=False)  # of receipts, in a large group
    deleted_at = models.DateTimeField(null=True, blank=True)
    expired_seq = models.BigIntegerField(default=0, editable=False)  # how far `remove_old` has come
    locked_at = models.DateTimeField(null=True, blank=True, editable=False)  # by staff: read, and not write
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)  # by staff: over, for all in it
    held_at = models.DateTimeField(null=True, blank=True, editable=False)  # what is deleted is kept from here on

    objects = ConversationQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["-last_activity_at", "-id"], name="conversation_activity")]

    def __str__(self) -> str:
        return self.title or f"{self.kind} {self.pk}"

    @property
    def avatar_url(self) -> str | None:
        """Where the picture is, another address for each; None where there is none."""
        return f"/api/conversations/{self.pk}/avatar/{version_of(self.avatar)}" if self.avatar else None

    def partner_of(self, user: User) -> UUID | None:
        """Who the other one is; None in a group."""
        others = {UUID(key) for key in (self.direct_key or "").split(":") if key} - {user.pk}
        return next(iter(others), None)


class ParticipantQuerySet(models.QuerySet["Participant"]):
    """Reads of participants."""

    def active(self) -> Self:
        """Those who still take part, in conversations that still exist."""
        return self.filter(left_at=None, conversation__deleted_at=None)

    def others_have(self, user_id: UUID, conversation_ids: Iterable[UUID]) -> dict[UUID, tuple[int, int]]:
        """How far all the others of each conversation have received and read."""
        others = self.filter(conversation__in=list(conversation_ids), left_at=None).exclude(user=user_id)
        rows = others.values_list("conversation_id").order_by().annotate(Min("delivered_seq"), Min("read_seq"))
        return {conversation_id: (delivered, read) for conversation_id, delivered, read in rows}

    def recipients(self, message: Message) -> Self:
        """Those whom a message was sent to, and who are still there."""
        there = self.filter(conversation=message.conversation_id, left_at=None, joined_seq__lte=message.seq)
        return there.exclude(user=message.sender_id)

    def reached(self, message: Message, *, shares_reads: bool) -> dict[str, int]:
        """How many it was sent to, how many of them have it, and how many have read it."""
        read = Q(read_seq__gte=message.seq)
        return self.recipients(message).aggregate(
            participants=Count("pk"),
            delivered=Count("pk", filter=Q(delivered_seq__gte=message.seq)),
            read=Count("pk", filter=read if shares_reads else read & Q(pk=None)),
        )

    def kept_from(self, message: Message) -> list[UUID]:
        """Who takes part in a message's conversation but may not see the message: it was said before their time."""
        later = self.active().filter(conversation=message.conversation_id, first_seq__gt=message.seq)
        return list(later.values_list("user_id", flat=True))

    def find(self, user: User, conversation_id: UUID) -> Participant:
        """The person's place in a conversation: whoever has none may not know that it exists.

        Raises:
            Participant.DoesNotExist: there is no such conversation, or the person is an outsider.
        """
        participant = self.active().select_related("conversation").get(user=user, conversation=conversation_id)
        participant.user = user
        return participant

    def find_locked(self, user: User, conversation_id: UUID, *, client_id: str = "") -> Participant:
        """The same, with the conversation's row locked: every change of a conversation begins with this.

        Two queries: in one, the participant would be read as it was before the lock was had, and somebody removed at
        that moment could still speak.

        Args:
            client_id: of a message to be; the participant's `twin` is the id of the one that they sent with it before.
        """
        conversation = LOCKED.first(id=conversation_id)
        if conversation is None:
            raise Participant.DoesNotExist
        participant = PLACE.get(
            user=user.pk, conversation=conversation_id, partner=conversation.partner_of(user), client_id=client_id
        )
        participant.user, participant.conversation = user, conversation
        return participant

    def find_all_locked(self, user: User, conversation_ids: Iterable[UUID]) -> dict[UUID, Participant]:
        """The person's places in several conversations, their rows locked, always in the same order: of their ids.

        Raises:
            Participant.DoesNotExist: the person takes no part in one of them.
        """
        ids = set(conversation_ids)
        rows = Conversation.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
        locked = {conversation.pk: conversation for conversation in rows}
        places = {place.conversation_id: place for place in self.active().filter(user=user, conversation__in=ids)}
        if len(places) < len(ids):
            raise Participant.DoesNotExist
        blocked = Block.objects.around(user)
        for place in places.values():
            place.user, place.conversation = user, locked[place.conversation_id]
            place.blocked_beside = place.conversation.partner_of(user) in blocked
        return places

    def find_message(self, user: User, message_id: UUID) -> tuple[Participant, Message]:
        """A message that the person may see, with their place in its conversation.

        Raises:
            Message.DoesNotExist, Participant.DoesNotExist: there is none, or none that they may know of.
        """
        conversation_id = Message.objects.values_list("conversation_id", flat=True).get(pk=message_id)
        participant = self.find(user, conversation_id)
        return participant, participant.history().with_everything().get(pk=message_id)

    def find_message_locked(self, user: User, message_id: UUID) -> tuple[Participant, Message]:
        """The same, with the conversation's row locked: every change of a message begins with this."""
        conversation_id = Message.objects.values_list("conversation_id", flat=True).get(pk=message_id)
        participant = self.find_locked(user, conversation_id)
        message = participant.history().with_everything().get(pk=message_id)
        message.conversation = participant.conversation
        return participant, message


class Participant(models.Model):
    """A person in a conversation: role, settings of one's own, and how far they have read."""

    id = models.BigAutoField(primary_key=True)
    conversation = models.ForeignKey(  # the index of the constraint below begins with it
        Conversation, on_delete=models.CASCADE, related_name="participants", db_index=False
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="participations")
    role = models.CharField(max_length=9, choices=Role, default=Role.MEMBER)
    title = models.CharField(max_length=100, blank=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    left_at = models.DateTimeField(null=True, blank=True)
    first_seq = models.BigIntegerField(default=1)  # what came before is not for them
    joined_seq = models.BigIntegerField(default=1)  # what came before was not sent to them, even where they may see it
    read_seq = models.BigIntegerField(default=0)  # what the others see: forward only
    marker_seq = models.BigIntegerField(default=0)  # what the person sees as read: may be put back by "mark as unread"
    delivered_seq = models.BigIntegerField(default=0)
    notification_level = models.CharField(max_length=8, choices=NotificationLevel, default=NotificationLevel.ALL)
    muted_until = models.DateTimeField(null=True, blank=True)
    pinned = models.BooleanField(default=False)
    archived = models.BooleanField(default=False)

    # What `find_locked` looks for besides: a message sent with the same client_id before, and whether one of the two of
    # a direct conversation has blocked the other.
    twin: UUID | None = None
    blocked_beside = False
    objects = ParticipantQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["conversation", "user"], name="participant_once"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["conversation", "id"], name="participant_first", condition=Q(left_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.conversation_id}"

    @property
    def kept_draft(self) -> Draft | None:
        """What the person has begun to write here; a query unless it was loaded along."""
        return getattr(self, "draft", None)

    @property
    def can_pin(self) -> bool:
        """Whether the person may pin messages: both in a direct conversation, by role in a group."""
        return self.conversation.kind == Kind.DIRECT or self.can_moderate

    @property
    def can_moderate(self) -> bool:
        """Whether the role allows to add and remove people, and to change the group."""
        return self.role in {Role.ADMIN, Role.MODERATOR}

    def outranks(self, other: Participant) -> bool:
        """Whether the role allows to remove the other: admins everybody, moderators members."""
        return self.role == Role.ADMIN or (self.can_moderate and other.role == Role.MEMBER)

    def history(self) -> MessageQuerySet:
        """The messages this person may see."""
        return Message.objects.filter(conversation=self.conversation_id, seq__gte=self.first_seq)

    def unread(self) -> int:
        """How many messages of others came after the marker, of the last `MOST_COUNTED`."""
        first = max(self.marker_seq, self.conversation.last_seq - MOST_COUNTED)
        return self.history().countable().filter(seq__gt=first).heard_by(self.user_id).count()

    def unread_mentions(self) -> int:
        """How many of them name this person or everybody."""
        return Mention.objects.unread_counts(self.user, [self.conversation_id]).get(self.conversation_id, 0)

    def others_have(self) -> tuple[int, int]:
        """How far all the others have received and read."""
        return Participant.objects.others_have(self.user_id, [self.conversation_id]).get(self.conversation_id, (0, 0))


_USER, _CONVERSATION = Slot("user", models.UUIDField()), Slot("conversation", models.UUIDField())
_CLIENT_ID = Slot("client_id", models.CharField())
_IN_ANY_OF = AnyOf("conversation_id", Slots("ids", models.UUIDField()))
LOCKED: CompiledQuery[Conversation] = CompiledQuery(
    lambda: Conversation.objects.select_for_update(no_key=True).filter(pk=Slot("id", models.UUIDField()))
)
PLACE: CompiledQuery[Participant] = CompiledQuery(
    lambda: (
        Participant.objects.active()
        .select_related("draft")
        .filter(user=_USER, conversation=_CONVERSATION)
        .annotate(
            **{  # noqa: PIE804 - as names they would be taken for columns declared twice
                "twin": Subquery(Message.objects.filter(sender=_USER, client_id=_CLIENT_ID).values("id")[:1]),
                "blocked_beside": Exists(Block.objects.between(_USER, Slot("partner", models.UUIDField()))),
            }
        )
    )
)
OWN: CompiledQuery[Participant] = CompiledQuery(
    lambda: Participant.objects.filter(_IN_ANY_OF, user=_USER).select_related("draft")
)
