"""What staff do to groups: who is in them, what they are, and who may come in."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from chat import actions as chat
from chat.actions import LastAdmin, NotAGroup, Unfit, WrongField
from chat.models import Role
from moderation.actions.auditing import note, require
from moderation.models import Act

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from accounts.models import User
    from chat.models import Conversation, Invite, Participant
    from moderation.models import Report


def change_settings(
    *,
    conversation: Conversation,
    changes: Mapping[str, Any],
    by: User,
    reason: str,
    report: Report | None = None,
) -> None:
    """Change title, description or history of a group; all in it see it at once.

    Raises:
        NotAllowed, WrongField: see `require`.
        Unfit: it is a direct conversation.
        Conversation.DoesNotExist: it was deleted.
    """
    reason = require(by, Act.CHANGE, reason)
    with transaction.atomic(), _refusals():
        chat.change_settings(conversation_id=conversation.pk, changes=changes, by=by)
        changed = {name: value for name, value in changes.items() if getattr(conversation, name) != value}
        before = {name: getattr(conversation, name) for name in changed}
        target = conversation
        note(by=by, act=Act.CHANGE, target=target, reason=reason, before=before, after=changed, report=report)


def add_people(
    *,
    conversation: Conversation,
    people: Collection[User],
    by: User,
    reason: str,
    report: Report | None = None,
) -> None:
    """Take people into a group. Nobody takes in themselves: that would be reading it without saying so.

    Raises:
        NotAllowed, WrongField: see `require`; or one of them is in it already, or nobody is named.
        Unfit: it is a direct conversation.
        Conversation.DoesNotExist: it was deleted.
    """
    if not people:
        raise WrongField("people", _("Say who."), "required")
    for person in people:
        reason = require(by, Act.ADD_PEOPLE, reason, person=person)
    with transaction.atomic(), _refusals():
        new = chat.add_people(conversation_id=conversation.pk, people=people, by=by)
        if len(new) < len(people):
            raise WrongField("people", _("Some of them are in it already."))
        after = {"people": [participant.user.username for participant in new]}
        note(by=by, act=Act.ADD_PEOPLE, target=conversation, reason=reason, after=after, report=report)


def remove_person(*, participant: Participant, by: User, reason: str, report: Report | None = None) -> None:
    """Put somebody out of a group.

    Raises:
        NotAllowed, WrongField: see `require`.
        Unfit: it is a direct conversation, or they are its last admin.
        Conversation.DoesNotExist, Participant.DoesNotExist: they are not in it any more.
    """
    reason = require(by, Act.REMOVE_PERSON, reason, person=participant.user)
    with transaction.atomic(), _refusals():
        before = {"person": participant.user.username, "role": participant.role}
        chat.remove_person(participant=participant, by=by)
        target = participant.conversation
        note(by=by, act=Act.REMOVE_PERSON, target=target, reason=reason, before=before, report=report)


def set_role(*, participant: Participant, role: Role, by: User, reason: str, report: Report | None = None) -> None:
    """Make somebody admin, moderator or member of a group.

    Raises:
        NotAllowed, WrongField: see `require`.
        Unfit: it is a direct conversation, or they are its last admin.
        Conversation.DoesNotExist, Participant.DoesNotExist: they are not in it any more.
    """
    reason = require(by, Act.SET_ROLE, reason, person=participant.user)
    with transaction.atomic(), _refusals():
        person = participant.user.username
        before, after = {"person": person, "role": participant.role}, {"person": person, "role": role.value}
        chat.change_role(participant=participant, role=role, by=by)
        target = participant.conversation
        note(by=by, act=Act.SET_ROLE, target=target, reason=reason, before=before, after=after, report=report)


def revoke_invite(*, invite: Invite, by: User, reason: str, report: Report | None = None) -> None:
    """Let nobody in by an invite any more.

    Raises:
        NotAllowed, WrongField: see `require`.
    """
    reason = require(by, Act.REVOKE_INVITE, reason)
    with transaction.atomic():
        before = {"invite": invite.pk, "uses": invite.uses, "revoked_at": invite.revoked_at}
        chat.withdraw_invite(invite=invite)
        target = invite.conversation
        note(by=by, act=Act.REVOKE_INVITE, target=target, reason=reason, before=before, report=report)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except NotAGroup:
        raise Unfit(_("A direct conversation is of exactly two people."), "not_a_group") from None
    except LastAdmin:
        raise Unfit(_("They are the last admin: make somebody else admin first."), "last_admin") from None
