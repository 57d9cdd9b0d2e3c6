"""What templates need to speak in several languages, besides Django's own `i18n`."""

from typing import Any

from django import template
from django.conf import settings

from chat import system_messages
from config import catalogues

register = template.Library()


@register.simple_tag
def catalogue_address() -> str:
    """Where the script with the texts of the current language is; empty for English."""
    return catalogues.catalogue_address()


@register.simple_tag
def languages() -> list[tuple[str, str]]:
    """Which there are, each by the name that its speakers use: Django's own tag gives those of the current one."""
    return list(settings.LANGUAGES)


@register.filter
def words(message: dict[str, Any]) -> str:
    """What a message says, from its JSON: in the current language where the conversation itself said it."""
    return system_messages.words_of(message)
