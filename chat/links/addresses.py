"""Which addresses of the network everybody may know: those of the Internet, and none of ours."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Resolve = Callable[[str, int], list[str]]

# Addresses of IPv6 that stand for one of IPv4: which one is up to a router that we do not know.
STANDING_IN = [
    ip_network(network)
    for network in (
        *("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96"),  # RFC 4291, 2.5.5; RFC 2765
        *("64:ff9b::/96", "64:ff9b:1::/48"),  # NAT64: RFC 6052, RFC 8215
        *("2001::/32", "2002::/16"),  # Teredo: RFC 4380; 6to4: RFC 3056
    )
]
GLOBAL_UNICAST = ip_network("2000::/3")  # RFC 4291, 2.4
NEVER = [ip_network(network) for network in ("192.88.99.0/24", "100.64.0.0/10", "198.18.0.0/15", "0.0.0.0/8")]
RESOLVERS = ThreadPoolExecutor(8, thread_name_prefix="resolver")  # getaddrinfo knows no time limit


def is_public(address: str) -> bool:
    """Whether an IP address is one of the Internet's, and of one machine."""
    try:
        ip = ip_address(address)
    except ValueError:  # with a zone, for one
        return False
    if ip.is_private or ip.is_loopback or ip.is_link_local or ip.is_multicast or ip.is_reserved or ip.is_unspecified:
        return False
    return ip.is_global and (_public_v4(ip) if isinstance(ip, IPv4Address) else _public_v6(ip))


def _public_v4(ip: IPv4Address) -> bool:
    return not any(ip in network for network in NEVER)


def _public_v6(ip: IPv6Address) -> bool:
    return ip in GLOBAL_UNICAST and not any(ip in network for network in STANDING_IN)


def system_resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, as this machine knows them.

    Raises:
        OSError: it has none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(info[4][0]) for info in found))


def resolve_within(resolve: Resolve, host: str, port: int, seconds: float) -> list[str]:
    """The same, in so many seconds.

    Raises:
        OSError: it has none, or finding them took longer.
    """
    try:
        return RESOLVERS.submit(resolve, host, port).result(timeout=seconds)
    except TookTooLong:
        raise TimeoutError(f"no answer for {host} in time") from None
    except UnicodeError:  # of a name with a label that is too long
        raise OSError(f"no such name: {host}") from None
