"""Starlette and asyncpg doing by hand, on Brook's own tables, the statements that a send in Brook does.

Token by signature, then session and person; conversation locked; place in it and earlier twin; message; conversation;
event; commit. The event waits for its place as Brook's do. No nudge is sent, and nothing else of the product is there.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
import jwt
import orjson
import uuid_utils
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

KEY = hmac.new(os.environ["BROOK_SECRET_KEY"].encode(), b"brook.jwt", hashlib.sha256).hexdigest()
POOL = 20

SESSION = """
    SELECT s.id, s.last_seen_at, u.id AS user_id, u.username, u.display_name, u.is_bot, u.last_seen_at AS user_seen_at
    FROM accounts_session s JOIN accounts_user u ON u.id = s.user_id
    WHERE s.id = $1 AND s.user_id = $2 AND s.ended_at IS NULL AND s.expires_at > $3 AND u.is_active
"""
LOCK = "SELECT last_seq, deleted_at FROM chat_conversation WHERE id = $1 FOR NO KEY UPDATE"
PLACE = """
    SELECT p.id, (SELECT m.id FROM chat_message m WHERE m.sender_id = $2 AND m.client_id = $3) AS twin
    FROM chat_participant p JOIN chat_conversation c ON c.id = p.conversation_id
    WHERE p.conversation_id = $1 AND p.user_id = $2 AND p.left_at IS NULL AND c.deleted_at IS NULL
"""
MESSAGE = """
    INSERT INTO chat_message (id, conversation_id, seq, sender_id, client_id, type, content, reply_count, mentions,
                              mentions_all, forwarded, created_at)
    VALUES ($1, $2, $3, $4, $5, 'text', $6, 0, '[]', false, false, $7)
"""
CONVERSATION = "UPDATE chat_conversation SET last_seq = $2, last_message_id = $3, last_activity_at = $4 WHERE id = $1"
EVENT = """
    INSERT INTO realtime_event (topic, type, payload, routing, object_id, created_at)
    VALUES ($1, 'message.created', $2, '', $3, $4) RETURNING id
"""


async def send(request: Request) -> Response:
    """POST /api/messages"""
    claims = jwt.decode(request.headers["authorization"].removeprefix("Bearer "), KEY, algorithms=["HS256"])
    wanted = orjson.loads(await request.body())
    conversation_id, now = UUID(wanted["conversation_id"]), datetime.now(UTC)
    async with request.app.state.pool.acquire() as connection:
        session = await connection.fetchrow(SESSION, UUID(claims["sid"]), UUID(claims["user_id"]), now)
        if session is None:
            return Response(status_code=401)
        async with connection.transaction():
            conversation = await connection.fetchrow(LOCK, conversation_id)
            place = await connection.fetchrow(PLACE, conversation_id, session["user_id"], wanted["client_id"])
            if place is None or place["twin"] is not None:
                return Response(status_code=404)
            message = message_json(wanted, session, conversation["last_seq"] + 1, now)
            key = message["id"]
            values = (key, conversation_id, message["seq"], session["user_id"], wanted["client_id"], wanted["content"])
            await connection.execute(MESSAGE, *values, now)
            await connection.execute(CONVERSATION, conversation_id, message["seq"], key, now)
            payload = orjson.dumps({"message": message}, option=orjson.OPT_UTC_Z).decode()
            await connection.fetchval(EVENT, f"conversation:{conversation_id}", payload, key, now)
    body = orjson.dumps({**message, "status": "sent"}, option=orjson.OPT_UTC_Z)
    return Response(body, status_code=201, media_type="application/json")


def message_json(wanted: dict[str, Any], session: asyncpg.Record, seq: int, now: datetime) -> dict[str, Any]:
    """As long as Brook's."""
    return {
        "id": UUID(bytes=uuid_utils.uuid7().bytes),
        "conversation_id": wanted["conversation_id"],
        "seq": seq,
        "client_id": wanted["client_id"],
        "type": "text",
        "sender": {
            "id": str(session["user_id"]),
            "username": session["username"],
            "display_name": session["display_name"],
            "avatar_url": None,
            "status_text": "",
            "status_emoji": "",
            "is_bot": session["is_bot"],
            "last_seen_at": session["user_seen_at"],
        },
        "content": wanted["content"],
        "mentions": [],
        "reply_to": None,
        "thread_root": None,
        "reply_count": 0,
        "attachments": [],
        "reactions": [],
        "pinned_at": None,
        "created_at": now,
        "edited_at": None,
        "deleted_at": None,
    }


@contextlib.asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    """The pool lives as long as the process."""
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=2, max_size=POOL) as pool:
        app.state.pool = pool
        yield


application = Starlette(routes=[Route("/api/messages", send, methods=["POST"])], lifespan=lifespan)
