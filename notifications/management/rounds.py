"""Commands that work in rounds: one, or one every so often until somebody says stop."""

from __future__ import annotations

import logging
import signal
import threading
from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error, close_old_connections
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)


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
            failed = self._round(must_stop=lambda: False, **options)
            for error in failed[1:]:
                self._tell(error)
            if failed:
                raise failed[0]
            return
        if options["loop"] <= 0:
            raise CommandError(_("The interval must be longer than zero seconds."))
        self._loop(**options)

    def parts(
        self, *, must_stop: Callable[[], bool], **options: Any
    ) -> Iterable[Callable[[], object]]:
        """Return what is done in a round, in order; it stops in the middle if asked."""
        raise NotImplementedError

    def _loop(self, **options: Any) -> None:
        stop = threading.Event()

        def leave(signum: int, frame: FrameType | None) -> None:
            stop.set()

        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, leave)
        while not stop.is_set():
            for error in self._round(must_stop=stop.is_set, **options):
                self._tell(error)
            stop.wait(options["loop"])

    def _round(self, **options: Any) -> list[Exception]:
        """Do each part, whatever became of the one before; return what failed."""
        failed: list[Exception] = []
        for part in self.parts(**options):
            close_old_connections()
            try:
                part()
            except Exception as error:  # noqa: BLE001  # told by who asked for it
                failed.append(error)
        return failed

    def _tell(self, error: Exception) -> None:
        if isinstance(error, Error):
            # The database may be restarting; what was claimed is leased.
            self.stderr.write(f"{type(error).__name__}: {error}")
        else:
            logger.error("a part of a round failed", exc_info=error)
