"""What a conversation says by itself, of what somebody changed in it: a kind with its parameters, told in any language.

A message has it in English besides (`content`), for programs that do not know its kind. In browsers
static/js/system-message.js says the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unicodedata import bidirectional

from django.utils.translation import get_language_bidi, gettext, gettext_noop, override, pgettext

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from uuid import UUID

    from accounts.models import User

Told = dict[str, Any]  # {"kind", "params"}, as in a message's JSON

# By kind, and by the role that somebody is given; by staff, who act without a name, where `by` is null.
SENTENCES = {
    ("people_added", None): gettext_noop("%(by)s added %(people)s"),
    ("person_joined", None): gettext_noop("%(by)s joined by an invite link"),
    ("person_removed", None): gettext_noop("%(by)s removed %(person)s"),
    ("person_left", None): gettext_noop("%(by)s left"),
    ("role_updated", "admin"): gettext_noop("%(by)s made %(person)s admin"),
    ("role_updated", "moderator"): gettext_noop("%(by)s made %(person)s moderator"),
    ("role_updated", "member"): gettext_noop("%(by)s made %(person)s member"),
    ("title_updated", None): gettext_noop("%(by)s named the group “%(title)s”"),
    ("avatar_updated", None): gettext_noop("%(by)s changed the picture of the group"),
    ("avatar_removed", None): gettext_noop("%(by)s removed the picture of the group"),
    ("message_pinned", None): gettext_noop("%(by)s pinned a message"),
}
SENTENCES_OF_STAFF = {
    ("people_added", None): gettext_noop("Staff added %(people)s"),
    ("person_removed", None): gettext_noop("Staff removed %(person)s"),
    ("role_updated", "admin"): gettext_noop("Staff made %(person)s admin"),
    ("role_updated", "moderator"): gettext_noop("Staff made %(person)s moderator"),
    ("role_updated", "member"): gettext_noop("Staff made %(person)s member"),
    ("title_updated", None): gettext_noop("Staff named the group “%(title)s”"),
    ("staff_read", None): gettext_noop("Staff have read this conversation"),
}
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"  # Unicode Standard Annex 9
RIGHT_TO_LEFT = {"R", "AL"}


def told(
    kind: str,
    *,
    by: User | None,
    people: Collection[User] = (),
    person: User | None = None,
    role: str | None = None,
    title: str | None = None,
) -> Told:
    """What there is to tell; `by` is None where staff did it, who need not take part."""
    params: dict[str, Any] = {"by": _named(by) if by is not None else None}
    if people:
        params["people"] = [_named(each) for each in people]
    if person is not None:
        params["person"] = _named(person)
    if role is not None:
        params["role"] = str(role)
    if title is not None:
        params["title"] = title
    return {"kind": kind, "params": params}


def _named(user: User) -> dict[str, Any]:
    return {"id": str(user.pk), "display_name": user.display_name}


def in_english(system: Told) -> str:
    """As programs get it that do not know the kind."""
    with override(None):
        return _sentence(system, str)


def words_of(message: dict[str, Any]) -> str:
    """What a message says, from its JSON: in the active language where the conversation itself said it."""
    return in_words(message.get("system")) or str(message["content"])


def in_words(system: Told | None) -> str:
    """In the active language; empty where nothing was kept but the English text."""
    return _sentence(system, _isolated) if system is not None else ""


def without_name(system: Told, user_id: UUID) -> Told:
    """The same without what somebody is called, whose account is gone."""
    gone = str(user_id)
    return with_people(system, lambda each: {**each, "display_name": None} if each["id"] == gone else each)


def with_people(system: Told, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Told:
    """The same, each person in it changed."""

    def walk(value: Any) -> Any:
        if isinstance(value, list):
            return [walk(each) for each in value]
        return change(value) if isinstance(value, dict) else value

    return {**system, "params": {name: walk(value) for name, value in system["params"].items()}}


def _sentence(system: Told, shown: Any) -> str:
    params = system["params"]
    sentences = SENTENCES_OF_STAFF if params.get("by") is None else SENTENCES
    sentence = sentences.get((system["kind"], params.get("role")))
    if sentence is None:  # of a later version
        return ""
    people = [shown(_name_of(each)) for each in params.get("people", ())]
    return gettext(sentence) % {
        "by": shown(_name_of(params.get("by"))),
        "person": shown(_name_of(params.get("person"))),
        "people": _listed(people),
        "title": shown(params.get("title") or ""),
    }


def _name_of(person: dict[str, Any] | None) -> str:
    if person is None:
        return ""
    return person["display_name"] or gettext("Deleted account")


def _listed(names: list[str]) -> str:
    return pgettext("between names", ", ").join(names)


def _isolated(value: str) -> str:
    """A name in letters of the other direction keeps its order to itself, as `interpolate` does it in browsers."""
    if get_language_bidi():
        is_foreign = any(each.isalpha() for each in value)
    else:
        is_foreign = any(bidirectional(each) in RIGHT_TO_LEFT for each in value)
    return f"{FIRST_STRONG_ISOLATE}{value}{POP_ISOLATE}" if is_foreign else value
