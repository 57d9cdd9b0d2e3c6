"""Several workers at once make reports of what automatic help noticed: nothing is lost, and nothing is there twice."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from accounts.models import User
from chat import actions
from chat.models import Conversation, Message
from moderation.actions import noticing, raise_notices
from moderation.models import AuditEntry, Notice, Report, Rule, Step

pytestmark = pytest.mark.django_db(transaction=True)

WORKERS, TIMES = 4, 8
PATIENCE_S = 60
RULES = (Rule.WORDS, Rule.NEW_LINKS)


@pytest.fixture
def spammers(alice: User, bob: User) -> dict[User, list[Message]]:
    """Two, and what each said to the other."""
    talk, _new = actions.open_direct(user=alice, partner=bob)
    return {person: [said(person, talk, number) for number in range(TIMES)] for person in (alice, bob)}


def said(sender: User, talk: Conversation, number: int) -> Message:
    name = f"{sender.username}-{number}"
    return actions.send_message(sender=sender, conversation_id=talk.pk, client_id=name, content="Buy now!")[0]


def notice(spammers: dict[User, list[Message]]) -> int:
    """Of each message both rules, in one order and in the other; and each person slowed down as often. How many."""
    notices = []
    for number in range(TIMES):
        for person, messages in spammers.items():
            for rule in RULES if number % 2 else RULES[::-1]:
                about = {"user": person, "rule": rule, "about": "now"}
                notices.append(Notice(**about, step=Step.FLAGGED, message=messages[number]))
                notices.append(Notice(**about, step=Step.SLOWED))
    return len(Notice.objects.bulk_create(notices))


def work(start: Barrier) -> None:
    """As a worker does, until nothing is left."""
    try:
        start.wait()
        while Notice.objects.exists():
            raise_notices()
    finally:
        connection.close()


def check(spammers: dict[User, list[Message]]) -> None:
    """One report for each person and rule, with all that was said; one line for each that was slowed down."""
    assert not Notice.objects.exists()
    reports = {(each.user, each.rule): set(each.messages.all()) for each in Report.objects.all()}
    assert reports == {(person, rule): set(messages) for person, messages in spammers.items() for rule in RULES}
    assert Report.objects.count() == len(reports)
    lines = Counter(AuditEntry.objects.values_list("act", "target_id"))
    expected = {"slow": TIMES * len(RULES), "flag": len(RULES)}
    assert lines == {(act, str(person.pk)): times for person in spammers for act, times in expected.items()}


def test_four_workers_at_once(spammers: dict[User, list[Message]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noticing, "BATCH", 3)  # so that each has many turns, and all of them the same reports
    assert notice(spammers) > WORKERS * noticing.BATCH
    start = Barrier(WORKERS)
    with ThreadPoolExecutor(WORKERS) as pool:
        for each in [pool.submit(work, start) for _ in range(WORKERS)]:
            each.result()
    check(spammers)


@pytest.mark.postgres
def test_what_one_is_at_another_leaves_alone(spammers: dict[User, list[Message]]) -> None:
    number = notice(spammers)
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        held = [each.pk for each in Notice.objects.select_for_update().order_by("pk")[: number // 2]]
        pool.submit(once).result(timeout=PATIENCE_S)
        assert sorted(Notice.objects.values_list("pk", flat=True)) == held
    raise_notices()
    check(spammers)


@pytest.mark.postgres
def test_one_dies_while_another_waits_for_it(spammers: dict[User, list[Message]]) -> None:
    notice(spammers)
    others = []

    def begin_and_die(pool: ThreadPoolExecutor) -> None:
        with transaction.atomic():
            for person in spammers:
                for rule in RULES:  # the other one will want to open the same
                    noticing._open(person, rule, f"{rule.value}:{person.pk}", "")
            others.append(pool.submit(once))
            assert somebody_waits()
            raise KeyboardInterrupt

    with ThreadPoolExecutor(1) as pool:
        with pytest.raises(KeyboardInterrupt):
            begin_and_die(pool)
        others[0].result(timeout=PATIENCE_S)
    check(spammers)


def once() -> None:
    """As a worker does, one time."""
    try:
        raise_notices()
    finally:
        connection.close()


def somebody_waits() -> bool:
    """Whether a connection comes to wait for what another one holds."""
    end = time.monotonic() + PATIENCE_S
    waiting = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with connection.cursor() as cursor:
        while time.monotonic() < end:
            cursor.execute(f"SELECT EXISTS ({waiting})")
            if cursor.fetchone()[0]:
                return True
    return False
