"""axe finds nothing, in light and in dark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.person import Person

pytestmark = pytest.mark.browser

SCHEMES = ["light", "dark"]


def finds_nothing(person: Person) -> None:
    results = Axe().run(person.page)
    problems: list[Any] = results.response["violations"]
    assert not problems, results.generate_report()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_signed_out_pages(invite: Callable[..., Person], scheme: str) -> None:
    # axe is a script of ours put into the page, which the policy of a real visit would stop.
    visitor = invite("visitor", logged_in=False, color_scheme=scheme, bypass_csp=True)
    for path in ("/", "/login", "/signup", "/nowhere"):
        visitor.page.goto(visitor.base_url + path)
        finds_nothing(visitor)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_signed_in_pages(invite: Callable[..., Person], bob: Person, scheme: str) -> None:
    alice = invite("alice", color_scheme=scheme, bypass_csp=True)
    alice.open()
    finds_nothing(alice)
    group = bob.starts_group("River Team", alice)
    direct = bob.starts_direct(alice)
    for text in ("Hello", "**bold** `code` https://example.org", "```\nblock\n```"):
        bob.says(group, text)
        bob.says(direct, text)
    alice.says(group, "Mine with a https://example.org link")
    alice.open(f"/c/{group}")
    expect(alice.badge("Bob")).to_have_text("3")
    finds_nothing(alice)
    alice.page.get_by_role("button", name="Your account").click()
    finds_nothing(alice)
    alice.page.keyboard.press("Escape")
    alice.page.get_by_role("button", name="New conversation").first.click()
    alice.page.get_by_role("checkbox").first.wait_for()
    finds_nothing(alice)
    for path in ("/people", f"/people/{bob.username}", "/settings"):
        alice.open(path)
        finds_nothing(alice)
