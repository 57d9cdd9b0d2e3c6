"""Who is named in messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q

from accounts.models import Block
from chat.models.messages import Message
from chat.models.sender_reads import SenderRead
from realtime.asking import answer
from realtime.compiled import AnyOf, CompiledRows, Slot, Slots

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID

    from accounts.models import User
    from realtime.asking import Asked


class MentionQuerySet(models.QuerySet["Mention"]):
    """Reads of mentions."""

    def unread_of(self, user: User | Slot) -> Self:
        """Those of the person that they have not read, over all conversations."""
        mine = Q(
            conversation__participants__user=user,
            conversation__participants__left_at=None,
            conversation__deleted_at=None,
            seq__gt=F("conversation__participants__marker_seq"),
            seq__gte=F("conversation__participants__first_seq"),
        )
        blocked = Block.objects.filter(blocker=user).values("blocked")
        others = self.exclude(message__sender=user).exclude(message__sender__in=blocked)
        return others.filter(
            Q(user=user) | Q(user=None), mine, ~SenderRead.objects.covering(user, sender="message__sender")
        )

    def unread_counts(self, user: User, conversation_ids: Collection[UUID]) -> dict[UUID, int]:
        """How many mentions the person has not read in each of these conversations that has any, in one query."""
        return dict(answer(self.unread_asking(user, conversation_ids)))  # type: ignore[arg-type] # rows of two

    def unread_asking(self, user: User, conversation_ids: Collection[UUID]) -> Asked[Sequence[Any]]:
        """The same for `together`, as rows."""
        return _COUNTS.asking(user=user.pk, ids=list(conversation_ids))


class Mention(models.Model):
    """That a message names a person, or with no person everybody: what unread mentions are counted by."""

    id = models.BigAutoField(primary_key=True)
    conversation = models.ForeignKey("Conversation", on_delete=models.CASCADE, related_name="+", db_index=False)
    seq = models.BigIntegerField()  # the message's
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="mentioned")

    objects = MentionQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[Any]] = [models.Index(fields=["conversation", "user", "seq"], name="mention_unread")]

    def __str__(self) -> str:
        return f"{self.user_id or 'everybody'} in {self.conversation_id}#{self.seq}"


_COUNTS: CompiledRows[Mention] = CompiledRows(
    lambda: (
        Mention.objects.unread_of(Slot("user", models.UUIDField()))
        .filter(AnyOf("conversation_id", Slots("ids", models.UUIDField())))
        .values_list("conversation_id")
        .annotate(Count("message", distinct=True))
        .order_by()
    )
)
