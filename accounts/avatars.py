"""Small square pictures of people and groups."""

from __future__ import annotations

from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any

from accounts import files, images

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@contextmanager
def kept(kind: str, changes: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The changes with the name of a saved picture in the place of `avatar`'s file, if that is among them.

    The picture is deleted again when the change fails. Decoding and saving are slow: this goes around the transaction.

    Raises:
        images.NotAPicture, images.TooManyPixels, images.Busy: see there.
    """
    if "avatar" not in changes:
        yield changes
        return
    picture = changes["avatar"]
    name = files.save(kind, BytesIO(images.square(picture))) if picture is not None else ""
    try:
        yield {**changes, "avatar": name}
    except BaseException:
        files.remove([name] if name else [])
        raise
