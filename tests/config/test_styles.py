"""Style sheets: one answer for those that a page names."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.test import Client

from config.styles import sheet_address

pytestmark = pytest.mark.once

STATIC = Path(__file__).resolve().parents[2] / "static"
SHEET = re.compile(r'<link rel="stylesheet" href="([^"]+)">')
ADDRESS = re.compile(r'url\("([^"]+)"\)')


def test_the_chat_has_its_styles_in_two_answers(client: Client) -> None:
    addresses = SHEET.findall(client.get("/offline/chat").content.decode())
    assert len(addresses) == 2
    for address in addresses:
        answer = client.get(address)
        assert answer["Content-Type"] == "text/css; charset=utf-8"
        assert "immutable" in answer["Cache-Control"]
        assert "Accept-Encoding" in answer["Vary"]
        names = address.removeprefix("/styles/").split(".")[0].split(",")
        for name in names:
            source = (STATIC / "css" / f"{name}.css").read_text()
            assert source.replace("../vendor/", "/static/vendor/") in answer.content.decode()
        packed = client.get(address, headers={"Accept-Encoding": "gzip, br"})
        assert gzip.decompress(packed.content) == answer.content
        assert len(packed.content) < len(answer.content) / 3
    assert "tokens,base," in addresses[0]


def test_what_the_styles_name_is_there(client: Client) -> None:
    content = client.get(sheet_address("tokens base")).content.decode()
    addresses = ADDRESS.findall(content)
    assert addresses
    assert {client.get(address).status_code for address in addresses} == {200}
    assert "../" not in content


def test_an_older_address_gets_what_there_is_now(client: Client) -> None:
    address = sheet_address("tokens base")
    older = re.sub(r"\.[0-9a-f]+\.css$", ".0123456789abcdef.css", address)
    answer = client.get(older)
    assert answer.content == client.get(address).content
    assert answer["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "names", ["nothing", "base,nothing", "base,base", "../settings", "base,", "BASE", "base%2Ftokens"]
)
def test_other_files_are_not_given_out(client: Client, db: None, names: str) -> None:
    assert client.get(f"/styles/{names}.0.css").status_code == 404
