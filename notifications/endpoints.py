"""Where a push service may be."""

from __future__ import annotations

from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.utils.translation import gettext as _
from requests_hardened.ip_filter import filter_host

PORTS = {"https": 443, "http": 80}


def check_endpoint(url: str) -> None:
    """Refuse an address that is none of the public Internet's. (What sends looks again: names change their addresses.)

    Raises:
        ValueError: says why.
    """
    if not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError(_("This is not an address."))
    parts = urlsplit(url)
    host, port = parts.hostname, parts.port  # which raise ValueError for nonsense
    if parts.scheme != "https" and not (settings.PUSH_LOOPBACK and parts.scheme == "http"):
        raise ValueError(_("A push service is reached by https."))
    if not host or parts.username is not None or ":" in host:
        raise ValueError(_("This is not the address of a push service."))
    try:
        filter_host(host, port or PORTS[parts.scheme], allow_loopback=settings.PUSH_LOOPBACK)
    except (requests.RequestException, UnicodeError):
        raise ValueError(_("This is not a machine of the public Internet.")) from None
