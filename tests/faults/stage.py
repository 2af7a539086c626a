"""Where a fault is played: a database of its own, a mail server that keeps a journal,
and the product's processes, which may be killed, stopped and replaced.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any, LiteralString
from urllib.parse import quote

import psycopg
from django.db import connection
from django.utils import timezone
from kombu.exceptions import OperationalError
from redis import Redis, RedisError

from config.celery import app
from config.embedded import Servers
from notifications.models import Ladder
from rollout.models import Activity, Milestone, User
from tests import processes
from tests.environment import ROOT
from tests.factories import make_activity, make_programme
from tests.faults.sink import JournalSink
from tests.processes import Process

TEMPLATE = "faults_template"
LOOP_SECONDS = 0.5


@dataclass
class Forked:
    """A process that the nursery forked."""

    name: str
    pid: int

    @property
    def is_running(self) -> bool:
        """Whether it lives; a dead one is buried at once."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def signal(self, number: int) -> bool:
        """Send a signal; return whether the process was there to get it."""
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            return False
        return True

    def end(self, *, seconds: float) -> float:
        """Ask it to leave; return how long it took. Raises AssertionError."""
        started = time.monotonic()
        self.signal(signal.SIGTERM)
        processes.wait_until(
            lambda: not self.is_running, seconds=seconds, what=f"{self.name} ends"
        )
        return time.monotonic() - started


