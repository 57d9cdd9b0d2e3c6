"""The pages look as they did: compared with tests/browser/baselines. `bin/test --looks` alone runs it.

Where a page is meant to look different: `bin/test --looks --accept`, and commit what it writes.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageDraw, ImageFilter

from tests.browser import looks
from tests.browser.scenes import SCENES, SCHEMES, SIZES, furnished, shot, show, visit
from tests.server import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.browser.scenes import Scene
    from tests.server import Server

pytestmark = pytest.mark.once

MOST_BYTES = 3_000_000  # of all baselines together
ACCEPTS = os.environ.get("BROOK_ACCEPT_LOOKS") == "1"
HOW = "If that is how they should look: bin/test --looks --accept"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, dict[str, Any]]]:
    """A server of its own, and what is in it: what others leave would be in the pictures."""
    with running(tmp_path_factory.mktemp("looks"), BROOK_LIMITS="0", BROOK_LINK_PREVIEWS="0") as server:
        yield server, furnished(server)


@pytest.mark.looks
@pytest.mark.parametrize("scene", [scene for scene in SCENES if scene.is_compared], ids=lambda scene: scene.name)
def test_a_page_looks_as_it_did(house: tuple[Server, dict[str, Any]], browser: Browser, scene: Scene) -> None:
    server, made = house
    found = []
    for size in SIZES:
        with visit(browser, server, made, scene.who, size) as person:
            show(person, scene, made, size)
            for scheme in SCHEMES:
                name = f"{scene.name}-{size}-{scheme}"
                picture = shot(person, scheme)
                looks.accept(name, picture) if ACCEPTS else found.append(looks.compare(name, picture))
    wrong = [line for line in found if line]
    assert not wrong, "\n".join([*wrong, HOW])


def page() -> Image.Image:
    """Lines of grey text on white, a green button."""
    image = Image.new("RGB", (1440, 900), "#f3f5f2")
    draw = ImageDraw.Draw(image)
    for line in range(20):
        draw.text((100, 40 + 40 * line), f"Line {line}: the gauge at the old mill reads 1.82 m", fill="#16211c")
    draw.rounded_rectangle((1200, 820, 1320, 860), 12, fill="#0a7d58")
    return image


def test_letters_may_be_drawn_differently() -> None:
    baseline = looks.stored(page())
    soft = page().filter(ImageFilter.GaussianBlur(0.6))
    moved = Image.new("RGB", page().size, "#f3f5f2")
    moved.paste(page(), (1, 1))
    for other in (page(), soft, moved):
        assert looks.share(looks.difference(baseline, other)) <= looks.MOST_DIFFERENT


@pytest.mark.parametrize(
    "change",
    [
        lambda draw: draw.rounded_rectangle((1200, 820, 1320, 860), 12, fill="#f3f5f2"),  # no button
        lambda draw: draw.rounded_rectangle((1200, 820, 1320, 860), 12, fill="#c0392b"),  # a red one
        lambda draw: draw.rectangle((100, 40, 700, 180), fill="#f3f5f2"),  # fewer lines
        lambda draw: draw.rectangle((0, 0, 1440, 12), fill="#16211c"),
    ],
)
def test_what_somebody_would_see_is_seen(change: object) -> None:
    baseline = looks.stored(page())
    other = page()
    change(ImageDraw.Draw(other))  # type: ignore[operator]
    assert looks.share(looks.difference(baseline, other)) > looks.MOST_DIFFERENT


def test_every_baseline_belongs_to_a_page() -> None:
    def names(scene: Scene) -> list[str]:
        return [f"{scene.name}-{size}-{scheme}" for size in SIZES for scheme in SCHEMES]

    assert set(looks.names()) <= {name for scene in SCENES if scene.is_compared for name in names(scene)}
    assert sum((looks.BASELINES / f"{name}.png").stat().st_size for name in looks.names()) < MOST_BYTES
