"""Commands that work in rounds: one, or one every so often until somebody says stop."""

from __future__ import annotations

import signal
import threading
from argparse import ArgumentParser
from collections.abc import Callable
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections
from django.utils.translation import gettext as _


class RoundsCommand(BaseCommand):
    """Base of commands that stand in for Celery: `--once` and `--loop SECONDS`."""

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

    def handle(self, *args: Any, **options: Any) -> None:
        """Run one round, or rounds until somebody says stop."""
        if options["once"]:
            self.work(must_stop=lambda: False, **options)
            return
        if options["loop"] <= 0:
            raise CommandError(_("The interval must be longer than zero seconds."))
        self._loop(**options)

    def work(self, *, must_stop: Callable[[], bool], **options: Any) -> None:
        """Do one round, and stop in the middle when asked to."""
        raise NotImplementedError

    def _loop(self, **options: Any) -> None:
        stop = threading.Event()

        def leave(signum: int, frame: FrameType | None) -> None:
            stop.set()

        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, leave)
        while not stop.is_set():
            close_old_connections()
            try:
                self.work(must_stop=stop.is_set, **options)
            except DatabaseError as error:
                # The database may be restarting; what was claimed is leased.
                self.stderr.write(f"{type(error).__name__}: {error}")
            stop.wait(options["loop"])
