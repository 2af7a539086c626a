"""Says in one sentence what became of a reminder, for whoever answers the phone."""  # noqa: N999 (the name to type)

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from notifications.explain import explain
from rollout.models import User

#: Exit status for a deadline or a person that does not exist.
BAD_INPUT = 2


class Command(BaseCommand):
    """`manage.py explain-reminder DEADLINE PERSON [--language da|en]`."""

    help = "Say in one sentence why somebody was, or was not, reminded of a deadline."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the command's arguments."""
        parser.add_argument(
            "deadline", metavar="DEADLINE", help="kind and number, as milestone:12"
        )
        parser.add_argument("person", metavar="PERSON", help="e-mail address")
        parser.add_argument("--language", choices=dict(settings.LANGUAGES))

    def handle(self, *args: Any, **options: Any) -> None:
        """Look both up, and say the sentence."""
        with translation.override(options["language"] or settings.LANGUAGE_CODE):
            person = User.objects.filter(email__iexact=options["person"]).first()
            if person is None:
                raise CommandError(
                    _("There is nobody with the address %(address)s.")
                    % {"address": options["person"]},
                    returncode=BAD_INPUT,
                )
            try:
                said = explain(options["deadline"], person, now=timezone.now())
            except LookupError as error:
                raise CommandError(
                    _("There is no deadline %(key)s, and nobody was told of one.")
                    % {"key": options["deadline"]},
                    returncode=BAD_INPUT,
                ) from error
            self.stdout.write(said)
