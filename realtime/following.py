"""Which topics a stream follows, from which place in the log to which, while it catches up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from realtime import topics

if TYPE_CHECKING:
    from collections.abc import Iterable

    from realtime.log import Intervals, PlacedEvent
    from realtime.stream import Viewer


class Following:
    """What was loaded from the database, and the changes that the hub saw before, while and after it was loaded."""

    __slots__ = ("_changes", "_intervals", "_only", "_own", "_user_id")

    def __init__(self, viewer: Viewer) -> None:
        self._user_id = viewer.user_id
        self._only = viewer.only
        self._own = [topics.session(viewer.session_id)]
        if self._only is None:
            self._own += [topics.user(viewer.user_id), topics.EVERYONE]
        self._intervals: Intervals | None = None
        self._changes: list[tuple[str, int, bool]] = []

    def note(self, topic: str, pos: int, *, added: bool) -> None:
        """From (or up to) a place the person follows a topic: the hub saw it."""
        if self._only not in {None, topic}:
            return
        if self._intervals is None:  # not loaded yet: applied after loading
            self._changes.append((topic, pos, added))
        else:
            _apply(self._intervals, topic, pos, added=added)

    def note_all(self, events: Iterable[PlacedEvent]) -> None:
        """The same of all events since a place, whether the hub saw them already or not."""
        for event in events:
            if self._user_id in event.adds:
                self.note(event.topic, event.pos, added=True)
            if self._user_id in event.removes:
                self.note(event.topic, event.pos, added=False)

    def load(self, intervals: Intervals) -> None:
        """Take what was loaded; changes that were loaded too change nothing again."""
        if self._only is not None:
            intervals = {topic: spans for topic, spans in intervals.items() if topic == self._only}
        for topic, pos, added in self._changes:
            _apply(intervals, topic, pos, added=added)
        self._changes = []
        for topic in self._own:
            intervals[topic] = [(0, None)]
        self._intervals = intervals

    @property
    def topics(self) -> list[str]:
        """All topics that are or ever were followed."""
        return list(self._intervals or ())

    def sees(self, event: PlacedEvent) -> bool:
        """Whether a past event was for this person."""
        spans = (self._intervals or {}).get(event.topic, ())
        followed = any(start <= event.pos and (end is None or event.pos <= end) for start, end in spans)
        return followed and self._user_id not in event.skips

    def after(self, pos: int) -> list[str]:
        """Topics that an event after this place finds followed."""
        return [
            topic
            for topic, spans in (self._intervals or {}).items()
            if any(start <= pos + 1 and (end is None or end > pos) for start, end in spans)
        ]


def _apply(intervals: Intervals, topic: str, pos: int, *, added: bool) -> None:
    """One change of following; doing it twice is doing it once."""
    spans = intervals.setdefault(topic, [])
    if not added:
        intervals[topic] = [(start, pos if end is None and start <= pos else end) for start, end in spans]
    elif all(start != pos for start, _end in spans):
        spans.append((pos, None))
