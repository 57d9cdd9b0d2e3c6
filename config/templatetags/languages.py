"""What templates need to speak in several languages, besides Django's own `i18n`."""

from django import template
from django.conf import settings

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
