"""What a message answers: another message, or the thread that began with one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chat.actions.errors import NotHere, Unanswerable, Unfit
from chat.actions.reactions import refuse_unless_said

if TYPE_CHECKING:
    from uuid import UUID

    from chat.models import Message, Participant


def answer(participant: Participant, message: Message, *, reply_to: UUID | None, thread_root: UUID | None) -> None:
    """Make a new message a reply, put it into a thread, or both. The conversation is locked.

    Raises:
        NotHere: the participant sees no such message in this conversation.
        Unanswerable: nobody answers what was deleted or what nobody said.
    """
    if reply_to is not None:
        message.reply_to = _find(participant, reply_to, "reply_to")
    if thread_root is not None:
        named = _find(participant, thread_root, "thread_root")
        # A thread has no threads: whoever answers inside one goes on with it.
        message.thread_root = (
            named if named.thread_root_id is None else _find(participant, named.thread_root_id, "thread_root")
        )


def _find(participant: Participant, message_id: UUID, field: str) -> Message:
    found = participant.history().select_related("sender").filter(pk=message_id).first()
    if found is None:
        raise NotHere(field)
    try:
        refuse_unless_said(found, "answer")
    except Unfit as error:
        raise Unanswerable(str(error), error.code, field) from None
    return found


def count_reply(message: Message, number: int) -> dict[str, Any]:
    """Count a message of a thread in or out: what events say of the thread, nothing where there is none."""
    root = message.thread_root
    if root is None:
        return {}
    root.reply_count += number
    root.save(update_fields=["reply_count"])
    return {"thread": {"id": root.pk, "reply_count": root.reply_count}}
