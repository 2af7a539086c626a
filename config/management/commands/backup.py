"""Makes a backup, or the key that opens backups."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from config import backups
from config.backups.archive import make_key


class Command(BaseCommand):
    """`manage.py backup [--to DIRECTORY] [--recipient KEY …]`, `--make-key FILE`."""

    help = "Write one encrypted file with the database and all uploaded files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command's options."""
        parser.add_argument(
            "--to",
            type=Path,
            default=settings.BACKUP_DIR,
            metavar="DIRECTORY",
            help="where to write it (BACKUP_DIR)",
        )
        parser.add_argument(
            "--recipient",
            action="append",
            metavar="KEY",
            help="a public key, age1… or ssh-… (BACKUP_RECIPIENTS); may be repeated",
        )
        parser.add_argument(
            "--make-key",
            type=Path,
            metavar="FILE",
            help="write a new secret key there, print the public one, and stop",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the backup and say where it is."""
        if options["make_key"]:
            self._make_key(options["make_key"])
            return
        if options["to"] is None:
            raise CommandError(_("Say where: --to DIRECTORY, or set BACKUP_DIR."))
        try:
            file = backups.back_up(
                options["to"],
                recipients=options["recipient"] or settings.BACKUP_RECIPIENTS,
                at=timezone.now(),
            )
        except backups.CannotUse as error:
            raise CommandError(str(error)) from None
        size = file.stat().st_size / 1e6
        self.stdout.write(f"{file} ({size:.1f} MB)")

    def _make_key(self, file: Path) -> None:
        try:
            public = make_key(file)
        except FileExistsError:
            raise CommandError(
                _("%s exists; a key is never overwritten.") % file
            ) from None
        except OSError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"BACKUP_RECIPIENTS={public}")
        self.stdout.write(
            _("Keep %s away from this machine: without it no backup can be read.")
            % file
        )
