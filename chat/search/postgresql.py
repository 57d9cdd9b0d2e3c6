"""Substrings on PostgreSQL: a generated column holds the folded text, GIN indexes find parts of it.

- `message_trigrams` (pg_trgm): terms of three letters and more.
- `message_grams`: pairs of characters beyond the alphabets (Chinese, Japanese, Korean, Thai, emoji ...), because two of
  them are a word already, and pg_trgm knows nothing shorter than three.
- What neither knows (one or two letters, punctuation) is found by walking back from the newest message.

Walking is also the way for frequent words: a page is full long before an index has listed all their messages. Which is
better no planner knows for sure, so `attempts` looks at the newest few thousand first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from chat.models import Message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from chat.models import MessageQuerySet

# The same range as in `brook_grams`: from Devanagari on, without general punctuation.
_BEYOND_ALPHABETS = re.compile("[\u0900-\u1fff\u2070-\U0010ffff]+")
_HAS_TRIGRAM = re.compile(r"[^\W_]{3}")  # what pg_trgm takes for letters
_WILDCARDS = str.maketrans({"\\": r"\\", "%": r"\%", "_": r"\_"})
WINDOW = 5_000  # messages


def attempts(messages: MessageQuerySet, terms: list[str], before: datetime | None) -> Iterator[MessageQuerySet]:
    """Those that contain all of the folded terms: of the newest messages, then of all.

    Args:
        before: where the page begins, if it is not the first.
    """
    newest = Message.objects.countable().order_by("-created_at", "-pk")
    if before is not None:
        newest = newest.filter(created_at__lte=before)
    for oldest in newest.values_list("created_at", flat=True)[WINDOW : WINDOW + 1]:
        yield _containing(messages.filter(created_at__gte=oldest), terms)
    for term in terms:
        if grams := _grams(term):
            messages = messages.filter(
                _condition('brook_grams("chat_message"."search_text") @@ %s::tsquery', " & ".join(sorted(grams)))
            )
    # With the text itself as well: pairs do not make a phrase, and a walk must not have to take every text apart.
    yield _containing(messages, terms)


def _containing(messages: MessageQuerySet, terms: list[str]) -> MessageQuerySet:
    for term in terms:
        if _HAS_TRIGRAM.search(term):
            condition = _condition('"chat_message"."search_text" LIKE %s', f"%{like(term)}%")
        else:  # LIKE would let the planner read the whole of an index that knows nothing of it
            condition = _condition('strpos("chat_message"."search_text", %s) > 0', term)
        messages = messages.filter(condition)
    return messages


def with_links(messages: MessageQuerySet) -> MessageQuerySet:
    """Those with the address of a page in their text."""
    column = '"chat_message"."search_text"'
    return messages.filter(
        _condition(f"({column} LIKE %s OR {column} LIKE %s)", "%http://%", "%https://%"),
    )


def like(text: str) -> str:
    """Text as part of a LIKE pattern that means nothing but itself."""
    return text.translate(_WILDCARDS)


def _grams(term: str) -> set[str]:
    """Lexemes for a tsquery: pairs of neighbours; a single character is the beginning of a pair."""
    found = set()
    for run in _BEYOND_ALPHABETS.findall(term):
        found |= {f"'{run[at : at + 2]}'" for at in range(len(run) - 1)} or {f"'{run}':*"}
    return found


def _condition(sql: str, *parameters: str) -> RawSQL:
    return RawSQL(sql, parameters, output_field=BooleanField())  # noqa: S611 - what comes from outside is a parameter
