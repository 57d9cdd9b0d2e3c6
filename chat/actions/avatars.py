"""Pictures of groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import avatars, files
from chat.actions.conversations import find_in_group, tell_updated
from chat.actions.errors import NotAllowed, refuse_locked
from chat.actions.messages import add_system_message
from chat.models import Conversation
from chat.system_messages import told

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User

FOLDER = "group-avatars"


def set_group_avatar(*, user: User, conversation_id: UUID, picture: Any) -> Conversation:
    """Give a group a picture (the middle of this file's), or take it away (None).

    Raises:
        Participant.DoesNotExist: the person takes no part in such a conversation.
        NotAllowed: only moderators and admins change a group.
        NotAGroup: a direct conversation shows the other's picture.
        images.NotAPicture, images.TooManyPixels, images.Busy: see there.
    """
    with avatars.kept(FOLDER, {"avatar": picture}) as changes, transaction.atomic():
        actor = find_in_group(user, conversation_id)
        if not actor.can_moderate:
            raise NotAllowed(_("Only moderators and admins can change a group."))
        refuse_locked(actor.conversation, user)
        group = actor.conversation
        if not group.avatar and not changes["avatar"]:
            return group
        if group.avatar:
            files.remove_after_commit([group.avatar])
        group.avatar = changes["avatar"]
        group.save(update_fields=["avatar"])
        add_system_message(group, user, told("avatar_updated" if group.avatar else "avatar_removed", by=user))
        tell_updated(group, by=user)
    return group


def tidy_group_avatars() -> None:
    """Delete pictures that are no group's, left over from a crash. For a job that runs now and then."""
    files.sweep(FOLDER, lambda names: Conversation.objects.filter(avatar__in=names).values_list("avatar", flat=True))
