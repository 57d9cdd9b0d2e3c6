"""The one JSON shape of what is shown of a link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chat.models import LinkState

if TYPE_CHECKING:
    from chat.models import Message


def previews_json(message: Message) -> list[dict[str, Any]]:
    """What a message shows of its links; load it `with_everything`."""
    shown = (link.preview for link in message.all_links if link.state == LinkState.SHOWN)
    return [
        {
            "url": preview.url,
            "title": preview.title,
            "description": preview.description,
            "site_name": preview.site_name,
            "image_url": f"/api/messages/{message.pk}/previews/{preview.pk}/image" if preview.image else None,
            "width": preview.width,
            "height": preview.height,
        }
        for preview in shown
    ]
