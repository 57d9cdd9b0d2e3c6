"""Where in the world an address is, by a database in MaxMind's format that the server's owner gives (BROOK_GEOIP).

No call leaves the machine, and whatever is wrong with the file, people see the address alone.
"""

from __future__ import annotations

import ipaddress
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import maxminddb
from django.conf import settings
from django.core.checks import CheckMessage, Warning, register
from django.utils.translation import get_language
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from maxminddb.reader import Reader

logger = logging.getLogger(__name__)

# Of private use: RFC 1918, RFC 4193, and those of a machine or a link alone. Not `is_private`, which has more.
LOCAL = [
    ipaddress.ip_network(network)
    for network in (
        "10.0.0.0/8",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    )
]


@dataclass(frozen=True, slots=True)
class Held:
    """A file as it was opened; None where it could not be."""

    stamp: tuple[object, ...]
    reader: Reader | None = None


_held = Held(())


def place_of(address: str | None) -> str | None:
    """The city and country of an IP address in the language that is active, as far as the database has them.

    None: there is no database, or it does not know.
    """
    if not settings.GEOIP or not address:
        return None
    found = ipaddress.ip_address(address)
    mapped = getattr(found, "ipv4_mapped", None)
    found = mapped or found
    if any(found in network for network in LOCAL):
        return _("local network")
    reader = _reader()
    try:
        return _written(reader.get(found)) if reader is not None else None
    except Exception:  # whatever a damaged file, or one for IPv4 alone, makes of it
        logger.debug("The place of an address cannot be read.", exc_info=True)
        return None


def _written(record: Any) -> str | None:
    city, country = (_name(record.get(part)) for part in ("city", "country")) if isinstance(record, dict) else ("", "")
    if city and country:
        return _("%(city)s, %(country)s") % {"city": city, "country": country}
    return city or country or None


def _name(part: Any) -> str:
    """What a city or a country is called: in the reader's language, else in English, else somehow."""
    names = part.get("names") if isinstance(part, dict) else None
    if not isinstance(names, dict):
        return ""
    language = get_language() or "en"
    wanted = [names.get(each) for each in (language, language.partition("-")[0], "en")]
    return next((name for name in [*wanted, *names.values()] if isinstance(name, str) and name), "")


def _reader() -> Reader | None:
    """Opened once in each process, and again after another file was put in its place."""
    global _held
    stamp = _stamp(settings.GEOIP)
    if _held.stamp != stamp:
        reader, problem = _open(settings.GEOIP)
        if problem:
            logger.warning("BROOK_GEOIP cannot be read: %s", problem)
        _held = Held(stamp, reader)
    return _held.reader


def _stamp(path: str) -> tuple[object, ...]:
    try:
        found = Path(path).stat()
    except OSError:
        return (path,)
    return (path, found.st_ino, found.st_size, found.st_mtime_ns)


def _open(path: str) -> tuple[Reader | None, str]:
    """The database, in memory only as far as it is read; and what is wrong with it."""
    try:
        reader = maxminddb.open_database(path)  # maps the file wherever the system can
        reader.get("192.0.2.1")
    except Exception as error:  # a folder, another kind of file, half of one
        return None, f"{path}: {error}"
    return reader, ""


@register()
def check_file(**_options: Any) -> list[CheckMessage]:
    """The file that BROOK_GEOIP names is there, and is such a database."""
    _database, problem = _open(settings.GEOIP) if settings.GEOIP else (None, "")
    if not problem:
        return []
    return [
        Warning(
            f"BROOK_GEOIP cannot be read: {problem}",
            hint="Give the path of an .mmdb file, such as GeoLite2-City.mmdb. Until then people see the address alone.",
            id="accounts.W001",
        )
    ]
