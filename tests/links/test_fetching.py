"""Asking servers that nobody trusts."""

from __future__ import annotations

import gzip
import time
from typing import Any

import httpcore
import pytest

from chat.links import Described, Fetcher, Refused, Unreachable, look_up
from chat.links.fetching import MAX_BYTES, MAX_REDIRECTS
from tests import files
from tests.links.web import Web, answer, redirect

pytestmark = pytest.mark.once

TITLE = "<title>Levels of the river</title>"


def look(web: Web, path: str, **more: Any) -> Described:
    return look_up(web.url + path, Fetcher(hosts=[web.host], **more))


def test_what_a_page_says_of_itself(web: Web) -> None:
    web.html(
        "/a?b=c",
        """<title>No</title><meta property="og:title" content="Levels &amp; sensors">
        <meta name="description" content="no"><meta property="og:description" content=" of\n the river ">
        <meta property="og:site_name" content="River Board"><meta property="og:image" content="/picture.jpg">""",
    )
    web.pages["/picture.jpg"] = answer(files.picture(image=files.striped(1200, 600)), media_type="image/jpeg")
    found = look(web, "/a?b=c")
    assert (found.title, found.description, found.site_name) == ("Levels & sensors", "of the river", "River Board")
    assert (found.width, found.height) == (480, 240)
    assert (found.image or b"")[8:12] == b"WEBP"
    assert web.paths() == ["/a?b=c", "/picture.jpg"]
    for request in web.asked:
        assert request.headers["Host"] == web.host
        assert request.headers["User-Agent"].startswith("Brook")
        assert not {"Cookie", "Authorization", "Referer"} & set(request.headers)


def test_a_plain_page(web: Web) -> None:
    web.html("/", TITLE)
    found = look(web, "/")
    assert (found.title, found.site_name, found.image) == ("Levels of the river", "127.0.0.1", None)


@pytest.mark.parametrize(
    ("encoding", "media_type", "head"),
    [
        ("latin-1", "text/html; charset=ISO-8859-1", ""),
        ("shift_jis", "text/html", '<meta charset="shift_jis">'),
        ("utf-8", "text/html; charset=nonsense", ""),
        ("utf-8", "text/html; charset=rot13", ""),
    ],
)
def test_encodings(web: Web, encoding: str, media_type: str, head: str) -> None:
    name = "日本" if encoding == "shift_jis" else "Flüsse"
    web.pages["/"] = answer(f"{head}<title>{name}</title>".encode(encoding), media_type=media_type)
    assert look(web, "/").title == name


def test_titles_are_one_line_that_turns_nothing(web: Web) -> None:
    web.html("/", "<title>a\n\t b\u202ec &#0;" + "x" * 5000 + "</title>")
    title = look(web, "/").title
    assert title.startswith("a bc")
    assert len(title) == 300


# --- where it may go --------------------------------------------------------------------------------------------------
class Internet(httpcore.NetworkBackend):
    """What connections would be opened; none is."""

    def __init__(self) -> None:
        self.opened: list[tuple[str, int]] = []

    def connect_tcp(self, host: str, port: int, *_args: Any, **_more: Any) -> Any:
        self.opened.append((host, port))
        raise httpcore.ConnectError("not in a test")


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://127.0.0.1/",
            "http://localhost/",
            "http://127.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://[::1]/",
        ),
        *("http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://[::ffff:127.0.0.1]/", "http://0/"),
        *("https://8.8.8.8:8443/", "http://8.8.8.8:22/", "http://8.8.8.8:6379/"),
    ],
)
def test_nothing_inside_is_asked(url: str) -> None:
    internet = Internet()
    with pytest.raises((Refused, Unreachable)):
        look_up(url, Fetcher(network=internet))
    assert internet.opened == []


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["64:ff9b::a00:1"], ["::ffff:10.0.0.1"]])
def test_a_name_of_something_inside(addresses: list[str]) -> None:
    internet = Internet()
    with pytest.raises(Refused, match="not a machine of the Internet"):
        look_up("https://evil.example/", Fetcher(network=internet, resolve=lambda _host, _port: addresses))
    assert internet.opened == []


def test_a_name_that_is_another_address_the_second_time() -> None:
    answers = [["93.184.216.34"], ["127.0.0.1"]]
    internet = Internet()
    with pytest.raises(Unreachable):
        look_up("http://evil.example/", Fetcher(network=internet, resolve=lambda _host, _port: answers.pop(0)))
    assert internet.opened == [("93.184.216.34", 80)], "it goes to the address that was looked at"
    assert len(answers) == 1, "the name is resolved once"


def test_a_name_that_is_inside_after_a_redirect(web: Web) -> None:
    web.pages["/"] = redirect("http://evil.example/next")
    answers = [["127.0.0.1"], ["127.0.0.1"]]
    with pytest.raises(Refused, match="is not a machine"):
        look_up(
            f"http://good.example:{web.port}/",
            Fetcher(hosts=[f"good.example:{web.port}"], resolve=lambda _host, _port: answers.pop(0)),
        )
    assert web.asked[0].headers["Host"] == f"good.example:{web.port}"


