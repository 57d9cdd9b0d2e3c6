"""What the settings' `SCREEN_...` name: whether a text, a message, turning to somebody new is all right.

Blocked words are for everybody. The limits leave alone staff and whom staff exempted; those of new accounts are for
accounts that people made themselves. Nothing here asks the database, but for the words, when they have changed.
"""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import limits
from accounts.screening import GROUPS, Slowed, TextRefused
from chat.models import Kind
from moderation.actions.noticing import keep_notices
from moderation.automatic import tallies, words
from moderation.automatic.folding import fold
from moderation.models import Notice, Rule, Step, WordAction
from moderation.models.automatic import ABOUT_CHARACTERS
from realtime.metrics import AUTOMATIC

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from accounts.models import User
    from chat.models import Message, Participant
    from moderation.automatic.tallies import Tally

LINK = re.compile(r"https?://(?:[^\s/?#@<>()\[\]]*@)?([^\s/?#<>()\[\]\"'`*:]+)", re.IGNORECASE)
MOST_SERVERS = 5  # of one message that are counted
# So often more to the same conversations counts as one conversation more.
TIMES_A_PLACE = 25
NOTED_AGAIN = 20  # who goes on and on is noted once in so many times

NEW_ACCOUNT_TEXTS = {
    "new_sends": gettext_lazy("Your account is new: it can send only so many messages at first."),
    "new_conversations": gettext_lazy("Your account is new: it can begin only so many conversations at first."),
    "new_people": gettext_lazy("Your account is new: it can turn to only so many people at first."),
}


# --- what the settings name -------------------------------------------------------------------------------------------
def screen_text(place: str, user: User | None, fields: Mapping[str, str]) -> Callable[[User], None] | None:
    """See `accounts.screening.screen_text`."""
    flagged: list[Notice] = []
    for field, text in fields.items():
        flagged += _look_for_words(text, place, field, user)
    return partial(_keep_of, flagged) if flagged else None


def screen_message(participant: Participant, content: str, *, is_new: bool) -> Callable[[Message], None] | None:
    """See `chat.actions.screening.screen_message`."""
    user = participant.user
    place = GROUPS if participant.conversation.kind == Kind.GROUP else ""
    flagged = _look_for_words(content, place, "content", user)
    if is_new and not _is_left_alone(user):
        if is_new_account(user):
            _take(user, "new_sends")
            flagged += _weigh_new_links(user, content)
        where = str(participant.conversation_id)
        flagged += _weigh_repeats(user, content, where)
        flagged += _weigh_links(user, content, where)
    return partial(_keep_with, flagged) if flagged else None


def screen_opening(user: User, *, people: int, opens: bool) -> None:
    """See `chat.actions.screening.screen_opening`."""
    if people and not _is_left_alone(user) and is_new_account(user):
        if opens:
            _take(user, "new_conversations")
        _take(user, "new_people", people)


def is_new_account(user: User) -> bool:
    """Whether somebody made it themselves, lately."""
    hours = settings.AUTOMATIC["new_account_hours"]
    since = user.signed_up_at
    return bool(hours) and since is not None and since > timezone.now() - timedelta(hours=hours)


def _is_left_alone(user: User) -> bool:
    return user.is_staff or user.is_superuser or user.is_exempt


# --- words ------------------------------------------------------------------------------------------------------------
def _look_for_words(text: str, place: str, field: str, user: User | None) -> list[Notice]:
    found = words.HELD.current().find(text, place) if text else []
    if not found:
        return []
    about = ", ".join(each.text for each in found)[:ABOUT_CHARACTERS]
    if found[0].action == WordAction.REFUSE:
        AUTOMATIC.labels(Rule.WORDS, Step.REFUSED).inc()
        notices = [Notice(user=user, rule=Rule.WORDS, step=Step.REFUSED, about=about)]
        is_noted = user is not None and _is_to_note(user, Rule.WORDS, Step.REFUSED, about)
        raise TextRefused(field, partial(keep_notices, notices) if is_noted else None)
    AUTOMATIC.labels(Rule.WORDS, Step.FLAGGED).inc()
    return [Notice(user=user, rule=Rule.WORDS, step=Step.FLAGGED, about=about)]


# --- new accounts -----------------------------------------------------------------------------------------------------
def _take(user: User, scope: str, cost: int = 1) -> None:
    wait_s = limits.take(scope, str(user.pk), cost)
    if wait_s:
        _slow(user, Rule.NEW_ACCOUNT, scope, wait_s, str(NEW_ACCOUNT_TEXTS[scope]))