@dataclass
class Stage:
    """One fault's own servers' contents, processes, people and random numbers."""

    name: str
    servers: Servers
    directory: Path
    seed: int
    #: Seconds by which the product's clock is ahead of this machine's.
    ahead: float
    chance: random.Random = field(init=False)
    sink: JournalSink = field(init=False)
    loops: list[Forked] = field(default_factory=list)
    planners: list[Forked] = field(default_factory=list)
    workers: list[Process] = field(default_factory=list)
    others: list[Process] = field(default_factory=list)
    addresses: dict[str, int] = field(default_factory=dict)
    #: Which times hold: see the settings.
    timing: str = "patient"
    #: Killed or stopped senders, by process id.
    hurt: set[int] = field(default_factory=set)
    kills: int = 0
    planner_kills: int = 0
    _activity: Activity | None = None
    _nurseries: dict[float, Process] = field(default_factory=dict)
    _forked: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(f"{self.seed} {self.name}")
        self.directory.mkdir(parents=True, exist_ok=True)
        self.sink = JournalSink(self.directory / "journal.jsonl", self.senders)

    @contextmanager
    def open(self) -> Iterator[Stage]:
        """Set up database and mail server, and clear everything away afterwards."""
        self._new_database()
        self._empty_redis()
        self.sink.start()
        try:
            yield self
        finally:
            for nursery in self._nurseries.values():
                nursery.kill()
            for process in (*self.workers, *self.others):
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGCONT)
                process.kill()
            self.sink.stop()
            connection.close()

    def _empty_redis(self) -> None:
        def is_empty() -> bool:
            with suppress(RedisError, OperationalError):
                # The connections that Celery keeps here broke with an earlier Redis.
                app.control.ping(timeout=0.1)
                with Redis.from_url(self.servers.redis_url) as redis:
                    return bool(redis.flushall())
            return False

        self.servers._start_redis()
        processes.wait_until(is_empty, seconds=30, what="Redis is empty")

    def _new_database(self) -> None:
        connection.close()
        with self.connect("postgres") as db:
            db.execute(f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')
            db.execute(f'CREATE DATABASE "{self.database}" TEMPLATE {TEMPLATE}')
        connection.settings_dict["NAME"] = self.database

    @property
    def database(self) -> str:
        """The name of the database."""
        return f"faults_{self.name}"

    @property
    def env(self) -> dict[str, str]:
        """What makes a process see this stage."""
        host = quote(str(self.servers.sockets), safe="")
        return {
            "DATABASE_URL": f"postgres://postgres@{host}/{self.database}",
            "REDIS_URL": self.servers.redis_url,
            "EMAIL_URL": self.sink.url,
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "FAULTS_CLOCK": str(self.ahead),
            "FAULTS_TIMING": self.timing,
            "LOG_LEVEL": "INFO",
        }

    def connect(self, database: str = "") -> psycopg.Connection[Any]:
        """Connect to the stage's database, or another of the cluster."""
        return psycopg.connect(
            host=str(self.servers.sockets),
            user="postgres",
            dbname=database or self.database,
            autocommit=True,
        )

    def ask(self, query: LiteralString, *values: Any) -> list[tuple[Any, ...]]:
        """Run a query, waiting for a database that is away."""
        until = time.monotonic() + 60
        while True:
            try:
                with self.connect() as db:
                    return list(db.execute(query, values))
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    @property
    def today(self) -> date:
        """The date on the product's clock."""
        return timezone.localdate()

    # --- the work ---------------------------------------------------------------------

    def load(
        self, count: int, *, due_on: date | None = None, people: int | None = None
    ) -> list[str]:
        """Make milestones that are due, each with a person of its own; their addresses.

        ``people`` shares the milestones out among fewer.
        """
        first = len(self.addresses)
        emails = [f"p{first + n:05}@example.org" for n in range(people or count)]
        users = User.objects.bulk_create(
            [User(email=email, name=f"Eksempel {email[:6]}") for email in emails]
        )
        Milestone.objects.bulk_create(
            [
                Milestone(
                    activity=self.activity,
                    title=f"Milepæl {first + n}",
                    due_on=due_on or self.today,
                    responsible=users[n % len(users)],
                )
                for n in range(count)
            ]
        )
        self.addresses |= dict.fromkeys(emails, count // len(emails))
        return emails

    @property
    def activity(self) -> Activity:
        """The launched activity of all milestones, with one step on the due date."""
        if self._activity is None:
            programme = make_programme(
                starts_on=date(2025, 11, 1), ends_on=self.today + timedelta(days=700)
            )
            ladder = Ladder.objects.create(programme=programme)
            ladder.steps.create(offset_days=0)
            self._activity = make_activity(
                state=Activity.State.LAUNCHED, programme=programme
            )
        return self._activity

    def begin_activity(self) -> None:
        """Load from now on into another activity, as if it had just been imported.

        Who gets something in a known activity is told so by a mail of its own, once
        some time has passed.
        """
        self._activity = make_activity(
            state=Activity.State.LAUNCHED, programme=self.activity.programme
        )

    # --- processes --------------------------------------------------------------------

    def _fork(
        self,
        name: str,
        *argv: str,
        every: float | None = None,
        ahead: float | None = None,
    ) -> Forked:
        key = self.ahead if ahead is None else ahead
        if key not in self._nurseries:
            self._nurseries[key] = self._nursery(key)
        nursery = self._nurseries[key].child
        self._forked += 1
        name = f"{name}-{self._forked}"
        log = str(self.directory / f"{name.split('-')[0]}.log")
        order = {"name": name, "argv": argv, "every": every, "log": log}
        assert nursery.stdin
        assert nursery.stdout
        nursery.stdin.write(json.dumps(order).encode() + b"\n")
        nursery.stdin.flush()
        return Forked(name, int(nursery.stdout.readline()))

    def _nursery(self, ahead: float) -> Process:
        made = Process("nursery", [], self.directory / "nursery.log")
        made.child = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            cwd=ROOT,
            env=os.environ | self.env | {"FAULTS_CLOCK": str(ahead)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=made.log.open("ab"),
            start_new_session=True,
        )
        return made

    def add_loop(self, seconds: float = LOOP_SECONDS, **clock: Any) -> Forked:
        """Start `manage.py outbox --loop`."""
        made = self._fork("loop", "outbox", "--loop", str(seconds), **clock)
        self.loops.append(made)
        return made

    def add_planner(self, every: float = 0.2) -> Forked:
        """Start a process that runs `manage.py remind` again and again."""
        made = self._fork("planner", "remind", every=every)
        self.planners.append(made)
        return made

    def add_worker(self, concurrency: int = 1) -> Process:
        """Start a Celery worker."""
        name = f"w{len(self.workers)}-{self.name}@faults"
        log = self.directory / f"worker{len(self.workers)}.log"
        made = processes.worker(name, log=log, env=self.env, concurrency=concurrency)
        self.workers.append(made)
        return made

    def add_beat(self) -> Process:
        """Start a Celery beat."""
        name = f"beat{len(self.others)}"
        made = processes.beat(name, log=self.directory / f"{name}.log", env=self.env)
        self.others.append(made)
        return made

    def senders(self) -> list[int]:
        """Process ids of all that may send: loops and the children of workers."""
        own = [loop.pid for loop in list(self.loops)]
        return own + [
            pid for worker in list(self.workers) for pid in children_of(worker.pid)
        ]

    def kill_sender(self, pid: int) -> bool:
        """Kill a sender as a power cut would; a loop is replaced at once."""
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        self.hurt.add(pid)
        self.kills += 1
        return True

    def replace_dead(self) -> None:
        """Start a new loop and a new planner for each that is gone."""
        for group, add in (
            (self.loops, self.add_loop),
            (self.planners, self.add_planner),
        ):
            for gone in [one for one in group if not one.is_running]:
                group.remove(gone)
                add()

    # --- what has happened ------------------------------------------------------------

    def missing(self) -> set[str]:
        """Addresses that have no mail yet."""
        return set(self.addresses) - set(self.sink.addresses)

    def pending(self) -> int:
        """How many messages wait or are on their way."""
        return int(
            self.ask(
                "SELECT count(*) FROM notifications_message WHERE state = 'pending'"
            )[0][0]
        )

    def drain(self, *, quiet: float = 90, meanwhile: Callable[[], Any] = int) -> bool:
        """Wait until everybody has mail and nothing is pending.

        Gives up when no mail has come for ``quiet`` seconds, since how fast a busy
        machine sends is not the question here.
        """
        seen, since = -1, time.monotonic()
        while time.monotonic() - since < quiet:
            if not self.missing() and not self.pending():
                return True
            if len(self.sink.copies) > seen:
                seen, since = len(self.sink.copies), time.monotonic()
            meanwhile()
            time.sleep(0.2)
        return False


def children_of(pid: int) -> list[int]:
    """Return the children of a process."""
    with suppress(OSError):
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(child) for child in text.split()]
    return []
