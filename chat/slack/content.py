"""What a message of Slack's says, wherever in it that stands: its text, blocks, cards and files; as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chat.slack.text import Said, as_markdown, link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chat.slack.shapes import Card, File, Message
    from chat.slack.text import Names

DEEPEST = 8  # blocks in blocks
NOTHING = "*(something that only Slack can show)*"
HAPPENED = ("channel_", "group_", "im_", "bot_add", "bot_remove", "bot_enable", "bot_disable", "pinned_item")
HAPPENED_TOO = ("unpinned_item", "reminder_", "sh_room_", "huddle_", "app_conversation_", "assistant_app_")
GONE_FILES = frozenset({"tombstone", "hidden_by_limit"})


def is_deleted(message: Message) -> bool:
    """Whether it is what Slack leaves of a message that others have answered."""
    return message.subtype == "tombstone"


def has_happened(message: Message) -> bool:
    """Whether nobody said it: somebody joined, left, named the channel and the like."""
    return (message.subtype or "").startswith((*HAPPENED, *HAPPENED_TOO))


def content_of(message: Message, names: Names, files: list[File]) -> Said:
    """All that a message says, and whom it names.

    Args:
        files: those of its files that are links here.
    """
    said = as_markdown(message.text or "\n".join(_blocks(message.blocks, 0)), names)
    if message.subtype == "me_message" and said.content:
        said.content = f"*{said.content}*"
    cards = [card for card in message.attachments or [] if not (card.from_url and said.content)]
    parts = [said.content, *(_card(card, names) for card in cards), *(_file(file) for file in files)]
    said.content = "\n".join(part for part in parts if part.strip())
    if not said.content and not message.files:
        said.content = NOTHING
    return said


def files_of(message: Message) -> list[File]:
    """Its files; before 2018 there was one at most."""
    return [*(message.files or []), *([message.file] if message.file is not None and not message.files else [])]


def _file(file: File) -> str:
    name = file.title or file.name or "file"
    if file.mode in GONE_FILES:
        return f"[{name}] (not at Slack any more)"
    # Without what comes after the question mark: an export's addresses carry a token that opens all files.
    url = (file.permalink or file.url_private or "").partition("?")[0]
    return link(name, url) if url.startswith(("https://", "http://")) else f"[{name}]"


def _card(card: Card, names: Names) -> str:
    title = card.title or ""
    if title and (card.title_link or "").startswith(("https://", "http://")):
        title = f"<{card.title_link}|{title}>"
    fields = [f"*{each.title}* {each.value}" for each in card.fields or [] if each.title or each.value]
    lines = [card.pretext, f"*{title}*" if title else "", card.text, *fields]
    return as_markdown("\n".join(line for line in lines if line) or card.fallback or "", names).content


def _blocks(blocks: Any, depth: int) -> Iterator[str]:
    """The text in blocks as Slack's markup, a line each (Slack's "Block Kit")."""
    for block in blocks if isinstance(blocks, list) and depth < DEEPEST else ():
        if not isinstance(block, dict):
            continue
        kind = str(block.get("type"))
        if kind in {"rich_text_section", "rich_text_preformatted", "rich_text_quote"}:
            yield _in_one_line(kind, "".join(_pieces(block.get("elements"))))
        elif kind == "rich_text_list":
            yield from (f"• {line}" for line in _blocks(block.get("elements"), depth + 1))
        elif kind == "image":
            yield str(block.get("alt_text") or block.get("image_url") or "")
        else:
            text = block.get("text")
            inside = text.get("text") if isinstance(text, dict) else text
            if isinstance(inside, str):
                yield f"*{inside}*" if kind == "header" else inside
            yield from _blocks(block.get("fields"), depth + 1)
            yield from _blocks(block.get("elements"), depth + 1)


def _in_one_line(kind: str, line: str) -> str:
    if kind == "rich_text_preformatted":
        return f"```{line}```"
    return "\n".join(f"&gt; {each}" for each in line.split("\n")) if kind == "rich_text_quote" else line


def _pieces(elements: Any) -> Iterator[str]:
    for each in elements if isinstance(elements, list) else ():
        if isinstance(each, dict):
            yield _piece(each)


def _piece(piece: dict[str, Any]) -> str:
    kind = piece.get("type")
    if kind == "link":
        return f"<{piece.get('url')}|{piece.get('text') or piece.get('url')}>"
    signs = {"user": ("@", "user_id"), "channel": ("#", "channel_id"), "broadcast": ("!", "range")}
    if kind in signs:
        sign, key = signs[kind]
        return f"<{sign}{piece.get(key)}>"
    if kind == "emoji":
        return f":{piece.get('name')}:"
    text = str(piece.get("text") or "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    style = piece.get("style") if isinstance(piece.get("style"), dict) else {}
    for name, mark in (("code", "`"), ("strike", "~"), ("italic", "_"), ("bold", "*")):
        text = f"{mark}{text}{mark}" if style and style.get(name) and text.strip() == text else text
    return text