def _weigh_new_links(user: User, content: str) -> list[Notice]:
    slow, flag = settings.AUTOMATIC["new_links_slow"], settings.AUTOMATIC["new_links_flag"]
    number = len(LINK.findall(content)) if "://" in content else 0
    flagged = [_flag(user, Rule.NEW_LINKS)] if 0 < flag < number else []
    if 0 < slow < number:
        old_at = (user.signed_up_at or timezone.now()) + timedelta(hours=settings.AUTOMATIC["new_account_hours"])
        wait_s = max(1, int((old_at - timezone.now()).total_seconds()))
        text = ngettext(
            "Your account is new: a message can have at most %(number)d link at first.",
            "Your account is new: a message can have at most %(number)d links at first.",
            slow,
        ) % {"number": slow}
        _slow(user, Rule.NEW_LINKS, "", wait_s, text, flagged)
    return flagged


# --- the same in many places ------------------------------------------------------------------------------------------
def _weigh_repeats(user: User, content: str, where: str) -> list[Notice]:
    if not (settings.AUTOMATIC["repeats_slow"] or settings.AUTOMATIC["repeats_flag"]):
        return []
    about = digest(content)
    if not about:
        return []
    tally = _count(user, Rule.REPEATS, about, where)
    score = tally.places + (tally.times - tally.places) // TIMES_A_PLACE
    return _weigh(user, Rule.REPEATS, about, score, tally, _("You have sent this to many conversations."))


def _weigh_links(user: User, content: str, where: str) -> list[Notice]:
    if not (settings.AUTOMATIC["links_slow"] or settings.AUTOMATIC["links_flag"]):
        return []
    flagged: list[Notice] = []
    for server in servers_in(content):
        tally = _count(user, Rule.LINKS, server, where)
        text = _("You have sent links to the same server to many conversations.")
        flagged += _weigh(user, Rule.LINKS, server[:ABOUT_CHARACTERS], tally.places, tally, text)
    return flagged


def digest(content: str) -> str:
    """The same for all texts that look the same; empty for one without anything to see."""
    folded = fold(content)
    return hashlib.blake2b(folded.encode(), digest_size=16).hexdigest() if folded else ""


def servers_in(content: str) -> list[str]:
    """Which servers a text links to, without our own."""
    if "://" not in content:
        return []
    own = (urlsplit(settings.BASE_URL).hostname or "").removeprefix("www.")
    named = [host.lower().rstrip(".,;!").removeprefix("www.") for host in LINK.findall(content)]
    return [host for host in dict.fromkeys(named) if host and host != own][:MOST_SERVERS]


def _count(user: User, rule: Rule, about: str, where: str) -> Tally:
    return tallies.TALLIES.add(f"{rule}:{user.pk}:{about}", where, for_s=60 * settings.AUTOMATIC["minutes"])


def _weigh(user: User, rule: Rule, about: str, score: int, tally: Tally, text: str) -> list[Notice]:
    name = rule.name.lower()
    slow, flag = settings.AUTOMATIC[f"{name}_slow"], settings.AUTOMATIC[f"{name}_flag"]
    flagged = [_flag(user, rule, about)] if 0 < flag < score else []
    if 0 < slow < score:
        _slow(user, rule, about, tally.left_s, text, flagged)
    return flagged


# --- what comes of it -------------------------------------------------------------------------------------------------
def _flag(user: User, rule: Rule, about: str = "") -> Notice:
    AUTOMATIC.labels(rule, Step.FLAGGED).inc()
    return Notice(user=user, rule=rule, step=Step.FLAGGED, about=about)


def _slow(user: User, rule: Rule, about: str, wait_s: int, text: str, flagged: list[Notice] | None = None) -> NoReturn:
    AUTOMATIC.labels(rule, Step.SLOWED).inc()
    seen = [Notice(user=user, rule=rule, step=Step.SLOWED, about=about), *(flagged or [])]
    notices = [each for each in seen if _is_to_note(user, rule, Step(each.step), about)]
    raise Slowed(text, rule.value, wait_s, partial(keep_notices, notices) if notices else None)


def _is_to_note(user: User, rule: Rule, step: Step, about: str) -> bool:
    """Whoever tries a thousand times is not written down a thousand times."""
    times = tallies.NOTED.add(f"{rule}:{step}:{user.pk}:{about}", "", for_s=60 * settings.AUTOMATIC["minutes"]).times
    return times % NOTED_AGAIN == 1


def _keep_of(flagged: list[Notice], user: User) -> None:
    for notice in flagged:
        notice.user = user
    keep_notices(flagged)


def _keep_with(flagged: list[Notice], message: Message) -> None:
    for notice in flagged:
        notice.message = message
    keep_notices(flagged)
