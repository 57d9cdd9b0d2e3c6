"""One door for the administration's pages: an act by its name, on a report or on what it is about."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from chat.actions import Unfit, WrongField
from chat.models import Attachment, Conversation, Invite, Message, Participant
from moderation.actions import (
    attachments,
    broadcasts,
    conversations,
    groups,
    handing,
    legal,
    people,
    private,
    removing,
    reporting,
)
from moderation.models import Act, Broadcast, LegalExport, Report, State

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from django.db.models import Model


@dataclass(frozen=True, slots=True)
class Order:
    """What one of the staff wants done, and why."""

    act: Act
    by: User
    reason: str
    text: str = ""  # for the person it is done to
    until: datetime | None = None
    more: Mapping[str, Any] = field(default_factory=dict)  # what one act alone asks for: role, people, changes


def act_on(*, target: Model, order: Order) -> None:
    """Do it. Of a report: to the message, person or conversation it is about, and all reports of that are closed.

    Raises:
        NotAllowed, WrongField: see `auditing.require`.
        Unfit: that is nothing to do it to.
    """
    report = target if isinstance(target, Report) else None
    with nullcontext() if order.act == Act.REMOVE_ALL else transaction.atomic():  # of that, each message has its own
        ACTS[order.act](_what(target, order.act), order, report)
        if report is not None and order.act in CLOSES:
            reporting.close(report, CLOSES[order.act], order.by)


def kind_of(act: Act) -> str:
    """What an act is done to: one of `MODELS`."""
    return KINDS.get(act, "person")


def fits(target: Model, act: Act) -> bool:
    """Whether there is something of that kind to do it to."""
    try:
        _what(target, act)
    except Unfit:
        return False
    return True


def _what(target: Model, act: Act) -> Model:
    """The thing an act is done to, from a report or as it is."""
    found: Model | None = target
    kind = kind_of(act)
    if isinstance(target, Report) and kind != "report":
        found = {"message": target.message, "person": target.person, "conversation": target.place}.get(kind)
    elif isinstance(target, Message) and kind != "message":
        found = {"person": target.sender, "conversation": target.conversation}.get(kind)
    if not isinstance(found, MODELS[kind]):
        raise Unfit(_("There is nothing to do that to."), "nothing_there")
    return found


def _suspend(user: User, order: Order, report: Report | None) -> None:
    if order.until is None:
        raise WrongField("until", _("Say until when."), "required")
    people.suspend(user=user, until=order.until, by=order.by, reason=order.reason, text=order.text, report=report)


def _to(noun: str, action: Callable[..., object], **fixed: Any) -> Callable[[Model, Order, Report | None], object]:
    return lambda target, order, report: action(
        **{noun: target}, by=order.by, reason=order.reason, report=report, **fixed, **order.more
    )


MODELS: dict[str, type[Model]] = {
    "message": Message,
    "person": User,
    "conversation": Conversation,
    "participant": Participant,
    "attachment": Attachment,
    "invite": Invite,
    "export": LegalExport,
    "report": Report,
    "broadcast": Broadcast,
}
KINDS = {
    **dict.fromkeys((Act.REMOVE, Act.RESTORE), "message"),
    **dict.fromkeys((Act.LOCK, Act.UNLOCK, Act.ARCHIVE, Act.UNARCHIVE, Act.CHANGE, Act.ADD_PEOPLE), "conversation"),
    **dict.fromkeys((Act.READ, Act.HOLD, Act.END_HOLD, Act.EXPORT), "conversation"),
    **dict.fromkeys((Act.REMOVE_PERSON, Act.SET_ROLE), "participant"),
    Act.REMOVE_FILE: "attachment",
    Act.REVOKE_INVITE: "invite",
    Act.DOWNLOAD: "export",
    Act.BROADCAST: "broadcast",
    Act.DISMISS: "report",
    **dict.fromkeys((Act.ASSIGN, Act.HAND_OVER, Act.GIVE_BACK), "report"),
}
ACTS: dict[Act, Callable[..., object]] = {
    Act.REMOVE: lambda message, order, report: removing.remove_message(
        message=message, by=order.by, reason=order.reason, text=order.text, report=report
    ),
    Act.RESTORE: lambda message, order, report: removing.restore_message(
        message=message, by=order.by, reason=order.reason, report=report
    ),
    Act.LOCK: _to("conversation", conversations.set_locked, locked=True),
    Act.UNLOCK: _to("conversation", conversations.set_locked, locked=False),
    Act.ARCHIVE: _to("conversation", conversations.set_archived, archived=True),
    Act.UNARCHIVE: _to("conversation", conversations.set_archived, archived=False),
    Act.CHANGE: _to("conversation", groups.change_settings),
    Act.ADD_PEOPLE: _to("conversation", groups.add_people),
    Act.REMOVE_PERSON: _to("participant", groups.remove_person),
    Act.SET_ROLE: _to("participant", groups.set_role),
    Act.REVOKE_INVITE: _to("invite", groups.revoke_invite),
    Act.REMOVE_FILE: lambda attachment, order, report: attachments.remove_file(
        attachment=attachment, by=order.by, reason=order.reason, text=order.text, report=report
    ),
    Act.READ: _to("conversation", private.read_private),
    Act.HOLD: _to("conversation", legal.set_held, held=True),
    Act.END_HOLD: _to("conversation", legal.set_held, held=False),
    Act.EXPORT: _to("conversation", legal.request_export),
    Act.DOWNLOAD: _to("export", legal.note_download),
    Act.BROADCAST: _to("broadcast", broadcasts.send_broadcast),
    Act.WARN: lambda user, order, report: people.warn(
        user=user, by=order.by, reason=order.reason, text=order.text, report=report
    ),
    Act.SUSPEND: _suspend,
    Act.END_SUSPENSION: _to("user", people.end_suspension),
    Act.BAN: _to("user", people.ban),
    Act.UNBAN: _to("user", people.unban),
    Act.END_SESSIONS: _to("user", people.end_sessions),
    Act.RESET_TWO_FACTOR: _to("user", people.reset_two_factor),
    Act.REMOVE_ALL: _to("user", people.remove_all_messages),
    Act.EXEMPT: _to("user", people.set_exempt, exempt=True),
    Act.END_EXEMPTION: _to("user", people.set_exempt, exempt=False),
    Act.ASSIGN: lambda report, order, _report: handing.assign(report=report, by=order.by, **order.more),
    Act.HAND_OVER: lambda report, order, _report: handing.hand_over(
        report=report, by=order.by, reason=order.reason, **order.more
    ),
    Act.GIVE_BACK: lambda report, order, _report: handing.give_back(
        report=report, by=order.by, reason=order.reason, **order.more
    ),
    Act.DISMISS: lambda report, order, _report: reporting.dismiss(report=report, by=order.by, reason=order.reason),
}
CLOSES = {
    Act.REMOVE: State.REMOVED,
    **dict.fromkeys((Act.WARN, Act.SUSPEND, Act.BAN, Act.REMOVE_ALL, Act.LOCK), State.RESOLVED),
}
