"""Makes the PNG icons and the manifest's screenshots in static/img: python -m tests.browser.icons"""

from __future__ import annotations

import io
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import ViewportSize, sync_playwright

from tests.browser.conftest import CHROMIUM_ARGUMENTS
from tests.server import ROOT, Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FOLDER = ROOT / "static" / "img"
PASSWORD = "brook-demo"  # as the start prints it
PAGE = "<style>body {{ margin: 0; background: {background} }} svg {{ display: block }}</style>{svg}"
WATER = "linear-gradient(135deg, #12b76a, #087a50)"
SHOTS: dict[str, tuple[ViewportSize, float]] = {
    "wide": ({"width": 1280, "height": 800}, 1),
    "narrow": ({"width": 390, "height": 844}, 2),
}
COLOURS = 128  # enough for flat surfaces, and a fifth of the size


def main() -> None:
    """Icons from the logo, pictures of the demo's river team."""
    executable = os.environ.get("BROOK_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGUMENTS)
        icons(browser)
        screenshots(browser)
        browser.close()


def icons(browser: Browser) -> None:
    """Plain with round corners, full to the edges where systems cut a shape, and white alone for status bars."""
    logo = (FOLDER / "logo.svg").read_text()
    waves = logo.replace('<rect width="32" height="32" rx="8.5" fill="url(#water)"/>', "")
    for size in (192, 512):
        draw(browser, f"icon-{size}.png", logo, size)
    draw(browser, "icon-180.png", waves, 180, WATER)
    # The middle four fifths are safe from every mask.
    draw(browser, "icon-maskable-512.png", waves.replace("0 0 32 32", "-5 -5 42 42"), 512, WATER)
    draw(browser, "icon-badge.png", waves.replace("0 0 32 32", "4 5 24 24"), 96)


def draw(browser: Browser, name: str, svg: str, size: int, background: str = "transparent") -> None:
    """One square."""
    page = browser.new_page(viewport={"width": size, "height": size})
    page.set_content(
        PAGE.format(background=background, svg=svg.replace("<svg ", f'<svg width="{size}" height="{size}" '))
    )
    page.screenshot(path=FOLDER / name, omit_background=True)
    page.close()


def screenshots(browser: Browser) -> None:
    """For the dialog with which browsers install."""
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder), demo=True) as server:
        for name, (viewport, scale) in SHOTS.items():
            context = browser.new_context(
                base_url=server.base_url, viewport=viewport, device_scale_factor=scale, locale="en-GB"
            )
            page = context.new_page()
            page.goto("/login")
            page.get_by_label("Username").fill("alice")
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Log in").click()
            page.get_by_role("link", name="River Team").first.click()
            page.get_by_role("log").get_by_text("closing the ticket").first.wait_for()
            shot = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
            shot.quantize(COLOURS).save(FOLDER / f"screenshot-{name}.png", optimize=True)
            context.close()


if __name__ == "__main__":
    main()
