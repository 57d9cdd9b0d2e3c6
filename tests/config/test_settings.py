"""config/settings.py: wrong values stop the start with one readable line; the secret is made once."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]


def load(data: Path, statement: str = "pass", **variables: str) -> subprocess.CompletedProcess[str]:
    """Import the settings in a process of their own, with nothing but these variables."""
    environment = {"PATH": os.environ["PATH"], "BROOK_DATA": str(data), **variables}
    command = [sys.executable, "-c", f"from config import settings; {statement}"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "70000"),
        ("BROOK_SIGNUP", "maybe"),
        ("BROOK_DEBUG", "perhaps"),
        ("BROOK_TRUSTED_PROXIES", "-1"),
        ("DATABASE_URL", "mysql://localhost/brook"),
        ("DATABASE_URL", "nonsense"),
        ("REDIS_URL", "http://localhost"),
        ("BROOK_BASE_URL", "chat.example.org"),
        ("BROOK_PASSKEY_DOMAIN", "example.org"),  # and no BROOK_BASE_URL below it
        ("BROOK_LOG_LEVEL", "LOUD"),
        ("BROOK_RETENTION_DAYS", "0"),
        ("BROOK_EMAIL_URL", "mail.example.org"),
        ("BROOK_EMAIL_URL", "smtp://mail.example.org"),  # and nothing to make links with
        ("BROOK_LIMIT_SENDS", "20"),
        ("BROOK_LIMIT_LOGIN_ADDRESS", "20/fortnight"),
    ],
)
def test_a_wrong_value_stops_the_start_with_one_line(tmp_path: Path, name: str, value: str) -> None:
    result = load(tmp_path, **{name: value})
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("brook: wrong setting: ")
    assert name in result.stderr


def test_nothing_set_is_sqlite_and_one_process(tmp_path: Path) -> None:
    result = load(
        tmp_path, "print(settings.DATABASES['default']['NAME'], settings.CHANNEL_LAYERS['default']['BACKEND'])"
    )
    assert result.stdout.split() == [str(tmp_path / "brook.sqlite3"), "channels.layers.InMemoryChannelLayer"]


def test_limits_can_be_turned_off_together(tmp_path: Path) -> None:
    statement = "print(set(settings.LIMITS.values()))"
    assert load(tmp_path, statement, BROOK_LIMITS="0").stdout.strip() == "{'0'}"
    assert load(tmp_path, "print(settings.LIMITS['sends'])").stdout.strip() == "20/s burst 200"


def test_https_makes_cookies_secure(tmp_path: Path) -> None:
    statement = "print(settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.SECURE_HSTS_SECONDS > 0)"
    assert load(tmp_path, statement).stdout.split() == ["False", "False", "False"]
    assert load(tmp_path, statement, BROOK_BASE_URL="https://chat.example.org").stdout.split() == ["True"] * 3


def test_the_secret_is_made_once_for_processes_that_start_together(tmp_path: Path) -> None:
    statement = "print(settings.SECRET_KEY)"
    with ThreadPoolExecutor(6) as pool:
        secrets = {run.stdout for run in pool.map(lambda _n: load(tmp_path, statement), range(6))}
    assert len(secrets) == 1
    assert len(secrets.pop().strip()) >= 50
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]
    assert load(tmp_path, statement, BROOK_SECRET_KEY="mine").stdout.strip() == "mine"


def test_tokens_are_signed_with_a_key_of_their_own(tmp_path: Path) -> None:
    result = load(tmp_path, "print(settings.SECRET_KEY == settings.SIMPLE_JWT['SIGNING_KEY'])")
    assert result.stdout.strip() == "False"


@pytest.mark.parametrize(("package", "floor"), [("django", (5, 2, 13)), ("daphne", (4, 2, 2))])
def test_versions_below_which_known_holes_are_open(package: str, floor: tuple[int, ...]) -> None:
    assert tuple(int(part) for part in version(package).split(".")[:3]) >= floor


def test_files_in_a_bucket_need_their_packages_and_no_folder(tmp_path: Path) -> None:
    without = load(tmp_path, BROOK_S3_BUCKET="files")
    assert (without.returncode, "requirements/s3.txt" in without.stderr) == (1, True)
    both = load(tmp_path, BROOK_S3_BUCKET="files", BROOK_ACCEL_LOCATION="/protected")
    assert (both.returncode, both.stderr.count("\n")) == (1, 1)
