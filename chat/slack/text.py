"""Slack's markup ("mrkdwn") as Markdown. Every pattern is linear: no text makes it slow.

Source: Slack's "Formatting text for app surfaces": <@U1>, <#C1|name>, <!channel>, <https://…|label>; & < > are escaped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chat.slack.emojis import emoji_of

if TYPE_CHECKING:
    from collections.abc import Callable

CODE = re.compile(r"```(?P<block>.+?)```|`(?P<span>[^`\n]+)`", re.DOTALL)
ENTITY = re.compile(r"<(?P<inside>[^<>]{1,4000})>")
SHORTCODE = re.compile(r":(?P<name>[a-z0-9_+'-]{1,64}):(?::skin-tone-(?P<tone>[2-6]):)?")
MARKS = tuple(
    (
        re.compile(rf"(?<![^\W_])(?<!{mark}){mark}(?!\s)(?P<inside>[^{mark}\n]+)(?<!\s){mark}(?![^\W_])(?!{mark})"),
        markdown,
    )
    for mark, markdown in ((r"\*", "**"), ("_", "*"), ("~", "~~"))
)
ESCAPED = re.compile(r"&(amp|lt|gt);")
CHARACTERS = {"amp": "&", "lt": "<", "gt": ">"}
LINKED = ("http://", "https://", "mailto:", "tel:")
EVERYBODY = frozenset({"channel", "here", "everyone"})
# Pieces that are done stand as a number between two characters for private use, which no text keeps.
OPEN, CLOSE = "\ue000", "\ue001"
DONE = re.compile(f"{OPEN}(\\d+){CLOSE}")
UNWANTED = re.compile(f"[\0\ud800-\udfff{OPEN}{CLOSE}]")  # databases and JSON know no NUL and no lone surrogates


@dataclass
class Names:
    """What ids stand for."""

    person: Callable[[str], str]  # the user name of a person here, by their id there
    shown: Callable[[str], str]  # what others see of them
    channel: Callable[[str], str]  # the name of a channel


@dataclass
class Said:
    """A text, and whom it names."""

    content: str
    mentions: list[str] = field(default_factory=list)  # ids there, in the order of the text
    everybody: bool = False


def as_markdown(text: str, names: Names) -> Said:
    """A text of Slack's as Markdown that says the same."""
    said = Said("")
    done: list[str] = []

    def keep(piece: str) -> str:
        done.append(piece)
        return f"{OPEN}{len(done) - 1}{CLOSE}"

    def code(match: re.Match[str]) -> str:
        inside = _unescape(ENTITY.sub(lambda entity: _label(entity["inside"]), match["block"] or match["span"]))
        return keep(f"```\n{inside.strip(chr(10))}\n```" if match["block"] else f"`{inside}`")

    def entity(match: re.Match[str]) -> str:
        return keep(_entity(match["inside"], names, said))

    text = CODE.sub(code, UNWANTED.sub("", text))
    text = ENTITY.sub(entity, text)
    for pattern, mark in MARKS:
        text = pattern.sub(rf"{mark}\g<inside>{mark}", text)
    text = _unescape(SHORTCODE.sub(_emoji, text))
    while DONE.search(text):  # a label may hold what was done before: a span of code
        text = DONE.sub(lambda match: done[int(match[1])], text)
    said.content = text
    return said


def as_plain(text: str, names: Names) -> str:
    """The same as a line about people, by the names that others see: "Alice has joined the channel"."""

    def entity(match: re.Match[str]) -> str:
        inside = match["inside"]
        return names.shown(inside[1:].partition("|")[0]) if inside.startswith("@") else _label(inside)

    return " ".join(_unescape(SHORTCODE.sub(_emoji, ENTITY.sub(entity, UNWANTED.sub("", text)))).split())


def _entity(inside: str, names: Names, said: Said) -> str:
    sign, (target, _bar, label) = inside[0], inside.partition("|")
    if sign == "@":
        said.mentions.append(target[1:])
        return f"@{names.person(target[1:])}"
    if sign == "#":
        return f"#{label or names.channel(target[1:])}"
    if sign == "!":
        if target[1:] not in EVERYBODY:  # a group of people, or a date: its label is what to read
            return _unescape(label or target[1:].partition("^")[0])
        said.everybody = True
        return "@all"
    url, label = _unescape(target), _unescape(label)
    if not url.startswith(LINKED):
        return label or url
    if not label or label == url or url.removeprefix("mailto:") == label:
        return label or url
    return link(label, url)


def link(label: str, url: str) -> str:
    """A link as Markdown, whatever is in its label."""
    shown = label.translate({ord("["): "(", ord("]"): ")", ord("\n"): " "})
    return f"[{shown}]({url.replace('(', '%28').replace(')', '%29').replace(' ', '%20')})"


def _label(inside: str) -> str:
    target, _bar, label = inside.partition("|")
    return label or target


def _emoji(match: re.Match[str]) -> str:
    tone = f"::skin-tone-{match['tone']}" if match["tone"] else ""
    return emoji_of(f"{match['name']}{tone}") or match[0]


def _unescape(text: str) -> str:
    return ESCAPED.sub(lambda match: CHARACTERS[match[1]], text)
