"""How the cyclic garbage collector runs in a server process."""

from __future__ import annotations

import gc

YOUNG_OBJECTS = (
    10_000  # made and not gone before the collector looks; Python's 700 are less than one list of conversations
)


def settle() -> None:
    """Call when everything is imported: what lives as long as the process is never looked through again.

    A full collection of what Django and its libraries keep takes about 100 ms, in the middle of somebody's request
    (docs/performance.md).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 10, 10)
