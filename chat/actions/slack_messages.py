"""Messages of a Slack export, a page at a time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts import files, images
from chat.actions import attachments
from chat.actions.importing import copied
from chat.models import Attachment, Conversation, ImportedConversation, Message, MessageType, Reaction
from chat.slack import Names, as_plain, content, emoji_of
from chat.slack.shapes import moment

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping, Sequence

    from chat.actions.slack_people import SlackPeople
    from chat.slack import Archive, Channel
    from chat.slack import Message as Slack
    from chat.slack.shapes import File


def id_of(channel: Channel, ts: str) -> UUID:
    """The id of a message here: the same at every import. A UUIDv7 (RFC 9562) of the time at which it was said."""
    noise = int.from_bytes(hashlib.sha256(f"slack:{channel.id}:{ts}".encode()).digest()[:10])
    milliseconds = int(moment(ts).timestamp() * 1000) & ((1 << 48) - 1)
    return UUID(
        int=(milliseconds << 80) | (7 << 76) | ((noise >> 62) & 0xFFF) << 64 | (2 << 62) | noise & ((1 << 62) - 1)
    )


@dataclass
class Page:
    """Brings messages of one channel into its conversation."""

    archive: Archive
    channel: Channel
    people: SlackPeople
    names: Names
    left_out: Counter[str]
    _reactions: list[Reaction] = field(default_factory=list)
    _attached: list[Attachment] = field(default_factory=list)

    def bring(self, imported: ImportedConversation, page: Sequence[Slack], *, done: str = "") -> int:
        """Write those that are not here yet, in one transaction: how many those are.

        Args:
            done: the file that is read to its end with them.
        """
        ids = {id_of(self.channel, each.ts): each for each in page}
        here = set(Message.objects.filter(pk__in=list(ids)).values_list("pk", flat=True))
        fresh = {pk: each for pk, each in ids.items() if pk not in here and self._is_message(each)}
        brought = {pk: self._files(each) for pk, each in fresh.items()}  # slow: not in a transaction
        try:
            with transaction.atomic():
                self._write(imported, fresh, brought)
                if done:
                    imported.done_upto = done
                    imported.save(update_fields=["done_upto"])
        except BaseException:
            kept = [each for found in brought.values() for each in found.values()]
            files.remove(name for each in kept for name in (each.file, each.thumbnail) if name)
            raise
        return len(fresh)

    def _is_message(self, said: Slack) -> bool:
        if said.type in {None, "message"}:
            return True
        self.left_out[f"entries of the type “{said.type}”"] += 1
        return False

    def _write(
        self,
        imported: ImportedConversation,
        fresh: Mapping[UUID, Slack],
        brought: Mapping[UUID, Mapping[int, Attachment]],
    ) -> None:
        conversation = imported.locked()
        self._reactions, self._attached = [], []
        roots = self._roots(conversation, fresh)
        rows = []
        for pk, said in fresh.items():
            row = self._row(pk, said, brought[pk])
            row.conversation, row.seq = conversation, conversation.last_seq + 1
            row.thread_root_id = self._root(said, roots)
            conversation.last_seq = row.seq
            conversation.deleted_count += row.deleted_at is not None
            rows.append(row)
        Message.objects.bulk_create(rows)
        Reaction.objects.bulk_create(self._reactions)
        Attachment.objects.bulk_create(self._attached)
        conversation.save(update_fields=["last_seq", "deleted_count"])

    # --- one message --------------------------------------------------------------------------------------------------
    def _row(self, pk: UUID, said: Slack, brought: Mapping[int, Attachment]) -> Message:
        author = said.author
        row = Message(id=pk, client_id=f"slack:{self.channel.id}:{said.ts}", created_at=moment(said.ts))
        if content.is_deleted(said):
            row.deleted_at = row.created_at
            return row
        if author is not None:
            self.people.learn(author)
            row.sender = self.people.take(author.id)
        if content.has_happened(said):
            row.type, row.content = MessageType.SYSTEM, as_plain(said.text or said.subtype or "", self.names)
            return row
        self._say(row, said, brought)
        row.edited_at = moment(said.edited.ts) if said.edited is not None else None
        row.pinned_at = row.created_at if self.channel.id in (said.pinned_to or ()) else None
        self._react(row, said)
        return row

    def _say(self, row: Message, said: Slack, brought: Mapping[int, Attachment]) -> None:
        linked = [each for number, each in enumerate(content.files_of(said)) if number not in brought]
        text = content.content_of(said, self.names, linked)
        row.content, row.mentions_all = text.content, text.everybody
        named = (self.people.take(each).pk for each in text.mentions if self.people.is_known(each))
        row.mentions = list(dict.fromkeys(str(each) for each in named))
        attached = list(brought.values())
        row.type = attachments.type_for(None, row.content, attached)
        for position, each in enumerate(attached):
            each.owner, each.message, each.position = row.sender, row, position
        self._attached += attached

    def _react(self, row: Message, said: Slack) -> None:
        by_emoji: dict[str, dict[str, Any]] = {}
        for each in said.reactions or []:
            emoji = emoji_of(each.name)
            if emoji is None:
                self.left_out[f"reactions :{each.name}:, an emoji of that workspace alone"] += len(each.users or ())
            else:
                by_emoji.setdefault(emoji, {}).update(dict.fromkeys(each.users or ()))
        for place, (emoji, slack_ids) in enumerate(by_emoji.items(), start=1):
            users = {user.pk: user for user in (self.people.take(each) for each in slack_ids)}
            self._reactions += [Reaction(message=row, user=user, emoji=emoji, place=place) for user in users.values()]

    # --- threads ------------------------------------------------------------------------------------------------------
    def _roots(self, conversation: Conversation, fresh: Mapping[UUID, Slack]) -> set[UUID]:
        """Which of the threads' first messages are there: earlier ones, and those of this page."""
        wanted = {id_of(self.channel, each.thread_ts) for each in fresh.values() if each.thread_ts}
        earlier = Message.objects.filter(conversation=conversation, pk__in=list(wanted))
        return set(earlier.values_list("pk", flat=True)) | (wanted & set(fresh))

    def _root(self, said: Slack, roots: set[UUID]) -> UUID | None:
        if said.thread_ts is None or said.thread_ts == said.ts:
            return None
        root = id_of(self.channel, said.thread_ts)
        if root in roots:
            return root
        self.left_out["replies whose thread is not in the export: they are there, outside of it"] += 1
        return None

    # --- files --------------------------------------------------------------------------------------------------------
    def _files(self, said: Slack) -> dict[int, Attachment]:
        """Those of its files whose bytes are in the zip, by their place among all of them."""
        found = {}
        for number, each in enumerate(content.files_of(said)):
            attachment = self._file(each)
            if attachment is not None:
                found[number] = attachment
        return found

    def _file(self, file: File) -> Attachment | None:
        opened = self.archive.upload(file.id, settings.UPLOAD_BYTES)
        if opened is None:
            return None
        with opened, copied(opened) as whole:
            try:
                return attachments.keep(file=whole, name=file.name or file.title or "file")
            except (images.TooManyPixels, images.Busy):
                self.left_out["pictures that are too large: links to Slack instead"] += 1
                return None
