"""A Slack export, small and with one of everything."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import orjson

from tests import files

PEOPLE = [
    {
        "id": "U0ALICE",
        "name": "amoreau",
        "deleted": False,
        "real_name": "Alice M.",
        "profile": {"email": "Alice@example.org", "display_name": "", "image_72": "https://a.slack-edge.com/72.png"},
        "is_admin": True,
        "is_bot": False,
    },
    {"id": "U0BOB", "name": "bob", "profile": {"email": "bob@elsewhere.example", "display_name": "Bobby"}},
    {"id": "U0DORA", "name": "dora", "deleted": True, "real_name": "Dora Díaz", "profile": {}},
    {"id": "U0CI", "name": "ci", "is_bot": True, "real_name": "Builds", "profile": {}},
]
GENERAL = {
    "id": "C0GENERAL",
    "name": "general",
    "created": 1709280000,
    "creator": "U0ALICE",
    "is_archived": False,
    "is_general": True,
    "members": ["U0ALICE", "U0BOB", "U0DORA"],
    "topic": {"value": "Levels &amp; weather", "creator": "U0BOB", "last_set": 1709280100},
    "purpose": {"value": "", "creator": "", "last_set": 0},
}
FRIDAY = [
    {
        "type": "message",
        "subtype": "channel_join",
        "ts": "1709280000.000100",
        "user": "U0ALICE",
        "text": "<@U0ALICE> has joined the channel",
    },
    {
        "client_msg_id": "f1c1-41b0",
        "type": "message",
        "text": "*Morning* <@U0BOB> &amp; <!channel>: see <#C0OLD|old> <https://example.org/a?b=1&amp;c=2|the _plan_>",
        "user": "U0ALICE",
        "ts": "1709280060.000200",
        "team": "T0RIVER",
        "edited": {"user": "U0ALICE", "ts": "1709280090.000000"},
        "thread_ts": "1709280060.000200",
        "reply_count": 2,
        "reply_users": ["U0BOB"],
        "replies": [{"user": "U0BOB", "ts": "1709280120.000300"}],
        "reactions": [
            {"name": "+1", "users": ["U0BOB", "U0DORA"], "count": 2},
            {"name": "thumbsup", "users": ["U0BOB"], "count": 1},
            {"name": "wave::skin-tone-3", "users": ["U0BOB"], "count": 1},
            {"name": "river-team", "users": ["U0BOB", "U0ALICE"], "count": 2},
        ],
        "pinned_to": ["C0GENERAL"],
        "blocks": [{"type": "rich_text", "elements": []}],
    },
    {
        "type": "message",
        "text": "in the thread :tada:",
        "user": "U0BOB",
        "ts": "1709280120.000300",
        "thread_ts": "1709280060.000200",
        "parent_user_id": "U0ALICE",
    },
    {
        "type": "message",
        "text": "two files",
        "files": [
            {"id": "F0BEACH01", "name": "beach.png", "title": "The beach", "mode": "hosted", "size": 100},
            {
                "id": "F0PLAN001",
                "name": "plan.pdf",
                "title": "Plan [2024]",
                "mode": "hosted",
                "url_private": "https://files.slack.com/files-pri/T0-F0PLAN001/plan.pdf?t=xoxe-1234",
            },
            {"id": "F0GONE001", "mode": "tombstone"},
        ],
        "upload": True,
        "user": "U0DORA",
        "ts": "1709280180.000400",
    },
]
MONDAY = [
    {
        "type": "message",
        "subtype": "channel_leave",
        "ts": "1709539205.000900",
        "user": "U0DORA",
        "text": "<@U0DORA> has left the channel",
    },
    {
        "type": "message",
        "subtype": "bot_message",
        "text": "",
        "username": "Deploys",
        "bot_id": "B0DEPLOY",
        "ts": "1709539200.000500",
        "attachments": [
            {"fallback": "failed", "title": "Build 7", "title_link": "https://ci.example/7", "text": "*failed*"}
        ],
    },
    {
        "type": "message",
        "text": "```a &lt; b\n*not bold*```",
        "user": "U0CI",
        "bot_id": "B0CI",
        "ts": "1709539201.000600",
    },
    {
        "type": "message",
        "subtype": "tombstone",
        "text": "This message was deleted.",
        "user": "USLACKBOT",
        "ts": "1709539202.000700",
        "thread_ts": "1709539202.000700",
        "hidden": True,
    },
    {
        "type": "message",
        "text": "still an answer",
        "user": "U0BOB",
        "ts": "1709539203.000800",
        "thread_ts": "1709539202.000700",
    },
    {
        "type": "message",
        "text": "an answer to nothing",
        "user": "U0BOB",
        "ts": "1709539204.000800",
        "thread_ts": "1600000000.000100",
    },
    {"type": "event", "ts": "1709539206.000100"},
    {
        "type": "message",
        "text": "from another firm",
        "user": "U9ELSE",
        "ts": "1709539207.000100",
        "user_profile": {"real_name": "Eve Else", "name": "eve", "display_name": "Eve"},
    },
    {
        "type": "message",
        "text": "",
        "user": "U0BOB",
        "ts": "1709539208.000100",
        "blocks": [
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {"type": "text", "text": "1 < 2", "style": {"bold": True}},
                            {"type": "text", "text": " says "},
                            {"type": "user", "user_id": "U0ALICE"},
                        ],
                    }
                ],
            }
        ],
    },
]
EXPORT: dict[str, Any] = {
    "users.json": PEOPLE,
    "channels.json": [
        GENERAL,
        {"id": "C0OLD", "name": "old", "created": 1600000000, "creator": "U0DORA", "is_archived": True, "members": []},
    ],
    "groups.json": [{"id": "G0SECRET", "name": "secret", "created": 1709280000, "members": ["U0BOB", "U0ALICE"]}],
    "dms.json": [{"id": "D0AB", "created": 1709280000, "members": ["U0ALICE", "U0BOB"]}],
    "mpims.json": [
        {"id": "G0THREE", "name": "mpdm-a--b--d-1", "created": 1709280000, "members": ["U0ALICE", "U0BOB", "U0DORA"]}
    ],
    "integration_logs.json": [],
    "general/2024-03-01.json": FRIDAY,
    "general/2024-03-04.json": MONDAY,
    "old/2020-09-13.json": [{"type": "message", "text": "long ago", "user": "U0DORA", "ts": "1600000010.000000"}],
    "secret/2024-03-01.json": [{"type": "message", "text": "psst", "user": "U0BOB", "ts": "1709280001.000000"}],
    "D0AB/2024-03-01.json": [{"type": "message", "text": "only us", "user": "U0BOB", "ts": "1709280002.000000"}],
    "mpdm-a--b--d-1/2024-03-01.json": [
        {"type": "message", "subtype": "me_message", "text": "nods", "user": "U0DORA", "ts": "1709280003.000000"}
    ],
    "general/attachments/F0BEACH01-beach.png": files.picture("PNG"),
}


def export(path: Path, changes: dict[str, Any] | None = None) -> Path:
    """Write the export, with other files in it where `changes` says so (None: without that one)."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in {**EXPORT, **(changes or {})}.items():
            if content is not None:
                packed.writestr(name, content if isinstance(content, bytes) else orjson.dumps(content))
    return path
