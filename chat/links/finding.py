"""The links in a message."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit, urlunsplit

from chat.markdown import PARSER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

MAX_LINKS = 5  # of a message
URL_CHARACTERS = 2048
PORTS = {"http": 80, "https": 443}
SAFE = "/?:@!$&'()*+,;=-._~%[]"  # RFC 3986, 2.2 and 2.3, and what is escaped already


class NotALink(Exception):
    """No address of a web page that anybody may look at."""


def links_in(content: str) -> list[str]:
    """The web addresses that a message links to, in order, each once, at most `MAX_LINKS`; those in code are none."""
    found: dict[str, None] = {}
    for href in _hrefs(PARSER.parse(content)):
        try:
            found.setdefault(normalised(href))
        except NotALink:
            continue
        if len(found) == MAX_LINKS:
            break
    return list(found)


def _hrefs(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "link_open":
            yield str(token.attrs["href"])
        yield from _hrefs(token.children or [])


def normalised(url: str) -> str:
    """An address as it is asked for: ASCII, without a fragment.

    Raises:
        NotALink: another scheme, no host, a password in it, or no address at all.
    """
    if len(url) > URL_CHARACTERS or re.search(r"[\0-\x20\x7f\\]", url):
        raise NotALink
    try:
        parts = urlsplit(url)
        port, host = parts.port, (parts.hostname or "").rstrip(".")
        if parts.scheme not in PORTS or not host or "@" in parts.netloc or "%" in host:
            raise NotALink
        name = f"[{host}]" if ":" in host else host.encode("idna").decode("ascii").lower()
    except (ValueError, UnicodeError):
        raise NotALink from None
    place = name if port in {None, PORTS[parts.scheme]} else f"{name}:{port}"
    asked = urlunsplit((parts.scheme, place, quote(parts.path, SAFE) or "/", quote(parts.query, SAFE), ""))
    if len(asked) > URL_CHARACTERS:
        raise NotALink
    return asked
