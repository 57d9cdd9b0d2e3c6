"""An export as one HTML page, for people: nothing in it runs, and nothing is loaded from anywhere."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from django.template.loader import get_template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat.markdown import as_html
from chat.models import Kind, MessageType
from chat.serializers import excerpt, reactions_json

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from chat.exporting.reading import Source
    from chat.models import Attachment, Message, RemovedMessage

GONE = gettext_lazy("Somebody who left")
UNITS = ("bytes", "KB", "MB", "GB")


def write_html(out: IO[bytes], source: Source) -> None:
    """Head, messages and foot; each page of messages is rendered by itself."""
    people = list(source.people())
    conversation = source.conversation
    names = [each.user.display_name for each in people if source.is_whole or each.user_id != source.person.pk]
    context = {
        "title": conversation.title if conversation.kind == Kind.GROUP else ", ".join(names),
        "conversation": conversation,
        "people": people,
        "source": source,
    }
    out.write(_render("head", context))
    before: Message | None = None
    for page in source.messages():
        shown = []
        for message in page:
            shown.append(_shown(message, before, source))
            before = message
        out.write(_render("messages", {"messages": shown}))
    out.write(_render("foot", {}))


def _render(name: str, context: dict[str, Any]) -> bytes:
    return get_template(f"export/{name}.html").render(context).encode()


def _shown(message: Message, before: Message | None, source: Source) -> dict[str, Any]:
    day = message.created_at.date()
    day_before: date | None = before.created_at.date() if before is not None else None
    return {
        "message": message,
        "day": day if day != day_before else None,
        "sender": name_of(message),
        "is_system": message.type == MessageType.SYSTEM,
        "html": as_html(message.content),
        "reply": _reply(message.reply_to, source.first_seq),
        "in_thread": message.thread_root_id is not None,
        "files": _files(message.attached, source),
        "reactions": reactions_json(message),
        **(_kept(message, source) if source.is_whole else {}),
    }


def _kept(message: Message, source: Source) -> dict[str, Any]:
    removed: RemovedMessage | None = getattr(message, "removed", None)
    edits = sorted(message.edits.all(), key=lambda edit: edit.pk)
    kept: dict[str, Any] = {"edits": [{"edit": edit, "html": as_html(edit.content)} for edit in edits]}
    if removed is None:
        return kept
    gone = {"html": as_html(removed.content), "at": removed.removed_at, "by": removed.removed_by}
    return {**kept, "removed": gone, "files": _files(removed.attachments.all(), source)}


def _files(attachments: Iterable[Attachment], source: Source) -> list[dict[str, Any]]:
    return [{"name": each.name, "size": readable(each.size), "path": source.path_of(each)} for each in attachments]


def _reply(original: Message | None, first_seq: int) -> dict[str, Any] | None:
    """What a reply quotes: nothing of what was said before the person's time."""
    if original is None:
        return None
    if original.seq < first_seq:
        return {"seq": None, "sender": _("an earlier message"), "excerpt": ""}
    return {"seq": original.seq, "sender": name_of(original), "excerpt": excerpt(original.content)}


def name_of(message: Message) -> str:
    """Who said it, as people read it."""
    return message.sender.display_name if message.sender is not None else str(GONE)


def readable(size: int) -> str:
    """Bytes in a unit that people read."""
    amount, unit = float(size), 0
    while amount >= 1024 and unit < len(UNITS) - 1:
        amount, unit = amount / 1024, unit + 1
    return f"{amount:.0f} {UNITS[unit]}" if unit == 0 or amount >= 10 else f"{amount:.1f} {UNITS[unit]}"
