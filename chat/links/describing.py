"""What a page says of itself: Open Graph (ogp.me), or else its title and description."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from accounts.names import BIDI_CONTROLS
from chat.links.finding import NotALink, normalised

TITLE_CHARACTERS = 300
DESCRIPTION_CHARACTERS = 500
SITE_CHARACTERS = 100
CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
HEAD_BYTES = 4096  # in which a page says its encoding; HTML asks for 1024


@dataclass
class Described:
    """What can be shown of a page; its picture as a small WebP."""

    title: str = ""
    description: str = ""
    site_name: str = ""
    image: bytes | None = None
    width: int | None = None
    height: int | None = None


def describe(url: str, body: bytes, charset: str) -> tuple[Described, str | None]:
    """What a page says of itself, and the address of its picture if it names one."""
    tree = LexborHTMLParser(_text(body, charset))
    said = _said(tree)
    title = tree.css_first("title")
    described = Described(
        title=_line(_first(said, "og:title", "twitter:title") or (title.text() if title else ""), TITLE_CHARACTERS),
        description=_line(_first(said, "og:description", "twitter:description", "description"), DESCRIPTION_CHARACTERS),
        site_name=_line(_first(said, "og:site_name", "application-name"), SITE_CHARACTERS),
    )
    picture = _first(said, "og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src")
    return described, _address(url, picture)


def _said(tree: LexborHTMLParser) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        name = node.attributes.get("property") or node.attributes.get("name") or ""
        content = node.attributes.get("content") or ""
        if content.strip():
            found.setdefault(name.strip().lower(), content)
    return found


def _first(said: dict[str, str], *names: str) -> str:
    return next((said[name] for name in names if name in said), "")


def _text(body: bytes, charset: str) -> str:
    named = CHARSET.search(body[:HEAD_BYTES])
    for name in (charset, named[1].decode("ascii", "replace") if named else "", "utf-8"):
        try:
            if name and codecs.lookup(name)._is_text_encoding:
                return body.decode(name, "replace")
        except (LookupError, ValueError, UnicodeError):
            continue
    return body.decode("utf-8", "replace")


def _line(text: str, characters: int) -> str:
    """One line that does not turn the text around it, cut to a length."""
    seen = "".join(
        each if unicodedata.category(each) not in {"Cc", "Cs", "Zl", "Zp"} else " "
        for each in text[: 10 * characters]
        if each not in BIDI_CONTROLS
    )
    line = " ".join(seen.split())
    return line if len(line) <= characters else line[: characters - 1].rstrip() + "…"


def _address(url: str, picture: str) -> str | None:
    try:
        return normalised(urljoin(url, picture.strip())) if picture.strip() else None
    except (NotALink, ValueError):
        return None
