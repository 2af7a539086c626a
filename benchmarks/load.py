"""`make load`: an hour of people, programs and reminders, twice what a country has.

Everything runs as in production, on one machine, with the data of tier M. Visitors come
when they come, however slow the answers are, and a wait counts from when they came.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import django

from benchmarks import plots
from benchmarks.course import Course, Look, percentiles
from benchmarks.surroundings import database, machine, variables
from benchmarks.taking import busy, megabytes
from benchmarks.visitors import Person, Program, Stream, keep_coming
from benchmarks.wire import Wire
from config.children import Children, first_free
from config.embedded import Servers

ROOT = Path(__file__).resolve().parent.parent
DIRECTORY = ROOT / "var" / "load"
LOOK_SECONDS = 10.0
#: Before memory at rest is read.
REST_SECONDS = 20
DRAIN_SECONDS = 180
#: How many may wait for an answer at once; a browser that gives up asks no more.
THREADS = 64


@dataclass(frozen=True)
class Need:
    """What tier M needs in its busiest hour, times per second."""

    people: int = 2_400
    programmes: int = 120
    #: A tenth of everybody is at work in it at once.
    at_work: int = 240

    @property
    def rates(self) -> dict[str, float]:
        """How often each thing is done."""
        return {
            # Each opens a page every two minutes, and has it in view for one of them,
            # in which it asks four times whether it is still new.
            "look": self.at_work / 120,
            "glance": self.at_work / 120 * 4,
            # Each changes something every ten minutes, and logs in once in the hour.
            "change": self.at_work / 600,
            "log_in": self.at_work / 3600,
            # Each programme has one other system: it follows the changes every five
            # minutes, reads a list every half hour and writes ten times an hour.
            "follow": self.programmes / 300,
            "read": self.programmes / 1800,
            "write": self.programmes / 360,
            # Everybody is reminded of something within the same hour.
            "remind": self.people / 3600,
        }


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rate", type=float, default=2, help="times what is needed")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main() -> int:
    """Load, tell what happened, return 1 if it is not as it should be."""
    asked = arguments()
    servers = Servers(DIRECTORY)
    port, smtp_port = first_free([8100]), first_free([2625])
    os.environ |= variables(servers, settings="benchmarks.production") | {
        "BASE_URL": f"http://localhost:{port}",
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
        "LOG_LEVEL": "INFO",
        "PORT": str(port),
        "PROXY_COUNT": "1",
        # Three times what comes, so that a morning's pile is gone after minutes.
        "REMINDERS_PER_MINUTE": str(round(Need().rates["remind"] * asked.rate * 180)),
        "STATEMENT_TIMEOUT": "30s",
        "VAR_DIR": str(DIRECTORY),
        "WEB_WORKERS": "2",
    }
    servers.start()
    try:
        django.setup()
        from benchmarks import stock

        with database("load", stock.fill, anew=True):
            os.environ["DATABASE_URL"] = servers.database_url.replace(
                "/rollout", "/load"
            )
            course = load(asked, port, smtp_port)
    finally:
        servers.release()
    tell(course)
    return int(bool(course.faults()))


def load(asked: argparse.Namespace, port: int, smtp_port: int) -> Course:
    """Start everything, let it rest, let visitors come, and look on."""
    with processes(port, smtp_port) as running:
        time.sleep(REST_SECONDS)
        course = Course(asked.minutes, asked.rate, rest=memory(running))
        print(f"{machine()}; at rest, MB: {course.rest}", flush=True)
        visit(course, running, port, seed=asked.seed)
        from benchmarks import stock

        course.mails, course.mail_seconds = stock.mails(
            patience=DRAIN_SECONDS, made_for=timedelta(minutes=asked.minutes / 2)
        )
    return course


@contextmanager
def processes(port: int, smtp_port: int) -> Iterator[Children]:
    """Run what docs/operations.md lists, and a mail server that delivers nothing.

    All but the listeners' server: nobody of the visitors listens.
    """
    from config.celery import app
    from config.probe import pages_answer

    running, python = Children(DIRECTORY / "log", env={}), sys.executable
    catcher = ("--port", str(smtp_port), "--mailbox", str(DIRECTORY / "mailbox"))
    celery = (python, "-m", "celery", "-A", "config")
    try:
        running.start("mail", python, "-m", "config.mailcatcher", *catcher)
        running.start(
            *("web", "env", "STATEMENT_TIMEOUT=5s", python, "-m", "gunicorn"),
            *("-c", "python:config.gunicorn", "config.wsgi"),
        )
        running.start(
            *("worker", *celery, "worker", "--loglevel", "INFO", "--concurrency", "2"),
            *("--hostname", "load@localhost"),
            *("--without-mingle", "--without-gossip"),
        )
        running.start("beat", *celery, "beat", "--loglevel", "INFO", "--pidfile", "")
        running.start("outbox", python, "manage.py", "outbox", "--loop", "15")
        running.wait_until(
            lambda: pages_answer(port), seconds=60, what="The web server"
        )
        running.wait_until(
            lambda: app.control.ping(["load@localhost"], timeout=0.5),
            seconds=60,
            what="The worker",
        )
        yield running
    finally:
        running.stop()


def processor(running: Children) -> dict[str, float]:
    """Return the seconds of the processor of each, the visitors' and the database's."""
    seconds = {child.name: busy(child.process.pid) for child in running.running[1:]}
    postmaster = (DIRECTORY / "postgres" / "postmaster.pid").read_text().split()[0]
    return seconds | {
        "database": busy(int(postmaster)),
        "visitors": time.process_time(),
    }


def memory(running: Children) -> dict[str, float]:
    """Return the megabytes of each process, the mail server's aside."""
    return {
        child.name: round(megabytes(child.process.pid), 1)
        for child in running.running[1:]
    }


