"""Restores a backup, or proves that it can be restored."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from config import backups
from config.backups import server
from config.backups.archive import identities_in


class Command(BaseCommand):
    """`manage.py restore FILE --identity KEYFILE [--drill]`."""

    help = (
        "Restore a backup into the empty database of DATABASE_URL and hold all mail; "
        "with --drill restore it beside the product, verify it and throw it away."
    )
    #: The database is empty: there is nothing to check it against yet.
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command's options."""
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--identity",
            type=Path,
            default=settings.BACKUP_IDENTITY,
            metavar="KEYFILE",
            help="file with a secret key, of age or SSH (BACKUP_IDENTITY)",
        )
        parser.add_argument(
            "--drill", action="store_true", help="only prove that it can be restored"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore, verify, and say what was found."""
        if options["identity"] is None:
            raise CommandError(_("Say which key: --identity KEYFILE."))
        try:
            keys = identities_in(options["identity"])
            if options["drill"]:
                self._drill(options["file"], keys)
            else:
                self._restore(options["file"], keys)
        except backups.CannotUse as error:
            raise CommandError(str(error)) from None

    def _drill(self, file: Path, keys: list[Any]) -> None:
        with server.turn() as is_ours:
            if not is_ours:
                raise CommandError(
                    _("A backup or another drill is under way: try again afterwards.")
                )
            report = backups.drill(file, identities=keys, at=timezone.now())
        self._tell(report.rows, report.files, report.seconds)
        self._refuse(report.faults)
        self.stdout.write(self.style.SUCCESS(_("The backup can be restored.")))

    def _restore(self, file: Path, keys: list[Any]) -> None:
        done = backups.restore(
            file,
            identities=keys,
            into=server.address(),
            files=Path(settings.MEDIA_ROOT),
            at=timezone.now(),
        )
        connection.close()
        self._tell(done.rows, done.files, done.seconds)
        self._refuse(done.differences)
        if done.is_behind:
            self.stdout.write(
                _(
                    "The tables are an earlier version's: run `manage.py migrate`, "
                    "then `manage.py verify_history`."
                )
            )
        else:
            call_command("verify_history", stdout=self.stdout, stderr=self.stderr)
        self.stdout.write(
            _(
                "All mail and webhooks are held. Look at `manage.py sending status`, "
                "then `manage.py sending release`."
            )
        )

    def _tell(self, rows: int, files: int, seconds: float) -> None:
        self.stdout.write(
            _("%(rows)s rows and %(files)s files in %(seconds).1f s.")
            % {"rows": rows, "files": files, "seconds": seconds}
        )

    def _refuse(self, faults: tuple[str, ...]) -> None:
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(_("What was restored is not what was backed up."))
