"""Substrings on PostgreSQL: a generated column holds the folded text, GIN indexes find parts of it.

- `message_trigrams` (pg_trgm): terms of three letters and more.
- `message_grams`: pairs of characters beyond the alphabets (Chinese, Japanese, Korean, Thai, emoji ...), because two of
  them are a word already, and pg_trgm knows nothing shorter than three.
- What neither knows (one or two letters, punctuation) is found by walking back from the newest message.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

if TYPE_CHECKING:
    from chat.models import MessageQuerySet

# The same range as in `brook_grams`: from Devanagari on, without general punctuation.
_BEYOND_ALPHABETS = re.compile("[\u0900-\u1fff\u2070-\U0010ffff]+")
_WILDCARDS = str.maketrans({"\\": r"\\", "%": r"\%", "_": r"\_"})


def containing(messages: MessageQuerySet, terms: list[str]) -> MessageQuerySet:
    """Those whose folded text contains every one of the folded terms."""
    for term in terms:
        messages = messages.filter(_condition('"chat_message"."search_text" LIKE %s', f"%{like(term)}%"))
    if grams := sorted({gram for term in terms for gram in _grams(term)}):
        messages = messages.filter(
            _condition('brook_grams("chat_message"."search_text") @@ %s::tsquery', " & ".join(grams))
        )
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
