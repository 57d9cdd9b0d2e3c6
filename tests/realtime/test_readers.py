"""Readers of the whole log, whose place is kept in the database."""

from __future__ import annotations

import pytest
from django.db import transaction

from realtime import readers
from realtime.models import Event, Head, Reader

NAME, TYPES = "somebody", ["thing.happened"]


def place(pos: int) -> None:
    Event.objects.create(pos=pos, topic="everyone", type=TYPES[0], payload="{}")
    Head.objects.update(pos=pos)


@pytest.mark.django_db
def test_one_whose_place_is_beyond_a_restored_log_goes_on_with_the_next_event() -> None:
    Head.objects.update(pos=4)
    place(5)
    Reader.objects.create(name=NAME, pos=100)
    part = readers.next_part(NAME, types=TYPES, limit=10)
    assert (part.events, part.upto, part.is_empty) == ([], 5, False)
    with transaction.atomic():
        readers.finish(part)
    place(6)
    assert [event.pos for event in readers.next_part(NAME, types=TYPES, limit=10).events] == [6]
