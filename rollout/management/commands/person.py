"""Hands out everything that is kept about one person, who may ask for it."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder

from rollout.dossier import dossier_of
from rollout.models import User

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    """`manage.py person export EMAIL`."""

    help = "Print everything that is kept about one person, as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the verb and the person."""
        parser.add_argument("verb", choices=["export"])
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print it. Raises CommandError for an address that nobody has."""
        person = User.objects.filter(email__iexact=options["email"]).first()
        if person is None:
            raise CommandError(f"Nobody has the address {options['email']}.")
        found = dossier_of(person)
        log.info("export", what="everything about a person", of=person.pk)
        json.dump(found, self.stdout, cls=DjangoJSONEncoder, indent=1)
        self.stdout.write("")
