"""Real processes for tests: Celery workers, beats and whatever else must run apart."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import httpx
import psycopg
from django.db import connection

from config.celery import app
from tests.environment import ROOT, SERVERS

#: How long anything is waited for: long, because a busy machine is slow, and waiting
#: ends as soon as the thing is there.
PATIENCE_SECONDS = 240
STOP_SECONDS = 60


def address_of_test_database() -> str:
    """Return the DATABASE_URL under which another process sees this test's data."""
    name = connection.settings_dict["NAME"]
    return f"postgres://postgres@{quote(str(SERVERS.sockets), safe='')}/{name}"


def cut_off() -> None:
    """End the connection's other side, as a restart of PostgreSQL does."""
    connection.ensure_connection()
    with psycopg.connect(
        host=str(SERVERS.sockets), user="postgres", dbname="postgres", autocommit=True
    ) as other:
        other.execute(
            "SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid]
        )


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def wait_until(
    holds: Callable[[], object], *, what: str, seconds: float = PATIENCE_SECONDS
) -> None:
    """Return as soon as something holds; fail the test if it does not in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.05)


@dataclass
class Process:
    """One child process with its own log, seeing the test's database and servers."""

    name: str
    command: list[str]
    log: Path
    env: Mapping[str, str] = field(default_factory=dict)
    child: subprocess.Popen[bytes] = field(init=False)

    def start(self) -> Process:
        """Start it in a process group of its own, so that all of it can be ended."""
        with self.log.open("ab") as log:
            self.child = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=os.environ
                | {"DATABASE_URL": address_of_test_database()}
                | dict(self.env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self

    @property
    def pid(self) -> int:
        """The process id, for signals."""
        return self.child.pid

    @property
    def is_running(self) -> bool:
        """Whether the process has not ended."""
        return self.child.poll() is None

    def wait_until(self, holds: Callable[[], object], *, what: str) -> None:
        """Wait for a sign that it is ready; show its log if it ends before."""

        def holds_or_ended() -> object:
            assert self.is_running, f"{self.name} ended:\n{self.log.read_text()}"
            return holds()

        wait_until(holds_or_ended, what=what)

    def stop(self) -> int:
        """End it politely, then not politely; return its exit status."""
        if self.is_running:
            self.child.send_signal(signal.SIGTERM)
            try:
                self.child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
        return self.child.wait()

    def kill(self) -> None:
        """End it and its children at once, as a power cut would."""
        if self.is_running:
            os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait()


@dataclass
class Web(Process):
    """A web server and where it is."""

    port: int = 0

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def answers(self) -> bool:
        """Say whether it answers at all."""
        with suppress(httpx.TransportError):
            return httpx.get(f"{self.url}/healthz", timeout=5).is_success
        return False


def web(name: str, *, log: Path, env: Mapping[str, str], children: int) -> Web:
    """Start the real web server as an installation does; return when it answers."""
    port = free_port()
    process = Web(
        name,
        [
            *(sys.executable, "-m", "gunicorn"),
            *("-c", "python:config.gunicorn", "config.wsgi"),
        ],
        log,
        env={
            "PORT": str(port),
            "WEB_WORKERS": str(children),
            # What the units and the containers give it.
            "STATEMENT_TIMEOUT": "5s",
            **env,
        },
        port=port,
    )
    if shared := process.env.get("PROMETHEUS_MULTIPROC_DIR"):
        Path(shared).mkdir(parents=True, exist_ok=True)
    process.start()
    process.wait_until(process.answers, what=f"{name} answers")
    return process


def worker(
    name: str,
    *,
    log: Path,
    env: Mapping[str, str],
    concurrency: int,
    queues: Sequence[str] = (),
) -> Process:
    """Start a real Celery worker and return when it answers through the broker.

    It serves these queues, or else every one.
    """
    process = Process(
        name=name,
        command=[
            *(sys.executable, "-m", "celery", "-A", "config", "worker"),
            *("--hostname", name, "--concurrency", str(concurrency)),
            *("--loglevel", "INFO", "--without-mingle", "--without-gossip"),
            *(["--queues", ",".join(queues)] if queues else []),
        ],
        log=log,
        env=env,
    ).start()
    process.wait_until(
        lambda: app.control.ping(destination=[name], timeout=0.5),
        what=f"worker {name} answers",
    )
    return process


def beat(name: str, *, log: Path, env: Mapping[str, str]) -> Process:
    """Start a real Celery beat and return when it has turned once."""
    alive = log.with_suffix(".alive")
    process = Process(
        name=name,
        command=[
            *(sys.executable, "-m", "celery", "-A", "config", "beat"),
            *("--pidfile", "", "--loglevel", "INFO"),
        ],
        log=log,
        env={"BEAT_ALIVE_FILE": str(alive)} | dict(env),
    ).start()
    process.wait_until(alive.exists, what=f"beat {name} turns")
    return process
