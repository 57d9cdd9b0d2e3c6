"""Text that wants to be a script: thousands of known vectors, everywhere where text of people reaches a page."""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MESSAGES = 46  # of the fifty that a page begins with
CROWD = 40
GROUPS = 20
MESSAGE_CHARACTERS = 10_000

# What such collections lack: our own grammar of links and marks, its Markdown on the server, and our templates.
OURS = (
    "[click](javascript:alert(1)) [click](  JaVaScRiPt:alert(1)) [click](javascript&colon;alert(1))",
    "[click](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==) [click](vbscript:msgbox(1))",
    "[click][1]\n\n[1]: javascript:alert(1)",
    '![x](x" onerror="alert(1)) ![x](javascript:alert(1)) ![x](https://evil.example/tracks.png)',
    '<javascript:alert(1)> <https://evil.example/"onmouseover="alert(1)>',
    'https://evil.example/"onmouseover="alert(1) https://evil.example/?<script>alert(1)</script>',
    "https://javascript:alert(1)@evil.example http://x'onclick='alert(1) https://evil.example/`${alert(1)}`",
    "**<b onclick=alert(1)>bold</b>** *<i onclick=alert(1)>slanted</i>* `<code onclick=alert(1)>`",
    "{{ constructor.constructor('alert(1)')() }} ${alert(1)} <!--?lit$1$--> <?lit$1$> {% csrf_token %}",
    "</script><script>alert(1)</script><!-- <script> --> \u2028alert(1)\u2029 </textarea></title></style>",
)


@functools.cache
def vectors() -> tuple[str, ...]:
    """All of them, each once, in a fixed order; without what the API refuses from everybody."""
    from brs_kb.payloads import FULL_PAYLOAD_DATABASE  # takes a second

    known = itertools.chain(OURS, (each.payload for each in FULL_PAYLOAD_DATABASE.values()))
    return tuple(dict.fromkeys(text for each in known if (text := each.strip()) and not _is_refused(text)))


def _is_refused(text: str) -> bool:
    return "\0" in text or any(unicodedata.category(one) == "Cs" for one in text) or len(text) > MESSAGE_CHARACTERS


def lines(count: int, characters: int, skip: int = 0) -> list[str]:
    """So many vectors that fit into one line of this length, from all over the collection."""
    fitting = [text for text in vectors() if len(text) <= characters and text == _as_line(text)]
    step = max(1, len(fitting) // count)
    return (fitting[skip % step :: step] * count)[:count]


def _as_line(text: str) -> str:
    # As `accounts.names` wants a name: NFC, no control characters, no double spaces.
    plain = "".join(one for one in text if unicodedata.category(one) not in {"Cc", "Cf", "Zl", "Zp"})
    return " ".join(unicodedata.normalize("NFC", plain).split())


def contents() -> list[str]:
    """All vectors as the text of messages: one below the other, those with a block of code for themselves."""
    fenced = [text for text in vectors() if "```" in text]
    plain = [text for text in vectors() if "```" not in text]
    size = sum(len(text) + 1 for text in plain) // (MESSAGES - len(fenced)) + 1
    return [*fenced, *_filled(plain, min(size, MESSAGE_CHARACTERS))]


def _filled(texts: Sequence[str], size: int) -> Iterator[str]:
    held: list[str] = []
    for text in texts:
        if held and sum(len(one) + 1 for one in held) + len(text) > size:
            yield "\n".join(held)
            held = []
        held.append(text)
    yield "\n".join(held)


def without_marks(text: str) -> str:
    """What is left of a message's text on a page: the marks are gone, and spaces do not count."""
    return re.sub(r"```[\w+-]*\n|[*`\s\u2028\u2029]", "", text)
