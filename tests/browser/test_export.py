"""A conversation as a file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.once]

MADE_WITHIN_MS = 60_000  # by the worker, on a busy machine


def test_it_is_asked_for_made_and_downloaded(alice: Person, bob: Person) -> None:
    talk = alice.starts_direct(bob)
    alice.says(talk, "For the archive")
    alice.open(f"/c/{talk}")
    open_it = alice.page.locator("#details").get_by_role("button", name="Export")
    open_it.click()
    dialog = alice.page.get_by_role("dialog")
    dialog.get_by_role("button", name="A page to read").click()
    download = dialog.get_by_role("link", name=re.compile("Download"))
    expect(download).to_be_visible(timeout=MADE_WITHIN_MS)
    with alice.page.expect_download() as started:
        download.click()
    assert started.value.suggested_filename.endswith(".html")
    alice.page.keyboard.press("Escape")
    open_it.click()
    expect(download).to_be_visible()
