"""Takes the ledger of former years out of the database, or says what that would be."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from config.archiving import archive_ledger
from config.backups import CannotUse


class Command(BaseCommand):
    """`manage.py archive --before 2027 [--to DIRECTORY] [--recipient KEY …]`."""

    help = "Move reminders and their mails of former years into encrypted files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command's options."""
        parser.add_argument(
            "--before",
            type=int,
            required=True,
            metavar="YEAR",
            help="what was to go out before this year began",
        )
        parser.add_argument(
            "--to", type=Path, metavar="DIRECTORY", help="where to write the files"
        )
        parser.add_argument(
            "--recipient",
            action="append",
            metavar="KEY",
            help="a public key, age1… or ssh-… (BACKUP_RECIPIENTS); may be repeated",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="only count, and change nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and print a line for each file."""
        now = timezone.now()
        year: int = options["before"]
        if not 2000 <= year <= timezone.localdate(now).year:
            raise CommandError(_("Name a year that has begun."))
        is_rehearsal: bool = options["dry_run"]
        if options["to"] is None and not is_rehearsal:
            raise CommandError(_("Say where: --to DIRECTORY."))
        reminders = messages = 0
        try:
            for one in archive_ledger(
                options["to"] or Path(),
                before=date(year, 1, 1),
                recipients=options["recipient"] or settings.BACKUP_RECIPIENTS,
                at=now,
                is_rehearsal=is_rehearsal,
            ):
                reminders += one.reminders
                messages += one.messages
                if one.file:
                    self.stdout.write(str(one.file))
        except CannotUse as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            _("%(reminders)d reminders and %(messages)d mails")
            % {"reminders": reminders, "messages": messages}
        )
