"""Who passkeys are for: the address of this server, as browsers know it (WebAuthn, 5.1.2: relying party)."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.http import HttpRequest


class PasskeysOff(Exception):
    """No browser makes or shows a passkey for this address; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """The domain that passkeys are bound to, and the origins of pages that may use them."""

    id: str
    origins: list[str]


def party_of(request: HttpRequest) -> RelyingParty:
    """By BROOK_BASE_URL, or without it by the address that the request names, which ALLOWED_HOSTS has let pass.

    Raises:
        PasskeysOff: the address is none that passkeys work at, or the page is at another one.
    """
    address = urlsplit(settings.BASE_URL or f"{request.scheme}://{request.get_host()}")
    host = (address.hostname or "").lower()
    _require_name(host)
    if address.scheme != "https" and not (host == "localhost" or host.endswith(".localhost")):
        raise PasskeysOff(
            _("Passkeys need https: whoever runs this server sets BROOK_BASE_URL to the https:// address people use.")
        )
    domain = settings.PASSKEY_DOMAIN or host
    ours = _origin(address.scheme, host, address.port)
    origins = [ours, *(other for other in settings.CORS_ALLOWED_ORIGINS if is_within(urlsplit(other).hostname, domain))]
    asking = request.headers.get("Origin", "")
    if asking and asking not in origins:
        says = _("Passkeys of this server work at %(ours)s, and this page is at %(asking)s.")
        raise PasskeysOff(says % {"ours": ours, "asking": asking})
    return RelyingParty(domain, origins)


def is_available(request: HttpRequest) -> bool:
    """Whether passkeys work here at all."""
    try:
        party_of(request)
    except PasskeysOff:
        return False
    return True


def is_within(host: str | None, domain: str) -> bool:
    """Whether a host is that domain or below it."""
    return host is not None and (host == domain or host.endswith(f".{domain}"))


def _require_name(host: str) -> None:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return
    raise PasskeysOff(
        _(
            "Passkeys need a name in place of an address of numbers: localhost on this machine, "
            "or the name that BROOK_BASE_URL says."
        )
    )


def _origin(scheme: str, host: str, port: int | None) -> str:
    """As browsers write it (RFC 6454, 6.1)."""
    return f"{scheme}://{host}" if port in {None, 443 if scheme == "https" else 80} else f"{scheme}://{host}:{port}"
