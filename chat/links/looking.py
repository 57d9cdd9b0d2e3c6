"""From an address to what can be shown of it."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import urlsplit

from accounts import images
from chat.links.describing import Described, describe
from chat.links.fetching import Fetcher, Refused, Unreachable


def look_up(url: str, fetcher: Fetcher) -> Described:
    """What can be shown of a page, with its picture where that can be had.

    Raises:
        Refused, Unreachable: see there.
    """
    page = fetcher.get(url, "text/html")
    described, picture = describe(page.url, page.body, page.charset)
    if not described.title:
        raise Refused("it says nothing of itself")
    described.site_name = described.site_name or (urlsplit(page.url).hostname or "").removeprefix("www.")
    if picture is not None:
        _add_picture(described, picture, fetcher)
    return described


def _add_picture(described: Described, url: str, fetcher: Fetcher) -> None:
    try:
        answer = fetcher.get(url, "image/")
        if answer.whole:
            described.image, described.width, described.height = images.small(BytesIO(answer.body))
    except (Refused, Unreachable, images.NotAPicture, images.TooManyPixels, images.Busy):
        return  # a page is worth showing without it
