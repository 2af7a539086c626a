"""Sends mail without Celery, so that losing Redis costs time and never a mail."""

from __future__ import annotations

import signal
import threading
from argparse import ArgumentParser
from collections.abc import Callable
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications import outbox, planner


class Command(BaseCommand):
    """`manage.py outbox --once [--now]` and `manage.py outbox --loop SECONDS`."""

    help = "Plan reminders and send the outbox, once or for ever."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command's options."""
        how = parser.add_mutually_exclusive_group(required=True)
        how.add_argument("--once", action="store_true", help="one round, then stop")
        how.add_argument(
            "--loop",
            type=float,
            metavar="SECONDS",
            help="a round every so often, until SIGTERM or Ctrl-C",
        )
        parser.add_argument(
            "--now",
            action="store_true",
            help="send reminders outside office hours and on days off too",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run one round, or rounds until somebody says stop."""
        any_time: bool = options["now"]
        if any_time:
            self.stdout.write(
                _("The sending window (working days, 7 to 17) is ignored: --now.")
            )
        if options["once"]:
            self._round(any_time=any_time)
            return
        if options["loop"] <= 0:
            raise CommandError(_("The interval must be longer than zero seconds."))
        self._loop(options["loop"], any_time=any_time)

    def _loop(self, seconds: float, *, any_time: bool) -> None:
        stop = threading.Event()

        def leave(signum: int, frame: FrameType | None) -> None:
            stop.set()

        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, leave)
        while not stop.is_set():
            close_old_connections()
            try:
                self._round(any_time=any_time, must_stop=stop.is_set)
            except DatabaseError as error:
                # The database may be restarting; what was claimed is leased.
                self.stderr.write(f"{type(error).__name__}: {error}")
            stop.wait(seconds)

    def _round(
        self, *, any_time: bool, must_stop: Callable[[], bool] = lambda: False
    ) -> None:
        now = timezone.now()
        planner.run(now=now, any_time=any_time)
        tally = outbox.deliver(now=now, any_time=any_time, must_stop=must_stop)
        self.stdout.write(
            _(
                "%(sent)s sent, %(dropped)s no longer needed, %(retried)s to be tried"
                " again, %(unknown)s without an answer, %(failed)s given up."
            )
            % vars(tally)
        )