def visit(course: Course, running: Children, port: int, *, seed: int) -> None:
    """Let visitors come for as long as was asked, and look every ten seconds."""
    from benchmarks import stock

    wire = Wire(port)
    people, programs = stock.visitors(wire, random.Random(seed))
    rates = {name: rate * course.factor for name, rate in Need().rates.items()}
    streams = [
        Stream(rates["look"], people, Person.look),
        Stream(rates["glance"], people, Person.glance),
        Stream(rates["change"], people, Person.change),
        Stream(rates["log_in"], people, Person.log_in),
        Stream(rates["follow"], programs, Program.follow),
        Stream(rates["read"], programs, Program.read),
        Stream(rates["write"], programs, Program.write),
    ]
    wire.began = time.perf_counter()
    until = wire.began + course.minutes * 60
    with ThreadPoolExecutor(THREADS) as pool:
        watch = pool.submit(look_on, course, running, until, rates["remind"], wire)
        keep_coming(streams, until=until, start=pool.submit, seed=seed)
        watch.result()
    course.samples = wire.samples


def look_on(
    course: Course, running: Children, until: float, reminders: float, wire: Wire
) -> None:
    """Every ten seconds: look at everything, and give people something that is due."""
    from benchmarks import stock

    given, due = 0, wire.began
    while (due := due + LOOK_SECONDS) <= until:
        time.sleep(max(0, due - time.perf_counter()))
        running.check()
        at = due - wire.began
        wanted = round(reminders * at)
        stock.give_work(first=given, count=wanted - given)
        given = wanted
        course.looks.append(
            Look(
                *(at, memory(running), processor(running)),
                *(stock.waiting(), os.getloadavg()[0]),
            )
        )
        if len(course.looks) % 6 == 0:
            last = [one for one in wire.samples if one.at > at - 60] or wire.samples
            figures = percentiles(last)
            print(
                f"{timedelta(seconds=at)}: {len(wire.samples):,} answers,"
                f" p50 {figures[50]:.3f} s, p99 {figures[99]:.3f} s,"
                f" {sum(one.is_error for one in wire.samples)} errors,"
                f" {course.looks[-1].waiting} mails wait,"
                f" load {course.looks[-1].load_average:.1f}",
                flush=True,
            )


def tell(course: Course) -> None:
    """Print what happened, and keep it for programs."""
    for line in course.lines():
        print(line)
    path = DIRECTORY / "results.json"
    text = {"machine": machine(), **course.as_json()}
    path.write_text(json.dumps(text, indent=1), encoding="utf-8")
    drawing = DIRECTORY / "course.svg"
    drawing.write_text(plots.course(text), encoding="utf-8")
    print(path.relative_to(ROOT), drawing.relative_to(ROOT))


if __name__ == "__main__":
    sys.exit(main())
