"""`make demo`, as a person runs it: it comes up, tells everything, and goes away."""

import os
import re
import signal
import socket
import subprocess
import urllib.request
from email import message_from_bytes, policy

import psutil
import pytest

from tests.environment import ROOT

pytestmark = [pytest.mark.processes, pytest.mark.slow]
STOP_SECONDS = 240
FAILED = 2  # what make makes of every failure
# The demo itself, web server, server for listeners, worker, beat and mail catcher.
MAIN_PROCESSES = 6


class Demo:
    """One run of `make demo` with its data in a directory of its own."""

    def __init__(self, var, port):
        self.var, self.port = var, port
        clean = {
            name: value
            for name, value in os.environ.items()
            # What the tests set for themselves is not what a person has.
            if name not in {"DATABASE_URL", "REDIS_URL", "DEBUG", "EMAIL_URL"}
        }
        self.process = subprocess.Popen(
            ["make", "demo", f"PORT={port}"],
            cwd=ROOT,
            env=clean | {"VAR_DIR": str(var)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.output = ""

    def read_until(self, sign):
        """Read what it prints up to a line with this sign, or to its end."""
        for line in self.process.stdout:
            self.output += line
            if sign in line:
                return True
        return False

    def ready(self):
        assert self.read_until("Ready after"), self.output
        return self

    def get(self, path):
        with urllib.request.urlopen(
            f"http://localhost:{self.port}{path}", timeout=STOP_SECONDS
        ) as answer:
            return answer.status, answer.read().decode()

    def processes(self):
        """Return the processes it started, however deep."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def interrupt(self):
        """Press Ctrl-C: the signal reaches everything in the foreground."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.end()

    def end(self):
        if not self.process.stdout.closed:
            self.read_until("never printed")
            self.process.stdout.close()
        return self.process.wait(STOP_SECONDS)


def free_port():
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


@pytest.fixture
def start(tmp_path):
    started = []

    def begin(port=None):
        demo = Demo(tmp_path / "var", port or free_port())
        started.append(demo)
        return demo

    yield begin
    for demo in started:
        if demo.process.poll() is None:
            demo.interrupt()
        demo.end()


def subjects(mailbox):
    return [
        message_from_bytes(file.read_bytes(), policy=policy.default)["Subject"]
        for file in sorted(mailbox.glob("*.eml"))
    ]


def test_it_shows_the_real_plan_and_mails_and_a_second_run_repeats_nothing(
    start, tmp_path
):
    first = start().ready()

    assert "12 initiatives, 26 activities: 7 launched, 3 in clarif" in first.output
    assert "16 planned" in first.output
    assert re.search(r"the password  \S{12}\n  \S+@example.org", first.output)
    mails = subjects(tmp_path / "var" / "mailbox")
    assert mails
    assert all(subject in first.output for subject in mails[:5])
    assert first.get("/readyz")[0] == 200
    assert "/static/" in first.get("/accounts/login/")[1]
    # From the same directory it refuses to run twice.
    other = start()
    assert other.end() == FAILED
    assert "already runs from this directory" in other.output
    # Ctrl-C ends all of it.
    children = first.processes()
    assert len(children) >= MAIN_PROCESSES
    first.interrupt()
    assert "Everything is stopped." in first.output
    assert [child for child in children if child.is_running()] == []

    second = start().ready()

    assert "Nothing new is due" in second.output
    assert subjects(tmp_path / "var" / "mailbox") == mails
    # When one part ends, it says which, and stops the rest.
    children = second.processes()
    next(child for child in children if "worker" in child.cmdline()).kill()
    assert second.end() == FAILED
    assert "The Celery worker ended unexpectedly (signal 9)" in second.output
    assert [child for child in children if child.is_running()] == []


def test_a_taken_port_is_one_sentence(start):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        demo = start(port)

        assert demo.end() == FAILED
    assert f"Port {port} is taken by another program" in demo.output
    assert f"make demo PORT={port + 1}" in demo.output
    assert "Traceback" not in demo.output
