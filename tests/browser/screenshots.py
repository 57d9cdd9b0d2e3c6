"""Makes docs/screenshots, every page in both sizes and both schemes: python -m tests.browser.screenshots [NAME...]"""

from __future__ import annotations

import base64
import os
import shutil
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect, sync_playwright

from tests.browser.conftest import CHROMIUM_ARGUMENTS
from tests.browser.scenes import SCENES, SCHEMES, SIZES, furnished, shot, show, visit
from tests.server import ROOT, Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.person import Person

FOLDER = ROOT / "docs" / "screenshots"
ONLINE = {"ben": "online", "carol": "online", "daiki": "away", "eva": "online"}
QUALITY = 80
SIDE_BY_SIDE = """
<style>
  body {{ margin: 0; padding: 48px; display: flex; gap: 40px; align-items: center; justify-content: center;
    background: linear-gradient(135deg, #dcefe3, #b9ddd4); }}
  img {{ border-radius: 16px; box-shadow: 0 24px 60px rgb(10 60 40 / .25); }}
</style>
<img height=720 src="data:image/png;base64,{}"><img height=720 src="data:image/png;base64,{}">
"""


def main() -> None:
    """All of them, or those that are named."""
    wanted = set(sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        executable = os.environ.get("BROOK_CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGUMENTS)
        with Server(Path(folder), BROOK_LIMITS="0", BROOK_LINK_PREVIEWS="0") as server:
            made = furnished(server)
            every_page(browser, server, made, wanted)
            if not wanted or "two-browsers" in wanted:
                two_browsers(browser, server, made)
        browser.close()


def every_page(browser: Browser, server: Server, made: dict[str, Any], wanted: set[str]) -> None:
    """Each scene, with the others there as far as one sees that."""
    with ExitStack() as stack:
        others = {name: stack.enter_context(visit(browser, server, made, name, "phone")) for name in ONLINE}
        for size in SIZES:
            for who in dict.fromkeys(scene.who for scene in SCENES):
                with visit(browser, server, made, who, size) as person:
                    for scene in SCENES:
                        if scene.who != who or (wanted and scene.name not in wanted):
                            continue
                        beat(others)
                        show(person, scene, made, size)
                        for scheme in SCHEMES:
                            path = FOLDER / f"{scene.name}-{size}-{scheme}.webp"
                            shot(person, scheme).save(path, quality=QUALITY, method=6)


def beat(others: dict[str, Person]) -> None:
    """They are there, each in their way."""
    for name, status in ONLINE.items():
        others[name].post("/presence/heartbeat", {"status": status})


def two_browsers(browser: Browser, server: Server, made: dict[str, Any]) -> None:
    """Ann writes at her desk, Ben reads on his phone."""
    with ExitStack() as stack:
        ann = stack.enter_context(visit(browser, server, made, "ann", "desktop", 1.5))
        ben = stack.enter_context(visit(browser, server, made, "ben", "phone", 1.5))
        ben.page.emulate_media(color_scheme="dark")
        beat(
            {
                name: ben if name == "ben" else stack.enter_context(visit(browser, server, made, name, "phone"))
                for name in ONLINE
            }
        )
        for person in (ann, ben):
            person.open(f"/c/{made['river']}")
        for person, text in [
            (ben, "Bridge is clear, I can see the gauge from here 🌊"),
            (ann, "Lovely. See you at four!"),
        ]:
            person.write(text)
            for other in (ann, ben):
                other.sees(text)
        expect(ann.tick("Lovely")).to_have_attribute("aria-label", "Delivered")
        shots = [
            base64.b64encode(person.page.screenshot(animations="disabled", caret="hide")).decode()
            for person in (ann, ben)
        ]
        sheet = browser.new_page(viewport={"width": 1680, "height": 816})
        sheet.set_content(SIDE_BY_SIDE.format(*shots))
        sheet.screenshot(path=FOLDER / "two-browsers.png")
        sheet.close()


if __name__ == "__main__":
    main()
