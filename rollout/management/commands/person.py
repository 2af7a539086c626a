"""Hands out what is kept about one person, or takes their name out of everything."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from rollout import services
from rollout.dossier import dossier_of
from rollout.models import User
from workflows.engine import NotAllowed

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    """`manage.py person export EMAIL`, and `person erase EMAIL --by ADMINISTRATOR`."""

    help = "Print everything that is kept about one person, as JSON, or erase them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the verb and the person."""
        parser.add_argument("verb", choices=["export", "erase"])
        parser.add_argument("person", help="an address, or the number of an account")
        parser.add_argument("--by", help="address of the administrator who erases")
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would be changed"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it. Raises CommandError for an address that nobody has."""
        person = _find(options["person"])
        if options["verb"] == "erase":
            self._erase(person, options["by"], is_rehearsal=options["dry_run"])
            return
        found = dossier_of(person)
        log.info("export", what="everything about a person", of=person.pk)
        json.dump(found, self.stdout, cls=DjangoJSONEncoder, indent=1)
        self.stdout.write("")

    def _erase(self, person: User, by: str | None, *, is_rehearsal: bool) -> None:
        if not by:
            raise CommandError("Say who erases: --by ADDRESS of an administrator.")
        try:
            with transaction.atomic():
                done = services.erase(person, by=_find(by), at=timezone.now())
                transaction.set_rollback(is_rehearsal)
        except (NotAllowed, services.Invalid) as refusal:
            raise CommandError(str(refusal)) from None
        if not is_rehearsal:
            log.info("erased", person=person.pk, by=_find(by).pk)
        for table, count in sorted(done.rows.items()):
            self.stdout.write(f"{table}: {count}")
        for name in done.files:
            self.stdout.write(f"Look at this file, which names the person: {name}")
        verb = "would be" if is_rehearsal else "is"
        self.stdout.write(f"The person {verb} {done.name} from now on.")


def _find(asked: str) -> User:
    found: User | None
    if asked.isdigit():
        found = User.objects.filter(pk=int(asked)).first()
    else:
        found = User.objects.filter(email__iexact=asked).first()
    if found is None:
        raise CommandError(f"Nobody has the address {asked}.")
    return found
