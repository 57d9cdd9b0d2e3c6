"""Conversations from files: as they were, with the people in them."""

from __future__ import annotations

from itertools import chain, count
from typing import TYPE_CHECKING, Any

from django.db import transaction

from accounts import names
from accounts.models import User
from chat.actions.errors import Unfit
from chat.actions.importing import BATCH, Place, add_people, announce, count_threads
from chat.models import Conversation, Kind, Message, MessageType, Reaction, direct_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from uuid import UUID

NEVER_HERE = "This file was imported, and later deleted here: it is not brought back."


def import_conversation(*, document: Mapping[str, Any]) -> tuple[Conversation, bool]:
    """Make a conversation as a file says it was: (the conversation, whether it is new). Twice is once.

    People are those here with the same id, or else the same user name, or else new: inactive and without a password,
    until somebody of the staff hands the account to whom it belongs. Everything counts as read. Of files there are the
    names alone.

    Args:
        document: what `ImportSerializer` made of a file.

    Raises:
        Unfit: it was deleted here, the two have a direct conversation already, or messages of it are elsewhere here.
    """
    with transaction.atomic():
        wanted = document["conversation"]
        here = Conversation.objects.filter(pk=wanted["id"]).first()
        if here is not None:
            if here.deleted_at is not None:
                raise Unfit(NEVER_HERE, "conversation_deleted")
            return here, False
        people = _people(document)
        conversation = _conversation(wanted, document, people)
        places = [
            Place(people[each["user"]["id"]], each["role"], each["joined_at"]) for each in document["participants"]
        ]
        add_people(conversation, places)
        _add_messages(conversation, document["messages"], people)
        announce(conversation, [place.user for place in places])
    return conversation, True


# --- people -----------------------------------------------------------------------------------------------------------
def _people(document: Mapping[str, Any]) -> dict[UUID, User]:
    """Who is who: the people here, by the ids in the file."""
    senders = (message["sender"] for message in document["messages"])
    named = chain((each["user"] for each in document["participants"]), (sender for sender in senders if sender))
    wanted = {person["id"]: person for person in named}
    found: dict[UUID, User] = User.objects.in_bulk(list(wanted))
    keys = {names.fold(person["username"]): each for each, person in wanted.items() if each not in found}
    for user in User.objects.filter(username_key__in=list(keys)):
        found[keys[user.username_key]] = user
    for each, person in wanted.items():
        if each not in found:
            found[each] = User.objects.create_user(**person, is_active=False)
    if len({user.pk for user in found.values()}) < len(found):
        raise Unfit("Two people of the file would be one person here: rename one of them.", "same_person")
    return found


# --- the conversation and what was said in it -------------------------------------------------------------------------
def _conversation(wanted: Mapping[str, Any], document: Mapping[str, Any], people: Mapping[UUID, User]) -> Conversation:
    messages = document["messages"]
    conversation = Conversation(
        **{name: wanted[name] for name in ("id", "kind", "title", "description", "history")},
        created_by=people.get(wanted["created_by"]),
        last_seq=messages[-1]["seq"] if messages else 0,
        deleted_count=sum(message["deleted_at"] is not None for message in messages),
        participant_count=len(document["participants"]),
    )
    if conversation.kind == Kind.DIRECT:
        one, other = (people[each["user"]["id"]].pk for each in document["participants"])
        conversation.title, conversation.direct_key = "", direct_key(one, other)
        if Conversation.objects.filter(direct_key=conversation.direct_key).exists():
            raise Unfit("These two people have a direct conversation here already.", "direct_exists")
    conversation.save(force_insert=True)
    conversation.created_at = wanted["created_at"]
    conversation.last_activity_at = messages[-1]["created_at"] if messages else wanted["created_at"]
    return conversation


def _add_messages(conversation: Conversation, messages: list[Any], people: Mapping[UUID, User]) -> None:
    known = {message["id"]: message["id"] for message in messages}
    for start in range(0, len(messages), BATCH):
        page = messages[start : start + BATCH]
        if Message.objects.filter(pk__in=[message["id"] for message in page]).exists():
            raise Unfit("Messages of this file are in another conversation here.", "messages_exist")
        Message.objects.bulk_create(_message(conversation, each, known, people) for each in page)
        Reaction.objects.bulk_create(chain.from_iterable(_reactions(each, people) for each in page))
    count_threads(conversation)
    conversation.last_message_id = messages[-1]["id"] if messages else None
    conversation.save(update_fields=["created_at", "last_activity_at", "last_message"])


def _message(
    conversation: Conversation, wanted: Mapping[str, Any], known: Mapping[UUID, UUID], people: Mapping[UUID, User]
) -> Message:
    deleted = wanted["deleted_at"] is not None
    kept = () if deleted else ("content", "mentions_all", "pinned_at")
    message = Message(
        conversation=conversation,
        client_id=f"import:{wanted['id']}",
        sender=people[wanted["sender"]["id"]] if wanted["sender"] else None,
        reply_to_id=None if deleted else known.get(wanted["reply_to"]),
        thread_root_id=known.get(wanted["thread_root"]),
        mentions=[] if deleted else [str(people[each].pk) for each in wanted["mentions"] if each in people],
        type=wanted["type"],
        **{name: wanted[name] for name in ("id", "seq", "forwarded", "created_at", "edited_at", "deleted_at", *kept)},
    )
    if message.type not in {MessageType.TEXT, MessageType.SYSTEM}:  # its files are not there
        message.type = MessageType.TEXT
        named = "" if deleted else " ".join(f"[{each['name']}]" for each in wanted["attachments"])
        message.content = "\n".join(part for part in (message.content, named) if part)
    return message


def _reactions(wanted: Mapping[str, Any], people: Mapping[UUID, User]) -> Iterator[Reaction]:
    if wanted["deleted_at"] is not None:
        return
    place, seen = count(1), set()
    for kind in wanted["reactions"]:
        number = next(place)
        for each in kind["user_ids"]:
            if each in people and (kind["emoji"], each) not in seen:
                seen.add((kind["emoji"], each))
                yield Reaction(message_id=wanted["id"], user=people[each], emoji=kind["emoji"], place=number)
