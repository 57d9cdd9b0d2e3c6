"""The services that the other tests stand on."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from tests import services
from tests.services import Postgres, Service, ServiceError, Valkey, wait_until

pytestmark = pytest.mark.postgres

ROOT = Path(__file__).parent.parent


def run_beside_services(*command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.services", "--", *command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def servers_below(process: psutil.Process) -> set[psutil.Process]:
    names = {"postgres", "valkey-server", "redis-server"}
    servers = set()
    for child in process.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # a worker of PostgreSQL's that has just ended
            if child.name() in names:
                servers.add(child)
    return servers


def test_postgres_is_as_in_production() -> None:
    with Postgres() as postgres, psycopg.connect(postgres.url, autocommit=True) as connection:
        version, is_superuser = connection.execute(
            "SELECT current_setting('server_version_num')::int, current_setting('is_superuser')::bool"
        ).fetchone() or (0, True)
        assert version >= 180_000
        assert not is_superuser
        connection.execute("CREATE DATABASE test_brook")
        connection.execute("CREATE EXTENSION pg_trgm")
        row = connection.execute("SELECT lower('Ä'), cardinality(show_trgm('日本'))").fetchone()
        assert row == ("ä", 3)


@pytest.mark.parametrize("durable", [True, False])
def test_durable_postgres_survives_a_power_cut(durable: bool) -> None:
    with Postgres(durable=durable) as postgres, psycopg.connect(postgres.url) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            row = connection.execute("SELECT current_setting(%s)::bool", [setting]).fetchone()
            assert row == (durable,)


def test_killed_postgres_starts_again_with_its_data() -> None:
    with Postgres(durable=True) as postgres:
        with psycopg.connect(postgres.url) as connection:
            connection.execute("CREATE TABLE note AS SELECT 'kept' AS text")
        url = postgres.url
        with psycopg.connect(url) as open_connection:
            postgres.kill()
            with pytest.raises(psycopg.OperationalError):
                open_connection.execute("SELECT 1")
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(url)
        postgres.start()
        assert postgres.url == url
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT text FROM note").fetchone() == ("kept",)


def test_killed_valkey_starts_again_empty() -> None:
    with Valkey() as valkey, redis.from_url(valkey.url) as client:
        client.set("note", "lost")
        url = valkey.url
        valkey.kill()
        with pytest.raises(redis.ConnectionError):
            client.ping()
        valkey.start()
        assert valkey.url == url
        assert client.get("note") is None


def test_paused_valkey_is_silent_until_resumed() -> None:
    with Valkey() as valkey, redis.from_url(valkey.url, socket_timeout=0.2) as client:
        client.set("note", "kept")
        valkey.pause()
        with pytest.raises(redis.TimeoutError):
            client.ping()
        valkey.resume()
        assert client.get("note") == b"kept"


@pytest.mark.parametrize("service", [Postgres, Valkey])
def test_stop_leaves_nothing(service: type[Service]) -> None:
    others = servers_below(psutil.Process())  # those of a whole folder of tests may still be up
    running = service()
    running.start()
    folder = running.folder
    servers = servers_below(psutil.Process()) - others
    assert folder.exists()
    assert servers
    running.kill()
    running.stop()
    running.stop()
    assert not folder.exists()
    assert not servers & servers_below(psutil.Process())


def test_missing_programs_are_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ServiceError, match=r"^No Valkey: .*PATH\.$"):
        Valkey()
    with pytest.raises(ServiceError, match=r"^No PostgreSQL: .*bin/test installs it\.$"):
        Postgres()


def test_a_server_that_ends_at_once_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Valkey, "command", lambda self: ["/bin/sh", "-c", "echo out of luck; exit 1"])
    valkey = Valkey()
    with pytest.raises(ServiceError, match=r"^Valkey does not start: out of luck$"):
        valkey.start()
    with pytest.raises(ServiceError, match="not started"):
        _ = valkey.folder


def test_command_gets_the_services_and_its_code_comes_back() -> None:
    process = run_beside_services("/bin/sh", "-c", "echo $DATABASE_URL $REDIS_URL; exit 7")
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 7
    database_url, redis_url = output.split()
    assert database_url.startswith("postgres://brook@127.0.0.1:")
    assert redis_url.startswith("redis://127.0.0.1:")


def test_unknown_command_is_told_in_one_line() -> None:
    process = run_beside_services("no-such-command")
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert errors.splitlines()[-1] == "no-such-command: No such file or directory"


def test_signals_reach_the_command() -> None:
    process = run_beside_services("/bin/sh", "-c", "trap 'exit 3' TERM; echo ready; while :; do sleep 0.1; done")
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 3


def test_services_end_when_the_process_that_started_them_is_killed() -> None:
    process = run_beside_services("/bin/sh", "-c", "echo $$; exec sleep 60")
    assert process.stdout
    command = psutil.Process(int(process.stdout.readline()))
    servers = servers_below(psutil.Process(process.pid))
    folders = [Path(server.cwd()) for server in servers if server.ppid() == process.pid]
    assert len(folders) == 2
    process.kill()
    process.wait()
    command.kill()
    assert wait_until(lambda: all(map(services.is_gone, servers)), 15)
    assert wait_until(lambda: not any(folder.parent.exists() and folder.exists() for folder in folders), 15)


def test_root_becomes_somebody_else() -> None:
    others = servers_below(psutil.Process())
    with Postgres() as postgres:
        assert (postgres.user is None) == (os.geteuid() != 0)
        for server in servers_below(psutil.Process()) - others:
            assert server.uids().effective != 0
