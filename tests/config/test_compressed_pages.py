"""Pages go out compressed where nobody else can put words into them."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.once


def ask(client: Client, path: str, **headers: str) -> Any:
    return client.get(path, headers={"Accept-Encoding": "gzip, deflate, br", **headers})


def test_a_page_is_compressed_for_who_can_read_that(client: Client, db: None) -> None:
    packed, plain = ask(client, "/offline/chat"), client.get("/offline/chat")
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content) / 3
    assert "Content-Encoding" not in plain


def test_its_length_is_no_measure(client: Client, db: None) -> None:
    assert len({len(ask(client, "/offline/chat").content) for _ in range(20)}) > 1


@pytest.mark.parametrize("path", ["/login?next=/c/secret", "/offline/chat?language=en", "/api/nothing", "/health/live"])
def test_what_an_address_may_write_into_is_not(client: Client, db: None, path: str) -> None:
    assert "Content-Encoding" not in ask(client, path)
