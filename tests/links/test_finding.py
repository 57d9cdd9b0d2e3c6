"""Which links are in a message."""

from __future__ import annotations

import pytest

from chat.links import MAX_LINKS, links_in

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("see https://example.org/a and http://example.org", ["https://example.org/a", "http://example.org/"]),
        ("[here](https://example.org/a?b=c#d)", ["https://example.org/a?b=c"]),
        ("<HTTPS://Example.ORG:443/A>", ["https://example.org/A"]),
        ("(https://example.org/a_b). https://example.org/a_b!", ["https://example.org/a_b"]),
        ("https://bücher.example/straße", ["https://xn--bcher-kva.example/stra%C3%9Fe"]),
        ("`https://example.org`\n\n```\nhttps://example.org/b\n```\n\n    https://example.org/c", []),
        ("example.org ftp://example.org/ mailto:a@example.org javascript:alert(1) file:///etc/passwd", []),
        ("https://user:secret@example.org/ https://user@example.org", []),
        ("https:///x http:// https://[::1%25eth0]/ https://example.org:99999/", []),
        ("https://example.org/" + "a" * 2100, []),
    ],
)
def test_links(content: str, found: list[str]) -> None:
    assert links_in(content) == found


def test_not_too_many() -> None:
    assert len(links_in(" ".join(f"https://example.org/{number}" for number in range(9)))) == MAX_LINKS


@pytest.mark.parametrize("content", ["[" * 10_000 + "://", "https://" * 1250, "*" * 9_990 + "://", "> " * 4990 + "://"])
def test_hostile_text_is_read_in_time(content: str) -> None:
    links_in(content)
