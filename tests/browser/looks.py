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
COLOURS = 96
TOLERANCE = 18  # of 255, in any channel
MOST_DIFFERENT = 0.004  # of all places: a button somewhere else is more


def stored(shot: Image.Image) -> Image.Image:
    """A screenshot as a baseline is kept: half as large, with few colours."""
    return shot.reduce(STORED).quantize(COLOURS, dither=Image.Dither.NONE)


def difference(baseline: Image.Image, shot: Image.Image) -> float:
    """Which part of the places looks different, from 0 to 1; 1 where the sizes differ."""
    before, after = (image.convert("RGB").reduce(LOOKED_AT) for image in (baseline, shot.reduce(STORED)))
    if before.size != after.size:
        return 1.0
    # Different is what neither picture has near that place in the other.
    far = ImageChops.lighter(_beyond(before, after), _beyond(after, before))
    return sum(far.histogram()[TOLERANCE + 1 :]) / (far.width * far.height)


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
    actual(name).unlink(missing_ok=True)


def actual(name: str) -> Path:
    """Where a picture is put that looks different, beside its baseline."""
    return BASELINES / f"{name}.actual.png"


def names() -> Iterator[str]:
    """Of all baselines."""
    for path in sorted(BASELINES.glob("*.png")):
        if not path.name.endswith(".actual.png"):
            yield path.stem


def compare(name: str, shot: Image.Image) -> str:
    """What is to be said of a picture that looks different; empty for one that does not."""
    path = BASELINES / f"{name}.png"
    if not path.exists():
        shot.save(actual(name))
        return f"{name}: there is no baseline yet"
    if (part := difference(Image.open(path), shot)) > MOST_DIFFERENT:
        shot.save(actual(name))
        return f"{name}: {part:.1%} looks different, see {actual(name)}"
    actual(name).unlink(missing_ok=True)
    return ""