@pytest.mark.parametrize(
    "to",
    [
        *("http://127.0.0.1/", "http://localhost/admin", "//10.0.0.1/", "http://[::1]/", "http://169.254.169.254/"),
        *("file:///etc/passwd", "ftp://example.org/", "javascript:alert(1)", "http://user:pass@example.org/"),
        *("gopher://127.0.0.1:6379/_x", "http://example.org:22/", "http://[", "\\\\evil"),
    ],
)
def test_redirects_are_looked_at_too(web: Web, to: str) -> None:
    web.pages["/"] = redirect(to)
    internet = Internet()
    with pytest.raises(Refused):
        look(web, "/", resolve=lambda host, _port: [host if host != "localhost" else "127.0.0.1"])
    assert web.paths() == ["/"]
    assert internet.opened == []


def test_a_picture_inside_is_not_asked_for(web: Web) -> None:
    web.html("/", f'{TITLE}<meta property="og:image" content="http://127.0.0.1/secret.png">')
    assert look(web, "/").image is None
    assert web.paths() == ["/"]


def test_some_redirects_and_not_more(web: Web) -> None:
    for number in range(MAX_REDIRECTS):
        web.pages[f"/{number}"] = redirect(f"/{number + 1}")
    web.html(f"/{MAX_REDIRECTS}", TITLE)
    assert look(web, "/0").title
    web.pages["/start"] = redirect("/0")
    with pytest.raises(Refused, match="too many"):
        look(web, "/start")


# --- how much it takes ------------------------------------------------------------------------------------------------
def test_ten_megabytes(web: Web) -> None:
    web.pages["/"] = answer(TITLE.encode() + b"x" * 10_000_000)
    assert look(web, "/").title == "Levels of the river"
    web.pages["/late"] = answer(b"x" * (MAX_BYTES + 10) + TITLE.encode())
    with pytest.raises(Refused):
        look(web, "/late")


def test_a_gzip_bomb(web: Web) -> None:
    bomb = gzip.compress(TITLE.encode() + bytes(200_000_000), 9)
    assert len(bomb) < 1_000_000
    web.pages["/"] = answer(bomb, Content_Encoding="gzip")
    begun = time.monotonic()
    assert look(web, "/").title == "Levels of the river"
    assert time.monotonic() - begun < 5
    web.pages["/broken"] = answer(b"no gzip", Content_Encoding="gzip")
    web.pages["/br"] = answer(b"x", Content_Encoding="br")
    for path in ("/broken", "/br"):
        with pytest.raises(Refused):
            look(web, path)


def test_a_picture_that_is_too_large(web: Web) -> None:
    web.html("/", f'{TITLE}<meta property="og:image" content="/p"><meta property="og:image" content="/q">')
    web.pages["/p"] = answer(files.picture() + bytes(MAX_BYTES), media_type="image/jpeg")
    assert look(web, "/").image is None
    others = [(b"no picture", "image/png"), (files.SVG, "image/svg+xml"), (files.picture(), "text/html")]
    for body, media_type in others:
        web.pages["/p"] = answer(body, media_type=media_type)
        assert look(web, "/").image is None


@pytest.mark.parametrize("where", ["header", "body"])
def test_a_byte_at_a_time(web: Web, where: str) -> None:
    def drip(request: Any) -> None:
        if where == "body":
            request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        else:
            request.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        while True:
            request.wfile.write(b"x")
            request.wfile.flush()
            time.sleep(0.05)  # the test server's own pace

    web.pages["/"] = drip
    begun = time.monotonic()
    with pytest.raises(Unreachable):
        look(web, "/", seconds=0.6)
    assert time.monotonic() - begun < 2


def test_a_name_server_that_does_not_answer(web: Web) -> None:
    def slow(_host: str, _port: int) -> list[str]:
        time.sleep(1)  # the name server's own pace
        return ["8.8.8.8"]

    with pytest.raises(Unreachable, match="no answer"):
        look_up("http://slow.example/", Fetcher(resolve=slow, seconds=0.2))


# --- what is not shown ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "media_type", ["application/pdf", "text/plain", "application/json", "image/png", "", "application/xhtml+xml"]
)
def test_other_content(web: Web, media_type: str) -> None:
    web.pages["/"] = answer(TITLE.encode(), media_type=media_type)
    with pytest.raises(Refused, match="not wanted"):
        look(web, "/")


@pytest.mark.parametrize(("status", "expected"), [(404, Refused), (403, Refused), (204, Refused), (500, Unreachable)])
def test_errors(web: Web, status: int, expected: type[Exception]) -> None:
    web.pages["/"] = answer(TITLE.encode(), status=status)
    with pytest.raises(expected):
        look(web, "/")


def test_nobody_there() -> None:
    with pytest.raises(Unreachable):
        look_up("http://127.0.0.1:9/", Fetcher(hosts=["127.0.0.1:9"]))


def test_a_server_that_speaks_no_http(web: Web) -> None:
    web.pages["/"] = lambda request: request.wfile.write(b"\x00\xffnonsense\r\n\r\n")
    with pytest.raises(Unreachable):
        look(web, "/")


def test_a_page_without_a_title(web: Web) -> None:
    web.html("/", "<meta name=description content=x>")
    with pytest.raises(Refused):
        look(web, "/")
