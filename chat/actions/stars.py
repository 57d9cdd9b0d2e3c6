"""Keeping messages for oneself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from chat.actions.errors import Unfit
from chat.models import Participant, Star
from realtime import topics
from realtime.log import append

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User


def set_star(*, user: User, message_id: UUID, starred: bool) -> None:
    """Keep a message for oneself, or no longer.

    Raises:
        Participant.DoesNotExist, Message.DoesNotExist: there is no such message that the person may see.
        Unfit: nothing is left to keep of a message that was deleted.
    """
    with transaction.atomic():
        _participant, message = Participant.objects.find_message_locked(user, message_id)
        if starred:
            if message.deleted_at is not None:
                raise Unfit(_("This message was deleted: nothing is left to keep."), "message_deleted")
            _star, changed = Star.objects.get_or_create(message=message, user=user)
        else:
            deleted, _by_model = Star.objects.filter(message=message, user=user).delete()
            changed = deleted > 0
        if changed:
            append(
                topic=topics.user(user.pk),
                type="me.updated",
                payload={"message_id": message.pk, "starred": starred},
            )
