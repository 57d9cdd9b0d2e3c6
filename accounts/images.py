"""Pictures from people: checked before they are decoded, and rid of everything that is not the picture."""

from __future__ import annotations

import tempfile
import threading
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any

from django.conf import settings
from PIL import Image, ImageCms, ImageOps, JpegImagePlugin

from accounts import containers

if TYPE_CHECKING:
    from collections.abc import Iterator

THUMBNAIL_PIXELS = 480  # the longer side
AVATAR_PIXELS = 256
MAX_SIDE = 16_383  # what WebP can hold
WAIT_S = 20.0
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
MEDIA_TYPES = {"MPO": "image/jpeg", **{name: f"image/{name.lower()}" for name in FORMATS}}
ORIENTATION = 0x0112  # EXIF 2.3, 4.6.4
SRGB = ImageCms.createProfile("sRGB")

# Pillow warns at its limit, and refuses at twice that: `_opened` refuses at once, from the header.
Image.MAX_IMAGE_PIXELS = settings.IMAGE_PIXELS
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)

# A picture of 50 megapixels takes 150 MB while it is decoded: not many at a time.
decoding = threading.BoundedSemaphore(2)


class NotAPicture(Exception):
    """The file is none of the formats we know, or is broken."""


class TooManyPixels(Exception):
    """The picture would take too much memory to decode."""


class Busy(Exception):
    """Others' pictures are being decoded, and nothing came of waiting."""


@dataclass
class Picture:
    """A picture as it is kept, with a small one of it (WebP)."""

    file: IO[bytes]
    thumbnail: IO[bytes]
    media_type: str
    width: int
    height: int


def tidy(file: IO[bytes]) -> Picture:
    """The same picture the right way up, in sRGB where it had another profile, without metadata. Animations stay so.

    Raises:
        NotAPicture, TooManyPixels, Busy: see there.
    """
    with _opened(file) as image:
        media_type = MEDIA_TYPES[str(image.format)]
        oriented = image.getexif().get(ORIENTATION, 1) != 1
        if (image.format in {"GIF", "WEBP"} and not oriented) or _is_animated_png(image):
            image.load()
            kept = containers.without_metadata(str(image.format), file)
        else:
            kept, image = _written_anew(image)
        width, height = image.size  # before the picture is made small
        return Picture(kept, _thumbnail(image), media_type, width, height)


def square(file: IO[bytes]) -> bytes:
    """The middle of a picture as a small square WebP.

    Raises:
        NotAPicture, TooManyPixels, Busy: see there.
    """
    with _opened(file) as image:
        image.draft("RGB", (2 * AVATAR_PIXELS, 2 * AVATAR_PIXELS))  # a JPEG is decoded no larger than needed
        ImageOps.exif_transpose(image, in_place=True)
        small = ImageOps.fit(_showable(_in_srgb(image)), (AVATAR_PIXELS, AVATAR_PIXELS), Image.Resampling.LANCZOS)
        return _webp(small, 85).getvalue()


def small(file: IO[bytes]) -> tuple[bytes, int, int]:
    """A picture, the first of an animated one, as a small WebP, with its width and height.

    Raises:
        NotAPicture, TooManyPixels, Busy: see there.
    """
    with _opened(file) as image:
        image.draft("RGB", (2 * THUMBNAIL_PIXELS, 2 * THUMBNAIL_PIXELS))  # a JPEG is decoded no larger than needed
        ImageOps.exif_transpose(image, in_place=True)
        kept = _thumbnail(_in_srgb(image))
        kept.seek(0)
        with Image.open(kept, formats=("WEBP",)) as written:
            width, height = written.size
        kept.seek(0)
        return kept.read(), width, height


@contextmanager
def _opened(file: IO[bytes]) -> Iterator[Image.Image]:
    """A picture of which no more than the header has been read; whatever goes wrong with it inside is `NotAPicture`."""
    if not decoding.acquire(timeout=WAIT_S):
        raise Busy
    try:
        file.seek(0)
        with Image.open(file, formats=FORMATS) as image:
            width, height = image.size
            if width * height > settings.IMAGE_PIXELS or max(width, height) > MAX_SIDE:
                raise TooManyPixels
            yield image
    except (TooManyPixels, Image.DecompressionBombError):
        raise TooManyPixels from None
    except Exception as error:  # a hostile file may make a decoder raise anything
        raise NotAPicture from error
    finally:
        decoding.release()


def _is_animated_png(image: Image.Image) -> bool:
    return image.format == "PNG" and bool(getattr(image, "is_animated", False))


def _written_anew(image: Image.Image) -> tuple[IO[bytes], Image.Image]:
    """A file with nothing but the pixels, and the picture as it is in it."""
    kind = "JPEG" if image.format == "MPO" else str(image.format)
    options: dict[str, Any] = {"PNG": {}, "WEBP": {"quality": 90}, "AVIF": {"quality": 85, "speed": 9}}.get(kind, {})
    if isinstance(image, JpegImagePlugin.JpegImageFile):  # as it was compressed before: nothing more is lost
        options = {"qtables": image.quantization, "subsampling": JpegImagePlugin.get_sampling(image)}
    mode = image.mode
    ImageOps.exif_transpose(image, in_place=True)
    image = _in_srgb(image)
    if kind == "JPEG" and image.mode != mode:
        options = {"quality": 90}
    image.info = {name: value for name, value in image.info.items() if name == "transparency"}
    kept = tempfile.TemporaryFile()  # noqa: SIM115 - the caller's to close
    image.save(kept, kind, **options)
    return kept, image


def _in_srgb(image: Image.Image) -> Image.Image:
    """With the colours of its profile, for the profile goes; a browser takes what has none for sRGB."""
    image.load()
    profile = image.info.get("icc_profile")
    if profile and image.mode in {"RGB", "RGBA", "CMYK"}:
        try:
            own = ImageCms.ImageCmsProfile(BytesIO(profile))
            if "srgb" not in ImageCms.getProfileDescription(own).lower():
                mode = "RGB" if image.mode == "CMYK" else image.mode
                converted = ImageCms.profileToProfile(image, own, SRGB, outputMode=mode)
                image = image if converted is None else converted
        except ImageCms.PyCMSError:  # a broken profile says nothing about the picture
            pass
    return image.convert("RGB") if image.mode in {"CMYK", "YCbCr", "LAB", "HSV"} else image


def _showable(image: Image.Image) -> Image.Image:
    """In a mode that WebP has: eight bits a colour."""
    if image.mode.startswith("I"):  # 16 bits of grey, which `convert` would cut off at 255
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    clear = "transparency" in image.info or image.mode in {"LA", "PA", "La", "RGBa", "RGBA"}
    return image.convert("RGBA" if clear else "RGB")


def _thumbnail(image: Image.Image) -> IO[bytes]:
    small = image if image.mode in {"RGB", "RGBA", "L"} else _showable(image)
    small.thumbnail((THUMBNAIL_PIXELS, THUMBNAIL_PIXELS), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return _webp(_showable(small), 80)


def _webp(image: Image.Image, quality: int) -> BytesIO:
    image.info = {}
    out = BytesIO()
    image.save(out, "WEBP", quality=quality)
    return out
