"""Where a fault is played: a database of its own, a mail server that keeps a journal,
and the product's processes, which may be killed, stopped and replaced.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from notifications.models import Ladder
from rollout.models import Activity, Milestone, Programme, User
from tests import processes
from tests.factories import make_activity, make_programme
from tests.faults.forks import Forked, Nurseries, children_of
from tests.faults.ground import Ground
from tests.faults.sink import JournalSink
from tests.processes import Process, Web

LOOP_SECONDS = 0.5


@dataclass
class Stage(Ground):
    """One fault's own servers' contents, processes, people and random numbers."""

    chance: random.Random = field(init=False)
    sink: JournalSink = field(init=False)
    loops: list[Forked] = field(default_factory=list)
    planners: list[Forked] = field(default_factory=list)
    workers: list[Process] = field(default_factory=list)
    others: list[Process] = field(default_factory=list)
    addresses: dict[str, int] = field(default_factory=dict)
    #: Visitors and whom they make the product write to: counted apart.
    bystanders: set[str] = field(default_factory=set)
    #: Which times hold: see the settings.
    timing: str = "patient"
    #: Where processes look for Redis, if not at the servers' own address.
    redis_url: str = ""
    #: Killed or stopped senders, by process id.
    hurt: set[int] = field(default_factory=set)
    kills: int = 0
    planner_kills: int = 0
    _programme: Programme | None = None

    def __post_init__(self) -> None:
        self.chance = random.Random(f"{self.seed} {self.name}")
        self.directory.mkdir(parents=True, exist_ok=True)
        self.sink = JournalSink(self.directory / "journal.jsonl", self.senders)
        self._nurseries = Nurseries(self.directory)

    @contextmanager
    def open(self) -> Iterator[Stage]:
        """Set up database and mail server, and clear everything away afterwards."""
        self.new_database()
        self.empty_redis()
        self.sink.start()
        try:
            yield self
        finally:
            self._nurseries.kill()
            for process in (*self.workers, *self.others):
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGCONT)
                process.kill()
            self.sink.stop()
            connection.close()

    @property
    def env(self) -> dict[str, str]:
        """What makes a process see this stage."""
        return {
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url or self.servers.redis_url,
            "EMAIL_URL": self.sink.url,
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "FAULTS_CLOCK": str(self.ahead),
            "FAULTS_TIMING": self.timing,
            "LOG_LEVEL": "INFO",
        }

    @property
    def today(self) -> date:
        """The date on the product's clock."""
        return timezone.localdate()

    # --- the work ---------------------------------------------------------------------

    def load(
        self, count: int, *, due_on: date | None = None, people: int | None = None
    ) -> list[str]:
        """Make milestones that are due, each with a person of its own; their addresses.

        ``people`` shares the milestones out among fewer. They come with an activity of
        their own, in one transaction, as from a plan file: who is given something in
        an activity that is known is told so by a mail of its own, once some time has
        passed.
        """
        first = len(self.addresses)
        emails = [f"p{first + n:05}@example.org" for n in range(people or count)]
        programme = self.programme
        with transaction.atomic():
            users = User.objects.bulk_create(
                [User(email=email, name=f"Eksempel {email[:6]}") for email in emails]
            )
            activity = make_activity(state=Activity.State.LAUNCHED, programme=programme)
            Milestone.objects.bulk_create(
                [
                    Milestone(
                        activity=activity,
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
    def programme(self) -> Programme:
        """The programme of all milestones, with one step on the due date."""
        if self._programme is None:
            self._programme = make_programme(
                starts_on=date(2025, 11, 1), ends_on=self.today + timedelta(days=700)
            )
            ladder = Ladder.objects.create(programme=self._programme)
            ladder.steps.create(offset_days=0)
        return self._programme

    # --- processes --------------------------------------------------------------------

    def _fork(
        self,
        name: str,
        *argv: str,
        every: float | None = None,
        ahead: float | None = None,
    ) -> Forked:
        clock = self.ahead if ahead is None else ahead
        env = self.env | {"FAULTS_CLOCK": str(clock)}
        return self._nurseries.fork(name, *argv, every=every, env=env)

    def add_loop(
        self, seconds: float = LOOP_SECONDS, *, ahead: float | None = None
    ) -> Forked:
        """Start `manage.py outbox --loop`, by a clock that may be another's."""
        argv = ("outbox", "--loop", str(seconds))
        made = self._fork("loop", *argv, ahead=ahead)
        self.loops.append(made)
        return made

    def add_planner(self, every: float = 0.2) -> Forked:
        """Start a process that runs `manage.py remind` again and again."""
        made = self._fork("planner", "remind", every=every)
        self.planners.append(made)
        return made

    def add_worker(
        self, concurrency: int = 1, *, queues: Sequence[str] = ()
    ) -> Process:
        """Start a Celery worker that serves these queues, or else every one."""
        name = f"w{len(self.workers)}-{self.name}@faults"
        log = self.directory / f"worker{len(self.workers)}.log"
        made = processes.worker(
            name, log=log, env=self.env, concurrency=concurrency, queues=queues
        )
        self.workers.append(made)
        return made

    def add_beat(self) -> Process:
        """Start a Celery beat."""
        name = f"beat{len(self.others)}"
        made = processes.beat(name, log=self.directory / f"{name}.log", env=self.env)
        self.others.append(made)
        return made

    def add_web(self, children: int = 2) -> Web:
        """Start a web server on a port of its own."""
        name = f"web{len(self.others)}"
        env = {"PROMETHEUS_MULTIPROC_DIR": str(self.directory / name)} | self.env
        made = processes.web(
            name, log=self.directory / f"{name}.log", env=env, children=children
        )
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

    def drain(
        self,
        *,
        quiet: float = 90,
        meanwhile: Callable[[], Any] = int,
        is_visited: bool = False,
    ) -> bool:
        """Wait until everybody has mail and nothing is pending.

        While the site ``is_visited``, something always is: then mail is enough. Gives
        up when no mail has come for ``quiet`` seconds, since how fast a busy
        machine sends is not the question here.
        """
        seen, since = -1, time.monotonic()
        while time.monotonic() - since < quiet:
            if not self.missing() and (is_visited or not self.pending()):
                return True
            if len(self.sink.copies) > seen:
                seen, since = len(self.sink.copies), time.monotonic()
            meanwhile()
            time.sleep(0.2)
        return False
