"""`manage.py` with a fate: `python -m tests.faults.fated FATE serve ...`. Everything else in the process is as it is.

dies-after-commit       kill -9 by itself at the first nudge: after the commit, before anybody heard of the message.
gives-no-places         leaves what was committed without a place, whoever asks.
an-hour-ahead           its clock is; an-hour-behind likewise.
freezes-while-placing   stops itself with the sequencer's lock held, when it places a message with the word for it.
dies-while-telling      kill -9 by itself before it commits the first notifications that it makes.
freezes-while-telling   stops itself there, once.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from realtime.log import PlacedEvent

FREEZE = "Freeze"


def die_after_commit() -> None:
    """The process ends where it would have told its hub of what it committed."""
    from realtime import nudge

    nudge.nudge = lambda: os.kill(os.getpid(), signal.SIGKILL)


def freeze_while_placing() -> None:
    """The process stops between giving places and committing them."""
    from realtime import sequencer

    write_follows = sequencer._write_follows

    def freeze(placed: list[PlacedEvent]) -> None:
        write_follows(placed)
        if any(FREEZE in event.payload for event in placed):
            # To this thread: sent to the process, another may take it, and this one go on to its commit.
            signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)

    sequencer._write_follows = freeze


def stop_while_telling(signum: signal.Signals) -> None:
    """The worker has written what people are told, and stops before it commits that."""
    from notifications.actions import following

    module: Any = following
    write = module._write

    def stop(*what: Any) -> None:
        write(*what)
        module._write = write
        signal.pthread_kill(threading.get_ident(), signum)

    module._write = stop


def give_no_places() -> None:
    """The process reads the log, and never adds to it."""
    from realtime import log, sequencer

    def look(*, from_id: int = 0) -> sequencer.Outcome:
        assert from_id >= 0
        return sequencer.Outcome(head=log.head())

    sequencer.look = sequencer.place = look


def shift_clock(by: timedelta) -> None:
    """The wall clock is off; what only measures how long something takes is not."""
    import time_machine

    time_machine.travel(datetime.now(UTC) + by, tick=True).start()


FATES: dict[str, Callable[[], None]] = {
    "dies-after-commit": die_after_commit,
    "an-hour-ahead": partial(shift_clock, timedelta(hours=1)),
    "an-hour-behind": partial(shift_clock, timedelta(hours=-1)),
    "gives-no-places": give_no_places,
    "freezes-while-placing": freeze_while_placing,
    "dies-while-telling": partial(stop_while_telling, signal.SIGKILL),
    "freezes-while-telling": partial(stop_while_telling, signal.SIGSTOP),
}

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.core.management import execute_from_command_line

    django.setup()
    FATES[sys.argv[1]]()
    execute_from_command_line(["manage.py", *sys.argv[2:]])
