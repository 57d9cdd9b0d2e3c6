"""Animations and WebP without metadata: the frames are copied as they are, and nothing else is.

Pillow would decode and encode every frame: slow, all of them in memory, and a GIF becomes larger by it. The formats are
lists of blocks, and what follows the last one (a polyglot's other half) is left behind.
"""

from __future__ import annotations

import struct
import tempfile
from typing import IO

PNG_CHUNKS = frozenset((b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"acTL", b"fcTL", b"fdAT", b"sRGB", b"gAMA"))
WEBP_CHUNKS = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
WEBP_XMP, WEBP_EXIF = 0x04, 0x08  # flags of VP8X (RFC 9649, 2.7)
GIF_LOOPS = frozenset((b"NETSCAPE2.0", b"ANIMEXTS1.0"))
PIECE = 65_536  # bytes copied at a time


class Broken(Exception):
    """The file ends where it must not, or is no such file."""


def without_metadata(kind: str, source: IO[bytes]) -> IO[bytes]:
    """A new temporary file with the picture alone. `kind` is GIF, WEBP or PNG.

    Raises:
        Broken: it is not a well-formed file of that kind.
    """
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the caller's to close
    try:
        source.seek(0)
        {"GIF": _gif, "WEBP": _webp, "PNG": _png}[kind](source, target)
    except BaseException:
        target.close()
        raise
    return target


def _read(source: IO[bytes], size: int) -> bytes:
    data = source.read(size)
    if len(data) != size:
        raise Broken
    return data


def _copy(source: IO[bytes], target: IO[bytes], size: int) -> None:
    while size:
        piece = _read(source, min(size, PIECE))
        target.write(piece)
        size -= len(piece)


def _png(source: IO[bytes], target: IO[bytes]) -> None:
    """Chunks of W3C PNG, 5.3, APNG's included."""
    target.write(_read(source, 8))
    while True:
        head = _read(source, 8)
        size, name = struct.unpack(">I4s", head)
        if name in PNG_CHUNKS:
            target.write(head)
            _copy(source, target, size + 4)
        else:
            source.seek(size + 4, 1)
        if name == b"IEND":
            return


def _webp(source: IO[bytes], target: IO[bytes]) -> None:
    """Chunks of RFC 9649, 2.3."""
    riff, size, webp = struct.unpack("<4sI4s", _read(source, 12))
    if (riff, webp) != (b"RIFF", b"WEBP"):
        raise Broken
    target.write(b"RIFF\0\0\0\0WEBP")
    end = 8 + size
    while source.tell() + 8 <= end:
        name, length = struct.unpack("<4sI", head := _read(source, 8))
        padded = length + length % 2
        if name not in WEBP_CHUNKS:
            source.seek(padded, 1)
            continue
        target.write(head)
        if name == b"VP8X":
            flags = _read(source, 1)[0] & ~(WEBP_XMP | WEBP_EXIF)
            target.write(bytes([flags]))
            padded -= 1
        _copy(source, target, padded)
    length = target.tell()
    target.seek(4)
    target.write(struct.pack("<I", length - 8))


def _gif(source: IO[bytes], target: IO[bytes]) -> None:
    """Blocks of GIF89a: the frames, how long each stays, and how often they go round; no comments, no XMP."""
    head = _read(source, 13)
    target.write(head)
    _copy_colours(source, target, head[10])
    while True:
        block = _read(source, 1)
        if block == b";":
            target.write(block)
            return
        if block == b",":
            descriptor = _read(source, 9)
            target.write(block + descriptor)
            _copy_colours(source, target, descriptor[8])
            target.write(_read(source, 1))
            _copy_sub_blocks(source, target)
        elif block == b"!":
            _extension(source, target)
        else:
            raise Broken


def _extension(source: IO[bytes], target: IO[bytes]) -> None:
    label = _read(source, 1)
    if label == b"\xff":
        size = _read(source, 1)
        name = _read(source, size[0])
        kept = name in GIF_LOOPS
        if kept:
            target.write(b"!" + label + size + name)
    else:
        kept = label == b"\xf9"
        if kept:
            target.write(b"!" + label)
    _copy_sub_blocks(source, target if kept else None)


def _copy_colours(source: IO[bytes], target: IO[bytes], flags: int) -> None:
    if flags & 0x80:
        _copy(source, target, 3 << ((flags & 0x07) + 1))


def _copy_sub_blocks(source: IO[bytes], target: IO[bytes] | None) -> None:
    while True:
        size = _read(source, 1)
        data = _read(source, size[0])
        if target is not None:
            target.write(size + data)
        if not size[0]:
            return
