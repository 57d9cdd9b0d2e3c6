"""Files as people bring them: made here, so that what is in them is known."""

from __future__ import annotations

import struct
import wave
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo
from rest_framework.test import APIClient

SECRETS = (b"52.5200", b"Canon", b"Exif", b"http://ns.adobe.com", b"a secret comment", b"GPS")
SCRIPT = b"alert(document.domain)"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>' + SCRIPT + b"</script></svg>"
HTML = b"<!doctype html><script>" + SCRIPT + b"</script>"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n%%EOF\n"
GIF_SCRIPT = b"GIF89a/*" + bytes(20) + b"*/=1;" + SCRIPT + b"//"
XMP = b'<x:xmpmeta xmlns:x="http://ns.adobe.com/x">52.5200</x:xmpmeta>'


UPLOAD = "/api/attachments"


def bring(client: APIClient, content: bytes, name: str = "file.bin", **fields: Any) -> Any:
    """Upload a file as a program does."""
    return client.post(UPLOAD, {"file": upload(content, name), **fields}, format="multipart")


def kept(media: Path) -> list[Path]:
    """All files below a folder."""
    return [path for path in media.rglob("*") if path.is_file()]


def upload(content: bytes, name: str = "file.bin", media_type: str = "application/octet-stream") -> Any:
    """A file of a form."""
    return SimpleUploadedFile(name, content, media_type)


def striped(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    """Red above, blue below: so that one sees which way up it is."""
    image = Image.new("RGB", (width, height), "red")
    image.paste("blue", (0, height // 2, width, height))
    return image.convert(mode)


def exif(orientation: int = 1) -> Image.Exif:
    """What a telephone writes: who made it, where one stood, and which way up it was held."""
    data = Image.Exif()
    data[0x0112] = orientation
    data[0x010F] = "Canon"
    data.get_ifd(0x8825).update({1: "N", 2: (52.52, 0.0, 0.0), 3: "E", 4: (13.405, 0.0, 0.0), 27: "GPS 52.5200"})
    return data


def picture(kind: str = "JPEG", image: Image.Image | None = None, **options: Any) -> bytes:
    """A picture with all the metadata that its format has."""
    out = BytesIO()
    options.setdefault("exif", exif())
    if kind == "PNG":
        options["pnginfo"] = PngInfo()
        options["pnginfo"].add_text("Comment", "a secret comment")
    if kind == "GIF":
        options.pop("exif")
    if kind in {"JPEG", "GIF"}:
        options["comment"] = b"a secret comment"
    if kind in {"JPEG", "WEBP"}:
        options["xmp"] = XMP
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    (image or striped()).save(out, kind, icc_profile=profile, **options)
    return out.getvalue()


def animation(kind: str = "GIF") -> bytes:
    """Three frames."""
    frames = [striped(), striped().transpose(Image.Transpose.ROTATE_180), Image.new("RGB", (60, 40), "green")]
    return picture(kind, frames[0], save_all=True, append_images=frames[1:], duration=100, loop=0)


def bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A PNG of a few hundred bytes that would take gigabytes to decode."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def sound(seconds: float = 2.0) -> bytes:
    """Silence, as a WAV."""
    out = BytesIO()
    with wave.open(out, "wb") as recording:
        recording.setparams((1, 2, 8000, 0, "NONE", ""))
        recording.writeframes(bytes(2 * int(8000 * seconds)))
    return out.getvalue()


def webm(codec: bytes = b"A_OPUS") -> bytes:
    """The beginning of what a browser's recorder writes: no duration in it."""
    head = "1a45dfa39f4286810142f7810142f2810442f381084282847765626d42878104428581021853806701ffffffffffffff"
    return bytes.fromhex(head) + bytes(30) + b"\x86" + bytes([0x80 + len(codec)]) + codec + bytes(100)


def ogg() -> bytes:
    """The first page of an Ogg file with Opus in it (RFC 7845), and nothing after it."""
    packet = b"OpusHead\x01\x01\x00\x00\x80\xbb\x00\x00\x00\x00\x00"
    return b"OggS\0\x02" + bytes(20) + b"\x01" + bytes([len(packet)]) + packet


def mp4(handler: bytes = b"soun") -> bytes:
    """The boxes that say which tracks are in it (ISO/IEC 14496-12), the table of contents last."""

    def box(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", 8 + len(data)) + name + data

    track = box(b"trak", box(b"mdia", box(b"hdlr", bytes(8) + handler + bytes(13))))
    return box(b"ftyp", b"isom\0\0\2\0isomiso2mp41") + box(b"mdat", bytes(5000)) + box(b"moov", track)
