"""An export as JSON, for programs: docs/export.md describes the format."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

import orjson

from accounts.serializers import user_json
from chat.serializers import attachment_json, reactions_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User
    from chat.exporting.reading import Source
    from chat.models import Attachment, Message, Participant, RemovedMessage

FORMAT = "brook.conversation"
VERSION = 1
OF_A_CONVERSATION = ("id", "kind", "title", "description", "history", "created_at")
OF_A_MESSAGE = ("content", "system", "mentions", "mentions_all", "forwarded")
TIMES = ("pinned_at", "created_at", "edited_at", "deleted_at")
OF_A_PERSON = ("id", "username", "display_name", "is_bot")
OF_AN_ATTACHMENT = ("id", "name", "size", "media_type", "kind", "width", "height", "duration")


def write_json(out: IO[bytes], source: Source) -> None:
    """One document; each participant and each message is a line of it."""
    conversation = source.conversation
    head = {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": source.at,
        "exported_by": source.person.pk,
        "first_seq": source.first_seq,
        "last_seq": conversation.last_seq,
        **({"whole": True} if source.is_whole else {}),
        "conversation": {
            **{name: getattr(conversation, name) for name in OF_A_CONVERSATION},
            "created_by": conversation.created_by_id,
        },
    }
    out.write(_dumps(head)[:-1] + b',\n"participants":')
    _write_list(out, (_participant(each, source) for each in source.people()))
    out.write(b',\n"messages":')
    _write_list(out, (_message(each, source) for page in source.messages() for each in page))
    out.write(b"}\n")


def _write_list(out: IO[bytes], items: Iterable[dict[str, Any]]) -> None:
    between = b"[\n"
    for item in items:
        out.write(between + _dumps(item))
        between = b",\n"
    out.write(b"[]" if between == b"[\n" else b"\n]")


def _dumps(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_UTC_Z)


def _person(user: User) -> dict[str, Any]:
    shown: dict[str, Any] = {**user_json(user)}
    return {name: shown[name] for name in OF_A_PERSON}


def _participant(participant: Participant, source: Source) -> dict[str, Any]:
    shown = {"user": _person(participant.user), "role": participant.role, "joined_at": participant.joined_at}
    return {**shown, "left_at": participant.left_at} if source.is_whole else shown


def _message(message: Message, source: Source) -> dict[str, Any]:
    return {
        "id": message.pk,
        "seq": message.seq,
        "type": message.type,
        "sender": _person(message.sender) if message.sender is not None else None,
        **{name: getattr(message, name) for name in OF_A_MESSAGE},
        "reply_to": message.reply_to_id,
        "thread_root": message.thread_root_id,
        "reply_count": message.reply_count,
        "attachments": [_attachment(each, source.path_of(each)) for each in message.attached],
        "reactions": reactions_json(message),
        **{name: getattr(message, name) for name in TIMES},
        **(_kept(message, source) if source.is_whole else {}),
    }


def _kept(message: Message, source: Source) -> dict[str, Any]:
    """What only staff have of a message: what it said before, and what it said until it was removed."""
    removed: RemovedMessage | None = getattr(message, "removed", None)
    return {
        "edits": [
            {
                "content": edit.content,
                "edited_at": edit.edited_at,
                "edited_by": _person(edit.edited_by) if edit.edited_by is not None else None,
            }
            for edit in sorted(message.edits.all(), key=lambda edit: edit.pk)
        ],
        "removed": {
            "content": removed.content,
            "mentions": removed.mentions,
            "mentions_all": removed.mentions_all,
            "reply_to": removed.reply_to_id,
            "attachments": [_attachment(each, source.path_of(each)) for each in removed.attachments.all()],
            "removed_at": removed.removed_at,
            "removed_by": _person(removed.removed_by) if removed.removed_by is not None else None,
        }
        if removed is not None
        else None,
    }


def _attachment(attachment: Attachment, path: str | None) -> dict[str, Any]:
    shown = attachment_json(attachment)
    said = {name: shown[name] for name in OF_AN_ATTACHMENT}
    return said if path is None else {**said, "path": path}
