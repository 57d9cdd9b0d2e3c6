"""Conversations from files: as they were, with the people in them."""

from __future__ import annotations

from itertools import chain, count, islice
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction

from accounts import files, images, names
from accounts.models import User
from chat.actions import attachments
from chat.actions.errors import Unfit
from chat.actions.importing import (
    BATCH,
    Place,
    add_people,
    announce,
    copied,
    count_threads,
    forgetting_statements,
)
from chat.models import (
    Attachment,
    Conversation,
    ImportedPerson,
    Kind,
    Message,
    MessageType,
    Reaction,
    direct_key,
)
from chat.system_messages import with_people

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from uuid import UUID

    from chat.documents import Document

ALWAYS = ("id", "seq", "forwarded", "created_at", "edited_at", "deleted_at")
NEVER_HERE = "This file was imported, and later deleted here: it is not brought back."


def import_conversation(*, document: Document) -> tuple[Conversation, bool]:
    """Make a conversation as a file says it was: (the conversation, whether it is new). Twice is once.

    People are those here with the same id, or else the same user name, or else new: inactive and without a password,
    until somebody of the staff hands the account to whom it belongs. Everything counts as read. Of files that are not
    in the document there are the names alone.

    Raises:
        Unreadable: messages of the document are wrong.
        Unfit: it was deleted here, the two have a direct conversation already, or messages of it are elsewhere here.
    """
    here = _here(document)
    if here is not None:
        return here, False
    kept = _keep_files(document)  # slow: not in a transaction
    try:
        with forgetting_statements(), transaction.atomic():
            here = _here(document)
            conversation = here or _Bringing(document, kept).bring()
    except BaseException:
        _forget(kept.values())
        raise
    if here is not None:  # somebody was quicker
        _forget(kept.values())
    return conversation, here is None


def _here(document: Document) -> Conversation | None:
    here = Conversation.objects.filter(pk=document.head["conversation"]["id"]).first()
    if here is not None and here.deleted_at is not None:
        raise Unfit(NEVER_HERE, "conversation_deleted")
    return here


# --- files ------------------------------------------------------------------------------------------------------------
def _keep_files(document: Document) -> dict[str, Attachment]:
    """The files of the document, by their paths in it: in the storage, but without a row."""
    kept: dict[str, Attachment] = {}
    try:
        for path, name in document.file_paths():
            opened = document.file(path, settings.UPLOAD_BYTES)
            if opened is not None and path not in kept:
                with opened, copied(opened) as file:
                    kept[path] = attachments.keep(file=file, name=name)
    except images.TooManyPixels:
        _forget(kept.values())
        raise Unfit(f"{path}: this picture is too large for BROOK_IMAGE_MEGAPIXELS.", "image_too_large") from None
    except BaseException:
        _forget(kept.values())
        raise
    return kept


def _forget(kept: Iterable[Attachment]) -> None:
    files.remove(name for each in kept for name in (each.file, each.thumbnail) if name)


# --- people -----------------------------------------------------------------------------------------------------------
class _People(dict["UUID", User]):
    """Who is who: the people here, by the ids in the file."""

    def take(self, wanted: Mapping[UUID, Mapping[str, Any]]) -> None:
        """Find these people, or make them."""
        new = {each: person for each, person in wanted.items() if each not in self}
        self |= User.objects.in_bulk(list(new))
        keys = {names.fold(person["username"]): each for each, person in new.items() if each not in self}
        for user in User.objects.filter(username_key__in=list(keys)):
            self[keys[user.username_key]] = user
        for each, person in new.items():
            if each not in self:
                self[each] = User.objects.create_user(**person, is_active=False)
                ImportedPerson.objects.create(source=f"brook:{each}", user=self[each], is_placeholder=True)
        if new and len({user.pk for user in self.values()}) < len(self):
            raise Unfit("Two people of the file would be one person here: rename one of them.", "same_person")


