"""Sends mail without Celery, so that losing Redis costs time and never a mail."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from notifications import outbox, planner
from notifications.management.rounds import RoundsCommand


class Command(RoundsCommand):
    """`manage.py outbox --once [--now]` and `manage.py outbox --loop SECONDS`."""

    help = "Plan reminders and send the outbox, once or for ever."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command's options."""
        super().add_arguments(parser)
        parser.add_argument(
            "--now",
            action="store_true",
            help="send reminders outside office hours and on days off too",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run one round, or rounds until somebody says stop."""
        if options["now"]:
            self.stdout.write(
                _("The sending window (working days, 7 to 17) is ignored: --now.")
            )
        super().handle(*args, **options)

    def parts(
        self, *, must_stop: Callable[[], bool], **options: Any
    ) -> Iterable[Callable[[], object]]:
        """Plan, and send what is due also where planning fails."""
        any_time = options["now"]
        return (
            lambda: planner.run(now=timezone.now(), any_time=any_time),
            lambda: self._deliver(any_time=any_time, must_stop=must_stop),
        )

    def _deliver(self, *, any_time: bool, must_stop: Callable[[], bool]) -> None:
        tally = outbox.deliver(
            now=timezone.now(), any_time=any_time, must_stop=must_stop
        )
        self.stdout.write(
            _(
                "%(sent)s sent, %(dropped)s no longer needed, %(retried)s to be tried"
                " again, %(unknown)s without an answer, %(failed)s given up."
            )
            % vars(tally)
        )
