"""The files that set Brook up agree with each other, and lead to no particular machine."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).parent.parent
DEPENDENCIES = ROOT / "docs" / "dependencies.md"
NPM = [".", "bench/npm"]  # folders with a package.json
PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*)==(\S+)", re.MULTILINE)

# In parts, or this file would be the first to break the rule.
REGISTRIES = [
    ".".join(parts)
    for parts in [
        *(("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"), ("yarnpkg", "com")),
        *(("deb", "debian", "org"), ("archive", "ubuntu", "com"), ("docker", "io"), ("ghcr", "io"), ("quay", "io")),
    ]
]
HOME_FOLDERS = "|".join(["root", "work", "home", "Users", "private"])
FOREIGN = re.compile(rf"{'|'.join(map(re.escape, REGISTRIES))}|(?<![\w.:*/)}}-])/(?:{HOME_FOLDERS})/\w")


def tracked_files() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return [path for name in listing.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def names_in(requirements: str) -> set[str]:
    lines = (ROOT / "requirements" / requirements).read_text().splitlines()
    return {re.split(r"[\[<>=!~; ]", line)[0] for line in lines if line and line[0] not in "#-"}


def pins_of(requirements: str) -> dict[str, set[str]]:
    pins: dict[str, set[str]] = {}
    for name, version in PIN.findall((ROOT / "requirements" / requirements).read_text()):
        pins.setdefault(name, set()).add(version)
    return pins


def npm_packages(folder: str) -> dict[str, str]:
    package = json.loads((ROOT / folder / "package.json").read_text())
    return {**package.get("devDependencies", {}), **package.get("dependencies", {})}


def version_of(name: str) -> tuple[int, ...]:
    (version,) = pins_of("base.txt")[name]
    return tuple(int(part) for part in version.split("."))


def test_no_file_names_a_registry_or_a_folder_of_somebodys_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in tracked_files()
        for number, line in enumerate(path.read_text(errors="ignore").splitlines(), 1)
        if FOREIGN.search(line)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "line", [f"see https://{REGISTRIES[0]}/simple", f"cd {os.sep}{HOME_FOLDERS.split('|')[1]}/main"]
)
def test_the_rule_above_finds_what_it_is_for(line: str) -> None:
    assert FOREIGN.search(line)


@pytest.mark.parametrize("name", ["base", "test", "check", "bench", "s3", "uv"])
def test_every_requirement_is_pinned_with_hashes(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    entries = [entry for entry in re.split(r"\n(?=\S)", text) if entry and not entry.startswith("#")]
    assert entries
    for entry in entries:
        assert PIN.match(entry), entry
        assert "--hash=sha256:" in entry, entry
    assert names_in(f"{name}.in") <= set(pins_of(f"{name}.txt")), "bin/pin was not run"


def test_a_package_has_one_version_everywhere() -> None:
    everything: dict[str, set[str]] = {}
    for path in (ROOT / "requirements").glob("*.txt"):
        for name, versions in pins_of(path.name).items():
            if len(versions) == 1:  # more than one: chosen by platform
                everything.setdefault(name, set()).update(versions)
    assert {name: versions for name, versions in everything.items() if len(versions) > 1} == {}


def test_floors_of_the_ground_rules() -> None:
    assert (5, 2, 13) <= version_of("django") < (5, 3)
    assert version_of("daphne") >= (4, 2, 2)


@pytest.mark.parametrize("folder", NPM)
def test_npm_packages_are_pinned_without_download_addresses(folder: str) -> None:
    lock = json.loads((ROOT / folder / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert all("integrity" in entry and "resolved" not in entry for entry in packages.values())
    wanted = npm_packages(folder)
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted


def test_every_dependency_has_a_line_that_says_what_for() -> None:
    page, by_hand, _ = DEPENDENCIES.read_text().partition("## What we write by hand")
    assert by_hand
    documented = re.findall(r"^\| (\S+) \| \S", page, re.MULTILINE)
    wanted = {name for path in (ROOT / "requirements").glob("*.in") for name in names_in(path.name)}
    wanted |= {name for folder in NPM for name in npm_packages(folder)}
    assert wanted == {name for name in documented if name not in {"package", "---"}}


def test_scripts_can_be_run_and_have_no_errors_of_syntax() -> None:
    scripts = [path for path in (*(ROOT / "bin").iterdir(), ROOT / ".ci" / "run") if path.is_file()]
    assert {"run", "test", "check", "pin"} <= {path.name for path in scripts}
    for script in scripts:
        text = script.read_text()
        if not script.name.startswith("_"):
            assert script.stat().st_mode & stat.S_IXUSR, f"{script.name} is not executable"
            assert text.startswith("#!/usr/bin/env ")
        if "python" not in text.splitlines()[0]:
            subprocess.run(["bash", "-n", str(script)], check=True)


def test_scripts_run_on_the_bash_of_macos() -> None:
    newer_than_3_2 = re.compile(
        r"\b(mapfile|readarray|declare -[Ag]|local -[An]|coproc)\b|\$\{\w+(,,|\^\^|@\w)\}|&>>|\|&"
    )
    for script in (ROOT / "bin").iterdir():
        if script.is_file() and "python" not in script.read_text().splitlines()[0]:
            assert not newer_than_3_2.search(script.read_text()), script.name


def test_compose_sets_only_what_the_settings_read() -> None:
    settings = (ROOT / "config" / "settings.py").read_text()
    compose = (ROOT / "docker-compose.yml").read_text()
    names = set(re.findall(r"^    (BROOK_\w+|DATABASE_URL|REDIS_URL):", compose, re.MULTILINE))
    assert "BROOK_TRUSTED_PROXIES" in names
    assert {name for name in names if f'"{name}"' not in settings} == set()


def test_compose_makes_the_same_kind_of_database_as_the_tests() -> None:
    compose = (ROOT / "docker-compose.yml").read_text()
    services = (ROOT / "tests" / "services" / "postgres.py").read_text()
    for option in ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"):
        assert option in compose
        assert option in services


def test_image_holds_every_app() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert "chat" in apps
    assert {app for app in apps if f"!{app}" not in ignored} == set()
