"""Alice and Bob talk; Carol is outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from chat import actions
from chat.models import Conversation, Message


@pytest.fixture
def talk(alice: User, bob: User) -> Conversation:
    """The direct conversation of Alice and Bob."""
    return actions.open_direct(user=alice, partner=bob)[0]


Say = Callable[..., Message]


@pytest.fixture
def say() -> Say:
    """Sends a message past the API: say(alice, talk, "hello")."""
    count = 0

    def say_it(sender: User, conversation: Conversation, content: str = "hello") -> Message:
        nonlocal count
        count += 1
        return actions.send_message(
            sender=sender, conversation_id=conversation.pk, client_id=f"say-{sender.pk}-{count}", content=content
        )[0]

    return say_it


Post = Callable[..., Any]


@pytest.fixture
def send(api: Callable[[User], APIClient]) -> Post:
    """Sends through the API: send(alice, talk, "hello", client_id="1")."""

    def send_it(sender: User, conversation: Any, content: Any = "hello", client_id: Any = "c-1", **more: Any) -> Any:
        conversation_id = getattr(conversation, "pk", conversation)
        body = {"conversation_id": str(conversation_id), "client_id": client_id, "content": content, **more}
        return api(sender).post("/api/messages", body, format="json")

    return send_it
