"""A server full of hostile text: put into its database at once, by `Server.run`."""

from __future__ import annotations

import hashlib
import itertools
import json
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.names import EMOJI_CHARACTERS, NAME_CHARACTERS, STATUS_CHARACTERS
from chat.models import Attachment, Conversation, Invite, LinkPreview, Message, MessageLink, Participant
from chat.models.previews import LinkState, PreviewState
from moderation.models import Broadcast, BroadcastState, Report
from notifications.models import Notification
from notifications.models.notifications import MAX_TEXT
from notifications.wording import ONE, write_title
from tests.browser.hostile import CROWD, GROUPS, contents, lines

TITLE_CHARACTERS = 100
NUMBERS = itertools.count()


def make(me: str) -> dict[str, Any]:
    """A group of a crowd in which everything was said, more groups, notifications, reports and a broadcast.

    Args:
        me: id of the person who will look at it.

    Returns:
        What the story goes to, and what has to be shown there as it was typed.
    """
    with transaction.atomic():
        person = User.objects.get(pk=me)
        person.display_name, person.status_text = _named(1)[0], _status(1)[0]
        person.is_staff = person.is_superuser = True
        person.save()
        crowd = _crowd()
        corpus = _group(person, crowd, lines(1, TITLE_CHARACTERS)[0])
        said = _say(corpus, crowd)
        _decorate(said)
        titles = lines(GROUPS, TITLE_CHARACTERS, skip=1)
        for title, other in zip(titles, crowd, strict=False):
            group = _group(person, [other], title)
            _finish(group, [_message(group, 1, other, title)])
        _notify(person, corpus, crowd)
        report = _report(said, crowd)
        return {
            "corpus": str(corpus.pk),
            "report": str(report.pk),
            "person": crowd[0].username,
            "person_id": str(crowd[0].pk),
            "invite": Invite.objects.create(conversation=corpus, created_by=person).code,
            "contents": [message.content for message in said if message.type == "text"],
            "titles": [corpus.title, *titles],
            "names": [each.display_name for each in crowd],
        }


def _named(count: int, skip: int = 0) -> list[str]:
    return lines(count, NAME_CHARACTERS, skip)


def _status(count: int) -> list[str]:
    return lines(count, STATUS_CHARACTERS, skip=2)


def _crowd() -> list[User]:
    rows = zip(_named(CROWD, 3), _status(CROWD), lines(CROWD, EMOJI_CHARACTERS, 4), strict=True)
    made = [
        User(username=f"hostile{number:03}", display_name=name, status_text=status, status_emoji=emoji, password="!")
        for number, (name, status, emoji) in enumerate(rows)
    ]
    for person in made:
        person.derive()
    User.objects.bulk_create(made)
    return made


def _group(person: User, others: list[User], title: str) -> Conversation:
    people = [person, *others]
    description = "\n".join(lines(6, 160, skip=next(NUMBERS)))[:1000]
    group = Conversation.objects.create(
        kind="group", title=title, description=description, created_by=others[0], participant_count=len(people)
    )
    Participant.objects.bulk_create(
        Participant(conversation=group, user=each, role="admin" if each == person else "member") for each in people
    )
    return group


def _message(group: Conversation, seq: int, sender: User | None, content: str, kind: str = "text") -> Message:
    created_at = timezone.now() - timedelta(minutes=7 * (60 - seq))
    return Message(
        conversation=group,
        seq=seq,
        sender=sender,
        type=kind,
        client_id=f"hostile-{next(NUMBERS)}",
        content=content,
        created_at=created_at,
    )


def _say(group: Conversation, crowd: list[User]) -> list[Message]:
    """Every vector, and lines of the system with some of them."""
    texts = contents()
    made = [_message(group, seq, crowd[seq % len(crowd)], text) for seq, text in enumerate(texts, 1)]
    made += [
        _message(group, len(texts) + number, None, f"{name} renamed the group to {name}", "system")
        for number, name in enumerate(_named(2, 5), 1)
    ]
    return _finish(group, made)


def _finish(group: Conversation, messages: list[Message]) -> list[Message]:
    made = Message.objects.bulk_create(messages)
    group.last_seq, group.last_message, group.last_activity_at = made[-1].seq, made[-1], made[-1].created_at
    group.save()
    return made


def _decorate(said: list[Message]) -> None:
    """Answers, edits, pins, names of files, what is known of links."""
    texts = [message for message in said if message.type == "text"]
    for number, (before, message) in enumerate(itertools.pairwise(texts)):
        if number % 2:
            message.reply_to = before
        if number % 5 == 0:
            message.edited_at = timezone.now()
        if number % 9 == 0:
            message.pinned_at, message.pinned_by = timezone.now(), message.sender
        message.forwarded = number % 7 == 0
    Message.objects.bulk_update(texts, ["reply_to", "edited_at", "pinned_at", "pinned_by", "forwarded"])
    Attachment.objects.bulk_create(
        Attachment(
            owner=message.sender, message=message, name=name, size=9, media_type="text/csv", kind="file", file="x"
        )
        for message, name in zip(texts[::3], lines(len(texts), 255, skip=6), strict=False)
    )
    _link(texts[::4])


def _link(messages: list[Message]) -> None:
    titles, words, hosts = (lines(len(messages), size, skip=7) for size in (300, 500, 60))
    for message, title, description, host in zip(messages, titles, words, hosts, strict=True):
        url = f"https://evil.example/{next(NUMBERS)}?{host}"
        preview = LinkPreview.objects.create(
            url=url,
            url_hash=hashlib.sha256(url.encode()).hexdigest(),
            title=title,
            description=description,
            site_name=host,
            state=PreviewState.DONE,
            next_try_at=timezone.now(),
            fetched_at=timezone.now(),
        )
        MessageLink.objects.create(message=message, preview=preview, position=0, state=LinkState.SHOWN)


def _notify(person: User, group: Conversation, crowd: list[User]) -> None:
    """One of each type, and a broadcast."""
    for number, (type, sender) in enumerate(zip(ONE, crowd, strict=False)):
        at = timezone.now() + timedelta(seconds=number)
        about = {"conversation_id": str(group.pk), "conversation_title": group.title, "seq": 1, "emoji": "👍"}
        names = {"sender_id": str(sender.pk), "sender_name": sender.display_name, "user_name": sender.display_name}
        notification = Notification(
            user=person,
            type=type,
            text=lines(1, MAX_TEXT, skip=20 + number)[0],
            data={**about, **names, "role": "member"},
            conversation=group,
            created_at=at,
            updated_at=at,
        )
        write_title(notification)
        notification.save()
    Broadcast.objects.create(
        title=lines(1, 120, 10)[0],
        content=lines(1, 500, 11)[0],
        state=BroadcastState.SENT,
        sent_at=timezone.now(),
        told_at=timezone.now(),
    )


def _report(said: list[Message], crowd: list[User]) -> Report:
    notes = lines(8, 1000, skip=12)
    reports = [
        Report(message=message, person_id=message.sender_id, reporter=crowd[number], reason="other", note=note)
        for number, (message, note) in enumerate(zip(said, notes, strict=False))
    ]
    return Report.objects.bulk_create(reports)[0]


def main(me: str) -> None:
    """Print what `make` says, for `Server.run`."""
    print(json.dumps(make(me)))  # noqa: T201
