"""What people turn on and off for themselves, and how it is before they do. One more is one more line of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULTS: dict[str, bool] = {
    "receipts": True,  # others see what one has read, and one sees what others have
    "typing": True,  # others see that one is typing
}


def complete(stored: Mapping[str, bool]) -> dict[str, bool]:
    """What holds for somebody who has set this much."""
    return {name: bool(stored.get(name, default)) for name, default in DEFAULTS.items()}
