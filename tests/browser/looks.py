"""Comparing pictures of pages as somebody would who stands two steps back.

Letters are drawn a little differently by every version of Chromium and every set of font libraries: their edges, and by
fractions of a pixel their widths. So both pictures are made six times smaller, which leaves the grey of a text and not
its letters, and each place may look like any place beside it. What has moved by more than that, has another colour or
another size, or is not there, is seen.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageFilter

if TYPE_CHECKING:
    from collections.abc import Iterator

BASELINES = Path(__file__).resolve().parent / "baselines"
STORED = 2  # a baseline is so many times smaller than the page
LOOKED_AT = 3  # and both are again, before they are compared
COLOURS = 256
TOLERANCE = 12  # of 255, in any channel
MOST_DIFFERENT = 0.004  # of all places: a button somewhere else is more


def stored(shot: Image.Image) -> Image.Image:
    """A screenshot as a baseline is kept: half as large, with few colours."""
    return shot.reduce(STORED).quantize(COLOURS, dither=Image.Dither.NONE)


def difference(baseline: Image.Image, shot: Image.Image) -> Image.Image:
    """White where they look different, and smaller than they are by `STORED` and `LOOKED_AT`."""
    before, after = (image.convert("RGB").reduce(LOOKED_AT) for image in (baseline, shot.reduce(STORED)))
    if before.size != after.size:
        return Image.new("L", after.size, 255)
    # Different is what neither picture has near that place in the other.
    far = ImageChops.lighter(_beyond(before, after), _beyond(after, before))
    return far.point(lambda value: 255 * (value > TOLERANCE))


def share(different: Image.Image) -> float:
    """Which part of the places is white, from 0 to 1."""
    return different.histogram()[255] / (different.width * different.height)


def _beyond(one: Image.Image, other: Image.Image) -> Image.Image:
    """How far each place of `one` is from everything that `other` has around it; the worst of the channels."""
    brightest, darkest = other.filter(ImageFilter.MaxFilter(3)), other.filter(ImageFilter.MinFilter(3))
    above, below = ImageChops.subtract(one, brightest), ImageChops.subtract(darkest, one)
    bands = [*above.split(), *below.split()]
    worst = bands[0]
    for band in bands[1:]:
        worst = ImageChops.lighter(worst, band)
    return worst


def accept(name: str, shot: Image.Image) -> None:
    """Keep a screenshot as what the page has to look like."""
    BASELINES.mkdir(exist_ok=True)
    stored(shot).save(BASELINES / f"{name}.png", optimize=True)
    _forget(name)


def compare(name: str, shot: Image.Image) -> str:
    """What is to be said of a picture that looks different; empty for one that does not."""
    path, actual, marked = BASELINES / f"{name}.png", *_found(name)
    _forget(name)
    if not path.exists():
        BASELINES.mkdir(exist_ok=True)
        shot.save(actual)
        return f"{name}: there is no baseline yet"
    different = difference(Image.open(path), shot)
    if (part := share(different)) <= MOST_DIFFERENT:
        return ""
    left, top, right, bottom = (STORED * LOOKED_AT * edge for edge in different.getbbox() or (0, 0, 0, 0))
    shot.save(actual)
    red = Image.new("RGB", shot.size, "#ff0040")
    faint = Image.blend(shot, Image.new("RGB", shot.size, "#fff"), 0.5)
    Image.composite(red, faint, different.resize(shot.size, Image.Resampling.NEAREST)).save(marked)
    return f"{name}: {part:.1%} looks different, from {left}, {top} to {right}, {bottom}: see {marked}"


def _found(name: str) -> tuple[Path, Path]:
    """Where a picture is put that looks different, and where it does in red: beside its baseline."""
    return BASELINES / f"{name}.actual.png", BASELINES / f"{name}.different.png"


def _forget(name: str) -> None:
    for path in _found(name):
        path.unlink(missing_ok=True)


def names() -> Iterator[str]:
    """Of all baselines."""
    for path in sorted(BASELINES.glob("*.png")):
        if path.suffixes == [".png"]:
            yield path.stem
