"""Asking other people's servers. Each name is resolved once, and the connection goes to an address that was looked at:
a name server that says something else the next time is not asked again. Time and bytes are bounded as a whole.
"""

from __future__ import annotations

import time
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import httpcore

from chat.links.addresses import is_public, resolve_within, system_resolve
from chat.links.finding import PORTS, NotALink, normalised

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from chat.links.addresses import Resolve

CONNECT_SECONDS = 4.0  # for one address
SECONDS = 10.0  # for a page, its redirects and its picture together
MAX_BYTES = 1_048_576  # of one answer, as it comes and unpacked
MAX_REDIRECTS = 5
MAX_ADDRESSES = 3  # of one name are tried
USER_AGENT = "Brook (link preview)"
REDIRECTS = {301, 302, 303, 307, 308}
LATER = {408, 425, 429, 500, 502, 503, 504}


class Refused(Exception):
    """Nothing to show, and nothing changes by asking again."""


class Unreachable(Exception):
    """Nothing came, or not in time: it may later."""


@dataclass
class Answer:
    """What a server said."""

    url: str
    media_type: str
    charset: str
    body: bytes
    whole: bool  # whether the body is all of it


class Deadline:
    """A moment after which nothing goes on."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds until then.

        Raises:
            Unreachable: there are none.
        """
        left = self._at - time.monotonic()
        if left <= 0:
            raise Unreachable("it took too long")
        return left


class _Stream(httpcore.NetworkStream):
    """A connection with a deadline: one that gives a byte a second never runs into a time limit of single reads."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner, self._deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inner = self._inner.start_tls(ssl_context, server_hostname, self._deadline.left())
        return _Stream(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Vetted(httpcore.NetworkBackend):
    """Opens connections to addresses that were looked at; TLS and HTTP above it go on with the name."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        deadline = self._fetcher.deadline
        last: Exception = httpcore.ConnectError("no address")
        for address in self._fetcher.addresses(host, port)[:MAX_ADDRESSES]:
            try:
                left = min(deadline.left(), CONNECT_SECONDS)
                return _Stream(self._fetcher.network.connect_tcp(address, port, left), deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last


class Fetcher:
    """Asks for one page and what belongs to it, all within `seconds`."""

    def __init__(
        self,
        *,
        hosts: Collection[str] = (),
        resolve: Resolve = system_resolve,
        network: httpcore.NetworkBackend | None = None,
        seconds: float = SECONDS,
    ) -> None:
        """`hosts`: those, as `name:port`, that may be anywhere and at any port."""
        self._hosts, self._resolve = frozenset(hosts), resolve
        self.network = network or httpcore.SyncBackend()
        self.deadline = Deadline(seconds)

    def addresses(self, host: str, port: int) -> list[str]:
        """The addresses of a name, all of which may be asked.

        Raises:
            Refused: one of them is none of the Internet's, or the port is none of the web's.
            Unreachable: it has none.
        """
        known = f"{host}:{port}" in self._hosts
        if not known and port not in PORTS.values():
            raise Refused(f"port {port}")
        try:
            found = resolve_within(self._resolve, host, port, self.deadline.left())
        except OSError as error:
            raise Unreachable(str(error)) from None
        if not known and not all(is_public(address) for address in found):
            raise Refused(f"{host} is not a machine of the Internet")
        return found

    def get(self, url: str, accept: str) -> Answer:
        """What is at an address, or where it leads to.

        Args:
            accept: the beginning of the media types that are wanted; of others nothing is read.

        Raises:
            Refused, Unreachable: see there.
        """
        for _hop in range(MAX_REDIRECTS + 1):
            try:
                answer = self._ask(url, accept)
                if isinstance(answer, Answer):
                    return answer
                url = normalised(urljoin(url, answer))
            except (NotALink, ValueError):
                raise Refused("it leads to no web page") from None
            except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError) as error:
                raise Unreachable(str(error)) from None
        raise Refused("too many redirects")

    def _ask(self, url: str, accept: str) -> Answer | str:
        """An answer, or where it leads to. Each is asked over a connection of its own: nothing is kept between them."""
        parts = urlsplit(url)
        asked = httpcore.URL(
            scheme=parts.scheme.encode(),
            host=(parts.hostname or "").encode(),
            port=parts.port,
            target=(parts.path + (f"?{parts.query}" if parts.query else "")).encode(),
        )
        headers: dict[bytes | str, bytes | str] = {
            "Host": parts.netloc,
            "User-Agent": USER_AGENT,
            "Accept": f"{accept}*;q=0.9" if accept.endswith("/") else accept,
            "Accept-Encoding": "gzip, identity",
            "Accept-Language": "en,*;q=0.5",
            "Connection": "close",
        }
        with (
            httpcore.ConnectionPool(network_backend=_Vetted(self)) as pool,
            pool.stream("GET", asked, headers=headers) as response,
        ):
            found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            if response.status in REDIRECTS and "location" in found:
                return found["location"]
            return _read(url, response, found, accept)


def _read(url: str, response: httpcore.Response, headers: dict[str, str], accept: str) -> Answer:
    if response.status in LATER:
        raise Unreachable(f"status {response.status}")
    if response.status != 200:
        raise Refused(f"status {response.status}")
    media_type, _semicolon, parameters = headers.get("content-type", "").partition(";")
    media_type = media_type.strip().lower()
    if not media_type.startswith(accept):
        raise Refused(f"{media_type or 'something'} is not wanted")
    charset = parameters.partition("charset=")[2].partition(";")[0].strip(" \"'")
    body, whole = _body(response, headers.get("content-encoding", "identity").strip().lower())
    return Answer(url, media_type, charset, body, whole)


def _body(response: httpcore.Response, encoding: str) -> tuple[bytes, bool]:
    """At most `MAX_BYTES`, unpacked no further than that, and whether it is all."""
    if encoding not in {"identity", "", "gzip", "x-gzip", "deflate"}:
        raise Refused(f"encoding {encoding}")
    packed = zlib.decompressobj(wbits=47) if encoding not in {"identity", ""} else None
    body = bytearray()
    for piece in response.iter_stream():
        room = MAX_BYTES - len(body)
        try:
            body += packed.decompress(piece, room) if packed is not None else piece[:room]
        except zlib.error:
            raise Refused("broken") from None
        if len(body) >= MAX_BYTES:
            return bytes(body), False
    return bytes(body), True
