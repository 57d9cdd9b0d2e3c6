"""A client in a few lines: what it holds, and how events change it. The web UI's store does the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Any

import orjson

from accounts.models import User
from realtime import log, topics

JSON = dict[str, Any]
TOMBSTONE: JSON = {
    "content": "",
    "mentions": [],
    "mentions_all": False,
    "reply_to": None,
    "attachments": [],
    "previews": [],
    "reactions": [],
    "pinned_at": None,
    "starred": False,
}


def without_own_ticks(conversations: list[JSON], me: str) -> list[JSON]:
    """Conversations but for how far oneself is in `participants`: events do not tell of it; see `me` for that."""
    shown = deepcopy(conversations)
    for conversation in shown:
        for participant in conversation["participants"]:
            if participant["user"]["id"] == me:
                del participant["read_seq"], participant["delivered_seq"]
    return shown


def events_for(user: User, cursor: str) -> list[tuple[str, JSON]]:
    """What this person's stream would bring after a cursor."""
    intervals = log.follows(user.pk)
    for topic in (topics.user(user.pk), topics.EVERYONE):
        intervals[topic] = [(0, None)]
    after = int(cursor.partition(".")[2])
    return [
        (event.type, orjson.loads(event.payload))
        for event in log.read(after=after, upto=log.head().pos, limit=1000)
        if str(user.pk) not in event.skips
        and any(start <= event.pos <= (end or event.pos) for start, end in intervals.get(event.topic, ()))
    ]


