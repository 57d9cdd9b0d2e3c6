"""Stories in real browsers against the real server. Nobody sleeps: every step waits for what a person would see."""

from __future__ import annotations

import itertools
import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.person import PASSWORD, Person
from tests.browser.proxy import Proxy
from tests.server import running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

    from tests.server import Account, Server

NAMES = ["alice", "bob", "carol"]
DESKTOP = {"width": 1280, "height": 800}
CHROMIUM_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",  # a microphone that beeps
    "--use-fake-ui-for-media-stream",
]
SECOND_TRIES = 30


# Package scope, not session: while Playwright's loop runs, no test of another folder could start one of its own.
@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The running server; `server.base_url` is its address."""
    with running(tmp_path_factory.mktemp("brook")) as server:
        yield server


@pytest.fixture(scope="package")
def accounts(server: Server, request: pytest.FixtureRequest) -> dict[str, Account]:
    """Everybody who may be in a story: a cast for each, and some for stories that are told again."""
    casts = sum(item.get_closest_marker("browser") is not None for item in request.session.items)
    return server.make_people(NAMES, casts + SECOND_TRIES, PASSWORD)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for all; each person has a context of their own in it."""
    executable = os.environ.get("BROOK_CHROMIUM") or shutil.which("chromium")
    expect.set_options(timeout=10_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def cast_numbers() -> Iterator[int]:
    """The next cast that nobody has played with yet."""
    return itertools.count()


@pytest.fixture
def invite(
    server: Server, browser: Browser, accounts: dict[str, Account], cast_numbers: Iterator[int]
) -> Iterator[Callable[..., Person]]:
    """Lets a person in with a browser of their own: `invite("alice", viewport=...)`.

    In the end nobody's page may have had an error or broken the policy.
    """
    number = next(cast_numbers)
    people: list[Person] = []

    def let_in(name: str, *, logged_in: bool = True, **options: Any) -> Person:
        # The service worker has a story of its own: what it fetches, tests could not hold up.
        plain = {"viewport": DESKTOP, "locale": "en-GB", "reduced_motion": "reduce", "service_workers": "block"}
        options = {**plain, **options}
        context = browser.new_context(**options)
        person = Person(context, server.base_url, f"{name}{number:03}", name.title())
        people.append(person)
        if logged_in:
            person.log_in(accounts[person.username])
        return person

    yield let_in
    problems = {person.name: person.problems for person in people if person.problems}
    for person in people:
        person.context.close()
    assert not problems


@pytest.fixture
def alice(invite: Callable[..., Person]) -> Person:
    """She has the first word."""
    return invite("alice")


@pytest.fixture
def bob(invite: Callable[..., Person]) -> Person:
    """He answers."""
    return invite("bob")


@pytest.fixture
def carol(invite: Callable[..., Person]) -> Person:
    """She joins."""
    return invite("carol")


@pytest.fixture
def proxy(server: Server) -> Iterator[Proxy]:
    """A network that can be bad, before the server: `person.base_url = proxy.base_url`."""
    with Proxy(server.port) as proxy:
        yield proxy
