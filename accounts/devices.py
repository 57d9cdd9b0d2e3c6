"""What is known of the device a request comes from."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django.http import HttpRequest

USER_AGENT_CHARACTERS = 200
# The first that is in a User-Agent counts: most browsers name others, too, to be taken for them.
BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
    "curl/": "curl",
    "python": "Python",
    "Python": "Python",
}
SYSTEMS = {
    "iPhone": gettext_lazy("an iPhone"),
    "iPad": gettext_lazy("an iPad"),
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Mac OS": gettext_lazy("a Mac"),
    "Linux": "Linux",
}


@dataclass(frozen=True, slots=True)
class Device:
    """Where somebody logs in from, as far as their client says."""

    user_agent: str = ""
    address: str | None = None


def name_of(user_agent: str) -> str:
    """“Firefox on Windows”: what a User-Agent (RFC 9110, 10.1.5) means to people, as far as it says."""
    browser = next((name for part, name in BROWSERS.items() if part in user_agent), _("A program"))
    system = next((name for part, name in SYSTEMS.items() if part in user_agent), "")
    return _("%(browser)s on %(system)s") % {"browser": browser, "system": system} if system else str(browser)


def device_of(request: HttpRequest) -> Device:
    """The device behind a request."""
    user_agent = request.META.get("HTTP_USER_AGENT", "").replace("\0", "").strip()
    return Device(user_agent[:USER_AGENT_CHARACTERS], client_address(request))


def client_address(request: HttpRequest) -> str | None:
    """The client's IP address, None where there is none (a Unix socket).

    Of X-Forwarded-For only the entries count that our own proxies added, as many as TRUSTED_PROXIES says; what stands
    before them is the client's own claim.
    """
    claimed = request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if settings.TRUSTED_PROXIES and forwarded:
        entries = forwarded.split(",")
        claimed = entries[-min(settings.TRUSTED_PROXIES, len(entries))]
    try:
        address = ipaddress.ip_address(claimed.strip().partition("%")[0])
    except ValueError:
        return None
    return str(address)
