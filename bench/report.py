"""What a bench prints."""

from __future__ import annotations

import os
import platform
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def machine(*packages: str) -> str:
    """Date, cores, how busy they were before, processor, Python, and the versions of some packages."""
    parts = [
        datetime.now(UTC).date().isoformat(),
        f"{os.cpu_count()} cores (load {os.getloadavg()[0]:.1f} before), {_processor()}",
        f"Python {platform.python_version()}",
        *(f"{package} {version(package)}" for package in packages),
    ]
    return ", ".join(parts)


def speed() -> str:
    """How quick the processor is at the moment: the same machine may be half as quick an hour later."""
    begun = time.perf_counter()
    for _ in range(3_000_000):
        pass
    return f"three million empty rounds of Python in {time.perf_counter() - begun:.2f} s"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table, readable as it is: numbers to the right."""
    text = [[_cell(value) for value in row] for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(head, *text, strict=True)]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]

    def line(cells: Sequence[str]) -> str:
        first, *others = zip(cells, widths, strict=True)
        return "| " + " | ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]) + " |"

    return "\n".join(line(cells) for cells in (head, rule, *text))


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 1 else f"{value:.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
