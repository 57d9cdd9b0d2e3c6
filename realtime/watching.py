"""What another app may see of a hub's work. REALTIME["WATCHERS"] names the classes, by dotted path."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from realtime.hub import Hub
    from realtime.passing import Passing


class Watcher:
    """Made once for each hub. Everything is called on the hub's loop, and must not wait."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    def started(self) -> None:
        """The hub begins; work of one's own is spawned on it here, and ends with it."""

    def opened(self, user_id: str, session_id: str) -> None:
        """Somebody opened a stream on one of their devices."""

    def closed(self, user_id: str, session_id: str) -> None:
        """One of their streams ended, whatever ended it."""

    def saw(self, topic: str, event_type: str, payload: str) -> None:
        """A durable event is about to be delivered."""

    def passes(self, passing: Passing) -> bool:
        """Whether a passing event may be handed to the streams of this process."""
        return True
