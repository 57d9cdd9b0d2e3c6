"""manage.py translations"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from config.catalogues import compile_changed


class Command(BaseCommand):
    """Brings the catalogues in locale/ up to date with the texts that are marked in the code."""

    help = "Bring locale/ up to date: adds new texts, drops those that are gone, says which want a translation."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Every language but English, in which the texts are written."""
        from config import extracting  # only here: Babel is slow to import

        for language, _name in settings.LANGUAGES:
            if language == "en":
                continue
            for domain in extracting.DOMAINS:
                missing = extracting.update(language, domain)
                self.stdout.write(f"{language} {domain}: {len(missing)} to translate")
                for text in missing:
                    self.stdout.write(f"    {text}")
        compile_changed()
