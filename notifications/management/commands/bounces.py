"""Takes in mails that came back, for a mail server's pipe or from a Maildir."""

from __future__ import annotations

import mailbox
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications import bounces, dsn, return_path
from notifications.bounces import Report
from notifications.models import Returned

#: Exit status by which a mail server understands that it should try again later.
TRY_LATER = 75
#: Largest report that is read, in bytes.
LARGEST = 10_000_000


class Command(BaseCommand):
    """`manage.py bounces [--to ADDRESS] < mail`, or `… bounces --maildir DIR`."""

    help = "Take in reports of mails that could not be delivered (RFC 3464)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command's options."""
        parser.add_argument(
            "--to",
            default="",
            metavar="ADDRESS",
            help="the address at which the mail on standard input arrived",
        )
        parser.add_argument(
            "--maildir",
            type=Path,
            metavar="DIR",
            help="read the new mails of this folder instead, and mark them as seen",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Take in one mail, or all new ones of a folder, and say what they were."""
        try:
            if options["maildir"] is None:
                self._take_in(sys.stdin.buffer.read(LARGEST), options["to"])
            else:
                self._empty(options["maildir"])
        except DatabaseError as error:
            raise CommandError(str(error), returncode=TRY_LATER) from error

    def _empty(self, folder: Path) -> None:
        if not (folder / "new").is_dir():
            raise CommandError(_("%(folder)s is no Maildir.") % {"folder": folder})
        box = mailbox.Maildir(folder, create=False)
        for name, mail in list(box.iteritems()):
            if mail.get_subdir() != "new":
                continue
            self._take_in(box.get_bytes(name), "")
            mail.set_subdir("cur")
            mail.add_flag("S")
            box[name] = mail

    def _take_in(self, mail: bytes, to: str) -> None:
        found = dsn.read(mail)
        addresses = [to, *(found.addresses if found else ())]
        message = next(
            (m for address in addresses if (m := return_path.message_at(address))), None
        )
        if found is None or message is None:
            self.stdout.write(_("Ignored: it reports nothing about a mail of ours."))
            return
        now = timezone.now()
        report = Report(
            kind=Returned.HARD if found.is_hard else Returned.SOFT,
            key=found.key,
            at=found.at or now,
            status=found.status,
            text=found.text,
        )
        bounce = bounces.take_in(report, message, now=now)
        if bounce is None:
            self.stdout.write(_("Known already."))
        else:
            self.stdout.write(str(bounce))
