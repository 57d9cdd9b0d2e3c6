"""The first messages of a page as its template draws them, in the places that static/js/state/runs.js gives them.

What the browser draws a moment later takes their place without anything moving: the same items, texts and sizes.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from chat.system_messages import words_of

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

RUN_GAP_S = 5 * 60
PICTURE_WIDTH_PX, PICTURE_HEIGHT_PX = 380, 320  # as in components/attachments.js
PICTURES_IN_GRID = 4
WIDE_FROM_PX = 300  # as in components/previews.js
FEW_EMOJI, FEW_CHARACTERS = 3, 60

# The grammar of markup.js.
BLOCK = re.compile(r"```(?:[\w+-]*\n)?(.*?)```\n?", re.DOTALL)
INLINE = re.compile(
    r"`(?P<code>[^`\n]{1,2000})`"
    r"|\*\*(?P<bold>[^\s*](?:[^\n]{0,2000}?[^\s])??)\*\*"
    r"|(?<![\w*])\*(?P<italic>[^\s*](?:[^*\n]{0,2000}?[^\s*])?)\*(?![\w*])"
)
EMOJI_PARTS = {"So", "Sk", "Mn", "Me", "Cf"}
JOINER = "\u200d"

Json = dict[str, Any]


def items_of(shown: Json, me: Json) -> list[Json]:
    """Days, the unread line, system lines and runs of messages by one person within five minutes.

    Args:
        shown: `open` of a page's state.
        me: the person, with their `time_zone`.
    """
    conversation, history = shown["conversation"], shown["history"]
    zone = ZoneInfo(me.get("time_zone") or "UTC")
    today = datetime.now(zone).date()
    messages: list[Json] = history["results"]
    unread, read_seq = conversation["me"]["unread"], conversation["me"]["read_seq"]
    reaches_back = not history["has_more_before"] or (bool(messages) and messages[0]["seq"] <= read_seq + 1)
    line_is_due = bool(unread) and reaches_back
    items: list[Json] = []
    run: Json | None = None
    day = None
    for message in messages:
        at = datetime.fromisoformat(message["created_at"]).astimezone(zone)
        sender_id = message["sender"]["id"] if message["sender"] else None
        if at.date() != day:
            day, run = at.date(), None
            items.append(
                {
                    "kind": "day",
                    "label": _("Today") if day == today else date_format(day, pgettext("date format", "j F")),
                }
            )
        if line_is_due and message["seq"] > read_seq and sender_id != me["id"] and message["type"] != "system":
            items.append({"kind": "unread", "count": unread})
            line_is_due, run = False, None
        if message["type"] == "system":
            items.append({"kind": "system", "words": words_of(message), "message": message})
            run = None
            continue
        if run is None or run["sender_id"] != sender_id or (at - run["at"]).total_seconds() >= RUN_GAP_S:
            run = {"kind": "run", "sender_id": sender_id, "is_mine": sender_id == me["id"], "messages": []}
            items.append(run)
        run["at"] = at
        run["messages"].append(_drawn(message, at))
    return items


def _drawn(message: Json, at: datetime) -> Json:
    attachments = message["attachments"]
    pictures = [_fitted(each) for each in attachments if each["kind"] == "image"]
    is_plain = not attachments and not message["reply_to"] and not message["deleted_at"]
    return {
        **message,
        "time": f"{at:%H:%M}",
        "html": text_html(message["content"]),
        "is_large": is_plain and _is_few_emoji(message["content"]),
        "picture": pictures[0] if len(pictures) == 1 else None,
        "pictures": pictures[:PICTURES_IN_GRID] if len(pictures) > 1 else [],
        "others": [each for each in attachments if each["kind"] != "image"],
        "previews": [_card(each) for each in message["previews"]],
    }


def _card(preview: Json) -> Json:
    host = urlsplit(preview["url"]).netloc.removeprefix("www.").lower()
    site, width, height = preview["site_name"], preview["width"] or 0, preview["height"] or 0
    is_named = site and not host.startswith(site.lower().removeprefix("www."))
    source = f"{site} · {host}" if is_named else host
    return {**preview, "source": source, "is_wide": width >= WIDE_FROM_PX and width > height}


def _fitted(picture: Json) -> Json:
    width, height = picture["width"], picture["height"]
    if not width or not height:
        return {**picture, "width": PICTURE_WIDTH_PX, "height": round(PICTURE_WIDTH_PX * 0.75)}
    scale = min(1, PICTURE_WIDTH_PX / width, PICTURE_HEIGHT_PX / height)
    return {**picture, "width": max(1, round(width * scale)), "height": max(1, round(height * scale))}


def text_html(content: str) -> SafeString:
    """What a message says, with its code, bold and italic; links and names look so once the browser draws them."""
    parts: list[SafeString] = []
    end = 0
    for match in BLOCK.finditer(content):
        if match[1].strip():
            parts.append(_inline(content[end : match.start()].removesuffix("\n")))
            parts.append(format_html('<pre dir="ltr"><code>{}</code></pre>', match[1].removesuffix("\n")))
            end = match.end()
    return format_html_join("", "{}", ((part,) for part in [*parts, _inline(content[end:])]))


def _inline(text: str) -> SafeString:
    parts: list[SafeString] = []
    end = 0
    for match in INLINE.finditer(text):
        parts.append(conditional_escape(text[end : match.start()]))
        if match["code"]:
            parts.append(format_html("<code>{}</code>", match["code"]))
        elif match["bold"]:
            parts.append(format_html("<strong>{}</strong>", _inline(match["bold"])))
        else:
            parts.append(format_html("<em>{}</em>", _inline(match["italic"])))
        end = match.end()
    return format_html_join("", "{}", ((part,) for part in [*parts, conditional_escape(text[end:])]))


def _is_few_emoji(content: str) -> bool:
    """One to three emoji and nothing else, near enough for a first look."""
    text = "".join(content.split())
    if not text or len(content) >= FEW_CHARACTERS or {unicodedata.category(each) for each in text} - EMOJI_PARTS:
        return False
    symbols = re.sub(f"{JOINER}.", "", text)
    return sum(unicodedata.category(each) == "So" for each in symbols) <= FEW_EMOJI
