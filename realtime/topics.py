"""Names of topics: whom an event concerns. Every topic name is made here and nowhere else."""

from uuid import UUID

EVERYONE = "everyone"


def conversation(conversation_id: UUID | str) -> str:
    """Everyone who takes part in a conversation, as far as the log has added them."""
    return f"conversation:{conversation_id}"


def user(user_id: UUID | str) -> str:
    """One person, on all devices."""
    return f"user:{user_id}"


def of_one(topic: str) -> tuple[str, str] | None:
    """("user" or "session", id) of a topic that concerns one person or device; None for those that many follow."""
    kind, _colon, name = topic.partition(":")
    return (kind, name) if kind in {"user", "session"} else None


def session(session_id: UUID | str) -> str:
    """One device of a person."""
    return f"session:{session_id}"
