"""The epoch: the same as long as nothing was lost, another as soon as something may have been."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from realtime import epoch
from realtime.asking import answer
from realtime.models import Head
from realtime.snapshot import cursor_now

if TYPE_CHECKING:
    from realtime.asking import Asked


@pytest.mark.django_db
def test_it_stays_while_the_log_grows() -> None:
    first = epoch.head_and_epoch()[1]
    Head.objects.update(pos=5)
    head, second = epoch.head_and_epoch()
    assert (head.pos, second) == (5, first)
    assert cursor_now() == f"{first}.5"


@pytest.mark.django_db
def test_a_log_that_began_again_has_another() -> None:
    first = epoch.head_and_epoch()[1]
    Head.objects.update(nonce="another life")
    assert epoch.head_and_epoch()[1] != first


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_dump_restored_over_the_tables_has_another() -> None:
    """The same rows in a table made anew: nothing but its oid tells."""
    first = epoch.head_and_epoch()[1]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE copy (LIKE realtime_head INCLUDING ALL)")
        cursor.execute("INSERT INTO copy SELECT * FROM realtime_head")
        cursor.execute("ALTER TABLE realtime_head RENAME TO old")
        cursor.execute("ALTER TABLE copy RENAME TO realtime_head")
        try:
            assert epoch.head_and_epoch()[1] != first
        finally:
            cursor.execute("DROP TABLE realtime_head")
            cursor.execute("ALTER TABLE old RENAME TO realtime_head")
    assert epoch.head_and_epoch()[1] == first


@pytest.mark.django_db
def test_copied_files_put_back_have_another_once_somebody_follows_who_saw_more() -> None:
    first = epoch.settle("", 0)[1]
    Head.objects.update(pos=9)
    assert epoch.settle(first, 9)[1] == first
    Head.objects.update(pos=5)
    assert epoch.settle("another life", 9)[1] == first, "what was seen of another life proves nothing"
    head, restored = epoch.settle(first, 9)
    assert head.pos == 5
    assert restored != first
    assert epoch.settle(restored, 5)[1] == restored


@pytest.mark.django_db
def test_after_all_processes_had_stopped_the_file_knows_how_far_the_log_had_come() -> None:
    Head.objects.update(pos=9)
    first = epoch.settle("", 0)[1]
    epoch.remember(9, first)
    Head.objects.update(pos=5)
    assert epoch.settle("", 0)[1] != first


@pytest.mark.django_db
def test_a_log_that_grows_while_a_process_starts_stays_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process places events and notes it, between the two looks of the one that starts."""
    Head.objects.update(pos=5)
    first = epoch.settle("", 0)[1]
    meanwhile_grows(monkeypatch, first)
    assert epoch.settle("", 0)[1] == first


@pytest.mark.django_db
def test_a_log_that_grows_while_somebody_asks_for_their_place_in_it_stays_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Head.objects.update(pos=5)
    first = epoch.settle("", 0)[1]
    epoch.remember(5, first)
    meanwhile_grows(monkeypatch, first)
    assert epoch.head_and_epoch()[1] == first
    assert cursor_now() == f"{first}.9"


def meanwhile_grows(monkeypatch: pytest.MonkeyPatch, known: str) -> None:
    """The next time that the head is read, the log has come further a moment later, and that is noted."""

    def answer_before(asked: Asked[Any]) -> list[Any]:
        monkeypatch.setattr("realtime.epoch.answer", answer)
        found = answer(asked)
        Head.objects.update(pos=9)
        epoch.remember(9, known)
        return found

    monkeypatch.setattr("realtime.epoch.answer", answer_before)


@pytest.fixture
def beside(db: None) -> Path:
    """The file beside the SQLite database."""
    return Path(f"{connection.settings_dict['NAME']}.epoch")


@pytest.mark.sqlite
def test_an_older_file_put_back_has_another(beside: Path) -> None:
    Head.objects.update(pos=5)
    first = epoch.head_and_epoch()[1]
    epoch.remember(5, first)
    Head.objects.update(pos=9)
    epoch.remember(9, first)
    assert epoch.head_and_epoch()[1] == first
    Head.objects.update(pos=5)
    restored = epoch.head_and_epoch()[1]
    assert restored != first
    assert epoch.head_and_epoch()[1] == restored


@pytest.mark.sqlite
@pytest.mark.parametrize("damage", ["gone", "empty", "nonsense"])
def test_a_file_beside_it_that_cannot_be_read_has_another(beside: Path, damage: str) -> None:
    first = epoch.head_and_epoch()[1]
    if damage == "gone":
        beside.unlink()
    else:
        beside.write_text("" if damage == "empty" else "[1, 2]")
    assert epoch.head_and_epoch()[1] != first
