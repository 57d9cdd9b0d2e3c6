"""What has to happen inside Brook's own Django, each time in a process of its own.

python -m bench.inside seed PEOPLE GROUPS_EACH      people with sessions, one conversation of all, groups of ten: JSON
python -m bench.inside append CONVERSATION          then, by standard input: RATE SECONDS. Appends events to the log.
python -m bench.inside beats                        then, by standard input: away or online. Everybody's devices say so.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
import time
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import transaction  # noqa: E402 - after Django's set-up
from django.utils import timezone  # noqa: E402

from accounts import tokens  # noqa: E402
from accounts.models import Session, User  # noqa: E402
from bench import pace  # noqa: E402
from bench.brook import GROUP_SIZE  # noqa: E402
from bench.crowd import mark  # noqa: E402
from chat.models import Conversation, Kind, Participant  # noqa: E402
from presence import store  # noqa: E402
from presence.states import Beat, Status  # noqa: E402
from realtime import log, topics  # noqa: E402
from realtime.models import Follow  # noqa: E402

PAYLOAD_BYTES = 300
BATCH = 2000


def seed(count: int, groups_each: int) -> dict[str, object]:
    """Write straight into the tables what sign-up, log-in and making groups would."""
    people = [User(username=f"person{number}", password="!") for number in range(count)]
    for person in people:
        person.derive()
    User.objects.bulk_create(people, BATCH)
    until = timezone.now() + timedelta(days=1)
    sessions = [Session(user=person, kind=Session.Kind.API, expires_at=until) for person in people]
    Session.objects.bulk_create(sessions, BATCH)
    everybody = make_group(people)
    groups = []
    for turn in range(groups_each):
        # Other neighbours in every turn, as in life.
        order = people[turn:] + people[:turn] if turn else people
        stride = order[:: turn + 1] + [p for number, p in enumerate(order) if number % (turn + 1)]
        groups += [make_group(stride[at : at + GROUP_SIZE]) for at in range(0, count, GROUP_SIZE)]
    save_groups([everybody, *groups])
    token = {session.user_id: tokens.access_for(session) for session in sessions}
    return {
        "tokens": [token[person.pk] for person in people],
        "everybody": str(everybody[0].pk),
        "groups": [
            {"id": str(group.pk), "tokens": [token[person.pk] for person in members]} for group, members in groups
        ],
    }


SEQ = itertools.count(1)
Group = tuple[Conversation, list[User]]


def make_group(members: list[User]) -> Group:
    """A group that is not saved yet."""
    group = Conversation(kind=Kind.GROUP, title="Bench", created_by=members[0], participant_count=len(members))
    return group, members


def save_groups(groups: list[Group]) -> None:
    """Groups, who takes part in them, and who follows their topics."""
    Conversation.objects.bulk_create([group for group, _members in groups], BATCH)
    pairs = [(group, person) for group, members in groups for person in members]
    Participant.objects.bulk_create([Participant(conversation=group, user=person) for group, person in pairs], BATCH)
    Follow.objects.bulk_create(
        [Follow(topic=topics.conversation(group.pk), user_id=person.pk, from_pos=0) for group, person in pairs], BATCH
    )


def append(conversation: str) -> None:
    """Append events in single transactions, as actions do; the commit nudges the hubs over the channel layer."""
    append_one(conversation)  # the first one connects and imports
    print('"ready"', flush=True)
    for line in sys.stdin:
        rate, seconds = map(float, line.split())
        sent = pace.run(lambda: append_one(conversation, mark()), rate, seconds)
        print(json.dumps(sent), flush=True)


def append_one(conversation: str, stamp: str = "") -> None:
    """One event of about `PAYLOAD_BYTES`, of a message that can be delivered: receipts are on."""
    seq = next(SEQ)
    message = {"conversation_id": conversation, "seq": seq, "sender": None, "type": "text", "content": stamp}
    message["content"] += " " + "x" * (PAYLOAD_BYTES - len(json.dumps({"message": message})) - 1)
    with transaction.atomic():
        Conversation.objects.filter(pk=conversation).update(last_seq=seq)
        log.append(topic=topics.conversation(conversation), type="message.created", payload={"message": message})


def beats() -> None:
    """Let every session say how its person is, all at once; by standard input: `away` or `online`."""
    devices = [(str(user_id), str(pk)) for user_id, pk in Session.objects.values_list("user_id", "pk")]
    print('"ready"', flush=True)
    for line in sys.stdin:
        now, status = time.time(), Status(line.strip())
        changes = [(user_id, Beat(session_id, status, now)) for user_id, session_id in devices]
        for start in range(0, len(changes), BATCH):
            store.get().write(changes[start : start + BATCH], now=now)
        print(json.dumps(len(changes)), flush=True)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["seed", people, groups_each]:
            print(json.dumps(seed(int(people), int(groups_each))))
        case ["append", conversation_id]:
            append(conversation_id)
        case ["beats"]:
            beats()
