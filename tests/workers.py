"""The tests in three parts, on several workers side by side (pytest-xdist), each with services of its own.

docs/tests.md says which tests are in which part.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from typing import Any

import pytest

from tests.services import Valkey

# A worker that gets a long file last would leave the others idle. Files of one folder stay together: what they share,
# a server and a browser, is started once on a worker.
FIRST = ["browser", "security", "realtime"]

# Stories with browsers and processes of their own are run a second time when they fail, and the summary lists which: a
# machine that is busy with something else may make one lose its patience. What fails twice has failed.
RUN_AGAIN = {"browser", "faults"}

APART = {"looks", "s3"}  # not of `bin/test` as such
# By the marks of a test.
PARTS: dict[str, Callable[[set[str]], bool]] = {
    "default": lambda marks: not marks & {"postgres", *APART},
    "services": lambda marks: not marks & {"sqlite", "once", "faults", *APART},
    "faults": lambda marks: "faults" in marks,
    "looks": lambda marks: "looks" in marks,
    "s3": lambda marks: "s3" in marks,
}


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


def pytest_addoption(parser: pytest.Parser) -> None:
    """bin/test names the part; without one all tests are run that the arguments select."""
    parser.addoption("--part", choices=sorted(PARTS), help="only the tests of this part of bin/test")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take the part that is wanted, the long files first: workers take file after file in this order."""
    if part := config.getoption("part"):
        selected = [item for item in items if PARTS[part]({mark.name for mark in item.iter_markers()})]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(selected)])
        items[:] = selected
    for item in items:
        if {mark.name for mark in item.iter_markers()} & RUN_AGAIN:
            item.add_marker(pytest.mark.flaky(reruns=1))
    items.sort(key=place)


def place(item: pytest.Item) -> tuple[int, str]:
    """Where a test's file stands in the run; inside it nothing changes."""
    folder = item.path.parent.name
    rank = FIRST.index(folder) if folder in FIRST else len(FIRST)
    return rank, str(item.path)
