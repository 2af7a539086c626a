"""Helps who lost phone, keys and emergency codes, and no administrator can log in."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

import structlog
from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError

from rollout.models import User

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    """`manage.py second_factor remove EMAIL`."""

    help = "Remove somebody's second factors; they set one up anew at the next login."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the verb and the person."""
        parser.add_argument("verb", choices=["remove"])
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        """Remove them. Raises CommandError for an address that nobody has."""
        person = User.objects.filter(email__iexact=options["email"]).first()
        if person is None:
            raise CommandError(f"Nobody has the address {options['email']}.")
        count, _each = Authenticator.objects.filter(user=person).delete()
        log.warning("second factors removed", of=person.pk, count=count)
        self.stdout.write(f"{count} removed.")
