"""Who is in a group, and what they may do there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.screening import noting_refusals
from accounts.serializers import user_json
from chat.actions.conversations import end, find_in_group, refuse_unwilling, shown
from chat.actions.errors import LastAdmin, NotAllowed, refuse_locked
from chat.actions.messages import add_system_message
from chat.actions.screening import screen_opening
from chat.models import Conversation, History, Participant, Role, shares_reads
from chat.serializers import participant_json, without_reads
from chat.system_messages import told
from realtime import topics
from realtime.log import append

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from accounts.models import User
    from chat.system_messages import Told


def add_participants(*, user: User, conversation_id: UUID, people: Collection[User]) -> list[Participant]:
    """Take people into a group; those who are in it already stay as they are. Returns those who are new.

    Raises:
        Participant.DoesNotExist: the person takes no part in such a conversation.
        NotAllowed: only moderators and admins add people; or one of them wants nothing of this one (Blocked).
        NotAGroup: nobody joins a direct conversation.
        Slowed: see `screen_opening`.
    """
    with noting_refusals(), transaction.atomic():
        actor = find_in_group(user, conversation_id)
        if not actor.can_moderate:
            raise NotAllowed(_("Only moderators and admins can add people."))
        refuse_locked(actor.conversation, user)
        screen_opening(user, people=len(people), opens=False)
        return take_in(actor.conversation, people, by=user)


def take_in(
    group: Conversation, people: Collection[User], *, by: User, as_staff: bool = False, note: Told | None = None
) -> list[Participant]:
    """Make people part of a group whose row is locked, those who are not yet: returns them.

    `note` is what the conversation says of it; who added whom, if left out, staff without a name.

    Raises:
        Blocked: one of them and `by` have blocked each other.
    """
    inside = set(Participant.objects.filter(conversation=group, left_at=None).values_list("user_id", flat=True))
    outside = [person for person in people if person.pk not in inside]
    refuse_unwilling(by, outside)
    new = [_join(group, person) for person in outside]
    if new:
        group.participant_count = len(inside) + len(new)
        group.save(update_fields=["participant_count"])
        added = told("people_added", by=None if as_staff else by, people=[participant.user for participant in new])
        _tell_added(group, by, new, note or added)
    return new


def _join(group: Conversation, person: User) -> Participant:
    """Back where they were, or for the first time: as a member, with nothing unread."""
    participant, _created = Participant.objects.update_or_create(
        conversation=group,
        user=person,
        defaults={
            "left_at": None,
            "joined_at": timezone.now(),
            "role": Role.MEMBER,
            "first_seq": 1 if group.history == History.SHARED else group.last_seq + 1,
            "joined_seq": group.last_seq + 1,
            "read_seq": group.last_seq,
            "marker_seq": group.last_seq,
            "delivered_seq": group.last_seq,
        },
    )
    return participant


def _tell_added(group: Conversation, user: User, new: list[Participant], note: Told) -> None:
    conversation = shown(group)
    for participant in new:  # the others hold the conversation; to these it is new
        append(
            topic=topics.user(participant.user_id),
            type="conversation.created",
            payload={"conversation": _as_newcomers_see(conversation, group, participant)},
            object_id=group.last_message_id,
        )
    for participant in new:
        _tell(
            group,
            "participant.added",
            participant,
            by=user,
            adds=[participant.user_id],
            details={"participant": participant_json(participant)},
        )
    add_system_message(group, user, note)


def _as_newcomers_see(conversation: dict[str, Any], group: Conversation, newcomer: Participant) -> dict[str, Any]:
    """What was said last is not for newcomers of a group with protected history."""
    seen = conversation if shares_reads(newcomer.user) else without_reads(conversation)
    return seen if group.history == History.SHARED else {**seen, "last_message": None}


def remove_participant(*, user: User, conversation_id: UUID, target_id: UUID) -> None:
    """Put somebody out of a group.

    Raises:
        Participant.DoesNotExist: the person, or the target, takes no part in such a conversation.
        NotAllowed: moderators remove members; admins remove everybody.
        NotAGroup: it is a direct conversation.
    """
    with transaction.atomic():
        actor = find_in_group(user, conversation_id)
        target = _find_beside(actor, target_id)
        if not actor.outranks(target):
            raise NotAllowed(_("Moderators can remove members; admins can remove everybody."))
        add_system_message(actor.conversation, user, told("person_removed", by=user, person=target.user))
        put_out(target, actor.conversation, by=user)


def leave(*, user: User, conversation_id: UUID, successor_id: UUID | None = None) -> None:
    """Leave a group; its last participant's leaving deletes it.

    Raises:
        Participant.DoesNotExist: the person, or the successor, takes no part in such a conversation.
        LastAdmin: the last admin leaves others behind without naming a successor.
        NotAGroup: it is a direct conversation.
    """
    with transaction.atomic():
        own = find_in_group(user, conversation_id)
        group = own.conversation
        if group.participant_count == 1:
            own.left_at = timezone.now()
            end(group, by=user)
            own.save(update_fields=["left_at"])
            return
        _hand_over(own, successor_id)
        add_system_message(group, user, told("person_left", by=user))
        _go(own, group, "participant.left", by=user)


def set_role(
    *, user: User, conversation_id: UUID, target_id: UUID, role: Role, successor_id: UUID | None = None
) -> Participant:
    """Make somebody admin, moderator or member of a group.

    Raises:
        Participant.DoesNotExist: the person, the target or the successor takes no part in such a conversation.
        NotAllowed: only admins give roles.
        LastAdmin: the last admin steps down without naming a successor.
        NotAGroup: it is a direct conversation.
    """
    with transaction.atomic():
        actor = find_in_group(user, conversation_id)
        if actor.role != Role.ADMIN:
            raise NotAllowed(_("Only admins can give roles."))
        target = actor if target_id == user.pk else _find_beside(actor, target_id)
        if target.role != role:
            if target.pk == actor.pk:
                _hand_over(actor, successor_id)
            give_role(target, actor.conversation, role, by=user)
    return target


def _hand_over(own: Participant, successor_id: UUID | None) -> None:
    """See to it that an admin is left when this one goes or steps down."""
    others = Participant.objects.filter(conversation=own.conversation, left_at=None).exclude(pk=own.pk)
    if own.role != Role.ADMIN or others.filter(role=Role.ADMIN).exists():
        return
    if successor_id is None:
        raise LastAdmin
    heir = _find_beside(own, successor_id)
    give_role(heir, own.conversation, Role.ADMIN, by=own.user)


def give_role(target: Participant, group: Conversation, role: Role, *, by: User, as_staff: bool = False) -> None:
    """Make somebody something in a group whose row is locked; it does not name those who do it as staff."""
    target.role = role
    target.save(update_fields=["role"])
    note = told("role_updated", by=None if as_staff else by, person=target.user, role=role.value)
    add_system_message(group, by, note)
    _tell(group, "participant.role_updated", target, by=by)


def put_out(target: Participant, group: Conversation, *, by: User) -> None:
    """Let a group, whose row is locked, be without somebody; it has noted so already."""
    _go(target, group, "participant.removed", by=by)


def _go(target: Participant, group: Conversation, event_type: str, *, by: User) -> None:
    target.left_at = timezone.now()
    target.save(update_fields=["left_at"])
    group.participant_count -= 1
    group.save(update_fields=["participant_count"])
    _tell(group, event_type, target, by=by, removes=[target.user_id])


def _find_beside(actor: Participant, user_id: UUID) -> Participant:
    """Somebody else in the actor's group, whose row the actor's action has locked."""
    return (
        Participant.objects.active()
        .select_related("user")
        .exclude(pk=actor.pk)
        .get(conversation=actor.conversation_id, user=user_id)
    )


def _tell(
    group: Conversation,
    event_type: str,
    target: Participant,
    *,
    by: User,
    adds: Collection[UUID] = (),
    removes: Collection[UUID] = (),
    details: Mapping[str, Any] = {},
) -> None:
    append(
        topic=topics.conversation(group.pk),
        type=event_type,
        payload={
            "conversation_id": group.pk,
            "user": user_json(target.user),
            "role": target.role,
            "by": by.pk,
            "participant_count": group.participant_count,
            **details,
        },
        adds=adds,
        removes=removes,
    )
