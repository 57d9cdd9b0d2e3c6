"""Who a text names: @username, and @all for everybody.

Not in code, in addresses of the web or of mail, nor after a backslash. Only people who take part can be named; of
several names that a text could mean the longest one wins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING
from uuid import UUID

from accounts import names
from chat.models import Kind, Mention, Message, Participant

if TYPE_CHECKING:
    from collections.abc import Iterator

EVERYBODY = "all"
MAX_CANDIDATES = 500  # names that one text may ask for
TYPED_CHARACTERS = 2 * names.NAME_CHARACTERS  # as typed a name may have more characters than as it is kept

BLOCK = re.compile(r"^[ ]{0,3}(`{3,}+|~{3,}+)[^\n`]*\n.*?(?:^[ ]{0,3}\1[`~]*[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
TICKS = re.compile(r"`+")
ADDRESS = re.compile(r"\b(?:[a-z][a-z0-9+.-]{0,20}://|www\.|mailto:)\S+", re.IGNORECASE)
# Scripts that put no space between words: the text may go on right behind a name, and begin right before it.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
NAMED = re.compile(rf"(?:(?<![\w@/\\+\u0300-\u036f])|(?<=[{UNSPACED}]))@(?=[\w.+-])")
NAME = re.compile(r"[\w.@+\-\u0300-\u036f]+")
UNSPACED_CHARACTER = re.compile(f"[{UNSPACED}]")


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a text names: people's ids in the order of the text, and whether everybody."""

    ids: list[UUID] = field(default_factory=list)
    everybody: bool = False

    def write_to(self, message: Message) -> None:
        """Set what the message shows of it."""
        message.mentions, message.mentions_all = [str(user_id) for user_id in self.ids], self.everybody

    def keep(self, message: Message) -> None:
        """Write what unread mentions are counted by, for a message that is saved already. Nobody mentions oneself."""
        users = [user_id for user_id in self.ids if user_id != message.sender_id]
        Mention.objects.bulk_create(
            Mention(conversation_id=message.conversation_id, seq=message.seq, message=message, user_id=user_id)
            for user_id in [*users, *([None] if self.everybody else [])]
        )


def named_in(content: str, participant: Participant) -> Named:
    """Whom a text of this participant names. One query where it could name anybody, else none."""
    asked = _candidates(content) if "@" in content else []
    if not asked:
        return Named()
    keys = {key for longest_first in asked for key in longest_first}
    taking_part = Participant.objects.active().filter(conversation=participant.conversation_id)
    people = dict(taking_part.filter(user__username_key__in=keys).values_list("user__username_key", "user_id"))
    found = [next((key for key in longest_first if key in people or key == EVERYBODY), "") for longest_first in asked]
    may_name_all = participant.conversation.kind == Kind.GROUP and participant.can_moderate
    return Named(
        ids=list(dict.fromkeys(people[key] for key in found if key in people)),
        everybody=may_name_all and EVERYBODY in found,
    )


def _candidates(content: str) -> list[list[str]]:
    """For each place that may name somebody: the names it could mean, folded, longest first."""
    text = ADDRESS.sub(" ", _without_code(content))
    asked: list[list[str]] = []
    left = MAX_CANDIDATES
    for at in NAMED.finditer(text):
        keys = list(islice(_names_at(text, at.end()), left))
        left -= len(keys)
        asked.append(keys)
    return [keys for keys in asked if keys]


def _names_at(text: str, start: int) -> Iterator[str]:
    found = NAME.match(text, start, start + TYPED_CHARACTERS)
    end = found.end() if found else start
    for stop in range(end, start, -1):
        if _ends_at(text, stop):
            yield names.fold(text[start:stop])


def _ends_at(text: str, stop: int) -> bool:
    """Whether a name may end before this character: not inside a word, nor before the rest of a mail address."""
    following = text[stop : stop + 2]
    if not following:
        return True
    if following[0] == "@" and NAME.match(following, 1):
        return False
    joins = NAME.match(following) is not None and following[0] not in ".@+-"
    unspaced = UNSPACED_CHARACTER.match(text, stop) or UNSPACED_CHARACTER.match(text, stop - 1)
    return not joins or unspaced is not None


def _without_code(content: str) -> str:
    """The text with a blank for each block and span of code (CommonMark, 4.5 and 6.1)."""
    if "`" not in content and "~~~" not in content:
        return content
    text = BLOCK.sub(" ", content)
    pieces, end = [], 0
    ticks = list(TICKS.finditer(text))
    closing = _closing(ticks)
    number = 0
    while number < len(ticks):
        partner = closing[number]
        if partner is not None:
            pieces += [text[end : ticks[number].start()], " "]
            end = ticks[partner].end()
            number = partner
        number += 1
    return "".join([*pieces, text[end:]])


def _closing(ticks: list[re.Match[str]]) -> list[int | None]:
    """For each run of backticks the next one of the same length, found from the end so that long texts cost little."""
    latest: dict[int, int] = {}
    partners: list[int | None] = [None] * len(ticks)
    for number in range(len(ticks) - 1, -1, -1):
        length = len(ticks[number][0])
        partners[number] = latest.get(length)
        latest[length] = number
    return partners
