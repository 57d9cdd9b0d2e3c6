"""A little world on a running server: people, what they made, and the ids of it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

    from tests.server import Account

CSRF = "c" * 32
NAMES = ["alice", "bob", "carol"]


class World:
    """Alice (admin of a group) and Bob (member of it) talk, Carol is outside and has a group of her own with Bob."""

    def __init__(self, client: httpx.Client, accounts: dict[str, Account], number: int) -> None:
        self.accounts = {name: accounts[f"{name}{number:03}"] for name in NAMES}
        self._client = client
        self.ids: defaultdict[str, list[str]] = defaultdict(list)  # by noun: "conversation", "message"
        self._fill()

    def credentials(self, role: str) -> dict[str, str]:
        """The headers of somebody's browser; none of "anonymous"."""
        if role == "anonymous":
            return {}
        cookie = f"sessionid={self.accounts[role]['session']}; csrftoken={CSRF}"
        return {"Cookie": cookie, "X-CSRFToken": CSRF}

    def call(self, role: str, method: str, path: str, body: Any = None) -> Any:
        """What an answer of the API says; fails where that is an error."""
        answer = self._client.request(method, path, json=body, headers=self.credentials(role))
        assert answer.is_success, (method, path, answer.text)
        return answer.json() if answer.content else None

    def say(self, role: str, conversation_id: str, content: str = "hello") -> str:
        """A message; its id."""
        body = {"conversation_id": conversation_id, "client_id": uuid.uuid4().hex, "content": content}
        return str(self.call(role, "POST", "/api/messages", body)["id"])

    def _fill(self) -> None:
        alice, bob, carol = (self.accounts[name]["id"] for name in NAMES)
        group = {"title": "Harbour walk", "participant_ids": [bob]}
        conversations = [
            self.call("alice", "POST", "/api/conversations/direct", {"user_id": bob}),
            self.call("alice", "POST", "/api/conversations/group", group),
            self.call("carol", "POST", "/api/conversations/group", group),
        ]
        self.ids["user"] += [alice, bob, carol]
        self.ids["conversation"] += [conversation["id"] for conversation in conversations]
        for name, conversation in zip(("alice", "bob", "carol"), conversations, strict=True):
            self.ids["message"] += [self.say(name, conversation["id"]) for _ in range(2)]
        for name, same in {"participant": "user", "successor": "user", "sender": "user", "from": "user"}.items():
            self.ids[name] = self.ids[same]
        self.ids["reply_to"] = self.ids["thread_root"] = self.ids["message"]
        self.ids["session"] += [
            session["id"] for name in NAMES for session in self.call(name, "GET", "/api/auth/sessions")["results"]
        ]
