"""Notifications in memory, while changes are made to them one after the other; written at the end, each once."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from accounts.models import new_id
from chat.models import Message
from notifications import runs
from notifications.changes import Change, Gone, Left, Note, Reworded, Seen, Unreacted
from notifications.models import CONCERNING_MESSAGES, Notification, Type, Untold
from notifications.wording import text_of, write_title

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from uuid import UUID

NAMED = 2  # of several people
DEPARTURES = {Type.GROUP_REMOVED, Type.GROUP_LEFT}


class Shelf:
    """Those that were there, those that are made, and what becomes of them.

    Args:
        outside: people and conversations that they are not in any more: of those they are told nothing.
    """

    def __init__(self, held: Iterable[Notification], outside: Collection[tuple[UUID, UUID | None]] = ()) -> None:
        self._outside = outside
        self._rows: dict[UUID, Notification] = {}
        self._unread: dict[tuple[UUID, str], Notification] = {}
        self._in_conversation: defaultdict[tuple[UUID, UUID], set[UUID]] = defaultdict(set)
        self._made: dict[UUID, Notification] = {}
        self._changed: dict[UUID, Notification] = {}
        self._scrubbed: dict[UUID, Notification] = {}
        self.removed: list[Notification] = []  # of those that were there
        self.gone: list[UUID] = []  # messages
        self.pushes: dict[UUID, bool] = {}  # of which notifications, and whether their people are here just now
        self._texts: dict[tuple[UUID, int], Message | None] = {}
        for row in held:
            self._put(row)

    def made(self) -> list[Notification]:
        """What is new."""
        return list(self._made.values())

    def changed(self) -> list[Notification]:
        """What was there and is different."""
        return list(self._changed.values())

    def pushed(self) -> dict[UUID, dict[UUID, bool]]:
        """For whom which notifications are to be pushed, and whether they are here."""
        found: defaultdict[UUID, dict[UUID, bool]] = defaultdict(dict)
        for pk, is_here in self.pushes.items():
            found[self._rows[pk].user_id][pk] = is_here
        return found

    @property
    def scrubbed(self) -> list[Notification]:
        """What was there, and told of a message that is deleted."""
        return list(self._scrubbed.values())

    def apply(self, change: Change) -> None:
        """Make a change."""
        match change:
            case Note():
                for user_id in self._who_may_know(change):
                    self._tell(change, user_id)
            case Seen():
                for row in self._unread_of(change.user_id, change.conversation_id):
                    self._see(row, change)
            case Left():
                self._leave(change)
            case _:
                for row in list(self._rows.values()):
                    self._follow_message(row, change)
                if isinstance(change, Gone):
                    self.gone.append(change.message_id)

    def _follow_message(self, row: Notification, change: Gone | Reworded | Unreacted) -> None:
        match change:
            case Gone():
                self._forget(row, change)
            case Reworded():
                self._reword(row, change)
            case Unreacted():
                self._unreact(row, change)

    def _who_may_know(self, note: Note) -> Iterator[UUID]:
        """Those who are still there, and whom the note tells that they are not."""
        for user_id in note.user_ids:
            is_inside = (user_id, note.conversation_id) not in self._outside
            if is_inside or note.type == Type.GROUP_DELETED or _says_who_went(note.type, note.data, user_id):
                yield user_id

    # --- keeping ------------------------------------------------------------------------------------------------------
    def _put(self, row: Notification) -> None:
        self._rows[row.pk] = row
        if row.key is not None:
            self._unread[row.user_id, row.key] = row
            if row.conversation_id is not None:
                self._in_conversation[row.user_id, row.conversation_id].add(row.pk)

    def _unread_of(self, user_id: UUID, conversation_id: UUID) -> list[Notification]:
        ids = self._in_conversation.get((user_id, conversation_id), ())
        return [self._rows[pk] for pk in sorted(ids) if pk in self._rows and not self._rows[pk].is_read]

    def _note_change(self, row: Notification, untold: Untold = Untold.CONTENT) -> None:
        if row.pk not in self._made:
            row.untold = max(row.untold, untold)
            self._changed[row.pk] = row

    def _read(self, row: Notification) -> None:
        if row.key is not None:
            self._unread.pop((row.user_id, row.key), None)
        row.read()
        self.pushes.pop(row.pk, None)
        self._note_change(row, Untold.READ)

    def _remove(self, row: Notification) -> None:
        del self._rows[row.pk]
        self.pushes.pop(row.pk, None)
        if row.key is not None:
            self._unread.pop((row.user_id, row.key), None)
        if self._made.pop(row.pk, None) is None:
            self._changed.pop(row.pk, None)
            self._scrubbed.pop(row.pk, None)
            self.removed.append(row)

    # --- changes ------------------------------------------------------------------------------------------------------
    def _tell(self, note: Note, user_id: UUID) -> None:
        row = self._unread.get((user_id, note.key))
        data = {**note.data, **({"keyword": note.keywords[user_id]} if user_id in note.keywords else {})}
        if row is None or note.done_by == user_id:
            row = _new(note, user_id, data)
            self._made[row.pk] = row
            self._put(row)
            self._push(row, note)
            return
        several = row.data.get("several") or row.data.get("sender_id") != data["sender_id"]
        row.data = {**data, **({"several": True, "senders": _senders(row.data, data)} if several else {})}
        row.count += 1
        row.text, row.message_id, row.updated_at = note.text, note.message_id, note.at
        row.seqs = runs.with_one(row.seqs, note.seq) if note.seq else []
        write_title(row)
        self._note_change(row)
        self._push(row, note)

    def _push(self, row: Notification, note: Note) -> None:
        if row.user_id in note.pushes and not row.is_read:
            self.pushes[row.pk] = note.pushes[row.user_id]

    def _see(self, row: Notification, seen: Seen) -> None:
        if seen.everything:
            self._read(row)
        elif row.type in CONCERNING_MESSAGES:
            last = runs.last_of(row.seqs)
            alone = None if row.data.get("several") else row.data.get("sender_id")
            if last <= max(seen.upto, seen.senders.get(alone or "", 0)):
                self._read(row)
            elif runs.first_of(row.seqs) <= seen.upto:
                # What is not remembered came before what is.
                row.seqs = runs.after(row.seqs, seen.upto)
                row.count = runs.size(row.seqs)
                write_title(row)
                self._note_change(row)

    def _leave(self, left: Left) -> None:
        for row in list(self._rows.values()):
            is_of_it = (row.user_id, row.conversation_id) == (left.user_id, left.conversation_id)
            if is_of_it and not _says_who_went(row.type, row.data, left.user_id):
                self._remove(row)

    def _forget(self, row: Notification, gone: Gone) -> None:
        counts_it = row.type in CONCERNING_MESSAGES and row.conversation_id == gone.conversation_id
        if counts_it and not row.is_read and runs.has(row.seqs, gone.seq):
            row.count -= 1
            row.seqs = runs.without_one(row.seqs, gone.seq)
            if row.count < 1 or not row.seqs:
                self._remove(row)
                return
            if row.message_id == gone.message_id:
                self._show_one_before(row, gone.conversation_id)
            write_title(row)
            self._scrub(row)
        elif row.message_id == gone.message_id:
            if row.type in {Type.REACTION, Type.REMINDER} and not row.is_read:
                self._remove(row)
            else:
                row.text = ""
                self._scrub(row)

    def _scrub(self, row: Notification) -> None:
        if row.pk not in self._made:
            self._changed[row.pk] = self._scrubbed[row.pk] = row

    def _show_one_before(self, row: Notification, conversation_id: UUID) -> None:
        seq = runs.last_of(row.seqs)
        message = self._message(conversation_id, seq)
        row.text = text_of(message) if message is not None else ""
        row.message_id = message.pk if message is not None else None
        sender = message.sender if message is not None else None
        row.data = {
            **row.data,
            "message_id": str(row.message_id) if message is not None else None,
            "seq": seq,
            "sender_id": str(sender.pk) if sender is not None else None,
            "sender_name": sender.display_name if sender is not None else "",
            "avatar_url": sender.avatar_url if sender is not None else None,
        }

    def _message(self, conversation_id: UUID, seq: int) -> Message | None:
        place = (conversation_id, seq)
        if place not in self._texts:
            found = Message.objects.select_related("sender").filter(conversation=conversation_id, seq=seq)
            self._texts[place] = found.filter(deleted_at=None).first()
        return self._texts[place]

    def _reword(self, row: Notification, change: Reworded) -> None:
        is_outside = (row.user_id, row.conversation_id) in self._outside
        if row.message_id == change.message_id and not row.is_read and row.text and not is_outside:
            row.text = change.text
            self._note_change(row)

    def _unreact(self, row: Notification, change: Unreacted) -> None:
        is_it = row.type == Type.REACTION and row.message_id == change.message_id and not row.is_read
        if is_it and row.count > 1:
            row.count -= 1
            write_title(row)
            self._note_change(row)
        elif is_it and (row.data["sender_id"], row.data["emoji"]) == (change.sender_id, change.emoji):
            self._remove(row)


def _says_who_went(type: str, data: Mapping[str, Any], user_id: UUID) -> bool:
    return type in DEPARTURES and data.get("user_id") == str(user_id)


def _senders(before: dict[str, Any], now: dict[str, Any]) -> list[dict[str, Any]]:
    """Who spoke last, the last one first; one more than are named, which stands for all others."""
    last = {"id": now["sender_id"], "name": now["sender_name"]}
    held = before.get("senders") or [{"id": before.get("sender_id"), "name": before.get("sender_name", "")}]
    return [last, *(each for each in held if each["id"] != last["id"])][: NAMED + 1]


def _new(note: Note, user_id: UUID, data: dict[str, Any]) -> Notification:
    own = note.done_by == user_id
    row = Notification(
        id=new_id(),
        user_id=user_id,
        type=note.type,
        key=None if own else note.key,
        text=note.text,
        data=data,
        is_read=own,
        conversation_id=note.conversation_id,
        message_id=note.message_id,
        seqs=[note.seq] if note.seq else [],
        created_at=note.at,
        updated_at=note.at,
    )
    write_title(row)
    return row
