"""The embedded servers are there while somebody uses them, and not longer."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from redis import Redis, RedisError

from config import embedded
from config.embedded import CannotStart, Servers
from tests.environment import ROOT
from tests.processes import PATIENCE_SECONDS, wait_until

pytestmark = pytest.mark.processes

HOLD = """
import sys
from pathlib import Path
from config.embedded import Servers
servers = Servers(Path(sys.argv[1]), durable=False)
servers.start()
print("started", flush=True)
sys.stdin.read()
"""


def hold(directory: Path) -> subprocess.Popen[str]:
    """Start a process that uses the servers until its input is closed."""
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, str(directory)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def leave(*holders: subprocess.Popen[str]) -> None:
    for holder in holders:
        holder.communicate("", timeout=PATIENCE_SECONDS)


def answers(servers: Servers) -> tuple[bool, bool]:
    """Say whether PostgreSQL and Redis answer."""
    return servers._postgres_answers(), servers._redis_answers()


@pytest.fixture
def directory(tmp_path):
    yield tmp_path / "servers"
    Servers(tmp_path / "servers").stop()


def test_processes_that_start_together_share_one_pair_of_servers(directory):
    holders = [hold(directory) for _number in range(4)]

    for holder in holders:
        assert holder.stdout.readline() == "started\n"

    assert answers(Servers(directory)) == (True, True)
    leave(*holders[1:])
    assert answers(Servers(directory)) == (True, True)
    leave(holders[0])
    assert answers(Servers(directory)) == (False, False)


def test_a_killed_process_does_not_keep_the_servers_running(directory):
    killed, other = hold(directory), hold(directory)
    for holder in (killed, other):
        assert holder.stdout.readline() == "started\n"

    os.kill(killed.pid, signal.SIGKILL)
    killed.communicate()
    leave(other)

    assert answers(Servers(directory)) == (False, False)


def test_data_survives_a_killed_server(directory):
    servers = Servers(directory)
    servers.start()
    with psycopg.connect(servers.database_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    Redis.from_url(servers.redis_url).set("kept", "yes")
    for pid_file in ("postgres/postmaster.pid",):
        pid = int((directory / pid_file).read_text().splitlines()[0])
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not servers._postgres_answers(), what="killed")
    servers.release()

    servers.start()

    with psycopg.connect(servers.database_url) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)
    assert Redis.from_url(servers.redis_url).get("kept") == b"yes"
    servers.release()


def test_a_path_too_long_for_a_socket_works_all_the_same(tmp_path):
    servers = Servers(tmp_path / ("long" * 30), durable=False)

    servers.start()

    assert answers(servers) == (True, True)
    assert servers.sockets.stat().st_mode & 0o077 == 0
    servers.release()


def test_only_the_servers_that_are_needed_start(directory):
    servers = Servers(directory, postgres=False, durable=False)

    servers.start()

    assert answers(servers) == (False, True)
    servers.release()


def test_missing_programs_are_one_sentence(monkeypatch):
    monkeypatch.setattr(embedded, "find_spec", lambda name: None)
    monkeypatch.setattr(sys, "prefix", "/nowhere")
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(CannotStart, match="set DATABASE_URL, or install"):
        embedded.postgres_binaries()
    with pytest.raises(CannotStart, match="set REDIS_URL, or run"):
        embedded.redis_binary()


def test_a_stopped_redis_does_not_answer(directory):
    servers = Servers(directory, postgres=False)
    servers.start()
    servers.stop()

    with pytest.raises(RedisError):
        servers._redis_client().ping()
