"""The tests on several workers side by side (pytest-xdist): each with services of its own, the long files first."""

from __future__ import annotations

import os
import tempfile
from typing import Any

import pytest

from tests.services import Valkey

# A worker that gets a long file last would leave the others idle. Files of one folder stay together: what they share,
# a server and a browser, is started once on a worker.
FIRST = ["browser", "security", "realtime"]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config, specs: list[Any]) -> None:
    """Give each worker a data folder, and a Valkey where this run has one. Databases get a suffix by pytest-django."""
    for spec in specs:
        folder = tempfile.TemporaryDirectory(prefix="brook-worker-")
        config.add_cleanup(folder.cleanup)
        spec.env["BROOK_DATA"] = folder.name
        if "REDIS_URL" in os.environ:
            valkey = Valkey()
            config.add_cleanup(valkey.stop)
            valkey.start()
            spec.env["REDIS_URL"] = valkey.url


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Bring the long files forward; workers take file after file in this order."""
    items.sort(key=place)


def place(item: pytest.Item) -> tuple[int, str]:
    """Where a test's file stands in the run; inside it nothing changes."""
    folder = item.path.parent.name
    rank = FIRST.index(folder) if folder in FIRST else len(FIRST)
    return rank, str(item.path)
