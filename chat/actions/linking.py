"""What sending, editing and deleting do about links: no more than to note that somebody is to look for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from chat.models import LinkSearch, MessageLink

if TYPE_CHECKING:
    from chat.models import Message

SIGN = "://"  # without it nothing is a link


def note_links(message: Message) -> None:
    """Have a message's links looked for by the worker, if there may be any; inside the transaction that writes it."""
    if SIGN in message.content and settings.LINK_PREVIEWS:
        LinkSearch.objects.bulk_create([LinkSearch(message=message)], ignore_conflicts=True)


def note_links_anew(message: Message) -> None:
    """The same after an edit: what it links to no longer is gone at once, and what was hidden stays hidden."""
    gone = [link for link in message.all_links if link.preview.url not in message.content]
    if gone:
        MessageLink.objects.filter(pk__in=[link.pk for link in gone]).delete()
        message.all_links = [link for link in message.all_links if link not in gone]
    note_links(message)


def drop_links(message: Message) -> None:
    """Nothing of what a message links to stays with it; inside the transaction that deletes it."""
    LinkSearch.objects.filter(pk=message.pk).delete()
    message.links.all().delete()
    message.all_links = []
