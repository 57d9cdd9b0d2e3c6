"""Search: /api/messages/search"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from chat import search
from chat.api.base import ChatView, PageQuery, parsed
from chat.schemas import SearchResultsSchema
from chat.search.filters import HAS, Filters
from chat.search.query import MAX_QUERY, MAX_TERMS, TooManyTerms, moment, parse

if TYPE_CHECKING:
    from datetime import datetime

    from rest_framework.request import Request

    from accounts.models import User
    from chat.search.query import Typed

WORDS = (
    "Words, all of which a message must contain, anywhere in its text and whatever the case or accents; "
    '"quoted phrases" exactly, with \\" for a quote inside. May hold the filters as well: from:bob in:"River Team" '
    "before:2026-01-31 after:2026-01-01 has:link."
)
WHEN = " An ISO 8601 time, or a date: its midnight in one's own time zone."


class HasField(serializers.CharField):
    """Kinds of what messages have, with commas between them."""

    default_error_messages = {"unknown": gettext_lazy("Unknown: {value}. Give one of {known}, or several with commas.")}

    def to_internal_value(self, data: Any) -> Any:
        """The kinds."""
        kinds = [kind.strip() for kind in super().to_internal_value(data).lower().split(",")]
        unknown = [kind for kind in kinds if kind not in HAS]
        if unknown:
            self.fail("unknown", value=", ".join(unknown) if all(unknown) else '""', known=", ".join(sorted(HAS)))
        return kinds


class SearchQuery(PageQuery):
    """What to look for: words or filters, at least one."""

    q = serializers.CharField(required=False, default="", allow_blank=True, max_length=MAX_QUERY, help_text=WORDS)
    conversation = serializers.UUIDField(required=False, help_text="The id of a conversation.")
    before = serializers.CharField(required=False, max_length=64, help_text="Said earlier than this." + WHEN)
    after = serializers.CharField(required=False, max_length=64, help_text="Said then or later." + WHEN)
    has = HasField(
        required=False, max_length=200, help_text=f"What it has, of {', '.join(HAS)}; several with commas: all of them."
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """With `from`, which Python keeps for itself."""
        sender = serializers.CharField(required=False, max_length=200, help_text="Who said it: an id or a user name.")
        return {**super().get_fields(), "from": sender}


class SearchView(ChatView):
    """What was said, by what is in it."""

    throttle_scope = "search"

    @extend_schema(operation_id="message_search", parameters=[SearchQuery], responses=SearchResultsSchema)
    def get(self, request: Request) -> Response:
        """Newest first, of what I may see. Filters that fit nothing find nothing; in `q` unknown ones, too."""
        query = parsed(SearchQuery(data=request.query_params))
        try:
            typed = parse(query["q"])
        except TooManyTerms:
            detail = _("At most %(most)d words and filters, please.") % {"most": MAX_TERMS}
            raise ValidationError({"q": detail}) from None
        filters = [_given(query, self.me), *_typed(typed, self.me)]
        if not typed.terms and not any(filters):
            raise ValidationError({"q": _("Say what to look for, or give a filter.")})
        found = search.find(
            self.me, terms=typed.terms, filters=filters, after=query.get("cursor"), limit=query["limit"]
        )
        return Response(found)


def _given(query: dict[str, Any], user: User) -> Filters:
    """The filters among the parameters."""
    return Filters(
        people=[query["from"]] if "from" in query else [],
        conversations=[query["conversation"]] if "conversation" in query else [],
        before=_moments(query, "before", user),
        after=_moments(query, "after", user),
        has=query.get("has", []),
    )


def _moments(query: dict[str, Any], name: str, user: User) -> list[datetime]:
    try:
        return [moment(query[name], user)] if name in query else []
    except ValueError:
        raise ValidationError({name: _("Give an ISO 8601 date or time, such as 2026-01-31.")}) from None


def _typed(typed: Typed, user: User) -> list[Filters]:
    """The filters in the text, with `has` that nothing fits where a time is none."""
    if not typed.filters:
        return []
    found = Filters()
    for key, value in typed.filters:
        if key == "from":
            found.people.append(value)
        elif key == "in":
            found.titles.append(value)
        elif key == "has":
            found.has.append(value.lower())
        else:
            try:
                getattr(found, key).append(moment(value, user))
            except ValueError:
                found.has.append("")
    return [found]
