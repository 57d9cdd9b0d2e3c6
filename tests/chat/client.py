"""A client in fifty lines: what it holds, and how events change it. The web UI's store does the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from accounts.models import User
from realtime import log, topics

JSON = dict[str, Any]


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

    def __init__(self, me: str, snapshot: JSON, blocked: Iterable[str] = ()) -> None:
        self.me = me
        self.blocked = set(blocked)  # of GET /api/users/me
        self.conversations: dict[str, JSON] = {each["id"]: each for each in snapshot["results"]}

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
            "read_seq": own["read_seq"],
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
        changed = {name: data["conversation"][name] for name in ("title", "description", "history", "avatar_url")}
        held.update(changed)

    def conversation_deleted(self, data: JSON) -> None:
        self.conversations.pop(data["conversation_id"], None)

    def participant_added(self, data: JSON) -> None:
        held = self.conversations[data["conversation_id"]]
        others = [each for each in held["participants"] if each["user"]["id"] != data["user"]["id"]]
        held.update(participants=[*others, data["participant"]], participant_count=data["participant_count"])

    def participant_removed(self, data: JSON) -> None:
        if data["user"]["id"] == self.me:
            self.conversations.pop(data["conversation_id"], None)
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
        if "me" not in data:
            return  # a star, for one: the list of conversations shows none
        held = self.conversations[data["conversation_id"]]
        counts = {name: held["me"][name] for name in ("unread", "mentions")} if self._is_older(data) else {}
        held["me"].update({**data["me"], **counts})

    def message_created(self, data: JSON) -> None:
        message = data["message"]
        conversation = self.conversations[message["conversation_id"]]
        if message["seq"] <= conversation["last_seq"]:
            return
        conversation.update(last_seq=message["seq"], last_message=message, last_activity_at=message["created_at"])
        if message["sender"]["id"] not in {self.me, *self.blocked} and message["type"] != "system":
            conversation["me"]["unread"] += 1

    def message_pinned(self, data: JSON) -> None:
        held = self._held_message(data)
        if held:
            held["pinned_at"] = data["pinned_at"]

    message_unpinned = message_pinned

    def reaction_added(self, data: JSON) -> None:
        kinds = self._held_message(data).get("reactions", [])
        kind = next((each for each in kinds if each["emoji"] == data["emoji"]), None)
        if kind is None:
            kind = {"emoji": data["emoji"], "count": 0, "user_ids": []}
            kinds.append(kind)
        if data["user_id"] not in kind["user_ids"]:
            kind["user_ids"].append(data["user_id"])
            kind["count"] += 1

    def reaction_removed(self, data: JSON) -> None:
        kinds = self._held_message(data).get("reactions", [])
        for kind in [each for each in kinds if each["emoji"] == data["emoji"] and data["user_id"] in each["user_ids"]]:
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
        conversation["me"].update(unread=data["unread"], mentions=data["mentions"], read_seq=data["read_seq"])
        self._move(conversation, self.me, read_seq=data["read_seq"], delivered_seq=data["read_seq"])

    def user_updated(self, data: JSON) -> None:
        for conversation in self.conversations.values():
            shown = [participant["user"] for participant in conversation["participants"]]
            if conversation["last_message"]:
                shown.append(conversation["last_message"]["sender"])
            for user in shown:
                if user["id"] == data["user"]["id"]:
                    user.update(data["user"])

    def _move(self, conversation: JSON, user_id: str, *, read_seq: int, delivered_seq: int, at: str = "") -> None:
        participant = self._participant(conversation, user_id)
        participant["read_seq"] = max(participant["read_seq"], read_seq)
        participant["delivered_seq"] = max(participant["delivered_seq"], delivered_seq)

    def _is_older(self, counts: JSON) -> bool:
        """Whether something was counted before messages, or deletions, that the client has counted already."""
        held = self.conversations[counts["conversation_id"]]
        return bool(counts["last_seq"] < held["last_seq"] or counts["deleted_count"] < held["deleted_count"])

    def _held_message(self, data: JSON) -> JSON:
        """The message that an event tells of, if the client holds it: it holds only the last of each conversation."""
        last = self.conversations[data["conversation_id"]]["last_message"]
        return last if last is not None and last["id"] == data["message_id"] else {}

    @staticmethod
    def _participant(conversation: JSON, user_id: str) -> JSON:
        return next(each for each in conversation["participants"] if each["user"]["id"] == user_id)
