"""How the cyclic garbage collector runs in a server process."""

from __future__ import annotations

import gc

YOUNG_OBJECTS = 20_000  # before the collector looks at them; Python's 700 are fewer than one answer makes


def settle() -> None:
    """Call when everything is loaded: what lives as long as the process is never looked through again.

    A full collection of what Django and its libraries keep takes about 100 ms, in the middle of somebody's request
    (docs/performance.md); and streams are many objects that live long.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 10, 100)