# --- the conversation and what was said in it -------------------------------------------------------------------------
class _Bringing:
    """One conversation on its way here, inside a transaction."""

    def __init__(self, document: Document, kept: Mapping[str, Attachment]) -> None:
        self._document, self._kept = document, kept
        self._people = _People()
        self._conversation = Conversation()

    def bring(self) -> Conversation:
        """All of it."""
        head = self._document.head
        self._people.take({each["user"]["id"]: each["user"] for each in head["participants"]})
        self._begin(head)
        messages = self._document.messages()
        while page := list(islice(messages, BATCH)):
            self._add(page)
        conversation = self._conversation
        conversation.created_by = self._people.get(head["conversation"]["created_by"])
        conversation.save()
        count_threads(conversation)
        places = [
            Place(self._people[each["user"]["id"]], each["role"], each["joined_at"]) for each in head["participants"]
        ]
        add_people(conversation, places)
        announce(conversation, [place.user for place in places])
        return conversation

    def _begin(self, head: Mapping[str, Any]) -> None:
        wanted = head["conversation"]
        conversation = Conversation(
            **{name: wanted[name] for name in ("id", "kind", "title", "description", "history")},
            participant_count=len(head["participants"]),
        )
        if conversation.kind == Kind.DIRECT:
            one, other = (self._people[each["user"]["id"]].pk for each in head["participants"])
            conversation.title, conversation.direct_key = "", direct_key(one, other)
            if Conversation.objects.filter(direct_key=conversation.direct_key).exists():
                raise Unfit("These two people have a direct conversation here already.", "direct_exists")
        conversation.save(force_insert=True)
        conversation.created_at = conversation.last_activity_at = wanted["created_at"]  # they set themselves at first
        self._conversation = conversation

    def _add(self, page: list[dict[str, Any]]) -> None:
        ids = {message["id"] for message in page}
        if len(ids) < len(page) or Message.objects.filter(pk__in=ids, conversation=self._conversation).exists():
            raise Unfit("The id of a message is in this file twice.", "duplicate")
        if Message.objects.filter(pk__in=ids).exists():
            raise Unfit("Messages of this file are in another conversation here.", "messages_exist")
        self._people.take({each["sender"]["id"]: each["sender"] for each in page if each["sender"]})
        known = ids | self._earlier(page)
        rows = [self._message(each, known) for each in page]
        Message.objects.bulk_create(rows)
        Reaction.objects.bulk_create(chain.from_iterable(self._reactions(each) for each in page))
        Attachment.objects.bulk_create(attachment for row in rows for attachment in row.attached)
        conversation, last = self._conversation, rows[-1]
        conversation.last_seq, conversation.last_message = last.seq, last
        conversation.last_activity_at = last.created_at
        conversation.deleted_count += sum(row.deleted_at is not None for row in rows)

    def _earlier(self, page: list[dict[str, Any]]) -> set[UUID]:
        """Which of the messages that these answer are here."""
        wanted = {each[name] for each in page for name in ("reply_to", "thread_root") if each[name] is not None}
        return set(self._conversation.messages.filter(pk__in=wanted).values_list("pk", flat=True))

    def _message(self, wanted: Mapping[str, Any], known: set[UUID]) -> Message:
        deleted = wanted["deleted_at"] is not None
        kept = () if deleted else ("content", "mentions_all", "pinned_at")
        people = self._people
        message = Message(
            conversation=self._conversation,
            client_id=f"import:{wanted['id']}",
            sender=people[wanted["sender"]["id"]] if wanted["sender"] else None,
            reply_to_id=wanted["reply_to"] if not deleted and wanted["reply_to"] in known else None,
            thread_root_id=wanted["thread_root"] if wanted["thread_root"] in known else None,
            mentions=[] if deleted else [str(people[each].pk) for each in wanted["mentions"] if each in people],
            type=wanted["type"],
            **{name: wanted[name] for name in (*ALWAYS, *kept)},
        )
        message.attached = []
        if message.type != MessageType.SYSTEM:
            self._attach(message, [] if deleted else wanted["attachments"])
        elif wanted["system"] is not None:
            message.system = with_people(wanted["system"], self._named)
        return message

    def _named(self, person: dict[str, Any]) -> dict[str, Any]:
        here = self._people.get(person["id"])
        return {**person, "id": str(here.pk if here is not None else person["id"])}

    def _attach(self, message: Message, wanted: list[Mapping[str, Any]]) -> None:
        """The files that are there; of the others, the names."""
        found = [self._kept[each["path"]] for each in wanted if each["path"] in self._kept]
        for position, each in enumerate(found):
            each.message, each.owner, each.position = message, message.sender, position
        message.attached = found
        lost = " ".join(f"[{each['name']}]" for each in wanted if each["path"] not in self._kept)
        message.content = "\n".join(part for part in (message.content, lost) if part)
        if message.type != MessageType.TEXT:
            message.type = attachments.type_for(None, message.content, found)

    def _reactions(self, wanted: Mapping[str, Any]) -> Iterator[Reaction]:
        if wanted["deleted_at"] is not None:
            return
        place, seen = count(1), set()
        for kind in wanted["reactions"]:
            number = next(place)
            for each in kind["user_ids"]:
                if each in self._people and (kind["emoji"], each) not in seen:
                    seen.add((kind["emoji"], each))
                    yield Reaction(message_id=wanted["id"], user=self._people[each], emoji=kind["emoji"], place=number)
