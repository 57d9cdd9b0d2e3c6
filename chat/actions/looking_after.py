"""Groups, looked after by staff, who need not take part: who is in them, and what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from chat.actions.conversations import change_group, end
from chat.actions.errors import LastAdmin, NotAGroup
from chat.actions.messages import add_system_message
from chat.actions.participants import give_role, put_out, take_in
from chat.models import Conversation, Kind, Participant, Role
from chat.system_messages import told

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from accounts.models import User


def add_people(*, conversation_id: UUID, people: Collection[User], by: User) -> list[Participant]:
    """Take people into a group as members; those who are in it already stay as they are. Returns those who are new.

    Raises:
        Conversation.DoesNotExist: there is none.
        NotAGroup: nobody joins a direct conversation.
        Blocked: one of them wants nothing of `by`.
    """
    with transaction.atomic():
        group = _locked(conversation_id)
        return take_in(group, people, by=by, as_staff=True)


def remove_person(*, participant: Participant, by: User) -> None:
    """Put somebody out of a group, whatever their role; the last one's going deletes it.

    Raises:
        Conversation.DoesNotExist, Participant.DoesNotExist: there is no such group, or they are not in it any more.
        NotAGroup: it is a direct conversation.
        LastAdmin: others would be left without an admin: make another one first.
    """
    with transaction.atomic():
        group, target = _find(participant)
        if group.participant_count == 1:
            end(group, by=by)
            return
        _refuse_last_admin(target)
        add_system_message(group, by, told("person_removed", by=None, person=target.user))
        put_out(target, group, by=by)


def change_role(*, participant: Participant, role: Role, by: User) -> None:
    """Make somebody admin, moderator or member of a group.

    Raises:
        Conversation.DoesNotExist, Participant.DoesNotExist: there is no such group, or they are not in it any more.
        NotAGroup: it is a direct conversation.
        LastAdmin: the group would be left without an admin: make another one first.
    """
    with transaction.atomic():
        group, target = _find(participant)
        if target.role != role:
            _refuse_last_admin(target)
            give_role(target, group, role, by=by, as_staff=True)


def change_settings(*, conversation_id: UUID, changes: Mapping[str, Any], by: User) -> Conversation:
    """Change title, description or history of a group.

    Raises:
        Conversation.DoesNotExist: there is none.
        NotAGroup: a direct conversation has none of that.
    """
    with transaction.atomic():
        group = _locked(conversation_id)
        change_group(group, changes, by=by, as_staff=True)
    return group


def _locked(conversation_id: UUID) -> Conversation:
    found = Conversation.objects.filter(deleted_at=None).select_for_update(no_key=True).get(pk=conversation_id)
    if found.kind != Kind.GROUP:
        raise NotAGroup
    return found


def _find(participant: Participant) -> tuple[Conversation, Participant]:
    group = _locked(participant.conversation_id)
    return group, Participant.objects.active().select_related("user").get(pk=participant.pk)


def _refuse_last_admin(target: Participant) -> None:
    others = Participant.objects.active().filter(conversation=target.conversation_id).exclude(pk=target.pk)
    if target.role == Role.ADMIN and not others.filter(role=Role.ADMIN).exists():
        raise LastAdmin
