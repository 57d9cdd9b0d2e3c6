"""What people write is Markdown: the safe HTML of it."""

from __future__ import annotations

import nh3
from markdown_it import MarkdownIt

# No pictures: a file that somebody keeps must not tell other servers that it is read.
PARSER = MarkdownIt("js-default", {"html": False, "linkify": True, "breaks": True}).disable(["image"])
assert PARSER.linkify is not None  # noqa: S101 - linkify-it-py is there
PARSER.linkify.set({"fuzzy_link": False, "fuzzy_email": False})

TAGS = {
    *("p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}


def as_html(content: str) -> str:
    """HTML with nothing in it that runs, loads or looks like the page around it."""
    return nh3.clean(
        PARSER.render(content),
        tags=TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
