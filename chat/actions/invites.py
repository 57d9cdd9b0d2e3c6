"""Inviting people to a group by a link, and coming in by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chat.actions.conversations import find_in_group
from chat.actions.errors import NotAllowed, Unfit, refuse_archived
from chat.actions.participants import take_in
from chat.models import Conversation, Invite, Participant
from chat.system_messages import told

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from accounts.models import User

MAX_INVITES = 100  # of one group, at a time


def create_invite(*, user: User, conversation_id: UUID, expires_at: datetime | None, max_uses: int | None) -> Invite:
    """A new way into a group, until a time (None: for ever) and for so many people (None: any number).

    Raises:
        Participant.DoesNotExist: the person takes no part in such a conversation.
        NotAllowed: only moderators and admins invite; or staff have archived the group (Archived).
        NotAGroup: nobody joins a direct conversation.
        Unfit: there are too many already.
    """
    with transaction.atomic():
        group = _find(user, conversation_id)
        refuse_archived(group)
        if Invite.objects.live().filter(conversation=group).count() >= MAX_INVITES:
            detail = _("A group has at most %(most)d invites: revoke some.") % {"most": MAX_INVITES}
            raise Unfit(detail, "too_many_invites")
        return Invite.objects.create(conversation=group, created_by=user, expires_at=expires_at, max_uses=max_uses)


def revoke_invite(*, user: User, conversation_id: UUID, code: str) -> None:
    """Let nobody in by this invite any more.

    Raises:
        Participant.DoesNotExist: the person takes no part in such a conversation.
        Invite.DoesNotExist: the group never had it.
        NotAllowed: only moderators and admins revoke.
        NotAGroup: it is a direct conversation.
    """
    with transaction.atomic():
        _revoke(Invite.objects.get(conversation=_find(user, conversation_id), code=code))


def withdraw_invite(*, invite: Invite) -> None:
    """The same as staff, who need not take part.

    Raises:
        Conversation.DoesNotExist, Invite.DoesNotExist: it is gone from the database.
    """
    with transaction.atomic():
        Conversation.objects.select_for_update(no_key=True).get(pk=invite.conversation_id)
        _revoke(Invite.objects.get(pk=invite.pk))


def _revoke(invite: Invite) -> None:
    if invite.revoked_at is None:
        invite.revoked_at = timezone.now()
        invite.save(update_fields=["revoked_at"])


def accept_invite(*, user: User, code: str) -> Conversation:
    """Join a group by an invite; who is in it already stays as they are, and counts as no use.

    Raises:
        Invite.DoesNotExist: there is no such invite, or it lets nobody in any more.
    """
    with transaction.atomic():
        conversation_id = Invite.objects.values_list("conversation_id", flat=True).get(code=code)
        group = Conversation.objects.select_for_update(no_key=True).get(pk=conversation_id)
        if not Participant.objects.active().filter(conversation=group, user=user).exists():
            invite = Invite.objects.live().get(code=code)  # only now: the lock makes one of two the last
            invite.uses += 1
            invite.save(update_fields=["uses"])
            take_in(group, [user], by=user, note=told("person_joined", by=user))
    return group


def admit_invited(*, user: User, code: str) -> bool:
    """Whether an invite lets in somebody who just signs up: then they are in its group as well."""
    try:
        accept_invite(user=user, code=code)
    except Invite.DoesNotExist:
        return False
    return True


def _find(user: User, conversation_id: UUID) -> Conversation:
    actor = find_in_group(user, conversation_id)
    if not actor.can_moderate:
        raise NotAllowed(_("Only moderators and admins can invite people."))
    return actor.conversation
