"""What a person's devices add up to, moment by moment. Everything here is in seconds."""

from __future__ import annotations

import math

import pytest

from presence.states import (
    AWAY_AFTER_S,
    KEPT_S,
    LINGER_S,
    OFFLINE,
    Beat,
    Devices,
    Line,
    Outcome,
    Presence,
    Status,
    add_up,
)

TTL_S = 45.0
ONLINE, AWAY, INVISIBLE = Presence(Status.ONLINE), Presence(Status.AWAY), Presence(Status.INVISIBLE)


def line(opened_at: float, closed_at: float | None = None, session: str = "laptop", process: str = "one") -> Line:
    return Line(session, process, opened_at, closed_at)


def beat(status: Status, at: float, session: str = "laptop", conversation_id: str | None = None) -> Beat:
    return Beat(session, status, at, conversation_id)


def at(now: float, *known: Line | Beat, living: tuple[str, ...] = ("one", "two")) -> Presence:
    return outcome(now, *known, living=living).presence


def outcome(now: float, *known: Line | Beat, living: tuple[str, ...] = ("one", "two")) -> Outcome:
    lines = [each for each in known if isinstance(each, Line)]
    beats = [each for each in known if isinstance(each, Beat)]
    return add_up(Devices(lines, beats), living=living, now=now, ttl_s=TTL_S)


def test_nothing_known_is_offline() -> None:
    assert outcome(100).presence == OFFLINE
    assert outcome(100).due == math.inf


def test_an_open_stream_makes_online_and_after_five_minutes_without_a_heartbeat_away() -> None:
    opened = line(0)
    assert at(1, opened) == ONLINE
    assert outcome(1, opened).due == AWAY_AFTER_S
    assert at(AWAY_AFTER_S, opened) == AWAY
    assert outcome(AWAY_AFTER_S, opened).due == math.inf


def test_heartbeats_keep_online() -> None:
    assert at(500, line(0), beat(Status.ONLINE, 480)) == ONLINE
    assert at(780, line(0), beat(Status.ONLINE, 480)) == AWAY


def test_the_client_may_say_away_itself() -> None:
    assert at(10, line(0), beat(Status.AWAY, 5)) == AWAY


def test_a_heartbeat_without_a_stream_counts_for_the_time_to_live() -> None:
    said = beat(Status.ONLINE, 10)
    assert at(11, said) == ONLINE
    assert outcome(11, said).due == 10 + TTL_S
    assert at(10 + TTL_S, said) == OFFLINE


def test_a_stream_that_ended_lingers_so_that_coming_back_does_not_flicker() -> None:
    ended = line(0, 100)
    assert at(101, ended) == ONLINE
    assert outcome(101, ended).until == outcome(101, ended).due == 100 + LINGER_S
    assert at(100 + LINGER_S, ended) == OFFLINE
    assert at(105, ended, line(104, process="two")) == ONLINE


def test_a_heartbeat_of_before_the_end_of_the_stream_says_nothing_about_after_it() -> None:
    assert at(100 + LINGER_S, line(0, 100), beat(Status.ONLINE, 99)) == OFFLINE
    assert at(100 + LINGER_S, line(0, 100), beat(Status.ONLINE, 101)) == ONLINE


def test_the_streams_of_a_process_that_is_gone_are_gone() -> None:
    assert at(10, line(0), living=("two",)) == OFFLINE
    assert outcome(10, line(0), living=("two",)).stale == (line(0),)
    assert at(10, line(0), line(5, process="two"), living=("two",)) == ONLINE


def test_streams_that_end_by_themselves_do_not_make_an_idle_person_come_back() -> None:
    """They end every ten minutes, and go on in whichever process answers."""
    idle: list[Line | Beat] = [line(0, 600), line(601, process="two")]
    assert at(602, *idle) == AWAY
    assert at(602, *idle, beat(Status.AWAY, 590)) == AWAY
    assert at(620, line(0, 600), line(615, process="two")) == ONLINE, "that was no reconnect"


def test_who_comes_back_later_is_there_whatever_was_said_before() -> None:
    assert at(200, line(0, 100), beat(Status.AWAY, 90), line(199, process="two")) == ONLINE


def test_the_most_present_device_counts() -> None:
    phone, laptop = beat(Status.AWAY, 10, "phone"), beat(Status.ONLINE, 8, "laptop")
    assert at(11, phone, laptop) == ONLINE
    assert at(11, line(0, session="phone"), phone) == AWAY
    assert at(11, line(0, session="phone"), phone, line(0), laptop) == ONLINE


def test_the_conversation_is_that_of_the_most_present_device_that_spoke_last() -> None:
    here = beat(Status.ONLINE, 10, "laptop", "here")
    there = beat(Status.ONLINE, 12, "phone", "there")
    assert at(13, here, there) == Presence(Status.ONLINE, "there")
    assert at(13, here, beat(Status.AWAY, 12, "phone", "there")) == Presence(Status.ONLINE, "here")


def test_invisible_wins_over_all() -> None:
    laptop: list[Line | Beat] = [line(0), beat(Status.ONLINE, 10, "laptop", "here")]
    assert at(11, *laptop, beat(Status.INVISIBLE, 5, "phone")) == INVISIBLE
    assert at(11, *laptop, beat(Status.INVISIBLE, 5, "phone")).seen == OFFLINE


def test_an_invisible_device_hides_as_long_as_it_is_there_and_a_while_longer() -> None:
    laptop, phone = line(0), beat(Status.INVISIBLE, 5, "phone")
    assert at(5000, laptop, line(0, session="phone"), phone) == INVISIBLE
    lost = line(0, 5000, session="phone")
    assert at(5000 + KEPT_S - 1, laptop, lost, phone) == INVISIBLE
    assert at(5000 + KEPT_S, laptop, lost, phone) == AWAY
    assert outcome(5000 + LINGER_S, laptop, lost, phone).due == 5000 + KEPT_S


def test_hiding_alone_is_being_offline_once_the_device_has_gone() -> None:
    gone: list[Line | Beat] = [line(0, 100, session="phone"), beat(Status.INVISIBLE, 5, "phone")]
    assert at(100 + LINGER_S, *gone) == OFFLINE


@pytest.mark.parametrize("status", [Status.ONLINE, Status.AWAY, Status.INVISIBLE])
def test_what_has_gone_is_forgotten_in_the_end(status: Status) -> None:
    gone: list[Line | Beat] = [line(0, 100), beat(status, 50)]
    assert outcome(100 + KEPT_S - 1, *gone).stale == ()
    assert outcome(100 + KEPT_S - 1, *gone).due == 100 + KEPT_S
    assert set(outcome(100 + KEPT_S, *gone).stale) == set(gone)
    assert outcome(100 + KEPT_S, *gone).due == math.inf


def test_due_is_never_now_or_past() -> None:
    known: list[Line | Beat] = [
        line(0),
        line(0, 100, "phone"),
        beat(Status.ONLINE, 90, "phone"),
        beat(Status.INVISIBLE, 20, "tablet"),
    ]
    now, looks = 101.0, 0
    while now != math.inf:
        due = outcome(now, *known).due
        assert due > now
        now, looks = due, looks + 1
    assert looks < 12
