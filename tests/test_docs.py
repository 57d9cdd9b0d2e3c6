"""What the documentation says is there, and what is there is documented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[1]
CODE = [
    path
    for app in ("accounts", "chat", "config", "moderation", "notifications", "presence", "realtime")
    for path in (ROOT / app).rglob("*.py")
]


def text(name: str) -> str:
    return (ROOT / name).read_text()


def test_every_setting_is_in_settings_md() -> None:
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', text("config/settings.py")))
    documented = set(re.findall(r"^\| `([A-Z_]+)`", text("docs/settings.md"), re.MULTILINE))
    assert read >= {"PORT", "DATABASE_URL"}
    assert read == documented


def test_every_event_type_is_in_events_md() -> None:
    actions = [path.read_text() for path in CODE if "actions" in str(path)]
    appended = set(re.findall(r'"([a-z]+\.[a-z_]*(?:ed|left))"', "\n".join(actions)))
    passing = set(re.findall(r'passing\(\s*(?:type=)?"([\w.]+)"', "\n".join(path.read_text() for path in CODE)))
    rows = re.findall(r"^\| (`[a-z]+(?:\.[a-z_]+)?`.*?) \|", text("docs/events.md"), re.MULTILINE)
    documented = {name for row in rows for name in re.findall(r"`([\w.]+)`", row)}
    assert {"message.created", "participant.removed", "user.updated"} <= appended
    assert {"init", "ping", "reset", "presence.changed", "typing.started"} <= passing
    assert appended | passing == documented


def test_the_journey_of_a_message_names_files_and_functions_that_exist() -> None:
    steps = re.findall(r"^ +\d\. (\S+\.py) +([\w.]+):", text("docs/how-a-message-travels.md"), re.MULTILINE)
    assert len(steps) == 6
    for file, function in steps:
        *classes, name = function.split(".")
        code = text(file)
        assert f"def {name}(" in code, (file, function)
        assert all(f"class {owner}(" in code for owner in classes), (file, function)


@pytest.mark.parametrize("page", [*sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("*.md")), "docs"])
def test_links_lead_somewhere(page: str) -> None:
    pages = [ROOT / page] if page != "docs" else sorted((ROOT / "docs").rglob("*.md"))
    for path in pages:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text()):
            assert (path.parent / target).exists(), (path.name, target)


def test_every_file_named_in_the_docs_exists() -> None:
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for name in re.findall(
            r"(?<![\w/])((?:realtime|chat|accounts|config|notifications|presence|static|bench)/[\w/.-]+\.(?:py|js))\b",
            path.read_text(),
        ):
            assert (ROOT / name).exists(), (path.name, name)
