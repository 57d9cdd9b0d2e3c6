"""One door for the administration's pages: an act by its name, on a report or on what it is about."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from accounts.models import User
from chat.actions import Unfit, WrongField
from chat.models import Conversation, Message
from moderation.actions import broadcasts, conversations, people, private, removing, reporting
from moderation.models import Act, Broadcast, Report, State

if TYPE_CHECKING:
    from collections.abc import Callable
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
    """What an act is done to: "message", "conversation", "broadcast", "report" or "person"."""
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
        raise Unfit("There is nothing to do that to.", "nothing_there")
    return found


def _suspend(user: User, order: Order, report: Report | None) -> None:
    if order.until is None:
        raise WrongField("until", "Say until when.", "required")
    people.suspend(user=user, until=order.until, by=order.by, reason=order.reason, text=order.text, report=report)


def _person(action: Callable[..., object]) -> Callable[[Model, Order, Report | None], object]:
    return lambda user, order, report: action(user=user, by=order.by, reason=order.reason, report=report)


def _lock(*, locked: bool) -> Callable[[Conversation, Order, Report | None], object]:
    return lambda conversation, order, report: conversations.set_locked(
        conversation=conversation, locked=locked, by=order.by, reason=order.reason, report=report
    )


MODELS = {"message": Message, "person": User, "conversation": Conversation, "report": Report, "broadcast": Broadcast}
KINDS = {
    Act.REMOVE: "message",
    Act.RESTORE: "message",
    Act.LOCK: "conversation",
    Act.UNLOCK: "conversation",
    Act.READ: "conversation",
    Act.BROADCAST: "broadcast",
    Act.DISMISS: "report",
    Act.ASSIGN: "report",
}
ACTS: dict[Act, Callable[..., object]] = {
    Act.REMOVE: lambda message, order, report: removing.remove_message(
        message=message, by=order.by, reason=order.reason, text=order.text, report=report
    ),
    Act.RESTORE: lambda message, order, report: removing.restore_message(
        message=message, by=order.by, reason=order.reason, report=report
    ),
    Act.LOCK: _lock(locked=True),
    Act.UNLOCK: _lock(locked=False),
    Act.READ: lambda conversation, order, report: private.read_private(
        conversation=conversation, by=order.by, reason=order.reason, report=report
    ),
    Act.BROADCAST: lambda broadcast, order, report: broadcasts.send_broadcast(
        broadcast=broadcast, by=order.by, reason=order.reason, report=report
    ),
    Act.WARN: lambda user, order, report: people.warn(
        user=user, by=order.by, reason=order.reason, text=order.text, report=report
    ),
    Act.SUSPEND: _suspend,
    Act.END_SUSPENSION: _person(people.end_suspension),
    Act.BAN: _person(people.ban),
    Act.UNBAN: _person(people.unban),
    Act.END_SESSIONS: _person(people.end_sessions),
    Act.RESET_TWO_FACTOR: _person(people.reset_two_factor),
    Act.REMOVE_ALL: _person(people.remove_all_messages),
    Act.ASSIGN: lambda report, order, _report: reporting.assign(report=report, by=order.by),
    Act.DISMISS: lambda report, order, _report: reporting.dismiss(report=report, by=order.by, reason=order.reason),
}
CLOSES = {
    Act.REMOVE: State.REMOVED,
    **dict.fromkeys((Act.WARN, Act.SUSPEND, Act.BAN, Act.REMOVE_ALL, Act.LOCK), State.RESOLVED),
}
