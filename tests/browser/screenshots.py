"""Makes docs/screenshots: python -m tests.browser.screenshots [--all FOLDER] [NAME...]

Each page once, or those that are named; with --all in both sizes and both schemes, into another folder, to look at.
"""

from __future__ import annotations

import argparse
import base64
import io
import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image
from playwright.sync_api import expect, sync_playwright

from tests.browser.conftest import CHROMIUM_ARGUMENTS
from tests.browser.scenes import SCENES, SCHEMES, SIZES, furnished, shot, show, visit
from tests.server import ROOT, Server

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playwright.sync_api import Browser

    from tests.browser.scenes import Scene, Scheme

FOLDER = ROOT / "docs" / "screenshots"
ONLINE = {"ben": "online", "carol": "online", "daiki": "away", "eva": "online"}
SCALE = 1.5
SIDE_BY_SIDE = """
<style>
  body {{ margin: 0; padding: 48px; display: flex; gap: 40px; align-items: center; justify-content: center;
    background: linear-gradient(135deg, #dcefe3, #b9ddd4); }}
  img {{ border-radius: 16px; box-shadow: 0 24px 60px rgb(10 60 40 / .25); }}
</style>
{}
"""
PICTURE = '<img height=720 src="data:image/png;base64,{}">'


class Studio:
    """A browser, a server with the scenery, and the others who are there."""

    def __init__(self, browser: Browser, server: Server, stack: ExitStack) -> None:
        self.browser, self.server = browser, server
        self.made: dict[str, Any] = furnished(server)
        self.others = {name: stack.enter_context(visit(browser, server, self.made, name, "phone")) for name in ONLINE}

    def beat(self) -> None:
        """The others are there, each in their way."""
        for name, status in ONLINE.items():
            self.others[name].post("/presence/heartbeat", {"status": status})

    def take(self, scene: Scene, size: str, schemes: Iterable[Scheme], path: Path) -> None:
        """Pictures of a page; `%s` in their path is the scheme."""
        self.beat()
        with visit(self.browser, self.server, self.made, scene.who, size, scale=SCALE) as person:
            show(person, scene, self.made, size)
            for scheme in schemes:
                keep(shot(person, scheme), path.with_name(path.name.replace("%s", scheme)))

    def two_browsers(self) -> None:
        """Ann at her desk, Ben on his phone."""
        self.together(
            "two-browsers", ("ann", "conversation", "desktop", "light"), ("ben", "conversation", "phone", "dark")
        )

    def on_a_phone(self) -> None:
        """The list, a conversation, a thread, the details."""
        self.together(
            "on-a-phone",
            ("ann", "list", "phone", "light"),
            ("ann", "conversation", "phone", "light"),
            ("ann", "thread", "phone", "dark"),
            ("ann", "details", "phone", "dark"),
        )

    def together(self, name: str, *views: tuple[str, str, str, Scheme]) -> None:
        """One picture of what several see: who, which scene, the size, the scheme."""
        shots = []
        for who, what, size, scheme in views:
            self.beat()
            with visit(self.browser, self.server, self.made, who, size, scale=SCALE) as person:
                show(person, next(scene for scene in SCENES if scene.name == what), self.made, size)
                shots.append(shot(person, scheme))
        self.side_by_side(name, 1680, shots)

    def side_by_side(self, name: str, width: int, shots: list[Image.Image]) -> None:
        """One picture of several."""
        pictures = []
        for each in shots:
            file = io.BytesIO()
            each.save(file, "PNG")
            pictures.append(PICTURE.format(base64.b64encode(file.getvalue()).decode()))
        sheet = self.browser.new_page(viewport={"width": width, "height": 816})
        sheet.set_content(SIDE_BY_SIDE.format("".join(pictures)))
        keep(Image.open(io.BytesIO(sheet.screenshot())).convert("RGB"), FOLDER / f"{name}.webp")
        sheet.close()


def keep(picture: Image.Image, path: Path) -> None:
    """As it is, and small."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, lossless=True, quality=100, method=4)


def main() -> None:
    """All of them, or those that are named."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.screenshots")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--all", type=Path, metavar="FOLDER")
    asked = parser.parse_args()
    expect.set_options(timeout=30_000)  # of a busy machine
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright, ExitStack() as stack:
        executable = os.environ.get("BROOK_CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGUMENTS)
        server = stack.enter_context(Server(Path(folder), BROOK_LIMITS="0", BROOK_LINK_PREVIEWS="0"))
        studio = Studio(browser, server, stack)
        for scene in SCENES:
            if asked.names and scene.name not in asked.names:
                continue
            if asked.all:
                for size in SIZES:
                    studio.take(scene, size, SCHEMES, asked.all / f"{scene.name}-{size}-%s.webp")
            else:
                size, scheme = scene.kept
                studio.take(scene, size, [scheme], FOLDER / f"{scene.name}.webp")
        for name, act in (("on-a-phone", studio.on_a_phone), ("two-browsers", studio.two_browsers)):
            if name in asked.names or not (asked.names or asked.all):
                act()


if __name__ == "__main__":
    main()
