"""`make demo`: the whole product on one machine, with the example programme.

Starts what a real installation has (PostgreSQL, Redis, web server, Celery worker and
beat, a mail server that delivers nothing), loads the plan, lets the worker send what is
due, tells where everything is, and serves until Ctrl-C. Settings are those of
production, so that what one sees here is what one gets; a second run changes nothing.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import django

from config.celery import app
from config.children import ChildEnded, Children, first_free, is_free
from config.embedded import CannotStart, Servers
from config.probe import pages_answer

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("VAR_DIR", ROOT / "var"))
MAILBOX = VAR / "mailbox"
PLANS = ("plans/ishoj-2025-2029.yaml", "plans/example-data.yaml")
WORKER = "demo@localhost"
START_SECONDS = 60
# Ctrl-C, `kill`, and the closing of the terminal.
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOWEST_PORT, HIGHEST_PORT = 1024, 65535


class Stopped(Exception):
    """Somebody asked the demo to end."""


class CannotRun(Exception):
    """The demo cannot start; the text says why and what to do."""


def say(text: str = "") -> None:
    """Tell the person at the keyboard."""
    print(text, flush=True)  # noqa: T201


def main() -> None:
    """Run the demo until it is stopped or one of its parts ends."""
    for number in STOPPING:
        signal.signal(number, stop_on_signal)
    try:
        port = port_from(os.environ.get("PORT", "8000"))
        with only_one(), servers() as embedded, children() as running:
            run(port, embedded, running)
    except (CannotRun, CannotStart, ChildEnded, TimeoutError) as error:
        sys.exit(f"\n{error}")
    except Stopped:
        say("Everything is stopped. `make demo` goes on where this ended.")


def port_from(text: str) -> int:
    """Read a port number; raise CannotRun if it is none an ordinary user may take."""
    if not (text.isdecimal() and LOWEST_PORT <= int(text) <= HIGHEST_PORT):
        raise CannotRun(
            f"PORT must be a number from {LOWEST_PORT} to {HIGHEST_PORT}, not {text!r}."
        )
    return int(text)


def stop_on_signal(number: int, frame: FrameType | None) -> None:
    """Turn the signal into an exception, wherever the demo is at that moment."""
    raise Stopped


def run(port: int, embedded: Servers, running: Children) -> None:
    """Start everything, say where it is, and watch it."""
    if not is_free(port):
        raise CannotRun(
            f"Port {port} is taken by another program: stop that, "
            f"or choose another with `make demo PORT={port + 1}`."
        )
    smtp_port, events_port = first_free([2525]), first_free([port + 1])
    started = time.monotonic()
    with progress("PostgreSQL and Redis"):
        embedded.start()
    set_environment(port, smtp_port, embedded)
    django.setup()
    # Only now can anything be imported that needs the settings or the models.
    from config import demo_data  # noqa: PLC0415

    with progress("tables, plan and example data"):
        demo_data.load(PLANS)
        password = demo_data.let_examples_log_in(VAR / "demo-password")
    with progress("web server, Celery worker and beat, mail catcher"):
        start_children(running, port, events_port, smtp_port)
    with progress("reminders that are due, sent by the Celery worker"):
        sent = demo_data.send_reminders(MAILBOX, running)
    demo_data.report(
        port=port,
        events_port=events_port,
        password=password,
        mailbox=MAILBOX,
        sent=sent,
    )
    say(f"Ready after {time.monotonic() - started:.0f} s. Ctrl-C stops everything.")
    while True:
        running.check()
        time.sleep(1)


@contextmanager
def only_one() -> Iterator[None]:
    """Refuse to run twice from one clone."""
    VAR.mkdir(exist_ok=True)
    with (VAR / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotRun("The demo already runs from this directory.") from None
        yield


@contextmanager
def servers() -> Iterator[Servers]:
    """Give the embedded servers that nothing in the environment replaces."""
    embedded = Servers(
        VAR,
        postgres="DATABASE_URL" not in os.environ,
        redis="REDIS_URL" not in os.environ,
    )
    try:
        yield embedded
    finally:
        embedded.release()


@contextmanager
def children() -> Iterator[Children]:
    """Give a place for child processes, and stop them whatever happens."""
    running = Children(VAR / "log", env={})
    try:
        yield running
    finally:
        # From here on a second Ctrl-C would only leave something behind.
        for number in STOPPING:
            signal.signal(number, signal.SIG_IGN)
        if running.running:
            say("\nStopping …")
        for name in running.stop():
            say(f"  The {name} did not stop by itself and was ended.")


@contextmanager
def progress(what: str) -> Iterator[None]:
    """Say what is being done, and how long it took."""
    print(f"  {what} … ", end="", flush=True)  # noqa: T201
    started = time.monotonic()
    yield
    say(f"{time.monotonic() - started:.1f} s")


def set_environment(port: int, smtp_port: int, embedded: Servers) -> None:
    """Set what an operator would set, for this process and its children."""
    key = VAR / "demo-secret-key"
    if not key.exists():
        key.touch(mode=0o600)
        key.write_text(secrets.token_urlsafe(50))
    os.environ |= {
        "ENV_FILE": "",
        "VAR_DIR": str(VAR),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DEBUG": "false",
        "SECRET_KEY": key.read_text(),
        "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        "BASE_URL": f"http://localhost:{port}",
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
        "DEFAULT_FROM_EMAIL": "Rollout <rollout@example.org>",
        "LOG_LEVEL": "INFO",
        "PORT": str(port),
        # Everybody in the demo is invented, and nobody of them has a telephone.
        "SECOND_FACTOR_FOR": os.environ.get("SECOND_FACTOR_FOR", ""),
    }
    os.environ.setdefault("DATABASE_URL", embedded.database_url)
    os.environ.setdefault("REDIS_URL", embedded.redis_url)


def start_children(
    running: Children, port: int, events_port: int, smtp_port: int
) -> None:
    """Start every process and return when each has given a sign of life."""
    python = sys.executable
    catcher = ("config.mailcatcher", "--port", str(smtp_port))
    running.start("mail catcher", python, "-m", *catcher, "--mailbox", str(MAILBOX))
    running.start(
        "web server",
        *(python, "-m", "gunicorn", "-c", "python:config.gunicorn", "config.wsgi"),
    )
    running.start(
        "server for listeners",
        *("env", f"PORT={events_port}", python, "-m", "config.events"),
    )
    running.start(
        "Celery worker",
        *(python, "-m", "celery", "-A", "config", "worker", "--loglevel", "INFO"),
        *("--hostname", WORKER, "--concurrency", "2"),
        # Workers have nothing to tell each other: the database knows everything.
        *("--without-mingle", "--without-gossip"),
    )
    running.start(
        "Celery beat",
        *(python, "-m", "celery", "-A", "config", "beat", "--loglevel", "INFO"),
        *("--pidfile", ""),
    )
    for holds, what in (
        (lambda: not is_free(smtp_port), "The mail catcher"),
        (lambda: pages_answer(port), "The web server"),
        (lambda: not is_free(events_port), "The server for listeners"),
        (lambda: app.control.ping([WORKER], timeout=0.5), "The Celery worker"),
    ):
        running.wait_until(holds, seconds=START_SECONDS, what=what)


if __name__ == "__main__":
    main()
