"""An even pace."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def run(act: Callable[[], object], rate: float, seconds: float) -> int:
    """Act `rate` times a second; how often that was. Who is late does not skip, but catches up."""
    begun = time.monotonic()
    number = 0
    for number in range(1, round(rate * seconds) + 1):
        act()
        time.sleep(max(begun + number / rate - time.monotonic(), 0))
    return number
