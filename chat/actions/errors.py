"""Why an action is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from accounts.models import User
    from chat.models import Conversation


class NotAllowed(Exception):
    """The person's role in the group does not allow it; the text says which does."""

    code = "permission_denied"


class NotAGroup(Exception):
    """A direct conversation is of exactly two people, and nobody's in particular."""


class LastAdmin(Exception):
    """A group must not be left without an admin: name a successor."""


class Unfit(Exception):
    """What is asked does not fit what is there; the text says why, `code` says it to programs."""

    def __init__(self, detail: str, code: str) -> None:
        super().__init__(detail)
        self.code = code


class Blocked(NotAllowed):
    """One of the two wants nothing of the other. The text does not say which."""

    code = "blocked"

    def __init__(self, text: str = "") -> None:
        super().__init__(text or _("You cannot write to this person."))


class Locked(NotAllowed):
    """Staff locked the conversation."""

    code = "locked"

    def __init__(self) -> None:
        super().__init__(_("Staff have locked this conversation: it can be read, and nobody can write in it."))


class Archived(NotAllowed):
    """Staff archived the conversation."""

    code = "archived"

    def __init__(self) -> None:
        super().__init__(_("Staff have archived this conversation: it can be read, and nobody writes in it any more."))


def refuse_locked(conversation: Conversation, user: User) -> None:
    """In a conversation that staff have locked, only staff change anything; in one that they archived, nobody.

    Raises:
        Locked, Archived: it is.
    """
    refuse_archived(conversation)
    if conversation.locked_at is not None and not user.is_staff:
        raise Locked


def refuse_archived(conversation: Conversation) -> None:
    """In a conversation that staff have archived, nobody changes anything.

    Raises:
        Archived: it is.
    """
    if conversation.archived_at is not None:
        raise Archived


class WrongField(Exception):
    """A field of the request says what cannot be; the text says why."""

    def __init__(self, field: str, detail: str, code: str = "invalid") -> None:
        super().__init__(detail)
        self.field = field
        self.code = code


class Unanswerable(Unfit):
    """A message that the request wants to answer was deleted, or nobody said it; `field` is where it is named."""

    def __init__(self, detail: str, code: str, field: str) -> None:
        super().__init__(detail, code)
        self.field = field


class NotHere(WrongField):
    """A message that the request names is none that the person sees in this conversation; `field` is where."""

    def __init__(self, field: str) -> None:
        super().__init__(field, _("There is no such message in this conversation."), "does_not_exist")
