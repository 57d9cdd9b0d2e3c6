"""What automatic help noticed: kept in a row while somebody waits, worked up by the worker a second later."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from chat.models import Message
from moderation.actions.auditing import note
from moderation.models import OPEN_STATES, Deed, Notice, Reason, Report, Rule, Source, Step, due_at
from realtime.metrics import AUTOMATIC

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

BATCH = 200
MOST_ATTACHED = 20  # messages of a report
LOOKED_THROUGH = 500  # messages of somebody, for those that a rule is about
NAMES_SHOWN = 20
NOTE_CHARACTERS = 1000
REASONS = {Rule.WORDS: Reason.OTHER}  # spam, else
DEEDS = {Step.SLOWED: Deed.SLOW, Step.REFUSED: Deed.REFUSE}


def keep_notices(notices: Sequence[Notice]) -> None:
    """Keep what was noticed for the worker: of a message, in the transaction that writes it."""
    Notice.objects.bulk_create(notices)


def raise_notices() -> None:
    """Write what was noticed into the audit log, and report it to staff. For a job; any number may do it at once.

    All of it and that it is done are one transaction: killed in between, nothing is lost or there twice.
    """
    if not Notice.objects.exists():  # mostly: then SQLite's lock on writing stays free
        return
    with transaction.atomic():
        locked = Notice.objects.select_for_update(skip_locked=True, of=("self",)).order_by("pk")
        waiting = list(locked.select_related("user", "message")[:BATCH])
        flagged: defaultdict[tuple[User, Rule], list[Notice]] = defaultdict(list)
        for each in waiting:
            if each.step == Step.FLAGGED:
                flagged[each.user, Rule(each.rule)].append(each)
            else:
                _write_down(each)
        # All workers in the same order, or two would wait for each other's reports.
        for (user, rule), notices in sorted(flagged.items(), key=lambda each: (each[0][0].pk, each[0][1])):
            _report(user, rule, notices)
        Notice.objects.filter(pk__in=[each.pk for each in waiting]).delete()


def notice_signups() -> None:
    """Report it to staff when many accounts are made within a short time. For a job."""
    most, now = settings.AUTOMATIC["signups_flag"], timezone.now()
    lately = User.objects.filter(signed_up_at__gt=now - _window()).order_by("-signed_up_at")
    number = lately.count() if most else 0
    if number <= most:
        return
    key = Rule.SIGNUPS.value
    known = Report.objects.filter(rule=Rule.SIGNUPS, created_at__gt=now - _window())
    if known.exists() or Report.objects.filter(key=key, state__in=OPEN_STATES).exists():
        return
    newest = list(lately[:NAMES_SHOWN])
    names = ", ".join(user.username for user in newest)
    text = f"{number} accounts were made within {settings.AUTOMATIC['minutes']} minutes, the last of them: {names}"
    with transaction.atomic():
        _open(newest[0], Rule.SIGNUPS, key, text)


def _write_down(notice: Notice) -> None:
    """Who was slowed down or refused, of what rule."""
    rule = Rule(notice.rule)
    after = {"rule": rule.value, "about": notice.about if rule != Rule.REPEATS else ""}
    note(by=None, act=DEEDS[Step(notice.step)], target=notice.user, reason=str(rule.label), after=after)


def _report(user: User, rule: Rule, notices: Sequence[Notice]) -> None:
    """One open report of the person and the rule, with what they said."""
    report = _open(user, rule, f"{rule.value}:{user.pk}", _text(rule, notices))
    held = report.messages.count()
    found = [*[each.message for each in notices if each.message is not None], *_said(user, rule, notices)]
    report.messages.add(*list(dict.fromkeys(found))[: max(0, MOST_ATTACHED - held)])


def _open(user: User, rule: Rule, key: str, text: str) -> Report:
    """The one that is open, locked; or a new one."""
    reason = REASONS.get(rule, Reason.SPAM)
    report, is_new = Report.objects.select_for_update().get_or_create(
        key=key,
        state__in=OPEN_STATES,
        defaults={
            "user": user,
            "source": Source.AUTOMATIC,
            "rule": rule,
            "reason": reason,
            "note": text[:NOTE_CHARACTERS],
            "due_at": due_at(reason),
        },
    )
    if is_new:
        AUTOMATIC.labels(rule, "reported").inc()
        note(by=None, act=Deed.FLAG, target=user, reason=str(rule.label), after={"rule": rule.value}, report=report)
    return report


def _text(rule: Rule, notices: Sequence[Notice]) -> str:
    about = ", ".join(dict.fromkeys(each.about for each in notices if each.about))
    return f"{rule.label}: {about}" if about and rule in {Rule.WORDS, Rule.LINKS} else f"{rule.label}."


def _said(user: User, rule: Rule, notices: Sequence[Notice]) -> list[Message]:
    """What somebody said that a rule is about, the first of it first: of the minutes that the rule looks at."""
    if rule not in {Rule.REPEATS, Rule.LINKS}:
        return []
    from moderation.automatic.screening import digest, servers_in  # which asks this module to keep what it notices

    about = {each.about for each in notices}
    since: datetime = min(each.created_at for each in notices) - _window()
    recent = Message.objects.countable().filter(created_at__gte=since, sender=user).order_by("-created_at")
    said = list(recent[:LOOKED_THROUGH])[::-1]
    if rule == Rule.REPEATS:
        return [each for each in said if digest(each.content) in about]
    return [each for each in said if about & set(servers_in(each.content))]


def _window() -> timedelta:
    return timedelta(minutes=settings.AUTOMATIC["minutes"])