class ModelClient:
    """Begins with `GET /api/conversations` and lives on events alone."""

    def __init__(self, me: str, snapshot: JSON, blocked: Iterable[str] = (), *, shares_reads: bool = True) -> None:
        self.me = me
        self.blocked = set(blocked)  # of GET /api/users/me
        self.shares_reads = shares_reads  # the preference `receipts` there
        self.conversations: dict[str, JSON] = {each["id"]: each for each in snapshot["results"]}
        self.histories: dict[str, list[JSON]] = {}  # of the conversations that were opened: all of their messages

    def open(self, conversation_id: str, page: JSON) -> None:
        """Hold the history of a conversation: `GET /api/conversations/{id}/messages`."""
        self.histories[conversation_id] = page["results"]

    def apply(self, event_type: str, data: JSON) -> None:
        """Take one event in; doing it twice is doing it once."""
        getattr(self, event_type.replace(".", "_"))(data)

    def listed(self) -> list[JSON]:
        """As `GET /api/conversations` would answer now."""
        return sorted(
            self.conversations.values(), key=lambda each: (each["last_activity_at"], each["id"]), reverse=True
        )

    def conversation_created(self, data: JSON) -> None:
        conversation = data["conversation"]
        own = self._participant(conversation, self.me)
        me = {
            "role": own["role"],
            "title": "",
            "read_seq": own["read_seq"] if self.shares_reads else own["delivered_seq"],
            "read_senders": {},
            "unread": 0,
            "mentions": 0,
            "notification_level": "all",
            "muted_until": None,
            "pinned": False,
            "archived": False,
            "draft": None,
        }
        self.conversations.setdefault(conversation["id"], {**conversation, "me": me})

    def conversation_updated(self, data: JSON) -> None:
        held = self.conversations[data["conversation"]["id"]]
        told = ("title", "description", "history", "avatar_url", "locked", "archived")
        held.update({name: data["conversation"][name] for name in told})

    def conversation_deleted(self, data: JSON) -> None:
        self.conversations.pop(data["conversation_id"], None)
        self.histories.pop(data["conversation_id"], None)

    def participant_added(self, data: JSON) -> None:
        held = self.conversations[data["conversation_id"]]
        others = [each for each in held["participants"] if each["user"]["id"] != data["user"]["id"]]
        held.update(participants=[*others, data["participant"]], participant_count=data["participant_count"])

    def participant_removed(self, data: JSON) -> None:
        if data["user"]["id"] == self.me:
            self.conversation_deleted(data)
            return
        held = self.conversations.get(data["conversation_id"])
        if held is not None:
            held["participants"] = [each for each in held["participants"] if each["user"]["id"] != data["user"]["id"]]
            held["participant_count"] = data["participant_count"]

    participant_left = participant_removed

    def participant_role_updated(self, data: JSON) -> None:
        held = self.conversations[data["conversation_id"]]
        self._participant(held, data["user"]["id"])["role"] = data["role"]
        if data["user"]["id"] == self.me:
            held["me"]["role"] = data["role"]

    def me_updated(self, data: JSON) -> None:
        self.blocked = set(data.get("blocked", self.blocked))
        self._prefer(data.get("preferences", {}))
        if "starred" in data:
            for history in self.histories.values():
                for held in (each for each in history if each["id"] == data["message_id"]):
                    held["starred"] = data["starred"]
        if "draft" in data:
            self.conversations[data["conversation_id"]]["me"]["draft"] = data["draft"]
        if "me" not in data:
            return
        held = self.conversations[data["conversation_id"]]
        counts = {name: held["me"][name] for name in ("unread", "mentions")} if self._is_older(data) else {}
        held["me"].update({**data["me"], **counts})

    def _prefer(self, preferences: JSON) -> None:
        self.shares_reads = preferences.get("receipts", self.shares_reads)
        everybody = [each for conversation in self.conversations.values() for each in conversation["participants"]]
        for participant in everybody if not self.shares_reads else ():
            participant["read_seq"] = 0  # and turned on again, the list must be loaded anew

    def message_created(self, data: JSON) -> None:
        message = data["message"]
        conversation = self.conversations[message["conversation_id"]]
        history = self.histories.get(message["conversation_id"])
        if history is not None and all(each["seq"] != message["seq"] for each in history):
            history.append({**deepcopy(message), "starred": False})
        self._count_thread(message["conversation_id"], data)
        if message["seq"] <= conversation["last_seq"]:
            return
        conversation.update(last_seq=message["seq"], last_message=message, last_activity_at=message["created_at"])
        if message["type"] != "system":
            self._count(conversation, message["sender"]["id"] if message["sender"] else None, message, 1)

    def message_updated(self, data: JSON) -> None:
        message = data["message"]
        for held in self._held(message["conversation_id"], message["id"]):
            held.update(deepcopy(message))
        if "excerpt" in data:
            self._quote(message["conversation_id"], message["id"], data["excerpt"])
        self._count_thread(message["conversation_id"], data)

    def message_deleted(self, data: JSON) -> None:
        conversation = self.conversations[data["conversation_id"]]
        for held in self._held(conversation["id"], data["message_id"]):
            held.update({name: deepcopy(TOMBSTONE[name]) for name in TOMBSTONE.keys() & held.keys()})
            held["deleted_at"] = data["deleted_at"]
        self._quote(conversation["id"], data["message_id"], "")
        self._count_thread(conversation["id"], data)
        if data["deleted_count"] <= conversation["deleted_count"]:
            return  # the counts that are held know of it
        conversation["deleted_count"] = data["deleted_count"]
        me = conversation["me"]
        if data["seq"] > max(me["read_seq"], me["read_senders"].get(data["sender_id"], 0)):
            self._count(conversation, data["sender_id"], data, -1)

    def message_pinned(self, data: JSON) -> None:
        for held in self._held(data["conversation_id"], data["message_id"]):
            held["pinned_at"] = data["pinned_at"]

    message_unpinned = message_pinned

    def reaction_added(self, data: JSON) -> None:
        for held in self._held(data["conversation_id"], data["message_id"]):
            kinds = held["reactions"]
            kind = next((each for each in kinds if each["emoji"] == data["emoji"]), None)
            if kind is None:
                kind = {"emoji": data["emoji"], "count": 0, "user_ids": []}
                kinds.append(kind)
            if data["user_id"] not in kind["user_ids"]:
                kind["user_ids"].append(data["user_id"])
                kind["count"] += 1

    def reaction_removed(self, data: JSON) -> None:
        for held in self._held(data["conversation_id"], data["message_id"]):
            kinds = held["reactions"]
            same = [each for each in kinds if each["emoji"] == data["emoji"] and data["user_id"] in each["user_ids"]]
            for kind in same:
                kind["user_ids"].remove(data["user_id"])
                kind["count"] -= 1
                if not kind["count"]:
                    kinds.remove(kind)

    def receipt_updated(self, data: JSON) -> None:
        for receipt in data["receipts"]:
            self._move(self.conversations[data["conversation_id"]], **receipt)

    def unread_updated(self, data: JSON) -> None:
        conversation = self.conversations[data["conversation_id"]]
        if self._is_older(data):
            return  # counted before messages that we hold already: the next one will be right
        told = {name: data[name] for name in ("unread", "mentions", "read_seq", "read_senders")}
        conversation["me"].update(told)

    def user_updated(self, data: JSON) -> None:
        for conversation in self.conversations.values():
            shown = [participant["user"] for participant in conversation["participants"]]
            for message in self._messages(conversation["id"]):
                shown += [message["sender"], (message["reply_to"] or {}).get("sender")]
            for user in shown:
                if user and user["id"] == data["user"]["id"]:
                    user.update(data["user"])

    def _move(self, conversation: JSON, user_id: str, *, read_seq: int, delivered_seq: int, at: str = "") -> None:
        participant = self._participant(conversation, user_id)
        if self.shares_reads:
            participant["read_seq"] = max(participant["read_seq"], read_seq)
        participant["delivered_seq"] = max(participant["delivered_seq"], delivered_seq)

    def _is_older(self, counts: JSON) -> bool:
        """Whether something was counted before messages, or deletions, that the client has counted already."""
        held = self.conversations[counts["conversation_id"]]
        return bool(counts["last_seq"] < held["last_seq"] or counts["deleted_count"] < held["deleted_count"])

    def _messages(self, conversation_id: str) -> Iterator[JSON]:
        """All copies of messages of a conversation that the client holds."""
        last = self.conversations[conversation_id]["last_message"]
        yield from [last] if last else []
        yield from self.histories.get(conversation_id, ())

    def _held(self, conversation_id: str, message_id: str) -> Iterator[JSON]:
        """All copies of one message."""
        return (each for each in self._messages(conversation_id) if each["id"] == message_id)

    def _quote(self, conversation_id: str, message_id: str, excerpt: str) -> None:
        """Replies show what the message says that they answer."""
        for message in self._messages(conversation_id):
            if message["reply_to"] and message["reply_to"]["id"] == message_id:
                message["reply_to"]["excerpt"] = excerpt

    def _count_thread(self, conversation_id: str, data: JSON) -> None:
        for root in self._held(conversation_id, data["thread"]["id"]) if "thread" in data else ():
            root["reply_count"] = data["thread"]["reply_count"]

    def _count(self, conversation: JSON, sender_id: str | None, named: JSON, number: int) -> None:
        if sender_id not in {self.me, *self.blocked}:
            conversation["me"]["unread"] += number
            conversation["me"]["mentions"] += number * (named["mentions_all"] or self.me in named["mentions"])

    @staticmethod
    def _participant(conversation: JSON, user_id: str) -> JSON:
        return next(each for each in conversation["participants"] if each["user"]["id"] == user_id)
