"""Makes docs/screenshots from a running Brook with its demo people: python -m tests.browser.screenshots"""

from __future__ import annotations

import base64
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from playwright.sync_api import ViewportSize, sync_playwright

from tests.browser.conftest import CHROMIUM_ARGUMENTS
from tests.server import ROOT, Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER = ROOT / "docs" / "screenshots"
SIZES: dict[str, ViewportSize] = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
PASSWORD = "brook-demo"  # as the start prints it
SIDE_BY_SIDE = """
<style>
  body {{ margin: 0; padding: 48px; display: flex; gap: 40px; align-items: center; justify-content: center;
    background: linear-gradient(135deg, #dcefe3, #b9ddd4); }}
  img {{ border-radius: 16px; box-shadow: 0 24px 60px rgb(10 60 40 / .25); }}
</style>
<img height=720 src="data:image/png;base64,{}"><img height=720 src="data:image/png;base64,{}">
"""


def main() -> None:
    """Every page, in both sizes and both schemes, and the two browsers of the README."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder), demo=True)
        executable = os.environ.get("BROOK_CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGUMENTS)
        with server:
            two_browsers(browser, server)
            for size in SIZES:
                for scheme in SCHEMES:
                    every_page(browser, server, size, scheme)
        browser.close()


def enter(browser: Browser, server: Server, name: str, size: str, scheme: Scheme) -> Page:
    """Somebody's page, logged in."""
    context = browser.new_context(
        base_url=server.base_url, viewport=SIZES[size], color_scheme=scheme, locale="en-GB", device_scale_factor=1.5
    )
    page = context.new_page()
    page.goto("/login")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(server.base_url + "/")
    return page


def two_browsers(browser: Browser, server: Server) -> None:
    """Alice writes at her desk, Bob reads on his phone."""
    alice = enter(browser, server, "alice", "desktop", "light")
    bob = enter(browser, server, "bob", "phone", "dark")
    for page in (alice, bob):
        page.get_by_role("link", name="River Team").first.click()
        page.get_by_role("log").get_by_text("closing the ticket").first.wait_for()
    for page, text in [(bob, "Bridge is clear, I can see the gauge from here 🌊"), (alice, "Lovely. See you at noon!")]:
        box = page.get_by_role("textbox", name="Message")
        box.fill(text)
        box.press("Enter")
        for other in (alice, bob):
            other.get_by_role("log").get_by_text(text).wait_for()
    alice.locator(".tick.is-read").last.wait_for()
    shots = [base64.b64encode(page.screenshot(animations="disabled")).decode() for page in (alice, bob)]
    sheet = browser.new_page(viewport={"width": 1680, "height": 816})
    sheet.set_content(SIDE_BY_SIDE.format(*shots))
    sheet.screenshot(path=FOLDER / "two-browsers.png")
    for page in (alice, bob, sheet):
        page.close()


def every_page(browser: Browser, server: Server, size: str, scheme: Scheme) -> None:
    """Each page once."""
    outside = browser.new_context(base_url=server.base_url, viewport=SIZES[size], color_scheme=scheme)
    page = outside.new_page()
    for name, path in {"welcome": "/", "login": "/login", "signup": "/signup"}.items():
        page.goto(path)
        page.screenshot(path=FOLDER / f"{name}-{size}-{scheme}.png", animations="disabled")
    page = enter(browser, server, "alice", size, scheme)
    page.screenshot(path=FOLDER / f"list-{size}-{scheme}.png", animations="disabled")
    page.get_by_role("link", name="River Team").first.click()
    page.get_by_role("log").get_by_text("closing the ticket").first.wait_for()
    page.screenshot(path=FOLDER / f"conversation-{size}-{scheme}.png", animations="disabled")
    for name, path in {"people": "/people", "person": "/people/bob", "not-found": "/nowhere"}.items():
        page.goto(path)
        page.screenshot(path=FOLDER / f"{name}-{size}-{scheme}.png", animations="disabled")


if __name__ == "__main__":
    main()
