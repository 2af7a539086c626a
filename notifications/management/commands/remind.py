"""Plans and composes the reminders that are due, as Celery beat does every minute."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications import planner


class Command(BaseCommand):
    """`manage.py remind [--now]`."""

    help = "Plan the reminders that are due and put them into the outbox."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command's options."""
        parser.add_argument(
            "--now",
            action="store_true",
            help="let them leave outside office hours and on days off too",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Plan, compose, and say what was done."""
        now = timezone.now()
        plan, messages = planner.run(now=now, any_time=options["now"])
        self.stdout.write(
            _(
                "Reminders: %(planned)s planned, %(held)s held back,"
                " %(superseded)s passed over, %(cancelled)s called off."
            )
            % vars(plan)
        )
        self.stdout.write(
            ngettext(
                "%(count)s person is to be written to now.",
                "%(count)s people are to be written to now.",
                messages,
            )
            % {"count": messages}
        )
        if options["now"]:
            self.stdout.write(
                _("The sending window (working days, 7 to 17) was ignored: --now.")
            )
