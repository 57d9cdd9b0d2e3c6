"""What people may call themselves, and how names are compared."""

from __future__ import annotations

import functools
import unicodedata
import zoneinfo

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

NAME_CHARACTERS = 64
STATUS_CHARACTERS = 100
EMOJI_CHARACTERS = 32
RESERVED_USERNAMES = frozenset({"all", "channel", "everyone", "here"})  # mentions that mean more than one person

# They turn the text around them: "Bob<U+202E>..." can be made to read as somebody else's name (UAX #9).
BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
UNSEEN_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and symbols by category, blank to the eye
REFUSED_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})

username_characters = UnicodeUsernameValidator()


def fold(text: str) -> str:
    """The form in which names are compared and searched: NFKC, without case.

    Done here and not by LOWER() in the database: SQLite and PostgreSQL under LC_ALL=C know ASCII letters only.
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def tidy(text: str) -> str:
    """One line of text as people mean it: NFC, no space around it, one space between words."""
    return " ".join(word for word in unicodedata.normalize("NFC", text).split(" ") if word).strip()


def validate_line(text: str) -> None:
    """Refuse what a single line of text must not contain: control characters, line breaks, bidirectional overrides.

    Raises:
        ValidationError: with code `invalid_characters`.
    """
    if any(unicodedata.category(character) in REFUSED_CATEGORIES or character in BIDI_CONTROLS for character in text):
        raise ValidationError(
            _("Control characters and characters that change the direction of text are not allowed."),
            code="invalid_characters",
        )


def validate_display_name(text: str) -> None:
    """Refuse a name that nobody could see or that is not one line.

    Raises:
        ValidationError: with code `invalid_characters` or `blank`.
    """
    validate_line(text)
    if not any(unicodedata.category(character)[0] in "LNPS" and character not in UNSEEN_LETTERS for character in text):
        raise ValidationError(_("A name needs at least one visible character."), code="blank")


def validate_username(text: str) -> None:
    """Refuse a user name with other characters than letters, digits and @.+-_, or one that means something else.

    Raises:
        ValidationError: with code `invalid` or `reserved`.
    """
    username_characters(text)
    if not text.strip("."):
        # A browser resolves /people/.. before it asks us.
        raise ValidationError(_("A user name cannot consist of dots alone."), code="invalid")
    if fold(text) in RESERVED_USERNAMES:
        raise ValidationError(_("This name is reserved."), code="reserved")


@functools.cache
def _time_zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def validate_time_zone(name: str) -> None:
    """Refuse what is not a name of the IANA time zone database.

    Raises:
        ValidationError: with code `invalid`.
    """
    if name not in _time_zones():
        raise ValidationError(_("Not a time zone: use a name such as Europe/Berlin."), code="invalid")
