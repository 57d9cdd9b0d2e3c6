"""Making conversations, changing what they are, and ending them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Block, User
from accounts.screening import GROUPS, noting_refusals, screen_text
from chat.actions.errors import Blocked, NotAGroup, NotAllowed, refuse_locked
from chat.actions.messages import add_system_message
from chat.actions.receipts import unwilling
from chat.actions.screening import screen_opening
from chat.models import Conversation, History, Kind, Participant, Role, direct_key, load_last_messages
from chat.serializers import conversation_json, me_json, without_reads
from chat.system_messages import told
from realtime import topics
from realtime.log import append

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from uuid import UUID

SCREENED = ("title", "description")


def open_direct(*, user: User, partner: User) -> tuple[Conversation, bool]:
    """The one direct conversation of two people, made if there is none: (conversation, whether it is new).

    Raises:
        Blocked: there is none, and one of the two wants nothing of the other.
        Slowed: see `screen_opening`.
    """
    key = direct_key(user.pk, partner.pk)
    existing = Conversation.objects.filter(direct_key=key).first()
    if existing is not None:
        return existing, False
    if Block.objects.between(user, partner).exists():
        raise Blocked
    with noting_refusals():
        screen_opening(user, people=1)
    try:
        return _create(Conversation(kind=Kind.DIRECT, direct_key=key, created_by=user), [user, partner]), True
    except IntegrityError:  # the other one was quicker: the unique key decided
        return Conversation.objects.get(direct_key=key), False


def create_group(
    *,
    creator: User,
    title: str,
    people: Iterable[User],
    description: str = "",
    history: History = History.SHARED,
) -> Conversation:
    """A new group of the creator, who becomes its admin, and at least one other person.

    Raises:
        Blocked: one of them wants nothing of the creator.
        TextRefused: title or description has blocked words in it.
        Slowed: see `screen_opening`.
    """
    others = {person.pk: person for person in people if person.pk != creator.pk}
    refuse_unwilling(creator, others.values())
    with noting_refusals():
        noticed = screen_text(GROUPS, creator, title=title, description=description)
        screen_opening(creator, people=len(others))
    group = Conversation(kind=Kind.GROUP, title=title, description=description, history=history, created_by=creator)
    with transaction.atomic():
        if noticed is not None:
            noticed(creator)
        return _create(group, [creator, *others.values()])


def _create(conversation: Conversation, people: Collection[User]) -> Conversation:
    with transaction.atomic():
        conversation.participant_count = len(people)
        conversation.save(force_insert=True)
        group = conversation.kind == Kind.GROUP
        Participant.objects.bulk_create(
            Participant(
                conversation=conversation,
                user=person,
                role=Role.ADMIN if group and person.pk == conversation.created_by_id else Role.MEMBER,
            )
            for person in people
        )
        append(
            topic=topics.conversation(conversation.pk),
            type="conversation.created",
            payload={"conversation": shown(conversation)},
            adds=[person.pk for person in people],
        )
    return conversation


def update_conversation(*, user: User, conversation_id: UUID, changes: Mapping[str, Any]) -> Conversation:
    """Change title, description or history of a group; in a direct conversation, the title one gives it for oneself.

    Raises:
        Participant.DoesNotExist: the person takes no part in such a conversation.
        NotAllowed: only moderators and admins change a group.
        NotAGroup: a direct conversation has no description and no history setting.
        TextRefused: title or description has blocked words in it.
    """
    with noting_refusals(), transaction.atomic():
        participant = Participant.objects.find_locked(user, conversation_id)
        conversation = participant.conversation
        if conversation.kind == Kind.DIRECT:
            if set(changes) - {"title"}:
                raise NotAGroup
            _change_own(participant, changes)
            return conversation
        if not participant.can_moderate:
            raise NotAllowed(_("Only moderators and admins can change a group."))
        refuse_locked(conversation, user)
        said = {name: changes[name] for name in SCREENED if name in changes}
        new = {name: text for name, text in said.items() if text != getattr(conversation, name)}
        noticed = screen_text(GROUPS, user, **new)
        change_group(conversation, changes, by=user)
        if noticed is not None:
            noticed(user)
    return conversation


def change_group(group: Conversation, changes: Mapping[str, Any], *, by: User, as_staff: bool = False) -> None:
    """Change a group whose row is locked; the conversation does not name those who do it as staff."""
    changed = {column: value for column, value in changes.items() if getattr(group, column) != value}
    if not changed:
        return
    for column, value in changed.items():
        setattr(group, column, value)
    group.save(update_fields=list(changed))
    if "title" in changed:
        add_system_message(group, by, told("title_updated", by=None if as_staff else by, title=group.title))
    tell_updated(group, by=by)


def delete_group(*, user: User, conversation_id: UUID) -> None:
    """Delete a group for everybody in it.

    Raises:
        Participant.DoesNotExist: the person takes no part in such a conversation.
        NotAllowed: only its admins delete a group.
        NotAGroup: nobody deletes a direct conversation for the other.
    """
    with transaction.atomic():
        participant = find_in_group(user, conversation_id)
        if participant.role != Role.ADMIN:
            raise NotAllowed(_("Only admins can delete a group."))
        refuse_locked(participant.conversation, user)
        end(participant.conversation, by=user)


def end(conversation: Conversation, *, by: User) -> None:
    """Delete a conversation whose row is locked: softly, since the log still tells of it."""
    members = Participant.objects.filter(conversation=conversation, left_at=None).values_list("user_id", flat=True)
    conversation.deleted_at = timezone.now()
    conversation.save(update_fields=["deleted_at"])
    append(
        topic=topics.conversation(conversation.pk),
        type="conversation.deleted",
        payload={"conversation_id": conversation.pk, "by": by.pk},
        removes=list(members),
    )


def set_own(*, user: User, conversation_id: UUID, changes: Mapping[str, Any]) -> Participant:
    """Change one's own side of a conversation: notification_level, muted_until, pinned, archived.

    Raises:
        Participant.DoesNotExist: the person takes no part in such a conversation.
    """
    with transaction.atomic():
        participant = Participant.objects.find_locked(user, conversation_id)
        _change_own(participant, changes)
    return participant


def _change_own(participant: Participant, changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        setattr(participant, name, value)
    participant.save(update_fields=list(changes))
    append(
        topic=topics.user(participant.user_id),
        type="me.updated",
        payload={
            "conversation_id": participant.conversation_id,
            "me": me_json(participant, unread=participant.unread(), mentions=participant.unread_mentions()),
            "last_seq": participant.conversation.last_seq,
            "deleted_count": participant.conversation.deleted_count,
        },
        object_id=participant.kept_draft.pk if participant.kept_draft is not None else None,
    )


def refuse_unwilling(actor: User, people: Collection[User]) -> None:
    """Nobody is put into a group by somebody whom they have blocked.

    Raises:
        Blocked: one of these people wants nothing of the actor.
    """
    if Block.objects.filter(blocked=actor, blocker__in=[person.pk for person in people]).exists():
        raise Blocked(_("You cannot add one of these people."))


def tell_updated(conversation: Conversation, *, by: User) -> None:
    """Tell everybody what a conversation is now; those who hide what they have read see nothing of that of others."""
    told = shown(conversation)
    without = unwilling([conversation])[conversation.pk]
    append(
        topic=topics.conversation(conversation.pk),
        type="conversation.updated",
        payload={"conversation": told, "by": by.pk},
        object_id=conversation.last_message_id,
        skips=sorted(without),
    )
    for user_id in sorted(without):
        payload = {"conversation": without_reads(told), "by": by.pk}
        append(
            topic=topics.user(user_id),
            type="conversation.updated",
            payload=payload,
            object_id=conversation.last_message_id,
        )


def find_in_group(user: User, conversation_id: UUID) -> Participant:
    """The person's place in a group, its row locked.

    Raises:
        Participant.DoesNotExist: the person takes no part in such a conversation.
        NotAGroup: it is a direct conversation.
    """
    participant = Participant.objects.find_locked(user, conversation_id)
    if participant.conversation.kind != Kind.GROUP:
        raise NotAGroup
    return participant


def shown(conversation: Conversation) -> dict[str, Any]:
    """A conversation as events tell of it."""
    found = Conversation.objects.get(pk=conversation.pk)
    load_last_messages([found])
    return conversation_json(found)
